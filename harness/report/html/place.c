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

bool place_of(const struct json *record, const struct json *verdict, struct place *out)
{
    int64_t conn = json_get_int(verdict, "at_conn", 0), line = json_get_int(verdict, "at_line", -1);
    size_t count = json_count(json_get(place_connection(record, conn), "lines"));
    if (line < 0 || (size_t)line >= count)
        return false;
    *out = (struct place){conn, (size_t)line};
    return true;
}

bool place_matters(const struct json *verdict)
{
    return !record_is(verdict, RESULT_PASS) && json_get(verdict, "at") != NULL;
}

size_t place_verdict(const struct json *record, int64_t conn, size_t line)
{
    const struct json *verdicts = json_get(record, "verdicts");
    struct place place;
    for (size_t i = 0; i < json_count(verdicts); i++) {
        const struct json *v = json_at(verdicts, i);
        if (place_matters(v) && place_of(record, v, &place) && place.conn == conn && place.line == line)
            return i;
    }
    return SIZE_MAX;
}

bool place_is_in(const struct json *record, int64_t conn)
{
    const struct json *verdicts = json_get(record, "verdicts");
    struct place place;
    for (size_t i = 0; i < json_count(verdicts); i++)
        if (place_matters(json_at(verdicts, i)) && place_of(record, json_at(verdicts, i), &place) && place.conn == conn)
            return true;
    return false;
}
