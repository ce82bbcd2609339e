#include "lib/base/prng.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "lib/base/check.h"
#include "lib/base/err.h"

static uint32_t rotl(uint32_t x, int n)
{
    return (x << n) | (x >> (32 - n));
}

static void quarter(uint32_t *s, int a, int b, int c, int d)
{
    s[a] += s[b], s[d] = rotl(s[d] ^ s[a], 16);
    s[c] += s[d], s[b] = rotl(s[b] ^ s[c], 12);
    s[a] += s[b], s[d] = rotl(s[d] ^ s[a], 8);
    s[c] += s[d], s[b] = rotl(s[b] ^ s[c], 7);
}

/* RFC 8439 §2.3, with a 64-bit block counter and a zero nonce of 64 bits. */
static void chacha_block(const uint32_t key[8], uint64_t counter, uint32_t out[16])
{
    uint32_t in[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    memcpy(in + 4, key, 32);
    in[12] = (uint32_t)counter;
    in[13] = (uint32_t)(counter >> 32);
    memcpy(out, in, sizeof in);
    for (int round = 0; round < 10; round++) {
        quarter(out, 0, 4, 8, 12), quarter(out, 1, 5, 9, 13);
        quarter(out, 2, 6, 10, 14), quarter(out, 3, 7, 11, 15);
        quarter(out, 0, 5, 10, 15), quarter(out, 1, 6, 11, 12);
        quarter(out, 2, 7, 8, 13), quarter(out, 3, 4, 9, 14);
    }
    for (int i = 0; i < 16; i++)
        out[i] += in[i];
}

void prng_init(struct prng *prng, const uint8_t key[PRNG_KEY_BYTES])
{
    *prng = (struct prng){.used = sizeof prng->block};
    memcpy(prng->key, key, PRNG_KEY_BYTES);
}

void prng_init_seed(struct prng *prng, uint64_t seed)
{
    uint8_t key[PRNG_KEY_BYTES] = {0};
    memcpy(key, &seed, sizeof seed);
    prng_init(prng, key);
}

int prng_init_system(struct prng *prng)
{
    uint8_t key[PRNG_KEY_BYTES];
    ssize_t n;
    do
        n = getrandom(key, sizeof key, 0);
    while (n < 0 && errno == EINTR);
    if (n != (ssize_t)sizeof key)
        return ERR_SYSTEM;
    prng_init(prng, key);
    return ERR_OK;
}

/* The child's key is the parent's keystream, far from its own counter, with the name folded in
 * block by block. */
void prng_fork(struct prng *child, const struct prng *parent, const char *name)
{
    uint32_t key[8];
    uint32_t out[16];
    chacha_block(parent->key, UINT64_MAX, out); /* seeds that differ in one bit share nothing from here on */
    memcpy(key, out, sizeof key);
    size_t len = strlen(name);
    for (size_t at = 0; at <= len; at += PRNG_KEY_BYTES) {
        uint32_t part[8] = {0};
        size_t n = len - at < sizeof part ? len - at : sizeof part;
        memcpy(part, name + at, n);
        for (int i = 0; i < 8; i++)
            key[i] ^= part[i];
        chacha_block(key, UINT64_MAX - 1 - len, out);
        memcpy(key, out, sizeof key);
    }
    prng_init(child, (const uint8_t *)key);
}

void prng_bytes(struct prng *prng, void *out, size_t len)
{
    uint8_t *to = out;
    while (len > 0) {
        if (prng->used == sizeof prng->block) {
            chacha_block(prng->key, prng->counter++, prng->block);
            prng->used = 0;
        }
        size_t n = sizeof prng->block - prng->used;
        n = n < len ? n : len;
        memcpy(to, (const uint8_t *)prng->block + prng->used, n);
        prng->used += (unsigned)n;
        to += n;
        len -= n;
    }
}

uint64_t prng_u64(struct prng *prng)
{
    uint64_t value;
    prng_bytes(prng, &value, sizeof value);
    return value;
}

uint64_t prng_below(struct prng *prng, uint64_t bound)
{
    rl_assert(bound > 0);
    uint64_t limit = UINT64_MAX - UINT64_MAX % bound; /* values from here on would favour the small */
    uint64_t value;
    do
        value = prng_u64(prng);
    while (value >= limit);
    return value % bound;
}

void prng_token(struct prng *prng, char *out, size_t len)
{
    static const char alphabet[] = "0123456789bcdfghjklmnpqrstvwxyz";
    for (size_t i = 0; i < len; i++)
        out[i] = alphabet[prng_below(prng, sizeof alphabet - 1)];
    out[len] = '\0';
}
