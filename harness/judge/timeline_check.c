/* timeline: events that must come in this order, each perhaps within a time after the one before. */
#include "harness/judge/judge.h"
#include "harness/judge/pattern.h"
#include "lib/base/duration.h"

/* The first event from `from` on that fits the step and its time; log->count when there is none. */
static size_t find_step(const struct facts *facts, const struct timeline_step *step, size_t from, int64_t before_ns)
{
    size_t i = from;
    while (i < facts->log->count && !(pattern_fits(&step->pattern, &facts->log->events[i]) &&
                                      range_fits(&step->after, facts->log->events[i].t_ns - before_ns)))
        i++;
    return i;
}

static void want(const struct check_timeline *check, struct finding *out)
{
    char words[PATTERN_WORDS_MAX];
    finding_want(out, "in this order:");
    for (size_t i = 0; i < check->count; i++) {
        finding_want_also(out, "%s %zu. %s", i > 0 ? "," : "", i + 1, pattern_words(words, &check->steps[i].pattern));
        if (check->steps[i].after.set)
            finding_want_also(out, " after %s", limit_words(&check->steps[i].after));
    }
}

/* The step that has no event: because there is none at all from there on, or none in its time. */
static void find_missing(const struct facts *facts, const struct timeline_step *step, size_t number, size_t from,
                         struct finding *out)
{
    char words[PATTERN_WORDS_MAX], clock[DURATION_TEXT_MAX];
    struct timeline_step any_time = {.pattern = step->pattern};
    int64_t before_ns = from > 0 ? facts->log->events[from - 1].t_ns : 0;
    size_t at = find_step(facts, &any_time, from, before_ns);
    if (at < facts->log->count) {
        finding_set(out, BROKEN, "event %zu came %s after the one before it", number,
                    duration_clock(facts->log->events[at].t_ns - before_ns, clock));
        (void)finding_because(out, "event %zu does not come after %s", number, limit_words(&step->after));
        return;
    }
    finding_set(out, BROKEN, "no event %zu: %s%s", number, pattern_words(words, &step->pattern),
                number > 1 ? ", after the one before it" : "");
    (void)finding_because(out, "event %zu is missing", number);
}

void judge_timeline(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_timeline *check = expect->check;
    int64_t before_ns = 0;
    size_t at = 0;
    char clock[DURATION_TEXT_MAX];
    want(check, out);
    for (size_t i = 0; i < check->count; i++) {
        size_t from = at;
        at = find_step(facts, &check->steps[i], from, before_ns);
        if (at == facts->log->count) {
            find_missing(facts, &check->steps[i], i + 1, from, out);
            return;
        }
        out->at = at;
        before_ns = facts->log->events[at++].t_ns;
    }
    finding_set(out, HOLDS, "the last at %s", duration_clock(before_ns, clock));
}
