/* count and ratio: how many events fit a pattern. With a window: the most in any stretch of that length. */
#include <inttypes.h>

#include "harness/judge/judge.h"
#include "harness/judge/pattern.h"
#include "lib/base/duration.h"

static int64_t count_all(const struct facts *facts, const struct pattern *pattern)
{
    int64_t count = 0;
    for (size_t i = 0; i < facts->log->count; i++)
        count += pattern_fits(pattern, &facts->log->events[i]);
    return count;
}

/* The most in any window: two ends move over the events, which are in order of time. */
static int64_t most_in(const struct facts *facts, const struct pattern *pattern, int64_t window_ns)
{
    const struct trace_event *events = facts->log->events;
    int64_t count = 0, most = 0;
    size_t first = 0;
    for (size_t i = 0; i < facts->log->count; i++) {
        if (!pattern_fits(pattern, &events[i]))
            continue;
        for (count++; events[i].t_ns - events[first].t_ns >= window_ns; first++)
            count -= pattern_fits(pattern, &events[first]);
        most = count > most ? count : most;
    }
    return most;
}

void check_count(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_count *check = &expect->count;
    char length[DURATION_TEXT_MAX];
    bool windowed = check->window_ns > 0;
    int64_t count = windowed ? most_in(facts, &check->pattern, check->window_ns) : count_all(facts, &check->pattern);
    const char *in = windowed ? duration_format(check->window_ns, length) : "";
    finding_want(out, "%s such events%s%s", check->is.text, windowed ? " in any " : "", in);
    finding_set(out, range_fits(&check->is, count) ? HOLDS : BROKEN, "%" PRId64 "%s%s", count,
                windowed ? " at most in " : "", in);
}

void check_ratio(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_ratio *check = &expect->ratio;
    int64_t part = count_all(facts, &check->pattern), whole = count_all(facts, &check->over);
    double ratio = whole > 0 ? (double)part / (double)whole : 0;
    if (check->max_seen)
        finding_want(out, "at most %.2f of the others", check->max);
    else
        finding_want(out, "at least %.2f of the others", check->min);
    if (whole == 0)
        finding_set(out, CANNOT_TELL, "none of the others");
    else
        finding_set(out,
                    (!check->max_seen || ratio <= check->max) && (!check->min_seen || ratio >= check->min) ? HOLDS
                                                                                                           : BROKEN,
                    "%" PRId64 " of %" PRId64 " (%.2f)", part, whole, ratio);
}
