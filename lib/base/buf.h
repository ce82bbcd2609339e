/*
 * A bounded, growing byte buffer. Its maximum is set at birth; what does not fit is refused as a
 * whole and the buffer remembers (`overflow`), so that one check ends a series of appends.
 *
 *     data            data+len          data+cap   max
 *      |  bytes ......  |   room ........  |  .....  |
 *
 * buf_consume moves the rest to the front: amortised, since readers consume in lines or blocks.
 */
#ifndef RL_BASE_BUF_H
#define RL_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/slice.h"

struct buf {
    char *data;
    size_t len;
    size_t cap;
    size_t max;
    bool overflow; /* an append was refused since init or reset */
};

void buf_init(struct buf *buf, size_t max);
void buf_fini(struct buf *buf);  /* frees; the buffer may be initialised again */
void buf_reset(struct buf *buf); /* empties, keeps the memory, clears overflow */

/* Each returns false, and sets overflow, when the result would exceed max; then nothing is added.
 */
bool buf_add(struct buf *buf, const void *bytes, size_t len);
bool buf_add_slice(struct buf *buf, struct slice s);
bool buf_add_cstr(struct buf *buf, const char *s);
bool buf_add_char(struct buf *buf, char c);
bool buf_printf(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool buf_vprintf(struct buf *buf, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* Room for at least `want` more bytes (bounded by max): returns where to write and sets *room, or
 * NULL when full. After writing n bytes call buf_commit(buf, n). */
char *buf_reserve(struct buf *buf, size_t want, size_t *room);
void buf_commit(struct buf *buf, size_t len);

void buf_consume(struct buf *buf, size_t len); /* drops len bytes from the front; len <= buf->len */
struct slice buf_slice(const struct buf *buf); /* valid until the next change */

/* Ends the bytes with a NUL that does not count, and returns them. The NUL may exceed max by one
 * byte. */
const char *buf_cstr(struct buf *buf);

#endif
