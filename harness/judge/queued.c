/* queued: a recipient is still in the target's queue at a time, neither delivered nor bounced. */
#include <string.h>

#include "harness/judge/judge.h"
#include "lib/base/duration.h"

/* The listing that was made for this time: the first one from then on. */
static const struct trace_event *listing_at(const struct facts *facts, int64_t t_ns, size_t *at)
{
    const struct trace_event *event;
    *at = 0;
    while ((event = facts_next(facts, TRACE_TARGET_QUEUE, NULL, 0, at)) != NULL)
        if (event->t_ns >= t_ns)
            return event;
    return NULL;
}

/* False when the check fails there, or cannot be decided. */
static bool one(const struct facts *facts, const struct submission *s, const char *to, int64_t at_ns,
                struct finding *out)
{
    char clock[DURATION_TEXT_MAX];
    const struct rounds_of *of = rounds_get(facts->rounds, s->id, s->n, to);
    size_t at;
    if (of->submitted_ns == INT64_MAX) {
        finding_not_taken(out, facts, s->id, s->n);
        return false;
    }
    if (of->submitted_ns > of->handed_ns + at_ns) {
        finding_set(out, CANNOT_TELL, "the target did not take %s before that time", s->id);
        return false;
    }
    const struct trace_event *event = listing_at(facts, of->handed_ns + at_ns, &at);
    if (event == NULL || trace_value(event->json, FIELD_ENTRIES) == NULL) {
        finding_set(out, CANNOT_TELL, "%.400s",
                    event != NULL ? trace_str(event->json, FIELD_TEXT, "") : "the queue was not listed then");
        return false;
    }
    out->at = at - 1;
    bool good = facts_queue_has(event->json, s->from, to);
    finding_set(out, good ? HOLDS : BROKEN, "%s %s the queue after %s", to, good ? "in" : "not in",
                duration_clock(event->t_ns - of->handed_ns, clock));
    return good || finding_because(out, "the listing of the queue does not have %s from %s", to,
                                   s->from[0] != '\0' ? s->from : "<>");
}

void judge_queued(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_queued *check = expect->check;
    char length[DURATION_TEXT_MAX];
    finding_want(out, "every recipient still in the queue after %s", duration_format(check->at_ns, length));
    for (size_t i = 0; i < facts->scenario->story_count; i++) {
        const struct submission *s = &facts->scenario->story[i];
        for (size_t k = 0; strcmp(s->id, check->of) == 0 && k < s->to_count; k++)
            if (globs_fit(&check->to, s->to[k]) && !one(facts, s, s->to[k], check->at_ns, out))
                return;
    }
}
