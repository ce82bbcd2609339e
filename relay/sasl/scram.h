/*
 * SCRAM (RFC 5802) with SHA-256 (RFC 7677), for the two mechanisms that differ in whether they are bound to the TLS
 * session. The client proves that it knows the password, and the server that it has the keys made of it; neither
 * sends what the other could use again.
 *
 *     client-first -> SASL_LOOKUP -> server-first -> client-final -> server-final -> "" -> SASL_CHECK
 *
 * The server-final is a challenge, and the client answers it with an empty response (RFC 4954 §4). Names and passwords
 * are compared octet for octet: SASLprep (RFC 4013) is the client's, and changes no ASCII text.
 * Limits: SCRAM_NONCE_MAX octets of the client's nonce.
 */
#ifndef RL_RELAY_SCRAM_H
#define RL_RELAY_SCRAM_H

#include "relay/sasl/sasl.h"

#define SCRAM_NONCE_MAX  256
#define SCRAM_ITERATIONS 100000 /* of new keys, and of those of users who do not exist */

enum sasl_result scram_respond(struct sasl *sasl, struct slice response, struct buf *challenge, bool plus);
enum sasl_result scram_found(struct sasl *sasl, const struct sasl_keys *keys, struct buf *challenge);
void scram_end(struct sasl *sasl);

/* The keys of a password, with the salt and iterations that are set in *keys (RFC 5802 §3). */
void scram_make_keys(const char *password, struct sasl_keys *keys);

#endif
