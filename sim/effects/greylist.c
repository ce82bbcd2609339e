/*
 * A greylist (RFC 6647). A key passes when it comes back `wait` after its first attempt, and not later than `closes`;
 * from then on it passes for `remember`. Limits: 100,000 keys a rule; beyond, the oldest goes.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "sim/effects/effect.h"
#include "sim/effects/key.h"
#include "sim/scenario/tables.h"

#define ENTRIES_MAX 100000

struct greylist {
    struct yaml_list key;
    int64_t wait_ns, remember_ns, closes_ns; /* closes 0 = never */
};

static const struct yaml_field fields[] = {
    NEED(greylist, "key", key_parts, key, "values that identify an attempt and its retries"),
    NEED(greylist, "wait", wait, wait_ns, "how long after the first attempt a retry passes"),
    DEFAULT(greylist, "remember", wait, remember_ns, "36d", "how long later attempts pass after that"),
    F(greylist, "closes", wait, closes_ns, "a retry after this time counts as a first attempt (RFC 6647 §5.2)"), END};
static const struct yaml_type greylist = STRUCT("a greylist", greylist, fields);

static void lint(struct scenario *scenario, const struct rule *rule)
{
    if (!rule_speaks(rule))
        yaml_error(&scenario->doc, rule->at_mark, "rules", "a greylist needs the reply that it gives");
}

/* ---- at work ---- */

struct greylist_entry {
    char *key;
    int64_t first_ns;
    int64_t passes_until_ns; /* 0 = has not passed yet */
};

struct greylist_memory {
    struct greylist_entry *entries; /* oldest first */
    size_t count, room;
};

static struct greylist_entry *find(struct greylist_memory *memory, const char *key)
{
    for (size_t i = 0; i < memory->count; i++)
        if (strcmp(memory->entries[i].key, key) == 0)
            return &memory->entries[i];
    return NULL;
}

static void add(struct greylist_memory *memory, const char *key, int64_t t_ns)
{
    if (memory->count == ENTRIES_MAX) {
        free(memory->entries[0].key);
        memmove(memory->entries, memory->entries + 1, --memory->count * sizeof *memory->entries);
    }
    if (memory->count == memory->room) {
        memory->room = memory->room > 0 ? 2 * memory->room : 64;
        memory->entries = mem_realloc(memory->entries, memory->room, sizeof *memory->entries);
    }
    memory->entries[memory->count++] = (struct greylist_entry){.key = mem_strdup(key), .first_ns = t_ns};
}

static bool holds(struct greylist_memory *memory, const struct greylist *g, const char *key, int64_t t_ns,
                  bool remember)
{
    struct greylist_entry *entry = find(memory, key);
    if (entry == NULL) {
        if (remember)
            add(memory, key, t_ns);
        return true;
    }
    bool passed = entry->passes_until_ns >= t_ns;
    bool lapsed = entry->passes_until_ns != 0 && !passed;
    int64_t age = t_ns - entry->first_ns;
    if (!passed && (lapsed || (g->closes_ns > 0 && age > g->closes_ns))) {
        if (remember)
            *entry = (struct greylist_entry){.key = entry->key, .first_ns = t_ns};
        return true;
    }
    if (!passed && age < g->wait_ns)
        return true;
    if (remember)
        entry->passes_until_ns = t_ns + g->remember_ns;
    return false;
}

static bool triggers(const void *value, void *memory, const struct situation *situation, bool remember)
{
    const struct greylist *g = value;
    char *key = key_make(&g->key, situation);
    bool held = holds(memory, g, key, situation->t_ns, remember);
    free(key);
    return held;
}

static void fini(void *memory)
{
    struct greylist_memory *seen = memory;
    for (size_t i = 0; i < seen->count; i++)
        free(seen->entries[i].key);
    free(seen->entries);
}

const struct effect effect_greylist = {
    .kind = EFFECT_DECIDES,
    .value = EFFECT_VALUE(greylist),
    .stages = AT(RCPT) | AT(MAIL) | AT(DATA) | AT(EOD),
    .elsewhere = "a greylist acts at mail, rcpt, data or eod",
    .lint = lint,
    .memory_size = sizeof(struct greylist_memory),
    .fini = fini,
    .triggers = triggers,
};
