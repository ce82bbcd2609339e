#include "harness/suite/known.h"

#include <string.h>

#include "harness/report/record/record.h"

static bool is_met(const struct json *verdict)
{
    return record_is_known(verdict);
}

static const struct json *find(const struct json *verdicts, const struct json *like)
{
    for (size_t i = 0; i < json_count(verdicts); i++)
        if (strcmp(json_get_str(json_at(verdicts, i), "id", ""), json_get_str(like, "id", "")) == 0)
            return json_at(verdicts, i);
    return NULL;
}

static void add_missing(struct json *to, const struct json *from)
{
    for (size_t i = 0; i < json_count(from); i++) {
        const struct json *one = json_at(from, i);
        if (is_met(one) && find(to, one) == NULL)
            json_push(to, json_dup(one));
    }
}

void known_collect(struct json *known, const struct json *record)
{
    add_missing(known, json_get(record, "verdicts"));
}

/* A verdict that the baseline mentions stays; a pass is replaced. */
static const struct json *chosen(const struct json *verdict, const struct json *known)
{
    const struct json *other = json_get(verdict, "expected") == NULL ? find(known, verdict) : NULL;
    return other != NULL ? other : verdict;
}

void known_add_to(struct json *record, const struct json *known)
{
    const struct json *own = json_get(record, "verdicts");
    if (own == NULL)
        return; /* it was not judged */
    struct json *verdicts = json_new_array();
    for (size_t i = 0; i < json_count(own); i++)
        json_push(verdicts, json_dup(chosen(json_at(own, i), known)));
    add_missing(verdicts, known);
    json_set(record, "verdicts", verdicts);
}
