#include "harness/suite/known.h"

#include <string.h>

static bool is_met(const struct json *verdict)
{
    return json_get(verdict, "expected") != NULL &&
           strcmp(json_get_str(verdict, "expected", ""), json_get_str(verdict, "verdict", "")) == 0;
}

static bool has_met(const struct json *verdicts, const char *id)
{
    for (size_t i = 0; i < json_count(verdicts); i++)
        if (is_met(json_at(verdicts, i)) && strcmp(json_get_str(json_at(verdicts, i), "id", ""), id) == 0)
            return true;
    return false;
}

static void add_missing(struct json *to, const struct json *from)
{
    for (size_t i = 0; i < json_count(from); i++) {
        const struct json *one = json_at(from, i);
        if (is_met(one) && !has_met(to, json_get_str(one, "id", "")))
            json_push(to, json_dup(one));
    }
}

void known_collect(struct json *known, const struct json *record)
{
    add_missing(known, json_get(record, "verdicts"));
}

void known_add_to(struct json *record, const struct json *known)
{
    struct json *verdicts = json_dup(json_get(record, "verdicts"));
    if (verdicts == NULL)
        return; /* it was not judged */
    add_missing(verdicts, known);
    json_set(record, "verdicts", verdicts);
}
