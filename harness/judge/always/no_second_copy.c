/* RFC 1047: a second copy is honest only when the sender could not know that the first one was taken. */
#include <stdlib.h>
#include <string.h>

#include "harness/judge/always/always.h"
#include "lib/base/mem.h"

/* For each transaction: whether the host answered the dot with 2yz. */
static bool *find_accepted(const struct facts *facts)
{
    size_t end = trace_txn_end(facts->log), at = 0;
    bool *list = mem_zalloc(end * sizeof *list);
    const struct trace_event *reply;
    while ((reply = facts_next(facts, TRACE_SMTP_REPLY, NULL, 0, &at)) != NULL) {
        size_t txn = (size_t)trace_int(reply->json, FIELD_TXN, 0);
        if (txn < end && strcmp(trace_str(reply->json, FIELD_VERB, ""), "eod") == 0)
            list[txn] = trace_int(reply->json, FIELD_CODE, 0) / 100 == 2;
    }
    return list;
}

static void no_second_copy(const struct always_check *check)
{
    const struct trace_event *first;
    bool *accepted = find_accepted(check->facts);
    size_t end = trace_txn_end(check->facts->log), i = 0;
    while ((first = facts_next(check->facts, TRACE_MSG_DELIVERED, NULL, 0, &i)) != NULL) {
        size_t txn = (size_t)trace_int(first->json, FIELD_TXN, 0), k = i;
        const struct trace_query same = {TRACE_MSG_DELIVERED, trace_str(first->json, FIELD_MSG, ""),
                                         (unsigned)trace_int(first->json, FIELD_N, 1),
                                         trace_str(first->json, FIELD_RCPT, "")};
        if (txn < end && accepted[txn] && trace_next(check->facts->log, &same, &k) != NULL)
            always_broken(check, k - 1, "one copy", "another copy of %s to %s, though the first was answered with 2yz",
                          same.msg, same.rcpt);
    }
    free(accepted);
}

const struct always_rule always_no_second_copy = {
    .id = "no-second-copy",
    .sentence = "No second copy, unless a lost final reply made it unavoidable",
    .level = LEVEL_SHOULD,
    .clause = "RFC1047",
    .check = no_second_copy,
    .page = {.demands = "After a host has answered the final dot with 2xx, the message is not delivered to the same "
                        "recipient again. If the connection ended before that reply, a second copy is allowed.",
             .why = "A duplicate annoys people, and a program that reads mail (an order, a payment) acts twice. RFC "
                    "1047 describes the one case that cannot be avoided.",
             .causes = "A timeout for the reply to the dot that is shorter than 10 minutes; a queue that marks a "
                       "recipient as delivered only after the connection is closed; a crash or restart between the "
                       "reply and the write to disk; one recipient of several fails, and all are sent again.",
             .fix = "Record each recipient's success as soon as the 2xx arrives, durably, before QUIT. Wait at least "
                    "10 minutes for the reply to the dot (RFC 5321 §4.5.3.2.6).",
             .wanted = "one copy",
             .seen = "another copy of m1 to bob@d.example, though the first was answered with 2yz"},
};
