/*
 * A token bucket for each key: `burst` tokens at first (default `allow`), refilled `allow` per `per`. Each chance takes
 * one token, or with `count: bytes` one for each octet of the message; without them, the rule acts. Refused chances
 * take tokens only with count_refused. Limits: 100,000 keys a rule; beyond, the one that was used longest ago goes.
 */
#ifndef RL_SIM_RATE_LIMIT_H
#define RL_SIM_RATE_LIMIT_H

#include "sim/world/world.h"

#define RATE_KEYS_MAX 100000

struct rate_bucket {
    char *key;
    __int128 level; /* tokens times `per` in ns, so that refilling is exact */
    int64_t at_ns;
};

struct rate_memory {
    struct rate_bucket *buckets; /* used longest ago first */
    size_t count, room;
};

/* True when too few tokens are left. */
bool rate_limit_holds(struct rate_memory *memory, const struct rate_limit *limit, const struct situation *situation,
                      bool remember);
void rate_limit_fini(struct rate_memory *memory);

#endif
