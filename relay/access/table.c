#include "relay/access/table.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"

static const char *name_of(const void *item)
{
    return *(char *const *)item;
}

/* Position of the first whose name is not before this one. */
static size_t place_of(const struct table *table, const char *name)
{
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(name_of(table->items[middle]), name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void *item_at(const struct table *table, size_t at)
{
    return at < table->count ? table->items[at] : NULL;
}

void *table_find(const struct table *table, const char *name)
{
    void *item = item_at(table, place_of(table, name));
    return item != NULL && strcmp(name_of(item), name) == 0 ? item : NULL;
}

void *table_after(const struct table *table, const char *name)
{
    if (name == NULL)
        return item_at(table, 0);
    return item_at(table, place_of(table, name) + (table_find(table, name) != NULL));
}

void table_add(struct table *table, void *item)
{
    size_t at = place_of(table, name_of(item));
    rl_assert(table_find(table, name_of(item)) == NULL);
    table->items = mem_realloc(table->items, table->count + 1, sizeof *table->items);
    memmove(table->items + at + 1, table->items + at, (table->count - at) * sizeof *table->items);
    table->items[at] = item;
    table->count++;
}

void table_remove(struct table *table, void *item)
{
    size_t at = place_of(table, name_of(item));
    rl_assert(item_at(table, at) == item);
    memmove(table->items + at, table->items + at + 1, (table->count - at - 1) * sizeof *table->items);
    table->count--;
}

void table_fini(struct table *table, void (*release)(void *item))
{
    for (size_t i = 0; i < table->count; i++)
        release(table->items[i]);
    free(table->items);
    *table = (struct table){0};
}
