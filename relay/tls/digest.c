#include "relay/tls/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <string.h>

#include "lib/base/check.h"

void digest_random(void *out, size_t len)
{
    rl_assert(RAND_bytes(out, (int)len) == 1);
}

void digest_random_key(uint8_t key[DIGEST_BYTES])
{
    digest_random(key, DIGEST_BYTES);
}

void digest_sha256(const void *data, size_t len, uint8_t out[DIGEST_BYTES])
{
    rl_assert(EVP_Digest(data, len, out, NULL, EVP_sha256(), NULL) == 1);
}

void digest_stretch(const char *password, const void *salt, size_t salt_len, unsigned iterations,
                    uint8_t out[DIGEST_BYTES])
{
    rl_assert(PKCS5_PBKDF2_HMAC(password, (int)strlen(password), salt, (int)salt_len, (int)iterations, EVP_sha256(),
                                DIGEST_BYTES, out) == 1);
}

void digest_hmac(const uint8_t key[DIGEST_BYTES], const void *data, size_t len, uint8_t out[DIGEST_BYTES])
{
    unsigned out_len = DIGEST_BYTES;
    rl_assert(HMAC(EVP_sha256(), key, DIGEST_BYTES, data, len, out, &out_len) != NULL);
}

bool digest_equal(const void *a, const void *b, size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}
