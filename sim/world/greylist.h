/*
 * A greylist's memory (RFC 6647): what it has seen first when, and who has passed. A key passes when it comes back
 * `wait` after its first sight, and not later than `closes`; from then on it passes for `remember`.
 */
#ifndef RL_SIM_GREYLIST_H
#define RL_SIM_GREYLIST_H

#include "sim/world/world.h"

#define GREYLIST_ENTRIES_MAX 100000

struct greylist_entry {
    char *key;
    int64_t first_ns;
    int64_t passes_until_ns; /* 0 = has not passed yet */
};

struct greylist_memory {
    struct greylist_entry *entries; /* oldest first */
    size_t count, room;
};

/* True when the greylist holds the client back. */
bool greylist_holds(struct greylist_memory *memory, const struct greylist *greylist, const struct situation *situation,
                    bool remember);
void greylist_fini(struct greylist_memory *memory);

#endif
