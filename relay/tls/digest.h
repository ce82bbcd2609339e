/* Digests, keys from passwords, random octets and comparison in constant time, from OpenSSL. */
#ifndef RL_RELAY_DIGEST_H
#define RL_RELAY_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_BYTES 32

/* Never where it could reach the trace of a scenario: it does not repeat in virtual time. */
void digest_random(void *out, size_t len);
void digest_random_key(uint8_t key[DIGEST_BYTES]);
void digest_sha256(const void *data, size_t len, uint8_t out[DIGEST_BYTES]);
void digest_hmac(const uint8_t key[DIGEST_BYTES], const void *data, size_t len, uint8_t out[DIGEST_BYTES]);
/* PBKDF2 with HMAC-SHA-256 (RFC 8018 §5.2): milliseconds of CPU time by design. */
void digest_stretch(const char *password, const void *salt, size_t salt_len, unsigned iterations,
                    uint8_t out[DIGEST_BYTES]);
bool digest_equal(const void *a, const void *b, size_t len);

#endif
