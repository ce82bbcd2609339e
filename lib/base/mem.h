/*
 * Heap memory that is there or ends the program. Every buffer, list and count that a peer can grow
 * is bounded, so running out of memory is never a peer's choice, and no caller has to plan for it.
 */
#ifndef RL_BASE_MEM_H
#define RL_BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);                            /* uninitialised; size 0 is allowed */
void *mem_zalloc(size_t size);                           /* zeroed */
void *mem_realloc(void *ptr, size_t count, size_t size); /* count * size bytes, overflow checked */
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t len); /* copies len bytes and ends them with NUL */
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
