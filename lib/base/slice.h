/*
 * A slice: a pointer to bytes that other code owns, and a length. It is passed by value, may hold any byte, and does
 * not end with a NUL. An empty slice may have a NULL pointer.
 */
#ifndef RL_BASE_SLICE_H
#define RL_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice {
    const char *ptr;
    size_t len;
};

#define SLICE_LIT(s) ((struct slice){(s), sizeof(s) - 1})
/* For printf: printf("%.*s", SLICE_ARG(s)) */
#define SLICE_ARG(s) (int)(s).len, ((s).ptr != NULL ? (s).ptr : "")

struct slice slice_make(const void *ptr, size_t len);
struct slice slice_cstr(const char *s); /* NULL gives an empty slice */
bool slice_eq(struct slice a, struct slice b);
bool slice_eq_cstr(struct slice a, const char *b);
bool slice_ieq(struct slice a, struct slice b); /* ASCII letters compare without case */
bool slice_ieq_cstr(struct slice a, const char *b);
bool slice_istarts(struct slice s, const char *prefix); /* ASCII, without case */
struct slice slice_from(struct slice s, size_t start);  /* start <= len, asserted */
struct slice slice_head(struct slice s, size_t len);    /* len <= s.len, asserted */
struct slice slice_trim(struct slice s);                /* without spaces and tabs at both ends */

bool slice_is_ascii(struct slice s); /* no byte above 127 */

/* Index of the first byte c, or s.len. */
size_t slice_find(struct slice s, char c);

/* Cuts the part before the first `sep` off *rest and returns it; *rest is what follows sep. */
struct slice slice_cut(struct slice *rest, char sep);

/* Decimal digits only, all of them, no sign. false when empty, malformed, or above max. */
bool slice_to_u64(struct slice s, uint64_t max, uint64_t *out);

/* Copies into a NUL-ended heap string (mem_strndup). */
char *slice_dup(struct slice s);

#endif
