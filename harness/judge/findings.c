/* The words of findings: what was expected, what there was, and which condition failed. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "harness/judge/judge.h"

void finding_set(struct finding *out, int result, const char *seen_fmt, ...)
{
    va_list ap;
    out->result = result;
    va_start(ap, seen_fmt);
    (void)vsnprintf(out->seen, sizeof out->seen, seen_fmt, ap);
    va_end(ap);
}

void finding_want(struct finding *out, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(out->wanted, sizeof out->wanted, fmt, ap);
    va_end(ap);
}

void finding_want_also(struct finding *out, const char *fmt, ...)
{
    size_t at = strlen(out->wanted);
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(out->wanted + at, sizeof out->wanted - at, fmt, ap);
    va_end(ap);
}

bool finding_because(struct finding *out, const char *fmt, ...)
{
    va_list ap;
    if (out->because[0] != '\0')
        return false;
    va_start(ap, fmt);
    (void)vsnprintf(out->because, sizeof out->because, fmt, ap);
    va_end(ap);
    return false;
}

const char *number_words(char out[RANGE_WORDS_MAX], int64_t n, const char *one, const char *many)
{
    if (n == 0)
        (void)snprintf(out, RANGE_WORDS_MAX, "no %s", many);
    else
        (void)snprintf(out, RANGE_WORDS_MAX, "%" PRId64 " %s", n, n == 1 ? one : many);
    return out;
}

const char *range_words(char out[RANGE_WORDS_MAX], const struct range *range, const char *one, const char *many)
{
    if (range->max == 0)
        (void)snprintf(out, RANGE_WORDS_MAX, "no %s", many);
    else if (range->min == range->max)
        (void)snprintf(out, RANGE_WORDS_MAX, "exactly %" PRId64 " %s", range->min, range->min == 1 ? one : many);
    else if (range->max == INT64_MAX)
        (void)snprintf(out, RANGE_WORDS_MAX, "at least %" PRId64 " %s", range->min, range->min == 1 ? one : many);
    else if (range->min <= 0)
        (void)snprintf(out, RANGE_WORDS_MAX, "at most %" PRId64 " %s", range->max, range->max == 1 ? one : many);
    else
        (void)snprintf(out, RANGE_WORDS_MAX, "%" PRId64 " to %" PRId64 " %s", range->min, range->max, many);
    return out;
}

const char *limit_words(const struct range *range)
{
    static char texts[4][RANGE_WORDS_MAX]; /* so that one sentence can have several */
    static unsigned next;
    char *out = texts[next++ % 4];
    const char *text = range->text, *to = strstr(text, "..");
    if (strncmp(text, ">=", 2) == 0)
        (void)snprintf(out, RANGE_WORDS_MAX, "at least %s", text + 2);
    else if (strncmp(text, "<=", 2) == 0)
        (void)snprintf(out, RANGE_WORDS_MAX, "at most %s", text + 2);
    else if (to != NULL)
        (void)snprintf(out, RANGE_WORDS_MAX, "%.*s to %s", (int)(to - text), text, to + 2);
    else
        (void)snprintf(out, RANGE_WORDS_MAX, "%s", text);
    return out;
}

const char *globs_words(char out[VERDICT_TEXT_MAX], const struct yaml_list *globs)
{
    size_t at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < globs->count && at < VERDICT_TEXT_MAX - 1; i++) {
        int n =
            snprintf(out + at, VERDICT_TEXT_MAX - at, "%s%s", i > 0 ? " or " : "", ((const char **)globs->items)[i]);
        at = n > 0 ? at + (size_t)n : at;
    }
    return out;
}
