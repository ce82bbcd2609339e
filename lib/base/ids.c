#include "lib/base/ids.h"

#include <stdlib.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"

struct ids_slot {
    void *item;         /* NULL = free */
    uint32_t uses;      /* the ids that this slot has had; the upper half of an id */
    uint32_t next_free; /* a position plus one; 0 = none */
};

void ids_init(struct ids *ids)
{
    *ids = (struct ids){0};
}

void ids_fini(struct ids *ids)
{
    free(ids->slots);
    ids_init(ids);
}

static size_t take_slot(struct ids *ids)
{
    if (ids->first_free != 0) {
        size_t at = ids->first_free - 1;
        ids->first_free = ids->slots[at].next_free;
        return at;
    }
    if (ids->count == ids->room) {
        ids->room = ids->room > 0 ? 2 * ids->room : 16;
        rl_assert(ids->room < UINT32_MAX);
        ids->slots = mem_realloc(ids->slots, ids->room, sizeof *ids->slots);
    }
    ids->slots[ids->count] = (struct ids_slot){0};
    return ids->count++;
}

uint64_t ids_add(struct ids *ids, void *item)
{
    rl_assert(item != NULL);
    size_t at = take_slot(ids);
    ids->slots[at].item = item;
    ids->slots[at].uses++;
    return (uint64_t)ids->slots[at].uses << 32 | (at + 1);
}

static struct ids_slot *slot_of(const struct ids *ids, uint64_t id)
{
    size_t position = (size_t)(id & UINT32_MAX);
    if (position == 0 || position > ids->count)
        return NULL;
    struct ids_slot *slot = &ids->slots[position - 1];
    return slot->item != NULL && slot->uses == id >> 32 ? slot : NULL;
}

void *ids_find(const struct ids *ids, uint64_t id)
{
    const struct ids_slot *slot = slot_of(ids, id);
    return slot != NULL ? slot->item : NULL;
}

void ids_remove(struct ids *ids, uint64_t id)
{
    struct ids_slot *slot = slot_of(ids, id);
    if (slot == NULL)
        return;
    slot->item = NULL;
    slot->next_free = (uint32_t)ids->first_free;
    ids->first_free = (size_t)(slot - ids->slots) + 1;
}
