/* What a target's root has of this machine (root.h): the one list, in tables, and what an adapter and a run add. */
#ifndef RL_HARNESS_ROOT_LIST_H
#define RL_HARNESS_ROOT_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/run/root.h"

#define ROOT_GRANTS_MAX 256

struct root_grant {
    char *path; /* the same inside and outside */
    bool writable;
    bool yields; /* to what the packages or the run put there */
    int tree;    /* descriptor of the mount until it has its place; -1 = none */
};

struct root_list {
    struct root_grant grants[ROOT_GRANTS_MAX];
    size_t count;
};

/* All that is there on this machine, in the order in which it is to be mounted. usr: with /usr, which is else an
 * overlay. ERR_TOO_BIG with more than ROOT_GRANTS_MAX. */
int root_list_make(struct root_list *out, const struct root_plan *plan, bool usr, struct err *err);
void root_list_free(struct root_list *list);

/* Makes in `layer` whiteouts over the files below /usr that belong to the adapter's packages as installed here. */
int root_list_hide(const char *layer, const struct target *target, struct err *err);

#endif
