#include "relay/dns/mx_list.h"

#include <stdlib.h>

#include "lib/base/mem.h"

static int by_preference(const void *a, const void *b)
{
    const struct mx_candidate *x = a, *y = b;
    if (x->preference != y->preference)
        return x->preference < y->preference ? -1 : 1;
    return x->shuffle < y->shuffle ? -1 : x->shuffle > y->shuffle;
}

static void sort(struct mx_candidate *candidates, size_t count)
{
    if (count > 0)
        qsort(candidates, count, sizeof *candidates, by_preference);
}

void mx_list_add(struct mx_list *list, uint16_t preference, const char *name, struct prng *prng)
{
    list->items = mem_realloc(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = (struct mx_candidate){preference, prng_u64(prng), mem_strdup(name)};
}

void mx_list_fini(struct mx_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].name);
    free(list->items);
    *list = (struct mx_list){0};
}

void mx_list_sort(struct mx_list *list)
{
    sort(list->items, list->count);
}

void mx_list_cut(struct mx_list *list, uint16_t own)
{
    while (list->count > 0 && list->items[list->count - 1].preference >= own)
        free(list->items[--list->count].name);
    list->limited = list->limited && list->left_out_best < own;
}

static void draw(struct mx_candidate *rest, size_t count, size_t wanted, struct prng *prng)
{
    for (size_t i = 0; i < wanted; i++) {
        size_t drawn = i + (size_t)prng_below(prng, count - i);
        struct mx_candidate other = rest[i];
        rest[i] = rest[drawn];
        rest[drawn] = other;
    }
}

void mx_list_limit(struct mx_list *list, struct prng *prng)
{
    if (list->count <= MX_LIST_MAX)
        return;
    struct mx_candidate *rest = list->items + MX_LIST_BEST;
    draw(rest, list->count - MX_LIST_BEST, MX_LIST_MAX - MX_LIST_BEST, prng);
    list->limited = true;
    list->left_out_best = UINT16_MAX;
    while (list->count > MX_LIST_MAX) {
        const struct mx_candidate *last = &list->items[--list->count];
        if (last->preference < list->left_out_best)
            list->left_out_best = last->preference;
        free(last->name);
    }
    sort(rest, MX_LIST_MAX - MX_LIST_BEST);
}
