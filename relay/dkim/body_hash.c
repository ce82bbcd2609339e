#include "relay/dkim/body_hash.h"

#include <openssl/evp.h>

#include "lib/base/check.h"

static void digest(void *ctx, const void *octets, size_t len)
{
    rl_assert(EVP_DigestUpdate(ctx, octets, len) == 1);
}

void body_hash_init(struct body_hash *hash)
{
    hash->ctx = EVP_MD_CTX_new();
    rl_assert(hash->ctx != NULL && EVP_DigestInit_ex(hash->ctx, EVP_sha256(), NULL) == 1);
    canon_body_init(&hash->canon, digest, hash->ctx);
}

void body_hash_add(struct body_hash *hash, struct slice piece)
{
    canon_body_add(&hash->canon, piece);
}

void body_hash_end(struct body_hash *hash, uint8_t out[BODY_HASH_LEN])
{
    canon_body_end(&hash->canon);
    rl_assert(EVP_DigestFinal_ex(hash->ctx, out, NULL) == 1);
}

void body_hash_fini(struct body_hash *hash)
{
    EVP_MD_CTX_free(hash->ctx);
    hash->ctx = NULL;
}
