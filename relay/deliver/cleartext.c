#include "relay/deliver/cleartext.h"

#include <stddef.h>
#include <stdlib.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define MEMORY (60 * 60 * NS_PER_S)

struct cleartext {
    struct dead {
        struct ip address;
        int64_t died_ns;
    } list[CLEARTEXT_MAX]; /* in no order */
    size_t count;
};

struct cleartext *cleartext_new(void)
{
    return mem_zalloc(sizeof(struct cleartext));
}

void cleartext_free(struct cleartext *cleartext)
{
    free(cleartext);
}

/* Its place, or count. */
static size_t find(const struct cleartext *cleartext, struct ip address)
{
    size_t i = 0;
    while (i < cleartext->count && !ip_eq(cleartext->list[i].address, address))
        i++;
    return i;
}

static size_t oldest(const struct cleartext *cleartext)
{
    size_t found = 0;
    for (size_t i = 1; i < cleartext->count; i++)
        if (cleartext->list[i].died_ns < cleartext->list[found].died_ns)
            found = i;
    return found;
}

void cleartext_died(struct cleartext *cleartext, struct ip address, int64_t now_ns)
{
    size_t at = find(cleartext, address);
    if (at == CLEARTEXT_MAX)
        at = oldest(cleartext);
    else if (at == cleartext->count)
        cleartext->count++;
    cleartext->list[at] = (struct dead){address, now_ns};
}

void cleartext_worked(struct cleartext *cleartext, struct ip address)
{
    size_t at = find(cleartext, address);
    if (at < cleartext->count)
        cleartext->list[at] = cleartext->list[--cleartext->count];
}

bool cleartext_wanted(const struct cleartext *cleartext, struct ip address, int64_t now_ns)
{
    size_t at = find(cleartext, address);
    return at < cleartext->count && now_ns - cleartext->list[at].died_ns < MEMORY;
}
