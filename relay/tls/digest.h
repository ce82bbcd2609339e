/* Keyed digests and comparison in constant time, from OpenSSL. */
#ifndef RL_RELAY_DIGEST_H
#define RL_RELAY_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_BYTES 32

void digest_random_key(uint8_t key[DIGEST_BYTES]);
void digest_hmac(const uint8_t key[DIGEST_BYTES], const void *data, size_t len, uint8_t out[DIGEST_BYTES]);
bool digest_equal(const void *a, const void *b, size_t len);

#endif
