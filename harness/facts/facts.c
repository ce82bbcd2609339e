#include "harness/facts/facts.h"

#include <string.h>
#include <strings.h>

void facts_make(struct facts *out, const struct scenario *scenario, const struct trace_log *log)
{
    *out = (struct facts){.scenario = scenario, .log = log, .rounds = trace_count_rounds(log, scenario)};
    sessions_make(&out->sessions, log);
}

void facts_fini(struct facts *facts)
{
    sessions_fini(&facts->sessions);
    rounds_free(facts->rounds);
    *facts = (struct facts){0};
}

const struct trace_event *facts_next(const struct facts *facts, enum trace_kind kind, const char *msg, unsigned n,
                                     size_t *index)
{
    return trace_next(facts->log, &(struct trace_query){.kind = kind, .msg = msg, .n = n}, index);
}

const struct trace_event *facts_last(const struct facts *facts, enum trace_kind kind, size_t *index)
{
    const struct trace_event *last = NULL, *next;
    size_t at = 0;
    while ((next = facts_next(facts, kind, NULL, 0, &at)) != NULL) {
        last = next;
        *index = at;
    }
    return last;
}

bool facts_queue_has(const struct json *queue, const char *from, const char *rcpt)
{
    const struct json *entries = trace_value(queue, FIELD_ENTRIES);
    for (size_t i = 0; i < json_count(entries); i++)
        if (strcasecmp(json_get_str(json_at(entries, i), "from", ""), from) == 0 &&
            strcasecmp(json_get_str(json_at(entries, i), "rcpt", ""), rcpt) == 0)
            return true;
    return false;
}

const struct json *facts_handed(const struct facts *facts, const char *msg, unsigned n)
{
    size_t at = 0;
    const struct trace_event *event = facts_next(facts, TRACE_MSG_HANDED, msg, n, &at);
    return event != NULL ? event->json : NULL;
}

int64_t facts_handed_ns(const struct facts *facts, const char *msg, unsigned n)
{
    const struct rounds_of *of;
    int64_t first_ns = INT64_MAX;
    for (size_t i = 0; (of = rounds_at(facts->rounds, i)) != NULL; i++)
        if (of->submission->n == n && strcmp(of->submission->id, msg) == 0 && of->handed_ns < first_ns)
            first_ns = of->handed_ns;
    return first_ns;
}

int64_t facts_submitted_ns(const struct facts *facts, const char *msg, unsigned n)
{
    size_t at = 0;
    const struct trace_event *event = facts_next(facts, TRACE_MSG_SUBMITTED, msg, n, &at);
    return event != NULL ? event->t_ns : INT64_MAX;
}

const struct trace_event *facts_refusal(const struct facts *facts, const struct rounds_of *of)
{
    const struct trace_event *event;
    size_t at = 0;
    do
        event = facts_next(facts, TRACE_MSG_REFUSED, of->submission->id, of->submission->n, &at);
    while (event != NULL && strcasecmp(trace_str(event->json, FIELD_RCPT, of->rcpt), of->rcpt) != 0);
    return event;
}

const struct json *facts_dsn_recipient(const struct json *dsn, const char *rcpt)
{
    const struct json *recipients = trace_value(dsn, FIELD_RECIPIENTS);
    for (size_t i = 0; i < json_count(recipients); i++)
        if (strcasecmp(json_get_str(json_at(recipients, i), "rcpt", ""), rcpt) == 0)
            return json_at(recipients, i);
    return NULL;
}
