/*
 * A private key that signs mail: RSA with SHA-256 (RFC 6376 §3.3.1; 2048 bits by default, RFC 8301 §3.2), or Ed25519
 * over SHA-256 (RFC 8463 §3). Read from PEM, or made. Both kinds sign equal data with equal octets. Does no I/O.
 */
#ifndef RL_RELAY_DKIM_KEY_H
#define RL_RELAY_DKIM_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/base/slice.h"

#define DKIM_BITS_MIN  1024 /* of RSA: RFC 8301 §3.2 */
#define DKIM_BITS_GOOD 2048
#define DKIM_BITS_MAX  4096 /* what a verifier has to know */
#define DKIM_SIGN_MAX  512  /* octets of a signature */
#define DKIM_PEM_MAX   16384

enum dkim_key_kind { DKIM_RSA, DKIM_ED25519 };

struct dkim_key;

/* ERR_INVALID: no PEM, a key with a passphrase, a public key, another kind, too few bits. */
int dkim_key_read(struct dkim_key **out, struct slice pem, struct err *err);
int dkim_key_make(struct dkim_key **out, enum dkim_key_kind kind, unsigned bits,
                  struct err *err); /* bits: of RSA alone */
void dkim_key_free(struct dkim_key *key);

enum dkim_key_kind dkim_key_kind(const struct dkim_key *key);
unsigned dkim_key_bits(const struct dkim_key *key);
const char *dkim_key_kind_name(enum dkim_key_kind kind); /* k= of a record: "rsa" */

/* As a PEM file has it. False when out is too small. */
bool dkim_key_write(const struct dkim_key *key, struct buf *out);
/* The octets of p= in base64 (RFC 6376 §3.6.1, RFC 8463 §4). False when out is too small. */
bool dkim_key_write_public(const struct dkim_key *key, struct buf *out);

/* Signs the canonical header. False when OpenSSL fails. */
bool dkim_key_sign(const struct dkim_key *key, struct slice data, char out[DKIM_SIGN_MAX], size_t *len);

#endif
