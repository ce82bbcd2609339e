#include "relay/tls/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "lib/base/check.h"

void digest_random_key(uint8_t key[DIGEST_BYTES])
{
    rl_assert(RAND_bytes(key, DIGEST_BYTES) == 1);
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
