#include "harness/report/html/status.h"

#include "harness/report/record/record.h"

static const struct {
    const char *name, *words;
} statuses[] = {
#define X(constant, name, words) {name, words},
    STATUSES(X)
#undef X
};

/* Of a run that is as expected: what its verdicts are. */
static enum status status_of_pass(const struct json *record)
{
    const struct json *verdicts = json_get(record, "verdicts");
    enum status status = STATUS_PASSED;
    for (size_t i = 0; i < json_count(verdicts); i++) {
        const struct json *v = json_at(verdicts, i);
        if (record_is_known(v) && !record_is(v, RESULT_PASS))
            return STATUS_KNOWN;
        if (record_is(v, RESULT_WARN))
            status = STATUS_WARNED;
    }
    return status;
}

enum status status_of(const struct json *record)
{
    enum result result = record_says(record);
    if (result == RESULT_PASS)
        return status_of_pass(record);
    if (result == RESULT_UNSUPPORTED)
        return STATUS_UNSUPPORTED;
    if (result == RESULT_UNTRIED)
        return STATUS_UNTRIED;
    if (result != RESULT_FAIL && record_is_known(record))
        return STATUS_KNOWN;
    return result == RESULT_TROUBLE ? STATUS_ERROR : STATUS_FAILED;
}

const char *status_name(enum status status)
{
    return statuses[status].name;
}

const char *status_words(enum status status)
{
    return statuses[status].words;
}

size_t status_count(const struct json *records, enum status status)
{
    size_t n = 0;
    for (size_t i = 0; i < json_count(records); i++)
        n += status_of(json_at(records, i)) == status;
    return n;
}
