/*
 * How often passwords may be guessed: a token bucket for each client address, emptied by wrong passwords, and one for
 * all, emptied by the CPU time that hashes cost. Pure; times are any steady clock, in ns.
 * Limits: THROTTLE_CLIENTS addresses; beyond, the one that guessed longest ago is forgotten.
 */
#ifndef RL_RELAY_THROTTLE_H
#define RL_RELAY_THROTTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/ip.h"

#define THROTTLE_CLIENTS     1024
#define THROTTLE_GUESSES     10 /* wrong passwords of one address at once, then one every 6 s */
#define THROTTLE_GUESS_EVERY (INT64_C(6) * 1000000000)
#define THROTTLE_CPU         (INT64_C(2) * 1000000000) /* of hashes at once, then a quarter of one CPU */
#define THROTTLE_CPU_EVERY   4                         /* seconds for one second of it */
#define THROTTLE_HASH_LEAST  (INT64_C(5) * 1000000)    /* a hash costs no less: 50 a second in the long run */

struct throttle_bucket {
    int64_t
        empty_since_ns; /* when it would have been empty, if it had filled evenly since: now - this is its content */
};

struct throttle {
    struct {
        struct ip client;
        struct throttle_bucket guesses;
    } clients[THROTTLE_CLIENTS];
    size_t count;
    struct throttle_bucket cpu;
};

void throttle_init(struct throttle *throttle);

/* Whether this client may have a password looked at now. */
bool throttle_allows_guess(const struct throttle *throttle, struct ip client, int64_t now_ns);
/* A guess counts before its outcome is known; one that was right, or was not looked at, is given back. */
void throttle_guess(struct throttle *throttle, struct ip client, int64_t now_ns);
void throttle_give_back(struct throttle *throttle, struct ip client);

/* When the next hash may be computed: a time that has passed when it may be now. */
int64_t throttle_hash_at_ns(const struct throttle *throttle);
void throttle_hashed(struct throttle *throttle, int64_t cost_ns, int64_t now_ns);

#endif
