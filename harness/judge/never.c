/* never: no event fits the pattern, perhaps only after or before another one. */
#include "harness/judge/judge.h"
#include "harness/judge/pattern.h"
#include "lib/base/duration.h"

static size_t first_of(const struct facts *facts, const struct pattern *pattern)
{
    for (size_t i = 0; i < facts->log->count; i++)
        if (pattern_fits(pattern, &facts->log->events[i]))
            return i;
    return facts->log->count;
}

static bool is_excepted(const struct check_never *check, const struct trace_event *event)
{
    for (size_t i = 0; i < check->except_count; i++)
        if (pattern_fits(&check->except[i], event))
            return true;
    return false;
}

void check_never(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_never *check = &expect->never;
    size_t from = 0, to = facts->log->count;
    char clock[DURATION_TEXT_MAX];
    finding_want(out, "no such event%s%s", check->after != NULL ? " after the other" : "",
                 check->before != NULL ? " before the other" : "");
    if (check->after != NULL) {
        from = first_of(facts, check->after);
        if (from == facts->log->count) {
            finding_set(out, CANNOT_TELL, "what it is to come after never came");
            return;
        }
        from++;
    }
    if (check->before != NULL)
        to = first_of(facts, check->before);
    for (size_t i = from; i < to; i++) {
        const struct trace_event *event = &facts->log->events[i];
        if (!pattern_fits(&check->pattern, event) || is_excepted(check, event))
            continue;
        out->at = i;
        finding_set(out, BROKEN, "%s at %s", event->event, duration_clock(event->t_ns, clock));
        return;
    }
    finding_set(out, HOLDS, "none");
}
