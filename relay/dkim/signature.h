/*
 * One DKIM-Signature field (RFC 6376 §3.5): relaxed/relaxed, and never l=. It covers From, and the fields in the table
 * of signature.c; of those that a receiver shows, one more than there are, so that none can be added (§8.15).
 *
 * Pure. Limits: SIGNATURE_MAX octets.
 */
#ifndef RL_RELAY_SIGNATURE_H
#define RL_RELAY_SIGNATURE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "relay/dkim/body_hash.h"
#include "relay/dkim/dkim_key.h"
#include "relay/message/header.h"

#define SIGNATURE_MAX 8192

struct signature {
    const char *domain, *selector;
    const struct dkim_key *key;
    int64_t time_s;
    int64_t expires_s; /* when it ends; 0 = never */
};

/* Appends the field, with its folded lines and their ends, to out (room for SIGNATURE_MAX). False when the header
 * section has no From field, which a signature must cover (§5.4), or OpenSSL fails; then out is as before. */
bool signature_write(const struct signature *signature, const struct header *header,
                     const uint8_t body_hash[BODY_HASH_LEN], struct buf *out);

/* For signature_write, and for tests: what is signed. Of each name that h= lists, separated by colons, the field that
 * it means (§5.4.2); then `field`, whose b= is empty. */
bool signature_data(const struct header *header, struct slice names, struct slice field, struct buf *out);

#endif
