#include "harness/report/html/place.h"

#include "harness/report/record/record.h"

const struct json *place_connection(const struct json *record, int64_t conn)
{
    const struct json *list = json_get(json_get(record, "connections"), "list");
    for (size_t i = 0; conn != 0 && i < json_count(list); i++)
        if (json_get_int(json_at(list, i), "conn", 0) == conn)
            return json_at(list, i);
    return NULL;
}

/* What names the event: the verdict itself, or, where a broken sentence names none, what decided the message's fate. */
static const struct json *source_of(const struct json *record, const struct json *verdict)
{
    if (record_is(verdict, RESULT_PASS))
        return NULL;
    if (json_get(verdict, "at") == NULL && record_breaks(verdict))
        return json_get(record, "decided");
    return json_get(verdict, "at") != NULL ? verdict : NULL;
}

bool place_of(const struct json *record, const struct json *verdict, struct place *out)
{
    const struct json *source = source_of(record, verdict);
    int64_t conn = json_get_int(source, "at_conn", 0), line = json_get_int(source, "at_line", -1);
    size_t count = json_count(json_get(place_connection(record, conn), "lines"));
    bool found = line >= 0 && (size_t)line < count;
    if (source == NULL)
        return false;
    *out = (struct place){json_get_real(source, "at", 0), found ? conn : 0, found ? (size_t)line : 0};
    return true;
}

size_t place_verdict(const struct json *record, int64_t conn, size_t line)
{
    const struct json *verdicts = json_get(record, "verdicts");
    struct place place;
    for (size_t i = 0; i < json_count(verdicts); i++) {
        if (place_of(record, json_at(verdicts, i), &place) && place.conn == conn && place.line == line)
            return i;
    }
    return SIZE_MAX;
}

bool place_is_in(const struct json *record, int64_t conn)
{
    const struct json *verdicts = json_get(record, "verdicts");
    struct place place;
    for (size_t i = 0; i < json_count(verdicts); i++)
        if (place_of(record, json_at(verdicts, i), &place) && place.conn == conn)
            return true;
    return false;
}
