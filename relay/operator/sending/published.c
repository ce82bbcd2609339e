#include "relay/operator/sending/published.h"

#include "relay/dkim/record.h"

enum published published_look(const struct wire_answer *answer, const struct dkim_key *key, struct err *words)
{
    struct slice found = {0};
    size_t count = 0;
    if (answer->result == WIRE_TEMPORARY) {
        (void)err_set(words, ERR_AGAIN, "the DNS has no usable answer: %s", answer->why);
        return PUBLISHED_UNKNOWN;
    }
    for (size_t i = 0; i < answer->count; i++) {
        if (!record_is_dkim(answer->records[i].text))
            continue;
        found = answer->records[i].text;
        count++;
    }
    if (count != 1) {
        (void)(count == 0
                   ? err_set(words, ERR_NOT_FOUND, "there is no record")
                   : err_set(words, ERR_INVALID, "there are %zu records, and receivers may take any of them", count));
        return PUBLISHED_BAD;
    }
    if (record_check(found, key, words) != ERR_OK)
        return PUBLISHED_BAD;
    return record_is_test(found) ? PUBLISHED_TEST : PUBLISHED_GOOD;
}
