#include "lib/base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"

#define ARENA_BLOCK 4096
#define ARENA_ALIGN _Alignof(max_align_t)

struct arena_block {
    struct arena_block *next;
    size_t used;
    size_t size;
    _Alignas(max_align_t) char bytes[];
};

struct arena {
    struct arena_block *blocks; /* newest first */
    size_t total;
    size_t max;
};

struct arena *arena_new(size_t max_bytes)
{
    struct arena *arena = mem_zalloc(sizeof *arena);
    arena->max = max_bytes;
    return arena;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    while (arena->blocks != NULL) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
    free(arena);
}

static struct arena_block *add_block(struct arena *arena, size_t size)
{
    size_t left = arena->max - arena->total;
    size_t bytes = size > ARENA_BLOCK ? size : ARENA_BLOCK;
    bytes = bytes < left ? bytes : left;
    rl_assert(size <= bytes);
    struct arena_block *block = mem_zalloc(sizeof *block + bytes);
    block->size = bytes;
    block->next = arena->blocks;
    arena->blocks = block;
    arena->total += bytes;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    rl_assert(size <= arena->max);
    size_t rounded = (size + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
    struct arena_block *block = arena->blocks;
    if (block == NULL || block->size - block->used < rounded)
        block = add_block(arena, rounded);
    void *ptr = block->bytes + block->used;
    block->used += rounded;
    return ptr;
}

char *arena_slice_dup(struct arena *arena, struct slice s)
{
    char *copy = arena_alloc(arena, s.len + 1);
    if (s.len > 0)
        memcpy(copy, s.ptr, s.len);
    return copy;
}

char *arena_strdup(struct arena *arena, const char *s)
{
    return arena_slice_dup(arena, slice_cstr(s));
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    rl_assert(n >= 0);
    char *out = arena_alloc(arena, (size_t)n + 1);
    (void)vsnprintf(out, (size_t)n + 1, fmt, again);
    va_end(again);
    return out;
}
