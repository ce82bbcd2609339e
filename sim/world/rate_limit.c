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

static int64_t full(const struct rate_limit *limit)
{
    return (limit->burst > 0 ? limit->burst : limit->allow) * limit->per_ns;
}

/* What the bucket holds at this time. The product stays within range: allow and time are bounded by the schema. */
static int64_t refilled(const struct rate_bucket *bucket, const struct rate_limit *limit, int64_t t_ns)
{
    int64_t more;
    if (__builtin_mul_overflow(t_ns - bucket->at_ns, limit->allow, &more) || more > full(limit) - bucket->level)
        return full(limit);
    return bucket->level + more;
}

static void store(struct rate_memory *memory, size_t at, char *key, int64_t level, int64_t t_ns)
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
    int64_t level = at < memory->count ? refilled(&memory->buckets[at], limit, situation->t_ns) : full(limit);
    bool held = level < limit->per_ns;
    if (!remember) {
        free(key);
        return held;
    }
    if (!held || limit->count_refused)
        level -= level >= limit->per_ns ? limit->per_ns : level;
    store(memory, at, key, level, situation->t_ns);
    return held;
}

void rate_limit_fini(struct rate_memory *memory)
{
    for (size_t i = 0; i < memory->count; i++)
        free(memory->buckets[i].key);
    free(memory->buckets);
}
