/* invariant: what must hold of the whole run. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "harness/judge/judge.h"

static const struct json *queue_of(const struct facts *facts, struct finding *out)
{
    size_t at = 0;
    const struct trace_event *event = facts_last(facts, TRACE_TARGET_QUEUE, &at);
    if (event == NULL && facts->unlisted) {
        finding_set(out, NOT_CHECKED, "the adapter has no queue command");
        return NULL;
    }
    if (event == NULL || trace_value(event->json, FIELD_COUNT) == NULL) {
        finding_set(out, CANNOT_TELL, "%s",
                    event == NULL ? "the queue was not listed" : trace_str(event->json, FIELD_TEXT, ""));
        return NULL;
    }
    out->at = at - 1;
    return event->json;
}

static const char *first_of(const struct json *queue, const char *key)
{
    const char *text = json_get_str(json_at(trace_value(queue, FIELD_ENTRIES), 0), key, "?");
    return text[0] != '\0' ? text : "<>";
}

static void queue_empty(const struct facts *facts, struct finding *out)
{
    finding_want(out, "an empty queue at the end");
    const struct json *queue = queue_of(facts, out);
    int64_t count = queue != NULL ? trace_int(queue, FIELD_COUNT, 0) : 0;
    if (queue == NULL)
        return;
    finding_set(out, count == 0 ? HOLDS : BROKEN, "%" PRId64 " recipient%s in the queue", count, count == 1 ? "" : "s");
    if (count > 0)
        (void)finding_because(out, "the queue has %s from %s", first_of(queue, "rcpt"), first_of(queue, "from"));
}

static bool was_delivered(const struct facts *facts, const struct submission *s, const char *rcpt)
{
    size_t at = 0;
    return trace_next(facts->log, &(struct trace_query){TRACE_MSG_DELIVERED, s->id, s->n, rcpt}, &at) != NULL;
}

static bool was_bounced(const struct facts *facts, const struct submission *s, const char *rcpt)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(facts, TRACE_DSN_SEEN, s->id, s->n, &at)) != NULL) {
        const struct json *recipients = trace_value(event->json, FIELD_RECIPIENTS);
        for (size_t i = 0; i < json_count(recipients); i++)
            if (strcasecmp(json_get_str(json_at(recipients, i), "rcpt", ""), rcpt) == 0 &&
                strcasecmp(json_get_str(json_at(recipients, i), "action", ""), "failed") == 0)
                return true;
        if (json_count(recipients) == 0)
            return true; /* a bounce without a report, matched by what it returns */
    }
    return false;
}

/* Whether its sender asked for no report of a failure (RFC 3461 §5.2.6). */
static bool refuses_reports(const struct facts *facts, const struct submission *s)
{
    const struct yaml_list *notify = NULL;
    bool failure = false;
    for (size_t i = 0; notify == NULL && i < facts->scenario->story_count; i++)
        if (facts->scenario->story[i].n == s->n && strcmp(facts->scenario->story[i].id, s->id) == 0)
            notify = &facts->scenario->story[i].manner.notify;
    for (size_t i = 0; notify != NULL && i < notify->count; i++)
        failure |= strcmp(((const char **)notify->items)[i], "FAILURE") == 0;
    return notify != NULL && notify->count > 0 && !failure;
}

/* A message whose sender is not to be notified may end when its delivery has failed: it has a null reverse-path, or
 * asked for that. */
static bool may_be_dropped(const struct facts *facts, const struct submission *s, const char *from, const char *rcpt)
{
    const struct rounds_of *of = rounds_get(facts->rounds, s->id, s->n, rcpt);
    return (from[0] == '\0' || refuses_reports(facts, s)) && of != NULL && of->count > 0;
}

static void no_loss(const struct facts *facts, struct finding *out)
{
    const struct trace_event *event;
    size_t at = 0, accepted = 0;
    finding_want(out, "every accepted recipient to be delivered, bounced, or still queued");
    const struct json *queue = queue_of(facts, out);
    while (queue != NULL && (event = facts_next(facts, TRACE_MSG_SUBMITTED, NULL, 0, &at)) != NULL) {
        const char *from = trace_str(event->json, FIELD_FROM, "");
        const struct json *to = trace_value(event->json, FIELD_TO);
        for (size_t i = 0; i < json_count(to); i++) {
            const char *rcpt = json_as_str(json_at(to, i), "");
            struct submission s = {.id = trace_str(event->json, FIELD_MSG, ""),
                                   .n = (unsigned)trace_int(event->json, FIELD_N, 1)};
            accepted++;
            if (was_delivered(facts, &s, rcpt) || was_bounced(facts, &s, rcpt) || facts_queue_has(queue, from, rcpt) ||
                may_be_dropped(facts, &s, from, rcpt))
                continue;
            out->at = at - 1;
            if (facts->never_bounces)
                finding_set(out, NOT_CHECKED, "%s for %s left the queue of a target that sends no bounces", s.id, rcpt);
            else
                finding_set(out, BROKEN, "%s for %s was neither delivered nor bounced, and is not in the queue", s.id,
                            rcpt);
            (void)finding_because(out, "%s for %s is lost", s.id, rcpt);
            return;
        }
    }
    if (queue != NULL)
        finding_set(out, accepted > 0 ? HOLDS : CANNOT_TELL, "%zu accounted for", accepted);
}

/* Stricter than the always-on rule, which excuses a lost final reply. */
static void no_duplicate(const struct facts *facts, struct finding *out)
{
    const struct trace_event *event;
    size_t at = 0, deliveries = 0;
    finding_want(out, "at most one copy for each recipient");
    while ((event = facts_next(facts, TRACE_MSG_DELIVERED, NULL, 0, &at)) != NULL) {
        const struct trace_query again = {TRACE_MSG_DELIVERED, trace_str(event->json, FIELD_MSG, ""),
                                          (unsigned)trace_int(event->json, FIELD_N, 1),
                                          trace_str(event->json, FIELD_RCPT, "")};
        size_t next = at;
        deliveries++;
        if (trace_next(facts->log, &again, &next) == NULL)
            continue;
        out->at = next - 1;
        finding_set(out, BROKEN, "another copy of %s for %s", again.msg, again.rcpt);
        (void)finding_because(out, "%s for %s was delivered twice", again.msg, again.rcpt);
        return;
    }
    finding_set(out, deliveries > 0 ? HOLDS : CANNOT_TELL, "%zu deliver%s", deliveries, deliveries == 1 ? "y" : "ies");
}

static void (*const invariants[INVARIANTS])(const struct facts *facts, struct finding *out) = {
    [INVARIANT_QUEUE_EMPTY] = queue_empty,
    [INVARIANT_NO_LOSS] = no_loss,
    [INVARIANT_NO_DUPLICATE] = no_duplicate,
};

void judge_invariant(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    invariants[*(const int *)expect->check](facts, out);
}
