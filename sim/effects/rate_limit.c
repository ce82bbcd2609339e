/*
 * A token bucket for each key: `burst` tokens at first (default `allow`), refilled `allow` per `per`. Each occasion
 * takes one token, or with `count: bytes` one for each octet of the message; without them, the rule acts. Refused
 * occasions take tokens only with count_refused. Limits: 100,000 keys a rule; beyond, the least recently used one is
 * dropped.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "sim/effects/effect.h"
#include "sim/effects/key.h"
#include "sim/scenario/tables.h"

#define KEYS_MAX    100000
#define TRANSACTION (AT(MAIL) | AT(RCPT) | AT(DATA) | AT(BODY) | AT(EOD))

/* Octets are counted by size; what else a rate limit counts depends on its stage, and the word is for readers. */
enum rate_count { RATE_CONNECTIONS, RATE_MESSAGES, RATE_RECIPIENTS, RATE_BYTES };

struct rate_limit {
    struct yaml_list key;
    struct amount allow, burst; /* burst 0 = allow */
    int64_t per_ns;
    int count; /* enum rate_count */
    bool count_refused;
};

static const struct yaml_type amount = CUSTOM("an amount", struct amount, leaf_amount);
static const struct yaml_choice counts[] = {{"connections", RATE_CONNECTIONS, "at connect"},
                                            {"messages", RATE_MESSAGES, "at mail, data or eod"},
                                            {"recipients", RATE_RECIPIENTS, "at rcpt"},
                                            {"bytes", RATE_BYTES, "octets of messages, at mail or eod"},
                                            {NULL, 0, NULL}};
static const struct yaml_type count = CHOICES("connections, messages, recipients or bytes", counts);
static const struct yaml_field fields[] = {
    NEED(rate_limit, "key", key_parts, key, "values that identify a token bucket"),
    NEED(rate_limit, "allow", amount, allow, "tokens that are added in each period: a number, or a size"),
    NEED(rate_limit, "per", wait, per_ns, "length of the period"),
    F(rate_limit, "burst", amount, burst, "tokens at the start; default: allow"),
    F(rate_limit, "count", count, count, "what costs tokens"),
    F(rate_limit, "count_refused", yaml_bool, count_refused, "refused requests also cost tokens"),
    END};
static const struct yaml_type rate_limit = STRUCT("a rate limit", rate_limit, fields);

static void lint(struct scenario *scenario, const struct rule *rule)
{
    const struct rate_limit *limit = rule_effect(rule, EFFECT_RATE_LIMIT);
    struct yaml_doc *doc = &scenario->doc;
    if (!rule_speaks(rule))
        yaml_error(doc, rule->at_mark, "rules", "a rate limit needs the reply that it gives");
    if (limit->per_ns == 0)
        yaml_error(doc, rule->at_mark, "rules", "a rate limit over 0s limits nothing; say per: 60s");
    if (limit->allow.octets != (limit->count == RATE_BYTES) ||
        (limit->burst.n > 0 && limit->burst.octets != limit->allow.octets))
        yaml_error(doc, rule->at_mark, "rules", "with count: bytes, allow and burst are sizes; else they are counts");
    if (limit->count == RATE_BYTES && !rule_is_at(rule, TRANSACTION))
        yaml_error(doc, rule->at_mark, "rules", "the octets of a message are known from mail to eod");
}

/* ---- at work ---- */

struct rate_bucket {
    char *key;
    __int128 level; /* tokens times `per` in ns, so that refilling is exact */
    int64_t at_ns;
};

struct rate_memory {
    struct rate_bucket *buckets; /* used longest ago first */
    size_t count, room;
};

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
    if (at < memory->count || memory->count == KEYS_MAX) {
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

static bool triggers(const void *value, void *buckets, const struct situation *situation, bool remember)
{
    const struct rate_limit *limit = value;
    struct rate_memory *memory = buckets;
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

static void fini(void *buckets)
{
    struct rate_memory *memory = buckets;
    for (size_t i = 0; i < memory->count; i++)
        free(memory->buckets[i].key);
    free(memory->buckets);
}

const struct effect effect_rate_limit = {
    .kind = EFFECT_DECIDES,
    .value = EFFECT_VALUE(rate_limit),
    .stages = EVERYWHERE,
    .lint = lint,
    .memory_size = sizeof(struct rate_memory),
    .fini = fini,
    .triggers = triggers,
};
