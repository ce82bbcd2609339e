#include "harness/judge/pattern.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/glob.h"

/* ">=400", "<=499", "400..499" or a plain number */
static bool number_fits(const char *wanted, int64_t n)
{
    const char *dots = strstr(wanted, "..");
    if (strncmp(wanted, ">=", 2) == 0)
        return n >= strtoll(wanted + 2, NULL, 10);
    if (strncmp(wanted, "<=", 2) == 0)
        return n <= strtoll(wanted + 2, NULL, 10);
    if (dots != NULL)
        return n >= strtoll(wanted, NULL, 10) && n <= strtoll(dots + 2, NULL, 10);
    char text[32];
    (void)snprintf(text, sizeof text, "%" PRId64, n);
    return glob_match(slice_cstr(wanted), slice_cstr(text));
}

/* ">=30m" and the like, of the time since the start of the story. */
static bool time_fits(const char *wanted, int64_t t_ns)
{
    const char *dots = strstr(wanted, "..");
    int64_t a = 0, b = 0;
    if (strncmp(wanted, ">=", 2) == 0)
        return duration_parse(slice_cstr(wanted + 2), &a) && t_ns >= a;
    if (strncmp(wanted, "<=", 2) == 0)
        return duration_parse(slice_cstr(wanted + 2), &a) && t_ns <= a;
    if (dots != NULL)
        return duration_parse(slice_make(wanted, (size_t)(dots - wanted)), &a) &&
               duration_parse(slice_cstr(dots + 2), &b) && t_ns >= a && t_ns <= b;
    return duration_parse(slice_cstr(wanted), &a) && t_ns == a;
}

static bool value_fits(const char *wanted, const struct json *json, const char *name)
{
    const struct json *value = json_get(json, name);
    if (value == NULL)
        return false;
    const char *text = json_as_str(value, NULL);
    if (text != NULL)
        return glob_match(slice_cstr(wanted), slice_cstr(text));
    if (strcmp(wanted, "true") == 0 || strcmp(wanted, "false") == 0)
        return json_get_bool(json, name, strcmp(wanted, "true") != 0) == (strcmp(wanted, "true") == 0);
    return number_fits(wanted, json_get_int(json, name, INT64_MIN));
}

bool pattern_fits(const struct pattern *pattern, const struct trace_event *event)
{
    for (size_t i = 0; i < pattern->count; i++)
        if (strcmp(pattern->names[i], "t") == 0 ? !time_fits(pattern->values[i], event->t_ns)
                                                : !value_fits(pattern->values[i], event->json, pattern->names[i]))
            return false;
    return true;
}
