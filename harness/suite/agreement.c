#include "harness/suite/agreement.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "lib/base/mem.h"

/* The verdict on a sentence. One that is not there is no complaint; over_seeds has none with a single seed. */
static const char *verdict_on(const struct json *record, const char *sentence)
{
    const struct json *verdicts = json_get(record, "verdicts");
    for (size_t i = 0; i < json_count(verdicts); i++)
        if (strcmp(json_get_str(json_at(verdicts, i), "sentence", ""), sentence) == 0)
            return json_get_str(json_at(verdicts, i), "verdict", "");
    return "pass";
}

static bool same(const char *a, const char *b)
{
    static const char *const unsaid[] = {"unsupported", "not checked"};
    bool alike = strcmp(a, b) == 0;
    for (size_t i = 0; i < sizeof unsaid / sizeof unsaid[0]; i++)
        alike = alike || strcmp(a, unsaid[i]) == 0 || strcmp(b, unsaid[i]) == 0;
    return alike;
}

static char *words(const struct json *record, const char *is, const struct json *other, const char *was,
                   const char *sentence)
{
    return mem_printf("with seed %" PRId64 " `%s` is %s, with seed %" PRId64 " %s", json_get_int(record, "seed", 0),
                      sentence, is, json_get_int(other, "seed", 0), was);
}

static char *first_difference(const struct json *record, const struct json *other)
{
    const struct json *verdicts = json_get(record, "verdicts");
    for (size_t i = 0; i < json_count(verdicts); i++) {
        const char *sentence = json_get_str(json_at(verdicts, i), "sentence", "");
        const char *is = json_get_str(json_at(verdicts, i), "verdict", ""), *was = verdict_on(other, sentence);
        if (!same(is, was))
            return words(record, is, other, was, sentence);
    }
    return NULL;
}

char *agreement_break(const struct json *record, const struct json *other)
{
    const char *is = json_get_str(record, "result", ""), *was = json_get_str(other, "result", "");
    if (json_get(record, "verdicts") == NULL || json_get(other, "verdicts") == NULL)
        return strcmp(is, was) == 0 ? NULL : words(record, is, other, was, "the run");
    char *difference = first_difference(record, other);
    return difference != NULL ? difference : first_difference(other, record);
}
