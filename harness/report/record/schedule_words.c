#include "harness/report/record/schedule_words.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"

static int64_t gap_ns(const struct json *gap, const char *key)
{
    return (int64_t)llround(json_get_real(gap, key, 0) * 1e3) * NS_PER_MS;
}

static bool are_alike(const struct json *a, const struct json *b)
{
    return gap_ns(a, "min") == gap_ns(b, "min") && gap_ns(a, "max") == gap_ns(b, "max");
}

void schedule_words(const struct json *gaps, struct buf *out)
{
    char least[DURATION_TEXT_MAX], most[DURATION_TEXT_MAX];
    for (size_t i = 0, end; i < json_count(gaps); i = end) {
        const struct json *gap = json_at(gaps, i);
        for (end = i + 1; end < json_count(gaps) && are_alike(gap, json_at(gaps, end));)
            end++;
        (void)buf_printf(out, "%s%s", i > 0 ? ", " : "", duration_format(gap_ns(gap, "min"), least));
        if (gap_ns(gap, "min") != gap_ns(gap, "max"))
            (void)buf_printf(out, "–%s", duration_format(gap_ns(gap, "max"), most));
        if (end > i + 1)
            (void)buf_printf(out, " × %zu", end - i);
    }
}

struct counted {
    const char *what;
    int64_t count;
};

static int compare(const void *a, const void *b)
{
    const struct counted *x = a, *y = b;
    return x->count != y->count ? (x->count > y->count ? -1 : 1) : strcmp(x->what, y->what);
}

void count_words(const struct json *counts, struct buf *out)
{
    struct counted *list = mem_alloc((json_count(counts) + 1) * sizeof *list);
    size_t n = 0;
    for (void *it = json_iter(counts); it != NULL; it = json_next(counts, it), n++)
        list[n] = (struct counted){json_iter_key(it), json_get_int(counts, json_iter_key(it), 0)};
    qsort(list, n, sizeof *list, compare);
    for (size_t i = 0; i < n; i++)
        (void)buf_printf(out, "%s%s %" PRId64, i > 0 ? ", " : "", list[i].what, list[i].count);
    if (n == 0)
        (void)buf_add_cstr(out, "none");
    free(list);
}
