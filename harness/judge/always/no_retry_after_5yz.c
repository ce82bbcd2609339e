/*
 * RFC 5321 §4.2.1: 5yz means that the same request in the same form will not do. 552 to RCPT is 452 (§4.5.3.1.10). A
 * refusal in mid-message counts only when the dot came nevertheless: when a host closes before, its reply may be lost.
 */
#include <string.h>

#include "harness/judge/always/always.h"

/* A later RCPT of the same message to the recipient, in another transaction. */
static void judge_recipient(const struct always_check *check, const struct json *reply, const char *rcpt, size_t from)
{
    const struct trace_query again = {TRACE_SMTP_COMMAND, trace_str(reply, FIELD_MSG, ""),
                                      (unsigned)trace_int(reply, FIELD_N, 1), rcpt};
    const struct trace_event *command;
    while ((command = trace_next(check->facts->log, &again, &from)) != NULL)
        if (trace_int(command->json, FIELD_TXN, 0) != trace_int(reply, FIELD_TXN, 0)) {
            always_broken(check, from - 1, "no further attempt", "%s to %s again, after %d at %s", again.msg, rcpt,
                          (int)trace_int(reply, FIELD_CODE, 0), trace_str(reply, FIELD_HOST, "?"));
            return;
        }
}

/* After a refusal of the dot, the recipients are meant that the host had taken. */
static void judge_message(const struct always_check *check, const struct json *reply, size_t from)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = trace_next_of_txn(check->facts->log, (size_t)trace_int(reply, FIELD_TXN, 0), &at)) != NULL)
        if (event->kind == TRACE_SMTP_REPLY && strcmp(trace_str(event->json, FIELD_VERB, ""), "RCPT") == 0 &&
            trace_int(event->json, FIELD_CODE, 0) / 100 == 2)
            judge_recipient(check, reply, trace_str(event->json, FIELD_RCPT, ""), from);
}

static bool dot_came(const struct always_check *check, const struct json *reply)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = trace_next_of_txn(check->facts->log, (size_t)trace_int(reply, FIELD_TXN, 0), &at)) != NULL)
        if (event->kind == TRACE_SMTP_DATA)
            return true;
    return false;
}

static void no_retry_after_5yz(const struct always_check *check)
{
    const struct trace_event *reply;
    size_t at = 0;
    while ((reply = facts_next(check->facts, TRACE_SMTP_REPLY, NULL, 0, &at)) != NULL) {
        const char *verb = trace_str(reply->json, FIELD_VERB, "");
        int code = (int)trace_int(reply->json, FIELD_CODE, 0);
        if (code / 100 != 5 || trace_value(reply->json, FIELD_MSG) == NULL)
            continue;
        if (strcmp(verb, "RCPT") == 0 && code != 552)
            judge_recipient(check, reply->json, trace_str(reply->json, FIELD_RCPT, ""), at);
        else if (strcmp(verb, "eod") == 0 && dot_came(check, reply->json))
            judge_message(check, reply->json, at);
    }
}

const struct always_rule always_no_retry_after_5yz = {
    .id = "no-retry-after-5yz",
    .sentence = "A 5yz reply is not followed by a retry with the same content",
    .level = LEVEL_SHOULD,
    .clause = "RFC5321#4.2.1",
    .check = no_retry_after_5yz,
    .slug = "after-5yz-nothing-is-tried-again-with-the-same-content",
    .page = {.demands = "After a 5xx reply to its RCPT, or to the final dot, a recipient is not tried again with the "
                        "same content. 552 to RCPT is an exception: it means too many recipients (RFC 5321 "
                        "§4.5.3.1.10). A refusal in the middle of the message counts only if the dot was sent, because "
                        "a connection that is closed early may lose the reply.",
             .why = "5xx is final. Retries waste the host's time, look like abuse, and delay the report to the sender "
                    "by days.",
             .causes = "A program that treats every failure as temporary; a second MX host that is tried after a 5xx "
                       "of the first; a 5xx to the final dot that is taken for a lost connection; a bounce that is "
                       "itself refused, and retried without end.",
             .fix = "Decide on the first digit of the reply code. Give the message back to its sender at once after "
                    "5xx. Drop it if its reverse-path is null.",
             .wanted = "no further attempt",
             .seen = "m1 to bob@d.example again, after 550 at mx.d.example"},
};
