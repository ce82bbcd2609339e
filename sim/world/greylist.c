#include "sim/world/greylist.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "sim/world/key.h"

static struct greylist_entry *find(struct greylist_memory *memory, const char *key)
{
    for (size_t i = 0; i < memory->count; i++)
        if (strcmp(memory->entries[i].key, key) == 0)
            return &memory->entries[i];
    return NULL;
}

static void add(struct greylist_memory *memory, const char *key, int64_t t_ns)
{
    if (memory->count == GREYLIST_ENTRIES_MAX) {
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

bool greylist_holds(struct greylist_memory *memory, const struct greylist *greylist, const struct situation *situation,
                    bool remember)
{
    char *key = key_make(&greylist->key, situation);
    bool held = holds(memory, greylist, key, situation->t_ns, remember);
    free(key);
    return held;
}

void greylist_fini(struct greylist_memory *memory)
{
    for (size_t i = 0; i < memory->count; i++)
        free(memory->entries[i].key);
    free(memory->entries);
}
