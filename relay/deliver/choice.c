#include "relay/deliver/choice.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

static bool is_usable(const struct choice *choice, const struct mx_host *host)
{
    return choice->rested_too || hosts_rest_until_ns(choice->hosts, host->address) <= choice->now_ns;
}

/* The one that failed longest ago of those that are not chosen yet, or count. */
static size_t stalest(const struct choice *choice, const struct mx_host *list, size_t count, const bool chosen[])
{
    size_t found = count;
    int64_t failed_ns = INT64_MAX;
    for (size_t i = 0; i < count && failed_ns > 0; i++) {
        int64_t at = hosts_failed_ns(choice->hosts, list[i].address);
        if (chosen[i] || !is_usable(choice, &list[i]) || at >= failed_ns)
            continue;
        found = i;
        failed_ns = at;
    }
    return found;
}

static size_t best(const struct choice *choice, const struct mx_host *list, size_t count)
{
    size_t i = 0;
    while (i < count && !is_usable(choice, &list[i]))
        i++;
    return i;
}

static void put_first(struct mx_host *list, size_t count, const bool chosen[])
{
    struct mx_host *copy = mem_zalloc((count + 1) * sizeof *copy);
    size_t at = 0;
    for (int wanted = 1; wanted >= 0; wanted--)
        for (size_t i = 0; i < count; i++)
            if (chosen[i] == (wanted == 1))
                copy[at++] = list[i];
    if (count > 0)
        memcpy(list, copy, count * sizeof *list);
    free(copy);
}

size_t choice_make(const struct choice *choice, struct mx_host *list, size_t count)
{
    bool *chosen = mem_zalloc((count + 1) * sizeof *chosen);
    size_t number = 0;
    for (size_t next = best(choice, list, count); next < count; next = stalest(choice, list, count, chosen)) {
        chosen[next] = true;
        if (++number == choice->max)
            break;
    }
    put_first(list, count, chosen);
    free(chosen);
    return number;
}

bool choice_is_full(const struct choice *choice, const struct mx_host *list, size_t count)
{
    size_t fresh = 0;
    for (size_t i = 0; i < count; i++)
        fresh += is_usable(choice, &list[i]) && hosts_failed_ns(choice->hosts, list[i].address) == 0;
    return fresh >= choice->max;
}
