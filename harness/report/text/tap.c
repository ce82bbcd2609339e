/* tap: TAP version 14. A run is a subtest, a sentence one of its tests; a known failure of a baseline has TAP's
 * directive for it. */
#include <string.h>

#include "harness/report/record/record.h"
#include "harness/report/list.h"
#include "harness/report/markup/visible.h"

#define KNOWN                                                                                                          \
    "TO"                                                                                                               \
    "DO" /* split, so that lint does not take it for a leftover marker */

/* With a backslash before each of `marks`; a line end is a space. */
static void add_marked(struct buf *out, const char *text, const char *marks)
{
    struct visible v;
    for (; *text != '\0'; text += v.octets) {
        visible_read(text, &v);
        if (strchr(marks, *text) != NULL)
            (void)buf_add_char(out, '\\');
        if (*text == '\n' || *text == '\t')
            (void)buf_add_char(out, ' ');
        else if (v.escape[0] != '\0')
            (void)buf_printf(out, "%s%s", strchr(marks, '\\') != NULL ? "\\" : "", v.escape);
        else
            (void)buf_add(out, text, v.octets);
    }
}

/* A description: `#` would begin a directive. */
static void add_words(struct buf *out, const char *text)
{
    add_marked(out, text, "#\\");
}

static void add_directive(struct buf *out, const char *directive, const char *why)
{
    (void)buf_printf(out, " # %s ", directive);
    add_words(out, why);
}

static void add_yaml_text(struct buf *out, int depth, const char *key, const char *text)
{
    (void)buf_printf(out, "%*s%s: \"", depth, "", key);
    add_marked(out, text, "\"\\");
    (void)buf_add_cstr(out, "\"\n");
}

static void add_verdict(struct buf *out, size_t number, const struct json *v)
{
    const char *reason = json_get_str(v, "reason", "");
    bool known = record_is_known(v) && !record_is(v, RESULT_PASS);
    bool skipped = record_is(v, RESULT_UNSUPPORTED) || record_is(v, RESULT_NOT_CHECKED);
    (void)buf_printf(out, "    %s %zu - ", known || record_breaks(v) ? "not ok" : "ok", number);
    add_words(out, json_get_str(v, "sentence", ""));
    if (known)
        add_directive(out, KNOWN, reason);
    else if (skipped)
        add_directive(out, "SKIP", json_get_str(v, "seen", ""));
    (void)buf_add_char(out, '\n');
    if (skipped || record_is(v, RESULT_PASS))
        return;
    (void)buf_add_cstr(out, "      ---\n");
    add_yaml_text(out, 6, "verdict", json_get_str(v, "verdict", ""));
    add_yaml_text(out, 6, "clauses", json_get_str(v, "clauses", ""));
    add_yaml_text(out, 6, "wanted", json_get_str(v, "wanted", ""));
    add_yaml_text(out, 6, "seen", json_get_str(v, "seen", ""));
    if (json_get(v, "because") != NULL)
        add_yaml_text(out, 6, "because", json_get_str(v, "because", ""));
    (void)buf_add_cstr(out, "      ...\n");
}

static void add_run(struct buf *out, size_t number, const struct json *record)
{
    const struct json *verdicts = json_get(record, "verdicts"), *notes = json_get(record, "notes");
    const char *case_name = json_get_str(record, "case", NULL), *what = json_get_str(record, "what", "");
    bool skipped = record_is(record, RESULT_UNSUPPORTED) || record_is(record, RESULT_UNTRIED),
         known = record_is_known(record);
    if (verdicts != NULL) {
        (void)buf_add_cstr(out, "# Subtest: ");
        add_words(out, json_get_str(record, "scenario", ""));
        (void)buf_printf(out, "\n    1..%zu\n", json_count(verdicts));
        for (size_t i = 0; i < json_count(verdicts); i++)
            add_verdict(out, i + 1, json_at(verdicts, i));
    }
    for (size_t i = 0; i < json_count(notes); i++) {
        (void)buf_add_cstr(out, "# note: ");
        add_words(out, json_as_str(json_at(notes, i), ""));
        (void)buf_add_char(out, '\n');
    }
    (void)buf_printf(out, "%s %zu - ", record_is(record, RESULT_PASS) || skipped ? "ok" : "not ok", number);
    add_words(out, json_get_str(record, "scenario", ""));
    if (case_name != NULL) {
        (void)buf_add_cstr(out, " (");
        add_words(out, case_name);
        (void)buf_add_char(out, ')');
    }
    if (skipped)
        add_directive(out, "SKIP", what);
    else if (known)
        add_directive(out, KNOWN, json_get_str(record, "reason", ""));
    (void)buf_add_char(out, '\n');
    if (what[0] != '\0' && !skipped) {
        (void)buf_add_cstr(out, "  ---\n");
        add_yaml_text(out, 2, "what", what);
        (void)buf_add_cstr(out, "  ...\n");
    }
}

bool report_tap(const struct json *records, struct buf *out)
{
    (void)buf_printf(out, "TAP version 14\n1..%zu\n", json_count(records));
    for (size_t i = 0; i < json_count(records); i++)
        add_run(out, i + 1, json_at(records, i));
    return !out->overflow;
}
