/*
 * RFC 5321 §6.1: notifications have a null reverse-path, and nothing with a null reverse-path is notified of. They go
 * to the reverse-path of what they report on (RFC 3464 §2).
 */
#include <string.h>
#include <strings.h>

#include "harness/judge/always/always.h"

static void bounce_has_null_sender(const struct always_check *check)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(check->facts, TRACE_DSN_SEEN, NULL, 0, &at)) != NULL)
        if (strcmp(trace_str(event->json, FIELD_FROM, ""), "<>") != 0)
            always_broken(check, at - 1, "reverse-path <>", "reverse-path %s, to %s",
                          trace_str(event->json, FIELD_FROM, "?"), trace_str(event->json, FIELD_TO, "?"));
}

const struct always_rule always_bounce_has_null_sender = {
    .id = "bounce-null-sender",
    .sentence = "A bounce has a null reverse-path",
    .level = LEVEL_MUST,
    .clause = "RFC5321#6.1",
    .check = bounce_has_null_sender,
};

/* The reverse-path of the submission that it reports on; NULL when it is unknown. */
static const char *sender_of(const struct scenario *scenario, const struct json *dsn)
{
    for (size_t i = 0; i < scenario->story_count; i++)
        if (strcmp(scenario->story[i].id, trace_str(dsn, FIELD_MSG, "")) == 0 &&
            scenario->story[i].n == (unsigned)trace_int(dsn, FIELD_N, 1))
            return scenario->story[i].from;
    return NULL;
}

static void bounce_is_not_bounced(const struct always_check *check)
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

const struct always_rule always_bounce_is_not_bounced = {
    .id = "bounce-not-bounced",
    .sentence = "A message with a null reverse-path is never bounced",
    .level = LEVEL_MUST,
    .clause = "RFC5321#6.1",
    .check = bounce_is_not_bounced,
};

static void bounce_goes_to_sender(const struct always_check *check)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(check->facts, TRACE_DSN_SEEN, NULL, 0, &at)) != NULL) {
        const char *sender = sender_of(check->facts->scenario, event->json), *to = trace_str(event->json, FIELD_TO, "");
        if (sender != NULL && sender[0] != '\0' && strcasecmp(sender, to) != 0)
            always_broken(check, at - 1, sender, "a bounce of %s to %s", trace_str(event->json, FIELD_MSG, ""), to);
    }
}

const struct always_rule always_bounce_goes_to_sender = {
    .id = "bounce-to-sender",
    .sentence = "A bounce goes to the reverse-path of what it reports on",
    .level = LEVEL_MUST,
    .clause = "RFC3464#2",
    .check = bounce_goes_to_sender,
};
