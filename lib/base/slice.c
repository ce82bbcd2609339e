#include "lib/base/slice.h"

#include <string.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"

struct slice slice_make(const void *ptr, size_t len)
{
    return (struct slice){ptr, len};
}

struct slice slice_cstr(const char *s)
{
    return (struct slice){s, s != NULL ? strlen(s) : 0};
}

bool slice_eq(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool slice_eq_cstr(struct slice a, const char *b)
{
    return slice_eq(a, slice_cstr(b));
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool slice_ieq(struct slice a, struct slice b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

bool slice_ieq_cstr(struct slice a, const char *b)
{
    return slice_ieq(a, slice_cstr(b));
}

bool slice_istarts(struct slice s, const char *prefix)
{
    size_t n = strlen(prefix);
    return s.len >= n && slice_ieq_cstr(slice_head(s, n), prefix);
}

struct slice slice_from(struct slice s, size_t start)
{
    rl_assert(start <= s.len);
    return start == 0 ? s : (struct slice){s.ptr + start, s.len - start};
}

struct slice slice_head(struct slice s, size_t len)
{
    rl_assert(len <= s.len);
    return (struct slice){s.ptr, len};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct slice slice_trim(struct slice s)
{
    while (s.len > 0 && is_blank(s.ptr[0]))
        s = slice_from(s, 1);
    while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

bool slice_is_ascii(struct slice s)
{
    uint64_t word;
    for (; s.len >= sizeof word; s = slice_from(s, sizeof word)) {
        memcpy(&word, s.ptr, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            return false;
    }
    for (size_t i = 0; i < s.len; i++)
        if (((unsigned char)s.ptr[i] & 0x80) != 0)
            return false;
    return true;
}

size_t slice_find(struct slice s, char c)
{
    const char *at = s.len > 0 ? memchr(s.ptr, c, s.len) : NULL;
    return at != NULL ? (size_t)(at - s.ptr) : s.len;
}

struct slice slice_cut(struct slice *rest, char sep)
{
    size_t at = slice_find(*rest, sep);
    struct slice head = slice_head(*rest, at);
    *rest = slice_from(*rest, at < rest->len ? at + 1 : at);
    return head;
}

bool slice_to_u64(struct slice s, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(s.ptr[i] - '0'), &value) || value > max)
            return false;
    }
    *out = value;
    return true;
}

char *slice_dup(struct slice s)
{
    return mem_strndup(s.ptr, s.len);
}
