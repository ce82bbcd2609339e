/* Which rule the waits of a schedule follow; each matcher writes the words if its rule holds, or returns false. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "harness/report/record/schedule.h"
#include "lib/base/duration.h"

#define WAITS_MIN  4 /* fewer do not show a rule */
#define GROUPS_MAX 12

static size_t waits_of(const struct schedule *schedule)
{
    return schedule->count > 0 ? schedule->count - 1 : 0;
}

static int64_t wait_ms(const struct schedule *schedule, size_t i)
{
    return llround((schedule->at[i + 1] - schedule->at[i]) * 1e3);
}

static void put_length(struct buf *out, int64_t ms)
{
    char text[DURATION_TEXT_MAX];
    (void)buf_add_cstr(out, duration_format(ms * NS_PER_MS, text));
}

/* The lifetime may cut the last wait, never extend it. */
static bool last_fits(const struct schedule *schedule, int64_t by_rule_ms)
{
    return wait_ms(schedule, waits_of(schedule) - 1) <= by_rule_ms;
}

/* A last wait that differs from what the rule says. */
static void put_last(struct buf *out, const struct schedule *schedule, int64_t by_rule_ms)
{
    int64_t last = wait_ms(schedule, waits_of(schedule) - 1);
    if (last == by_rule_ms)
        return;
    (void)buf_add_cstr(out, "; the last wait is ");
    put_length(out, last);
}

static bool is_square(const struct schedule *schedule, struct buf *out)
{
    int64_t unit = wait_ms(schedule, 0);
    if (unit <= 0)
        return false;
    for (size_t n = 1; n < schedule->count; n++) /* in the first that does not fit, at most four times the last time */
        if (llabs(llround((schedule->at[n] - schedule->at[0]) * 1e3) - unit * (int64_t)(n * n)) > 1)
            return false;
    (void)buf_printf(out, "n² × %g s after the first attempt", (double)unit / 1e3);
    return true;
}

static bool is_fixed(const struct schedule *schedule, struct buf *out)
{
    int64_t first = wait_ms(schedule, 0), wait = wait_ms(schedule, 1);
    for (size_t i = 2; i + 1 < waits_of(schedule); i++)
        if (wait_ms(schedule, i) != wait)
            return false;
    if (!last_fits(schedule, wait))
        return false;
    if (first != wait) {
        put_length(out, first);
        (void)buf_add_cstr(out, ", then ");
    }
    (void)buf_add_cstr(out, "every ");
    put_length(out, wait);
    put_last(out, schedule, wait);
    return true;
}

/* Each wait is twice the one before it, up to one that repeats. */
static bool is_doubling(const struct schedule *schedule, struct buf *out)
{
    size_t n = waits_of(schedule), doubled = 0, i = 0;
    while (i + 1 < n && wait_ms(schedule, i + 1) == 2 * wait_ms(schedule, i))
        i++;
    doubled = i;
    bool capped = i + 2 < n;
    int64_t most = wait_ms(schedule, capped ? i + 1 : i);
    if (doubled < 2 || most > 2 * wait_ms(schedule, i) || (capped && most < wait_ms(schedule, i)))
        return false;
    for (i++; i + 1 < n; i++)
        if (wait_ms(schedule, i) != most)
            return false;
    if (!last_fits(schedule, most))
        return false;
    for (i = 0; i < 3; i++) {
        put_length(out, wait_ms(schedule, i));
        (void)buf_add_cstr(out, i < 2 ? ", " : " …, doubling up to ");
    }
    put_length(out, most);
    put_last(out, schedule, most);
    return true;
}

static void put_rest(const struct schedule *schedule, size_t from, struct buf *out)
{
    int64_t least = wait_ms(schedule, from), most = least;
    for (size_t i = from; i < waits_of(schedule); i++) {
        int64_t wait = wait_ms(schedule, i);
        least = wait < least ? wait : least;
        most = wait > most ? wait : most;
    }
    (void)buf_printf(out, ", and %zu more from ", waits_of(schedule) - from);
    put_length(out, least);
    (void)buf_add_cstr(out, " to ");
    put_length(out, most);
}

void schedule_list(const struct schedule *schedule, size_t groups_max, struct buf *out)
{
    size_t groups = 0;
    for (size_t i = 0, end; i < waits_of(schedule); i = end) {
        if (groups++ == groups_max) {
            put_rest(schedule, i, out);
            return;
        }
        for (end = i + 1; end < waits_of(schedule) && wait_ms(schedule, end) == wait_ms(schedule, i);)
            end++;
        (void)buf_add_cstr(out, i > 0 ? ", " : "");
        put_length(out, wait_ms(schedule, i));
        if (end > i + 1)
            (void)buf_printf(out, " × %zu", end - i);
    }
    if (waits_of(schedule) == 0)
        (void)buf_add_cstr(out, "none");
}

void schedule_rule(const struct schedule *schedule, struct buf *out)
{
    if (waits_of(schedule) < WAITS_MIN ||
        (!is_square(schedule, out) && !is_fixed(schedule, out) && !is_doubling(schedule, out)))
        schedule_list(schedule, GROUPS_MAX, out);
}
