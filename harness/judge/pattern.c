#include "harness/judge/pattern.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
        if (!value_fits(pattern->values[i], event->json, pattern->names[i]))
            return false;
    return true;
}
