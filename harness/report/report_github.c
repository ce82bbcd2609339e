/*
 * github: annotations for a GitHub workflow, as commands on standard output (--report github=-). GitHub shows ten of a
 * step and drops the rest without a word, so the last of ours says how many there are. The step's summary is the
 * Markdown report: --report md=$GITHUB_STEP_SUMMARY.
 */
#include <string.h>

#include "harness/report/record.h"
#include "harness/report/reports.h"

#define ANNOTATIONS_MAX 10

struct annotations {
    struct buf *out;
    unsigned count; /* of what there is to tell */
};

/* A property's value may have neither `:` nor `,`, a message both. */
static void add_escaped(struct buf *out, const char *text, bool property)
{
    for (; *text != '\0'; text++) {
        if (*text == '%' || *text == '\r' || *text == '\n' || (property && (*text == ':' || *text == ',')))
            (void)buf_printf(out, "%%%02X", (unsigned char)*text);
        else
            (void)buf_add_char(out, *text);
    }
}

static void annotate(struct annotations *a, const struct json *record, const char *title, const char *text)
{
    if (++a->count >= ANNOTATIONS_MAX)
        return;
    (void)buf_add_cstr(a->out, "::error file=");
    add_escaped(a->out, json_get_str(record, "file", ""), true);
    (void)buf_add_cstr(a->out, ",title=");
    add_escaped(a->out, json_get_str(record, "scenario", ""), true);
    (void)buf_add_cstr(a->out, "::");
    add_escaped(a->out, title, false);
    (void)buf_add_cstr(a->out, ": ");
    add_escaped(a->out, text, false);
    (void)buf_add_char(a->out, '\n');
}

static void add_run(struct annotations *a, const struct json *record)
{
    const struct json *verdicts = json_get(record, "verdicts");
    const char *result = json_get_str(record, "result", "");
    bool whole = record_is(record, "trouble") || record_is(record, "unstable");
    if (whole && !record_is_known(record))
        annotate(a, record, result, json_get_str(record, "what", ""));
    for (size_t i = 0; i < json_count(verdicts); i++) {
        const struct json *v = json_at(verdicts, i);
        if (record_breaks(v))
            annotate(a, record, json_get_str(v, "sentence", ""), json_get_str(v, "seen", ""));
    }
}

bool report_github(const struct json *records, struct buf *out)
{
    struct annotations a = {.out = out};
    for (size_t i = 0; i < json_count(records); i++)
        add_run(&a, json_at(records, i));
    if (a.count >= ANNOTATIONS_MAX)
        (void)buf_printf(out, "::error::%u verdicts are not as expected, of which %d are shown here\n", a.count,
                         ANNOTATIONS_MAX - 1);
    return !out->overflow;
}
