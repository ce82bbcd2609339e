/*
 * How often passwords may be guessed: a token bucket for each client address, emptied by wrong passwords, and one for
 * all, emptied by every hash that is computed. Pure; times are any steady clock, in ns.
 * Limits: THROTTLE_CLIENTS addresses; beyond, the one that guessed longest ago is forgotten.
 */
#ifndef RL_RELAY_THROTTLE_H
#define RL_RELAY_THROTTLE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define THROTTLE_CLIENTS     1024
#define THROTTLE_GUESSES     10 /* wrong passwords of one address at once, then one every 6 s */
#define THROTTLE_GUESS_EVERY (INT64_C(6) * 1000000000)
#define THROTTLE_HASHES      40 /* computed at once, then 20 a second */
#define THROTTLE_HASH_EVERY  (INT64_C(50) * 1000000)

struct throttle_bucket {
    int64_t
        empty_since_ns; /* when it would have been empty, if it had filled evenly since: now - this is its content */
};

struct throttle {
    struct {
        struct in_addr client;
        struct throttle_bucket guesses;
    } clients[THROTTLE_CLIENTS];
    size_t count;
    struct throttle_bucket hashes;
};

/* Whether this client may have a password looked at now; whether a hash may be computed for that. */
bool throttle_allows_guess(const struct throttle *throttle, struct in_addr client, int64_t now_ns);
bool throttle_allows_hash(const struct throttle *throttle, int64_t now_ns);
void throttle_hashed(struct throttle *throttle, int64_t now_ns);
void throttle_wrong(struct throttle *throttle, struct in_addr client, int64_t now_ns);

#endif
