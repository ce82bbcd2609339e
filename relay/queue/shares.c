#include "relay/queue/shares.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct share *)a)->name, ((const struct share *)b)->name);
}

struct share *shares_find(const struct shares *shares, const char *kind, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return NULL;
    struct share wanted = {.name = mem_printf("%s %s", kind, value)};
    struct share *const *found = tfind(&wanted, &shares->by_name, compare);
    free(wanted.name);
    return found != NULL ? *found : NULL;
}

struct share *shares_join(struct shares *shares, const char *kind, const char *value)
{
    struct share *share = shares_find(shares, kind, value);
    if (share == NULL && value != NULL && value[0] != '\0') {
        share = mem_zalloc(sizeof *share);
        share->name = mem_printf("%s %s", kind, value);
        (void)tsearch(share, &shares->by_name, compare);
    }
    if (share != NULL)
        share->messages++;
    return share;
}

void shares_leave(struct shares *shares, struct share *share)
{
    if (share == NULL || --share->messages > 0)
        return;
    (void)tdelete(share, &shares->by_name, compare);
    free(share->name);
    free(share);
}

bool share_has_room(const struct share *share, size_t recipients, size_t max)
{
    size_t used = share != NULL ? share->recipients + share->promised : 0;
    return used <= max && recipients <= max - used;
}

bool share_tell(struct share *share)
{
    bool first = !share->reported;
    share->reported = true;
    return first;
}

void share_promise(struct share *share, long recipients)
{
    if (share != NULL)
        share->promised += (size_t)recipients;
}

void share_change(struct share *share, long recipients, size_t max)
{
    if (share == NULL)
        return;
    share->recipients += (size_t)recipients;
    if (share->recipients < max - max / 10)
        share->reported = false;
}
