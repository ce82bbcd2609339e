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

void judge_count(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_count *check = expect->check;
    char length[DURATION_TEXT_MAX], count_text[RANGE_WORDS_MAX], pattern[PATTERN_WORDS_MAX];
    bool windowed = check->window_ns > 0;
    int64_t count = windowed ? most_in(facts, &check->pattern, check->window_ns) : count_all(facts, &check->pattern);
    const char *in = windowed ? duration_format(check->window_ns, length) : "";
    finding_want(out, "%s %s%s%s", range_words(count_text, &check->is, "event", "events"),
                 pattern_words(pattern, &check->pattern), windowed ? " in any " : "", in);
    bool good = range_fits(&check->is, count);
    finding_set(out, good ? HOLDS : BROKEN, "%s%s%s", number_words(count_text, count, "event", "events"),
                windowed ? ", the most in any " : "", in);
    if (!good)
        (void)finding_because(out, "the number of events%s%s is not %s", windowed ? " in any " : "", in,
                              limit_words(&check->is));
}

static void want_ratio(const struct check_ratio *check, struct finding *out)
{
    char part[PATTERN_WORDS_MAX], whole[PATTERN_WORDS_MAX];
    finding_want(out, "events %s:", pattern_words(part, &check->pattern));
    if (check->min_seen)
        finding_want_also(out, " at least %.2f", check->min);
    if (check->max_seen)
        finding_want_also(out, "%s at most %.2f", check->min_seen ? " and" : "", check->max);
    finding_want_also(out, " of all %s", pattern_words(whole, &check->over));
}

void judge_ratio(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_ratio *check = expect->check;
    int64_t part = count_all(facts, &check->pattern), whole = count_all(facts, &check->over);
    double ratio = whole > 0 ? (double)part / (double)whole : 0;
    bool too_many = check->max_seen && ratio > check->max, too_few = check->min_seen && ratio < check->min;
    want_ratio(check, out);
    if (whole == 0) {
        finding_set(out, CANNOT_TELL, "there was no event to compare with");
        return;
    }
    finding_set(out, too_many || too_few ? BROKEN : HOLDS, "%" PRId64 " of %" PRId64 " (%.2f)", part, whole, ratio);
    if (too_many)
        (void)finding_because(out, "the share is above %.2f", check->max);
    else if (too_few)
        (void)finding_because(out, "the share is below %.2f", check->min);
}
