#include "lib/base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"

#define BUF_FIRST 256

void buf_init(struct buf *buf, size_t max)
{
    rl_assert(max > 0 && max < SIZE_MAX / 2);
    *buf = (struct buf){.max = max};
}

void buf_fini(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){.max = buf->max};
}

void buf_reset(struct buf *buf)
{
    buf->len = 0;
    buf->overflow = false;
}

/* Makes cap at least `need`, doubling. One byte beyond max is kept for the NUL of buf_cstr. */
static void grow(struct buf *buf, size_t need)
{
    if (need <= buf->cap)
        return;
    size_t cap = buf->cap > 0 ? buf->cap : BUF_FIRST;
    while (cap < need)
        cap *= 2;
    if (cap > buf->max + 1)
        cap = buf->max + 1;
    buf->data = mem_realloc(buf->data, cap, 1);
    buf->cap = cap;
}

static bool fits(struct buf *buf, size_t len)
{
    if (len > buf->max - buf->len) {
        buf->overflow = true;
        return false;
    }
    return true;
}

bool buf_add(struct buf *buf, const void *bytes, size_t len)
{
    if (!fits(buf, len))
        return false;
    if (len == 0)
        return true;
    grow(buf, buf->len + len);
    memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
    return true;
}

bool buf_add_slice(struct buf *buf, struct slice s)
{
    return buf_add(buf, s.ptr, s.len);
}

bool buf_add_cstr(struct buf *buf, const char *s)
{
    return buf_add(buf, s, strlen(s));
}

bool buf_add_char(struct buf *buf, char c)
{
    return buf_add(buf, &c, 1);
}

bool buf_vprintf(struct buf *buf, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    rl_assert(n >= 0);
    bool ok = fits(buf, (size_t)n);
    if (ok) {
        grow(buf, buf->len + (size_t)n + 1);
        (void)vsnprintf(buf->data + buf->len, (size_t)n + 1, fmt, again);
        buf->len += (size_t)n;
    }
    va_end(again);
    return ok;
}

bool buf_printf(struct buf *buf, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    bool ok = buf_vprintf(buf, fmt, ap);
    va_end(ap);
    return ok;
}

char *buf_reserve(struct buf *buf, size_t want, size_t *room)
{
    size_t left = buf->max - buf->len;
    if (left == 0)
        return NULL;
    grow(buf, buf->len + (want < left ? want : left));
    size_t have = buf->cap - buf->len;
    *room = have < left ? have : left;
    return buf->data + buf->len;
}

void buf_commit(struct buf *buf, size_t len)
{
    rl_assert(len <= buf->cap - buf->len && len <= buf->max - buf->len);
    buf->len += len;
}

void buf_consume(struct buf *buf, size_t len)
{
    rl_assert(len <= buf->len);
    buf->len -= len;
    if (buf->len > 0 && len > 0)
        memmove(buf->data, buf->data + len, buf->len);
}

struct slice buf_slice(const struct buf *buf)
{
    return slice_make(buf->data, buf->len);
}

const char *buf_cstr(struct buf *buf)
{
    grow(buf, buf->len + 1);
    buf->data[buf->len] = '\0';
    return buf->data;
}
