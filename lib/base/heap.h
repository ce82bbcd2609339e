/*
 * A binary heap of pointers, least first. The caller says what "less" is and keeps each member's position, so
 * that a member can be moved or removed in log n.
 */
#ifndef RL_BASE_HEAP_H
#define RL_BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>

#define HEAP_NOWHERE ((size_t)-1)

struct heap {
    void **items;
    size_t count;
    size_t room;
    bool (*less)(const void *a, const void *b);
    size_t *(*position)(void *item); /* where the item keeps its index; HEAP_NOWHERE when outside */
};

void heap_init(struct heap *heap, bool (*less)(const void *, const void *), size_t *(*position)(void *));
void heap_fini(struct heap *heap); /* frees the heap, not its members */
void heap_add(struct heap *heap, void *item);
void heap_remove(struct heap *heap, void *item); /* must be inside */
void *heap_first(const struct heap *heap);       /* NULL when empty */

#endif
