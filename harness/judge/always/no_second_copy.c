/* RFC 1047: a second copy is honest only when the sender could not know that the first one was taken. */
#include <stdlib.h>
#include <string.h>

#include "harness/judge/always/always.h"
#include "lib/base/mem.h"

/* Of each transaction: whether the sender was told 2yz to the dot. */
static bool *told(const struct facts *facts)
{
    size_t end = trace_txn_end(facts->log), at = 0;
    bool *list = mem_zalloc(end * sizeof *list);
    const struct trace_event *reply;
    while ((reply = facts_next(facts, "smtp.reply", NULL, 0, &at)) != NULL) {
        size_t txn = (size_t)json_get_int(reply->json, "txn", 0);
        if (txn < end && strcmp(json_get_str(reply->json, "verb", ""), "eod") == 0)
            list[txn] = json_get_int(reply->json, "code", 0) / 100 == 2;
    }
    return list;
}

void always_no_second_copy(const struct always_check *check)
{
    const struct trace_event *first;
    bool *was_told = told(check->facts);
    size_t end = trace_txn_end(check->facts->log), i = 0;
    while ((first = facts_next(check->facts, "msg.delivered", NULL, 0, &i)) != NULL) {
        size_t txn = (size_t)json_get_int(first->json, "txn", 0), k = i;
        const struct trace_query same = {"msg.delivered", json_get_str(first->json, "msg", ""),
                                         (unsigned)json_get_int(first->json, "n", 1),
                                         json_get_str(first->json, "rcpt", "")};
        if (txn < end && was_told[txn] && trace_next(check->facts->log, &same, &k) != NULL)
            always_broken(check, k - 1, "one copy", "another copy of %s to %s, though the first was answered with 2yz",
                          same.msg, same.rcpt);
    }
    free(was_told);
}
