#include "lib/base/duration.h"

#include <stdio.h>
#include <string.h>

#define DURATION_MAX_NS (INT64_C(36500) * 86400 * NS_PER_S)

static const struct unit {
    const char *name;
    int64_t scale;
} time_units[] = {
    {"w", 7 * 86400 * NS_PER_S},
    {"d", 86400 * NS_PER_S},
    {"h", 3600 * NS_PER_S},
    {"m", 60 * NS_PER_S},
    {"s", NS_PER_S},
    {"ms", NS_PER_MS},
    {"us", 1000},
};

static const struct unit size_units[] = {
    {"B", 1},
    {"kB", 1000},
    {"MB", 1000000},
    {"GB", 1000000000},
    {"KiB", 1024},
    {"MiB", 1024 * 1024},
    {"GiB", 1024 * 1024 * 1024},
};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Cuts "90m" off *text: the number, and the index of its unit in the table. */
static bool cut_part(struct slice *text, const struct unit *units, size_t count, uint64_t *number, size_t *unit)
{
    size_t digits = 0;
    while (digits < text->len && is_digit(text->ptr[digits]))
        digits++;
    size_t end = digits;
    while (end < text->len && !is_digit(text->ptr[end]))
        end++;
    struct slice name = slice_make(text->ptr + digits, end - digits);
    if (!slice_to_u64(slice_head(*text, digits), DURATION_MAX_NS, number))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (slice_eq_cstr(name, units[i].name)) {
            *unit = i;
            *text = slice_from(*text, end);
            return true;
        }
    }
    return false;
}

bool duration_parse(struct slice text, int64_t *out_ns)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    if (negative)
        text = slice_from(text, 1);
    if (slice_eq_cstr(text, "0")) {
        *out_ns = 0;
        return true;
    }
    int64_t total = 0;
    size_t next_unit = 0;
    do {
        uint64_t number;
        size_t unit;
        int64_t part;
        if (!cut_part(&text, time_units, COUNT(time_units), &number, &unit) || unit < next_unit)
            return false;
        if (__builtin_mul_overflow((int64_t)number, time_units[unit].scale, &part) ||
            __builtin_add_overflow(total, part, &total) || total > DURATION_MAX_NS)
            return false;
        next_unit = unit + 1;
    } while (text.len > 0);
    *out_ns = negative ? -total : total;
    return true;
}

bool size_parse(struct slice text, uint64_t *out_bytes)
{
    uint64_t number;
    size_t unit;
    if (slice_eq_cstr(text, "0")) {
        *out_bytes = 0;
        return true;
    }
    if (!cut_part(&text, size_units, COUNT(size_units), &number, &unit) || text.len > 0)
        return false;
    return !__builtin_mul_overflow(number, (uint64_t)size_units[unit].scale, out_bytes);
}

const char *duration_format(int64_t ns, char out[DURATION_TEXT_MAX])
{
    size_t at = 0;
    if (ns < 0)
        out[at++] = '-';
    uint64_t left = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
    size_t start = at;
    for (size_t i = 1; i < COUNT(time_units) && left > 0; i++) { /* days are the largest people read */
        uint64_t n = left / (uint64_t)time_units[i].scale;
        left %= (uint64_t)time_units[i].scale;
        if (n > 0)
            at +=
                (size_t)snprintf(out + at, DURATION_TEXT_MAX - at, "%llu%s", (unsigned long long)n, time_units[i].name);
    }
    if (at == start)
        (void)snprintf(out, DURATION_TEXT_MAX, "0s");
    return out;
}

const char *duration_rough(int64_t ns, char out[DURATION_TEXT_MAX])
{
    int64_t least = 1;
    for (size_t i = COUNT(time_units) - 1; i > 1; i--) /* the unit below the largest one that it has */
        if (ns <= -time_units[i - 1].scale || ns >= time_units[i - 1].scale)
            least = time_units[i].scale;
    return duration_format(ns - ns % least, out);
}

const char *duration_clock(int64_t ns, char out[DURATION_TEXT_MAX])
{
    const char *sign = ns < 0 ? "-" : "";
    uint64_t ms = (ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns) / (uint64_t)NS_PER_MS;
    unsigned long long days = ms / 86400000;
    unsigned h = (unsigned)(ms / 3600000 % 24), m = (unsigned)(ms / 60000 % 60);
    unsigned s = (unsigned)(ms / 1000 % 60), part = (unsigned)(ms % 1000);
    if (days > 0)
        (void)snprintf(out, DURATION_TEXT_MAX, "%s%llud %02u:%02u:%02u.%03u", sign, days, h, m, s, part);
    else
        (void)snprintf(out, DURATION_TEXT_MAX, "%s%02u:%02u:%02u.%03u", sign, h, m, s, part);
    return out;
}
