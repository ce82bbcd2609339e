#include "harness/report/record/status.h"

#include "harness/report/record/record.h"

static const struct {
    const char *name, *words;
} statuses[] = {
#define X(constant, name, words) {name, words},
    STATUSES(X)
#undef X
};

/* What one more verdict makes of a run that is as expected: known failures count more than warnings. */
static enum status with_verdict(enum status status, enum result verdict, bool known)
{
    if (status == STATUS_KNOWN || (known && verdict != RESULT_PASS))
        return STATUS_KNOWN;
    return verdict == RESULT_WARN ? STATUS_WARNED : status;
}

static enum status status_of_pass(const struct json *record)
{
    const struct json *verdicts = json_get(record, "verdicts");
    enum status status = STATUS_PASSED;
    for (size_t i = 0; i < json_count(verdicts); i++)
        status = with_verdict(status, record_says(json_at(verdicts, i)), record_is_known(json_at(verdicts, i)));
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

enum status status_of_judgement(const struct judgement *judgement)
{
    enum status status = STATUS_PASSED;
    if (judgement == NULL)
        return STATUS_ERROR;
    if (!judgement->as_expected)
        return STATUS_FAILED;
    for (size_t i = 0; i < judgement->count; i++) {
        const struct verdict *v = &judgement->verdicts[i];
        status = with_verdict(status, v->kind, verdict_is_known(v));
    }
    return status;
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
