#include "harness/facts/result.h"

#include <string.h>

static const struct {
    const char *name, *words;
    bool needs_entry;
} rows[] = {
#define X(constant, name, words, against, help) [RESULT_##constant] = {name, words, against},
    RESULTS(X)
#undef X
        [RESULT_UNKNOWN] = {"?", "?", false},
};

const char *result_name(enum result result)
{
    return rows[result].name;
}

const char *result_words(enum result result)
{
    return rows[result].words;
}

enum result result_of_name(const char *name)
{
    int result = 0;
    while (result < RESULT_UNKNOWN && strcmp(rows[result].name, name) != 0)
        result++;
    return (enum result)result;
}

bool result_needs_entry(enum result result)
{
    return rows[result].needs_entry;
}
