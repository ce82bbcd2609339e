/*
 * The only source of randomness for decisions, ids and jitter: ChaCha20 (RFC 8439 §2.3) keyed once,
 * with named sub-streams, so that a new consumer of random numbers does not shift those of another.
 *
 *     struct prng root, ids;
 *     prng_init_system(&root);           // one getrandom(), which virtual time serves from the seed
 *     prng_fork(&ids, &root, "queue-id"); // independent of all other names
 *
 * Not for keys or passwords: those are OpenSSL's business.
 */
#ifndef RL_BASE_PRNG_H
#define RL_BASE_PRNG_H

#include <stddef.h>
#include <stdint.h>

#define PRNG_KEY_BYTES 32

struct prng {
    uint32_t key[8];
    uint64_t counter;
    uint32_t block[16];
    unsigned used; /* bytes of block already given out */
};

void prng_init(struct prng *prng, const uint8_t key[PRNG_KEY_BYTES]);
void prng_init_seed(struct prng *prng, uint64_t seed); /* from a scenario's seed */
int prng_init_system(struct prng *prng);               /* getrandom; ERR_SYSTEM when it fails */

/* An independent stream, made from the parent's key and the name; the parent does not move. */
void prng_fork(struct prng *child, const struct prng *parent, const char *name);

void prng_bytes(struct prng *prng, void *out, size_t len);
uint64_t prng_u64(struct prng *prng);
uint64_t prng_below(struct prng *prng, uint64_t bound); /* uniform in 0..bound-1; bound > 0 */

/* len characters of [0-9a-z] without vowels and NUL: cannot spell words. out has len + 1 bytes. */
void prng_token(struct prng *prng, char *out, size_t len);

#endif
