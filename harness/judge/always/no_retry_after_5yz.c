/*
 * RFC 5321 §4.2.1: 5yz means that the same request in the same form will not do. 552 to RCPT is 452 (§4.5.3.1.10). A
 * refusal in mid-message counts when the dot came nevertheless: a host that closes before takes its words along.
 */
#include <string.h>

#include "harness/judge/always/always.h"

/* A later RCPT of the same message to the recipient, in another transaction. */
static void judge_recipient(const struct always_check *check, const struct json *reply, const char *rcpt, size_t from)
{
    const struct trace_query again = {"smtp.command", json_get_str(reply, "msg", ""),
                                      (unsigned)json_get_int(reply, "n", 1), rcpt};
    const struct trace_event *command;
    while ((command = trace_next(check->facts->log, &again, &from)) != NULL)
        if (json_get_int(command->json, "txn", 0) != json_get_int(reply, "txn", 0)) {
            always_broken(check, from - 1, "no further attempt", "%s to %s again, after %d at %s", again.msg, rcpt,
                          (int)json_get_int(reply, "code", 0), json_get_str(reply, "host", "?"));
            return;
        }
}

/* After a refusal of the dot, the recipients are meant that the host had taken. */
static void judge_message(const struct always_check *check, const struct json *reply, size_t from)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = trace_next_of_txn(check->facts->log, (size_t)json_get_int(reply, "txn", 0), &at)) != NULL)
        if (strcmp(event->event, "smtp.reply") == 0 && strcmp(json_get_str(event->json, "verb", ""), "RCPT") == 0 &&
            json_get_int(event->json, "code", 0) / 100 == 2)
            judge_recipient(check, reply, json_get_str(event->json, "rcpt", ""), from);
}

static bool dot_came(const struct always_check *check, const struct json *reply)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = trace_next_of_txn(check->facts->log, (size_t)json_get_int(reply, "txn", 0), &at)) != NULL)
        if (strcmp(event->event, "smtp.data") == 0)
            return true;
    return false;
}

void always_no_retry_after_5yz(const struct always_check *check)
{
    const struct trace_event *reply;
    size_t at = 0;
    while ((reply = facts_next(check->facts, "smtp.reply", NULL, 0, &at)) != NULL) {
        const char *verb = json_get_str(reply->json, "verb", "");
        int code = (int)json_get_int(reply->json, "code", 0);
        if (code / 100 != 5 || json_get(reply->json, "msg") == NULL)
            continue;
        if (strcmp(verb, "RCPT") == 0 && code != 552)
            judge_recipient(check, reply->json, json_get_str(reply->json, "rcpt", ""), at);
        else if (strcmp(verb, "eod") == 0 && dot_came(check, reply->json))
            judge_message(check, reply->json, at);
    }
}
