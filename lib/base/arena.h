/*
 * An arena: memory for things that die together (a transaction, a DNS answer, a scenario). One
 * owner, one arena_free. Bounded: beyond its maximum the program ends with a message, so code that
 * fills an arena with input from outside limits how much it puts there (a scenario file has a size
 * limit, an answer 64 KiB).
 */
#ifndef RL_BASE_ARENA_H
#define RL_BASE_ARENA_H

#include <stddef.h>

#include "lib/base/slice.h"

struct arena;

struct arena *arena_new(size_t max_bytes);
void arena_free(struct arena *arena); /* NULL is allowed */

void *arena_alloc(struct arena *arena, size_t size); /* zeroed, aligned for any type */
char *arena_strdup(struct arena *arena, const char *s);
char *arena_slice_dup(struct arena *arena, struct slice s); /* NUL-ended */
char *arena_printf(struct arena *arena, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
