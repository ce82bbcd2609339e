/* RFC 5321 §4.2.1: 5yz means that the same request in the same form will not do. 552 to RCPT is 452 (§4.5.3.1.10). */
#include <string.h>
#include <strings.h>

#include "harness/judge/always/always.h"

static bool is_final(const struct json *reply)
{
    int code = (int)json_get_int(reply, "code", 0);
    const char *verb = json_get_str(reply, "verb", "");
    return code / 100 == 5 && ((strcmp(verb, "RCPT") == 0 && code != 552) || strcmp(verb, "eod") == 0);
}

/* A later RCPT of the same message: to the recipient that was refused, or to any after a refusal of the dot. */
static bool repeats(const struct json *reply, const struct json *command)
{
    const char *rcpt = json_get_str(reply, "rcpt", NULL);
    return strcmp(json_get_str(command, "verb", ""), "RCPT") == 0 &&
           strcmp(json_get_str(command, "msg", ""), json_get_str(reply, "msg", "-")) == 0 &&
           json_get_int(command, "n", 1) == json_get_int(reply, "n", 1) &&
           json_get_int(command, "txn", 0) != json_get_int(reply, "txn", 0) &&
           (rcpt == NULL || strcasecmp(rcpt, json_get_str(command, "rcpt", "")) == 0);
}

/* After a refusal of the dot only the recipients of that transaction are meant. */
static bool was_in(const struct facts *facts, const struct json *reply, const struct json *command)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(facts, "smtp.reply", NULL, 0, &at)) != NULL)
        if (json_get_int(event->json, "txn", 0) == json_get_int(reply, "txn", -1) &&
            strcmp(json_get_str(event->json, "verb", ""), "RCPT") == 0 &&
            json_get_int(event->json, "code", 0) / 100 == 2 &&
            strcasecmp(json_get_str(event->json, "rcpt", ""), json_get_str(command, "rcpt", "-")) == 0)
            return true;
    return false;
}

void always_no_retry_after_5yz(const struct always_check *check)
{
    const struct trace_event *reply, *command;
    size_t i = 0;
    while ((reply = facts_next(check->facts, "smtp.reply", NULL, 0, &i)) != NULL) {
        size_t k = i;
        while (is_final(reply->json) && (command = facts_next(check->facts, "smtp.command", NULL, 0, &k)) != NULL) {
            if (!repeats(reply->json, command->json) ||
                (json_get(reply->json, "rcpt") == NULL && !was_in(check->facts, reply->json, command->json)))
                continue;
            always_broken(check, k - 1, "no further attempt", "%s to %s again, after %d at %s",
                          json_get_str(command->json, "msg", ""), json_get_str(command->json, "rcpt", ""),
                          (int)json_get_int(reply->json, "code", 0), json_get_str(reply->json, "host", "?"));
            break;
        }
    }
}
