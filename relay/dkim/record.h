/*
 * The record in which receivers find the public key, TXT of SELECTOR._domainkey.DOMAIN (RFC 6376 §3.6, RFC 8463 §4):
 * written from a key, and compared with one. Pure.
 */
#ifndef RL_RELAY_RECORD_H
#define RL_RELAY_RECORD_H

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "relay/dkim/dkim_key.h"

#define RECORD_MAX 2048

/* "v=DKIM1; k=rsa; p=…". False when out is too small: RECORD_MAX is enough. */
bool record_write(const struct dkim_key *key, struct buf *out);

/* A line of a zone file. A string of a TXT record has at most 255 octets (RFC 1035 §3.3): more make several. */
bool record_write_zone(const char *domain, const char *selector, const struct dkim_key *key, struct buf *out);

/* Whether signatures of this key verify with this record, the strings of a TXT record as one. ERR_INVALID: *problem
 * says why not. */
int record_check(struct slice text, const struct dkim_key *key, struct err *problem);

/* Whether it looks like a record of DKIM at all: other TXT records may have the same name. */
bool record_is_dkim(struct slice text);

/* t=y: receivers treat signatures as tests. */
bool record_is_test(struct slice text);

#endif
