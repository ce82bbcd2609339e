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

void check_timeline(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_timeline *check = &expect->timeline;
    const struct timeline_step *steps = check->steps;
    int64_t before_ns = 0;
    size_t at = 0;
    char clock[DURATION_TEXT_MAX];
    finding_want(out, "%zu events in this order", check->count);
    for (size_t i = 0; i < check->count; i++) {
        at = find_step(facts, &steps[i], at, before_ns);
        if (at == facts->log->count) {
            finding_set(out, BROKEN, "no event %zu (%s)%s%s", i + 1, steps[i].pattern.values[0],
                        steps[i].after.set ? " after " : "", steps[i].after.set ? steps[i].after.text : "");
            return;
        }
        out->at = at;
        before_ns = facts->log->events[at++].t_ns;
    }
    finding_set(out, HOLDS, "the last at %s", duration_clock(before_ns, clock));
}
