/*
 * The hash of a body for bh= (RFC 6376 §3.7): relaxed, SHA-256. One serves all signatures of a message. It takes the
 * body in pieces of any size, and its own size does not depend on them.
 *
 *     body_hash_init -> body_hash_add … -> body_hash_end -> body_hash_fini
 */
#ifndef RL_RELAY_BODY_HASH_H
#define RL_RELAY_BODY_HASH_H

#include <stdint.h>

#include "relay/dkim/canon.h"

#define BODY_HASH_LEN 32

struct evp_md_ctx_st;

struct body_hash {
    struct canon_body canon;
    struct evp_md_ctx_st *ctx;
};

void body_hash_init(struct body_hash *hash);
void body_hash_add(struct body_hash *hash, struct slice piece);
void body_hash_end(struct body_hash *hash, uint8_t out[BODY_HASH_LEN]);
void body_hash_fini(struct body_hash *hash); /* at any time, also when it was zeroed */

#endif
