/*
 * Ids for things that refer to each other and do not end together. An id that has ended finds nothing, and is never
 * given again; to find one takes constant time.
 *
 *     uint64_t id = ids_add(&ids, job);
 *     struct job *job = ids_find(&ids, id);   // NULL after ids_remove
 *
 * Limits: 2^31 things at a time. The table never shrinks: 16 octets for each of the most that lived at a time.
 */
#ifndef RL_BASE_IDS_H
#define RL_BASE_IDS_H

#include <stddef.h>
#include <stdint.h>

#define IDS_NONE UINT64_C(0) /* the id of nothing */

struct ids {
    struct ids_slot *slots;
    size_t count, room;
    size_t first_free; /* a position plus one; 0 = none */
};

void ids_init(struct ids *ids);
void ids_fini(struct ids *ids);

uint64_t ids_add(struct ids *ids, void *item);
void *ids_find(const struct ids *ids, uint64_t id);
void ids_remove(struct ids *ids, uint64_t id);

#endif
