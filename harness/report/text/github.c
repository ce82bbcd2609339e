/*
 * github: annotations for a GitHub workflow, as commands on standard output (--report github=-). GitHub shows ten of a
 * step and drops the rest without a word, so the last of ours says how many there are. The step's summary is the
 * Markdown report: --report md=$GITHUB_STEP_SUMMARY.
 */
#include <inttypes.h>
#include <string.h>

#include "harness/report/record/record.h"
#include "harness/report/list.h"
#include "harness/report/markup/visible.h"

#define ANNOTATIONS_MAX 10

struct annotations {
    struct buf *out;
    unsigned count; /* of the whole text */
};

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
static void add_title(struct buf *out, const struct json *record, const char *sentence)
{
    const char *case_name = json_get_str(record, "case", NULL);
    add_escaped(out, json_get_str(record, "scenario", ""), true);
    if (case_name != NULL) {
        (void)buf_add_cstr(out, " (");
        add_escaped(out, case_name, true);
        (void)buf_add_char(out, ')');
    }
    (void)buf_add_cstr(out, "%3A ");
    add_escaped(out, sentence, true);
}

/* Begins an annotation; false when there is no room for it. line 0: the file as a whole. */
static bool begin(struct annotations *a, const struct json *record, int64_t line, const char *sentence)
{
    if (++a->count >= ANNOTATIONS_MAX)
        return false;
    (void)buf_add_cstr(a->out, "::error file=");
    add_escaped(a->out, json_get_str(record, "file", ""), true);
    if (line > 0)
        (void)buf_printf(a->out, ",line=%" PRId64, line);
    (void)buf_add_cstr(a->out, ",title=");
    add_title(a->out, record, sentence);
    (void)buf_add_cstr(a->out, "::");
    return true;
}

static void add_part(struct buf *out, const char *before, const char *text)
{
    if (text[0] == '\0')
        return;
    (void)buf_add_cstr(out, before);
    add_escaped(out, text, false);
}

/* "expected …; got …; because … (RFC5321 §6.1, with postfix)" */
static void annotate_verdict(struct annotations *a, const struct json *record, const struct json *v)
{
    if (!begin(a, record, json_get_int(v, "line", 0), json_get_str(v, "sentence", "")))
        return;
    (void)buf_add_cstr(a->out, "expected ");
    add_escaped(a->out, json_get_str(v, "wanted", ""), false);
    add_part(a->out, "; got ", json_get_str(v, "seen", ""));
    add_part(a->out, "; because ", json_get_str(v, "because", ""));
    (void)buf_add_cstr(a->out, " (");
    add_escaped(a->out, json_get_str(v, "clauses", ""), false);
    add_part(a->out, ", with ", json_get_str(record, "target", ""));
    (void)buf_add_cstr(a->out, ")\n");
}

static void annotate_run(struct annotations *a, const struct json *record)
{
    if (!begin(a, record, 0, json_get_str(record, "result", "")))
        return;
    add_escaped(a->out, json_get_str(record, "what", ""), false);
    add_part(a->out, ", with ", json_get_str(record, "target", ""));
    (void)buf_add_char(a->out, '\n');
}

static void add_run(struct annotations *a, const struct json *record)
{
    const struct json *verdicts = json_get(record, "verdicts");
    bool whole = record_is(record, RESULT_TROUBLE) || record_is(record, RESULT_UNSTABLE);
    if (whole && !record_is_known(record))
        annotate_run(a, record);
    for (size_t i = 0; i < json_count(verdicts); i++)
        if (record_breaks(json_at(verdicts, i)))
            annotate_verdict(a, record, json_at(verdicts, i));
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
