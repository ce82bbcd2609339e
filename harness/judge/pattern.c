#include "harness/judge/pattern.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/glob.h"
#include "sim/scenario/leaves.h"

/* ">=400", "<=499", "400..499" or a plain number; globs over its digits too */
static bool number_fits(const char *wanted, int64_t n)
{
    struct range range;
    char text[32];
    if (range_parse(wanted, range_parse_count, &range))
        return range_fits(&range, n);
    (void)snprintf(text, sizeof text, "%" PRId64, n);
    return glob_match(slice_cstr(wanted), slice_cstr(text));
}

/* ">=30m" and the like, of the time since the start of the story. */
static bool time_fits(const char *wanted, int64_t t_ns)
{
    struct range range;
    return range_parse(wanted, duration_parse, &range) && range_fits(&range, t_ns);
}

/* One of them does. */
static bool one_fits(const char *wanted, const struct json *list)
{
    for (size_t i = 0; i < json_count(list); i++)
        if (glob_match(slice_cstr(wanted), slice_cstr(json_as_str(json_at(list, i), ""))))
            return true;
    return false;
}

/* A flag is left out where it is false. */
static bool is_flag_down(const char *wanted, const struct trace_event *event, enum trace_field field)
{
    return trace_field_rows[field].type == TRACE_FLAG && strcmp(wanted, "false") == 0 &&
           trace_carries(event->kind, field);
}

static bool value_fits(const char *wanted, const struct trace_event *event, enum trace_field field)
{
    const struct json *json = event->json, *value = trace_value(json, field);
    if (value == NULL)
        return is_flag_down(wanted, event, field);
    if (json_is_list(value))
        return one_fits(wanted, value);
    const char *text = json_as_str(value, NULL);
    if (text != NULL)
        return glob_match(slice_cstr(wanted), slice_cstr(text));
    if (strcmp(wanted, "true") == 0 || strcmp(wanted, "false") == 0)
        return trace_bool(json, field, strcmp(wanted, "true") != 0) == (strcmp(wanted, "true") == 0);
    return number_fits(wanted, trace_int(json, field, INT64_MIN));
}

const char *pattern_words(char out[PATTERN_WORDS_MAX], const struct pattern *pattern)
{
    size_t at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < pattern->count && at < PATTERN_WORDS_MAX - 1; i++) {
        int n = snprintf(out + at, PATTERN_WORDS_MAX - at, "%s%s: %s", i > 0 ? ", " : "{",
                         trace_field_rows[pattern->fields[i]].name, pattern->values[i]);
        at = n > 0 ? at + (size_t)n : at;
    }
    if (at < PATTERN_WORDS_MAX - 1)
        (void)snprintf(out + at, PATTERN_WORDS_MAX - at, "}");
    return out;
}

bool pattern_fits(const struct pattern *pattern, const struct trace_event *event)
{
    for (size_t i = 0; i < pattern->count; i++)
        if (pattern->fields[i] == FIELD_T ? !time_fits(pattern->values[i], event->t_ns)
                                          : !value_fits(pattern->values[i], event, pattern->fields[i]))
            return false;
    return true;
}
