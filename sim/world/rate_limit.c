#include "sim/world/rate_limit.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "sim/world/key.h"

static size_t find(const struct rate_memory *memory, const char *key)
{
    size_t i = 0;
    while (i < memory->count && strcmp(memory->buckets[i].key, key) != 0)
        i++;
    return i;
}

/* Levels are in tokens times `per`, so that no refill is ever rounded: too big for 64 bits when octets are counted. */
static __int128 full(const struct rate_limit *limit)
{
    return (__int128)(limit->burst.n > 0 ? limit->burst.n : limit->allow.n) * limit->per_ns;
}

static __int128 cost(const struct rate_limit *limit, const struct situation *situation)
{
    return (__int128)(limit->count == RATE_BYTES ? situation->size : 1) * limit->per_ns;
}

/* What the bucket holds at this time. */
static __int128 refilled(const struct rate_bucket *bucket, const struct rate_limit *limit, int64_t t_ns)
{
    __int128 level = bucket->level + (__int128)(t_ns - bucket->at_ns) * limit->allow.n;
    return level < full(limit) ? level : full(limit);
}

static void store(struct rate_memory *memory, size_t at, char *key, __int128 level, int64_t t_ns)
{
    struct rate_bucket bucket = {key, level, t_ns};
    if (at < memory->count || memory->count == RATE_KEYS_MAX) {
        size_t out = at < memory->count ? at : 0;
        free(memory->buckets[out].key);
        memmove(memory->buckets + out, memory->buckets + out + 1, (--memory->count - out) * sizeof bucket);
    }
    if (memory->count == memory->room) {
        memory->room = memory->room > 0 ? 2 * memory->room : 16;
        memory->buckets = mem_realloc(memory->buckets, memory->room, sizeof bucket);
    }
    memory->buckets[memory->count++] = bucket;
}

bool rate_limit_holds(struct rate_memory *memory, const struct rate_limit *limit, const struct situation *situation,
                      bool remember)
{
    char *key = key_make(&limit->key, situation);
    size_t at = find(memory, key);
    __int128 level = at < memory->count ? refilled(&memory->buckets[at], limit, situation->t_ns) : full(limit);
    __int128 price = cost(limit, situation);
    bool held = level < price;
    if (!remember) {
        free(key);
        return held;
    }
    if (!held || limit->count_refused)
        level -= level >= price ? price : level;
    store(memory, at, key, level, situation->t_ns);
    return held;
}

void rate_limit_fini(struct rate_memory *memory)
{
    for (size_t i = 0; i < memory->count; i++)
        free(memory->buckets[i].key);
    free(memory->buckets);
}
