/*
 * RFC 5321 §6.1: notifications have a null reverse-path, and nothing with a null reverse-path is notified of. They go
 * to the reverse-path of what they report on (RFC 3464 §2).
 */
#include <string.h>
#include <strings.h>

#include "harness/judge/always/always.h"

void always_bounce_has_null_sender(const struct always_check *check)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(check->facts, TRACE_DSN_SEEN, NULL, 0, &at)) != NULL)
        if (strcmp(trace_str(event->json, FIELD_FROM, ""), "<>") != 0)
            always_broken(check, at - 1, "reverse-path <>", "reverse-path %s, to %s",
                          trace_str(event->json, FIELD_FROM, "?"), trace_str(event->json, FIELD_TO, "?"));
}

/* The reverse-path of the submission that it reports on; NULL when nobody knows that. */
static const char *sender_of(const struct scenario *scenario, const struct json *dsn)
{
    for (size_t i = 0; i < scenario->story_count; i++)
        if (strcmp(scenario->story[i].id, trace_str(dsn, FIELD_MSG, "")) == 0 &&
            scenario->story[i].n == (unsigned)trace_int(dsn, FIELD_N, 1))
            return scenario->story[i].from;
    return NULL;
}

void always_bounce_is_not_bounced(const struct always_check *check)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(check->facts, TRACE_DSN_SEEN, NULL, 0, &at)) != NULL) {
        const char *sender = sender_of(check->facts->scenario, event->json);
        if (sender != NULL && sender[0] == '\0')
            always_broken(check, at - 1, "no notification", "one about %s, to %s",
                          trace_str(event->json, FIELD_MSG, ""), trace_str(event->json, FIELD_TO, "?"));
    }
}

void always_bounce_goes_to_sender(const struct always_check *check)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(check->facts, TRACE_DSN_SEEN, NULL, 0, &at)) != NULL) {
        const char *sender = sender_of(check->facts->scenario, event->json), *to = trace_str(event->json, FIELD_TO, "");
        if (sender != NULL && sender[0] != '\0' && strcasecmp(sender, to) != 0)
            always_broken(check, at - 1, sender, "a bounce of %s to %s", trace_str(event->json, FIELD_MSG, ""), to);
    }
}
