/*
 * Client addresses that sent too many wrong passwords: for a time they may not connect. Wrong passwords are counted
 * until there is a right one, or none for as long as a ban takes. Pure but for the caller's records; times are seconds
 * of the wall clock, so that a ban outlives the relay.
 * Limits: BANS_MAX bans and BANS_COUNTED_MAX addresses with wrong passwords; beyond, the oldest is forgotten.
 */
#ifndef RL_RELAY_BANS_H
#define RL_RELAY_BANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/ip.h"

#define BANS_MAX         1024
#define BANS_COUNTED_MAX 1024

struct ban {
    struct ip client;
    int64_t since_s, until_s, failures;
};

struct bans {
    struct ban all[BANS_MAX];
    size_t count;
    struct {
        struct ip client;
        int64_t last_s, failures;
    } counted[BANS_COUNTED_MAX];
    size_t counted_count;
};

/* A wrong password. True when it is the one that bans: `after` of them, for `time_s`; after 0 = never. */
bool bans_fail(struct bans *bans, struct ip client, int64_t after, int64_t time_s, int64_t now_s);
void bans_forgive(struct bans *bans, struct ip client); /* a right one */

/* NULL = it is not banned. */
const struct ban *bans_find(const struct bans *bans, struct ip client, int64_t now_s);
/* Returns the oldest one when it had to go, since there was no room; else its until_s is 0. */
struct ban bans_add(struct bans *bans, const struct ban *ban);
bool bans_lift(struct bans *bans, struct ip client);

#endif
