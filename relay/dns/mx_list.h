/*
 * The MX hosts of one lookup: sorted, cut at this relay, then limited to those whose addresses one lookup asks for.
 * Pure: no sockets, no clock. Limits: MX_LIST_MAX hosts after mx_list_limit.
 */
#ifndef RL_RELAY_MX_LIST_H
#define RL_RELAY_MX_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/prng.h"

#define MX_LIST_MAX  100 /* hosts whose addresses are looked up */
#define MX_LIST_BEST 50  /* of these, always; the others are drawn */

struct mx_candidate {
    uint16_t preference;
    uint64_t shuffle; /* the order within a preference */
    char *name;
};

struct mx_list {
    struct mx_candidate *items;
    size_t count;
    bool limited;           /* hosts that may be useful were left out */
    uint16_t left_out_best; /* the best preference of those */
};

/* Copies the name. */
void mx_list_add(struct mx_list *list, uint16_t preference, const char *name, struct prng *prng);
void mx_list_fini(struct mx_list *list);

/* By preference, and by chance within one (RFC 5321 §5.1). */
void mx_list_sort(struct mx_list *list);

/* RFC 5321 §5.1: hosts at the preference of this relay, or after it, are useless. The list is sorted. */
void mx_list_cut(struct mx_list *list, uint16_t own);

/* Of a very long sorted list the best, and a sample of the others that differs from lookup to lookup. */
void mx_list_limit(struct mx_list *list, struct prng *prng);

#endif
