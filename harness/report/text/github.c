/*
 * github: annotations for a GitHub workflow, one a cause, as commands on standard output (--report github=-). Each is
 * at the expectation of its first run. GitHub shows ten of a step and drops the rest without a word, so the last of
 * ours says how many there are. The step's summary is the Markdown report: --report md=$GITHUB_STEP_SUMMARY.
 */
#include <inttypes.h>
#include <string.h>

#include "harness/report/list.h"
#include "harness/report/record/causes.h"
#include "harness/report/markup/visible.h"

#define ANNOTATIONS_MAX 10

/* A property's value may have neither `:` nor `,`, a message both. */
static void add_escaped(struct buf *out, const char *text, bool property)
{
    struct visible v;
    for (; *text != '\0'; text += v.octets) {
        visible_read(text, &v);
        if (*text == '%' || *text == '\r' || *text == '\n' || (property && (*text == ':' || *text == ',')))
            (void)buf_printf(out, "%%%02X", (unsigned char)*text);
        else if (v.escape[0] != '\0')
            (void)buf_add_cstr(out, v.escape);
        else
            (void)buf_add(out, text, v.octets);
    }
}

/* A property of the command: `title=…`, where several texts make one value. */
static void add_title(struct buf *out, const struct json *cause)
{
    const struct json *first = json_at(json_get(cause, "runs"), 0);
    const char *case_name = json_get_str(first, "case", NULL);
    size_t runs = cause_count_runs(cause);
    add_escaped(out, json_get_str(first, "scenario", ""), true);
    if (case_name != NULL) {
        (void)buf_add_cstr(out, " (");
        add_escaped(out, case_name, true);
        (void)buf_add_char(out, ')');
    }
    if (runs > 1)
        (void)buf_printf(out, " and %zu more run%s", runs - 1, runs == 2 ? "" : "s");
    (void)buf_add_cstr(out, "%3A ");
    add_escaped(out, json_get_str(cause, "sentence", ""), true);
}

static void add_part(struct buf *out, const char *before, const char *text)
{
    if (text[0] == '\0')
        return;
    (void)buf_add_cstr(out, before);
    add_escaped(out, text, false);
}

/* "expected …; got …; because … (RFC5321 §6.1, with postfix)"; of a run that could not be played: what happened. */
static void add_message(struct buf *out, const struct json *cause)
{
    const char *wanted = json_get_str(cause, "wanted", ""), *clauses = json_get_str(cause, "clauses", "");
    const struct json *also = json_get(cause, "also");
    add_part(out, "expected ", wanted);
    add_part(out, wanted[0] != '\0' ? "; got " : "", json_get_str(cause, "seen", ""));
    add_part(out, "; because ", json_get_str(cause, "because", ""));
    (void)buf_add_cstr(out, " (");
    add_escaped(out, clauses, false);
    add_part(out, clauses[0] != '\0' ? ", with " : "with ", json_get_str(cause, "target", ""));
    (void)buf_add_char(out, ')');
    for (size_t i = 0; i < json_count(also); i++)
        add_part(out, i == 0 ? "; in the same runs: " : "; ", json_get_str(json_at(also, i), "sentence", ""));
    (void)buf_add_char(out, '\n');
}

/* line 0: the file as a whole. */
static void add_annotation(struct buf *out, const struct json *cause)
{
    int64_t line = json_get_int(cause, "line", 0);
    (void)buf_add_cstr(out, "::error file=");
    add_escaped(out, json_get_str(cause, "file", ""), true);
    if (line > 0)
        (void)buf_printf(out, ",line=%" PRId64, line);
    (void)buf_add_cstr(out, ",title=");
    add_title(out, cause);
    (void)buf_add_cstr(out, "::");
    add_message(out, cause);
}

bool report_github(const struct json *records, struct buf *out)
{
    struct json *causes = causes_of(records);
    size_t count = json_count(causes), shown = count <= ANNOTATIONS_MAX ? count : ANNOTATIONS_MAX - 1;
    for (size_t i = 0; i < shown; i++)
        add_annotation(out, json_at(causes, i));
    if (shown < count) {
        (void)buf_add_cstr(out, "::error::");
        causes_add_headline(out, causes);
        (void)buf_printf(out, ", of which %zu causes are shown here\n", shown);
    }
    json_free(causes);
    return !out->overflow;
}
