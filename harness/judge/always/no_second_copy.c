/* RFC 1047: a second copy is honest only when the sender could not know that the first one was taken. */
#include <string.h>
#include <strings.h>

#include "harness/judge/always/always.h"

/* The sender knew: it was told 2yz to the dot of the transaction that this delivery came by. */
static bool was_told(const struct facts *facts, const struct json *delivery)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(facts, "smtp.reply", NULL, 0, &at)) != NULL)
        if (json_get_int(event->json, "txn", 0) == json_get_int(delivery, "txn", -1) &&
            strcmp(json_get_str(event->json, "verb", ""), "eod") == 0)
            return json_get_int(event->json, "code", 0) / 100 == 2;
    return false;
}

static bool same_recipient(const struct json *a, const struct json *b)
{
    return strcmp(json_get_str(a, "msg", ""), json_get_str(b, "msg", "")) == 0 &&
           json_get_int(a, "n", 1) == json_get_int(b, "n", 1) &&
           strcasecmp(json_get_str(a, "rcpt", ""), json_get_str(b, "rcpt", "")) == 0;
}

void always_no_second_copy(const struct always_check *check)
{
    const struct trace_event *first, *second;
    size_t i = 0;
    while ((first = facts_next(check->facts, "msg.delivered", NULL, 0, &i)) != NULL) {
        size_t k = i;
        while (was_told(check->facts, first->json) &&
               (second = facts_next(check->facts, "msg.delivered", NULL, 0, &k)) != NULL) {
            if (!same_recipient(first->json, second->json))
                continue;
            always_broken(check, k - 1, "one copy", "another copy of %s to %s, though the first was answered with 2yz",
                          json_get_str(first->json, "msg", ""), json_get_str(first->json, "rcpt", ""));
            break;
        }
    }
}
