#include "harness/suite/agreement.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "harness/report/record/record.h"
#include "lib/base/mem.h"

/* The verdict on a sentence. One that is not there is no complaint; over_seeds has none with a single seed. */
static enum result verdict_on(const struct json *record, const char *sentence)
{
    const struct json *verdicts = json_get(record, "verdicts");
    for (size_t i = 0; i < json_count(verdicts); i++)
        if (strcmp(json_get_str(json_at(verdicts, i), "sentence", ""), sentence) == 0)
            return record_says(json_at(verdicts, i));
    return RESULT_PASS;
}

static bool is_silent(enum result verdict)
{
    return verdict == RESULT_UNSUPPORTED || verdict == RESULT_NOT_CHECKED;
}

static bool same(enum result a, enum result b)
{
    return a == b || is_silent(a) || is_silent(b);
}

static char *words(const struct json *record, enum result is, const struct json *other, enum result was,
                   const char *sentence)
{
    return mem_printf("with seed %" PRId64 " `%s` is %s, with seed %" PRId64 " %s", json_get_int(record, "seed", 0),
                      sentence, result_name(is), json_get_int(other, "seed", 0), result_name(was));
}

static char *first_difference(const struct json *record, const struct json *other)
{
    const struct json *verdicts = json_get(record, "verdicts");
    for (size_t i = 0; i < json_count(verdicts); i++) {
        const char *sentence = json_get_str(json_at(verdicts, i), "sentence", "");
        enum result is = record_says(json_at(verdicts, i)), was = verdict_on(other, sentence);
        if (!same(is, was))
            return words(record, is, other, was, sentence);
    }
    return NULL;
}

char *agreement_break(const struct json *record, const struct json *other)
{
    enum result is = record_says(record), was = record_says(other);
    if (json_get(record, "verdicts") == NULL || json_get(other, "verdicts") == NULL)
        return is == was ? NULL : words(record, is, other, was, "the run");
    char *difference = first_difference(record, other);
    return difference != NULL ? difference : first_difference(other, record);
}
