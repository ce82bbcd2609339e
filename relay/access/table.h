/*
 * A sorted table of items that have a name each. An item is the caller's, and begins with its name: `char *name` is its
 * first member.
 */
#ifndef RL_RELAY_TABLE_H
#define RL_RELAY_TABLE_H

#include <stddef.h>

struct table {
    void **items;
    size_t count;
};

void *table_find(const struct table *table, const char *name); /* NULL = none */
/* The first one after this name, NULL = the first of all; NULL at the end. */
void *table_after(const struct table *table, const char *name);
void table_add(struct table *table, void *item); /* its name must be new */
/* The caller frees the item. */
void table_remove(struct table *table, void *item);
void table_fini(struct table *table, void (*release)(void *item));

#endif
