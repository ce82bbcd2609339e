/*
 * The stage that signs (RFC 6376): a DKIM-Signature field for each key that signs for the author, before all other
 * fields. Nothing may be changed after it. The hash of the body is ready before: it is taken over some turns when the
 * body is large. Does no I/O.
 */
#ifndef RL_RELAY_SIGN_H
#define RL_RELAY_SIGN_H

#include "relay/dkim/body_hash.h"
#include "relay/dkim/signer.h"
#include "relay/message/prepare.h"

#define SIGN_NAMES_MAX 2600 /* of all keys of a message, as text */

/* Whether a key signs for its author, so that the hash is needed. A signer that is NULL has no keys. */
bool sign_is_due(const struct draft *draft, const struct signer *signer);

/* Appends "domain/selector", separated by blanks, of each key that signed to *names. */
void sign(struct draft *draft, const struct signer *signer, const uint8_t body_hash[BODY_HASH_LEN], int64_t wall_ns,
          struct buf *names);

#endif
