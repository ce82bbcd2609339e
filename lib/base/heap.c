#include "lib/base/heap.h"

#include <stdlib.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"

void heap_init(struct heap *heap, bool (*less)(const void *, const void *), size_t *(*position)(void *))
{
    *heap = (struct heap){.less = less, .position = position};
}

void heap_fini(struct heap *heap)
{
    free(heap->items);
    heap->items = NULL;
    heap->count = heap->room = 0;
}

static void put(struct heap *heap, size_t at, void *item)
{
    heap->items[at] = item;
    *heap->position(item) = at;
}

static void sift_up(struct heap *heap, size_t at, void *item)
{
    while (at > 0 && heap->less(item, heap->items[(at - 1) / 2])) {
        put(heap, at, heap->items[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put(heap, at, item);
}

static void sift_down(struct heap *heap, size_t at, void *item)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= heap->count)
            break;
        if (child + 1 < heap->count && heap->less(heap->items[child + 1], heap->items[child]))
            child++;
        if (!heap->less(heap->items[child], item))
            break;
        put(heap, at, heap->items[child]);
        at = child;
    }
    put(heap, at, item);
}

void heap_add(struct heap *heap, void *item)
{
    if (heap->count == heap->room)
        heap->items = mem_realloc(heap->items, heap->room = heap->room * 2 + 16, sizeof *heap->items);
    heap->count++;
    sift_up(heap, heap->count - 1, item);
}

void heap_remove(struct heap *heap, void *item)
{
    size_t at = *heap->position(item);
    rl_assert(at < heap->count && heap->items[at] == item);
    void *last = heap->items[--heap->count];
    *heap->position(item) = HEAP_NOWHERE;
    if (last == item)
        return;
    if (at > 0 && heap->less(last, heap->items[(at - 1) / 2]))
        sift_up(heap, at, last);
    else
        sift_down(heap, at, last);
}

void *heap_first(const struct heap *heap)
{
    return heap->count > 0 ? heap->items[0] : NULL;
}
