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
    .page =
        {.demands = "Every bounce and every delay report is sent with the null reverse-path, `MAIL FROM:<>`.",
         .why = "A report about a report would be a loop between two servers. The null reverse-path is what breaks it.",
         .causes = "A bounce that is made like an ordinary message, from MAILER-DAEMON or from the address of the "
                   "service; a library that replaces an empty sender by a default.",
         .fix = "Send `MAIL FROM:<>`. The From field of the message can still name MAILER-DAEMON.",
         .wanted = "reverse-path <>",
         .seen = "reverse-path <mailer@r.example>, to x"},
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
    .page = {.demands = "No bounce or delay report is sent about a message whose reverse-path is null.",
             .why = "Such a message is usually a report itself, and has no sender to notify. A report about it reaches "
                    "a postmaster at best, and starts a loop at worst.",
             .causes = "A failure path that does not look at the reverse-path; a rule that sends the report to the "
                       "From field, or to Errors-To, when the reverse-path is empty.",
             .fix = "When a message with a null reverse-path fails, log it and drop it.",
             .wanted = "no notification",
             .seen = "one about m1, to alice@s.example"},
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
    .page = {.demands =
                 "A bounce goes to the reverse-path of the message that it reports on: the address in MAIL FROM.",
             .why = "MAIL FROM names the address to notify. The From field may name another person or a mailing list, "
                    "or be forged.",
             .causes = "A report that is sent to the From or Reply-To field, or to a fixed postmaster address; a "
                       "sender that is rewritten on the way in, and not restored in the report.",
             .fix = "Store the reverse-path with the message, and use it as the only recipient of the report.",
             .wanted = "alice@s.example",
             .seen = "a bounce of m1 to postmaster@s.example"},
};
