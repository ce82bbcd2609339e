/*
 * junit: the common subset of JUnit's XML. A run is a suite, a sentence a test case: unsupported is skipped, trouble is
 * an error, a known failure of a baseline is skipped with its reason. Text is escaped as in HTML (html.h): entities and
 * characters are valid XML 1.0, too. `time` is real seconds; the virtual time is a property, and so is each cause of a
 * run's failures, which other runs may have, too.
 */
#include <inttypes.h>
#include <string.h>

#include "harness/report/markup/html.h"
#include "harness/report/record/causes.h"
#include "harness/report/record/record.h"
#include "harness/report/list.h"

#define TEXT_MAX 65536

static void add_attribute(struct buf *out, const char *name, const char *value)
{
    (void)buf_printf(out, " %s=\"", name);
    html_text(out, value);
    (void)buf_add_char(out, '"');
}

static bool is_one_of(const struct json *record_or_verdict, enum result a, enum result b)
{
    return record_is(record_or_verdict, a) || record_is(record_or_verdict, b);
}

struct counts {
    unsigned tests, failures, errors, skipped;
};

/* What the target cannot do, and the known failures of a baseline. */
static bool is_skipped(const struct json *v)
{
    return !record_breaks(v) &&
           (is_one_of(v, RESULT_UNSUPPORTED, RESULT_NOT_CHECKED) || (record_is_known(v) && !record_is(v, RESULT_PASS)));
}

static struct counts count(const struct json *record)
{
    const struct json *verdicts = json_get(record, "verdicts");
    struct counts counts = {.tests = (unsigned)json_count(verdicts)};
    if (record_is(record, RESULT_TROUBLE))
        counts = (struct counts){.tests = 1, .errors = 1};
    if (is_one_of(record, RESULT_UNSUPPORTED, RESULT_UNTRIED) || (counts.errors > 0 && record_is_known(record)))
        counts = (struct counts){.tests = 1, .skipped = 1};
    if (record_is(record, RESULT_UNSTABLE)) {
        counts.tests++;
        *(record_is_known(record) ? &counts.skipped : &counts.failures) += 1;
    }
    for (size_t i = 0; i < json_count(verdicts); i++) {
        const struct json *v = json_at(verdicts, i);
        counts.failures += record_breaks(v);
        counts.skipped += is_skipped(v);
    }
    return counts;
}

static void begin_case(struct buf *out, const char *suite, const char *sentence, double seconds)
{
    (void)buf_add_cstr(out, "    <testcase");
    add_attribute(out, "classname", suite);
    add_attribute(out, "name", sentence);
    (void)buf_printf(out, " time=\"%.3f\">", seconds);
}

static void add_failure(struct buf *out, const char *element, const char *message, const char *detail)
{
    (void)buf_printf(out, "\n      <%s", element);
    add_attribute(out, "message", message);
    (void)buf_add_char(out, '>');
    html_text(out, detail);
    (void)buf_printf(out, "</%s>\n    ", element);
}

static void add_skipped(struct buf *out, const struct json *record_or_verdict)
{
    const char *said = json_get_str(record_or_verdict, "seen", json_get_str(record_or_verdict, "what", NULL));
    const char *reason = json_get_str(record_or_verdict, "reason", said);
    (void)buf_add_cstr(out, "<skipped");
    if (reason != NULL)
        add_attribute(out, "message", reason);
    (void)buf_add_cstr(out, "/>");
}

/* kind: a word before the text; NULL = it has one. */
static void add_output(struct buf *out, const char *kind, const char *text)
{
    (void)buf_printf(out, "\n      <system-out>%s%s", kind != NULL ? kind : "", kind != NULL ? ": " : "");
    html_text(out, text);
    (void)buf_add_cstr(out, "</system-out>\n    ");
}

/* What happened to each message of a run that is not as expected. */
static void add_happened(struct buf *out, const struct json *record)
{
    const struct json *happened = json_get(record, "happened");
    for (size_t i = 0; i < json_count(happened); i++)
        (void)buf_printf(out, "\n%s", json_as_str(json_at(happened, i), ""));
}

static void add_verdict(struct buf *out, const char *suite, const struct json *record, const struct json *v)
{
    const char *kind = json_get_str(v, "verdict", "");
    struct buf text, message;
    buf_init(&text, TEXT_MAX);
    buf_init(&message, TEXT_MAX);
    (void)buf_printf(&message, "expected %s; got %s", json_get_str(v, "wanted", ""), json_get_str(v, "seen", ""));
    (void)buf_printf(&text, "%s: %s (%s)\nexpected: %s\ngot: %s", kind, json_get_str(v, "sentence", ""),
                     json_get_str(v, "clauses", ""), json_get_str(v, "wanted", ""), json_get_str(v, "seen", ""));
    if (json_get(v, "because") != NULL)
        (void)buf_printf(&text, "\nbecause: %s", json_get_str(v, "because", ""));
    if (json_get(v, "expected") != NULL)
        (void)buf_printf(&text, "\nthe baseline says: %s (%s)", json_get_str(v, "expected", ""),
                         json_get_str(v, "reason", ""));
    begin_case(out, suite, json_get_str(v, "sentence", ""), 0);
    if (record_breaks(v))
        add_happened(&text, record);
    if (record_breaks(v))
        add_failure(out, "failure", buf_cstr(&message), buf_cstr(&text));
    else if (is_skipped(v))
        add_skipped(out, v);
    else if (is_one_of(v, RESULT_WARN, RESULT_NOTE))
        add_output(out, NULL, buf_cstr(&text));
    (void)buf_add_cstr(out, "</testcase>\n");
    buf_fini(&text);
    buf_fini(&message);
}

static void add_properties(struct buf *out, const struct json *record, const struct json *causes, size_t run)
{
    (void)buf_add_cstr(out, "    <properties>\n      <property name=\"target\"");
    add_attribute(out, "value", json_get_str(record, "target", ""));
    (void)buf_printf(out, "/>\n      <property name=\"virtual_s\" value=\"%" PRId64 "\"/>\n",
                     json_get_int(record, "virtual_s", 0));
    for (size_t i = 0; i < json_count(causes); i++) {
        if (!cause_has_run(json_at(causes, i), run))
            continue;
        (void)buf_add_cstr(out, "      <property name=\"cause\"");
        add_attribute(out, "value", json_get_str(json_at(causes, i), "id", ""));
        (void)buf_add_cstr(out, "/>\n");
    }
    (void)buf_add_cstr(out, "    </properties>\n");
}

static void add_run(struct buf *out, const struct json *record, const struct json *causes, size_t run)
{
    const char *result = json_get_str(record, "result", ""), *case_name = json_get_str(record, "case", NULL);
    const struct json *verdicts = json_get(record, "verdicts");
    struct counts counts = count(record);
    double seconds = (double)json_get_int(record, "real_ms", 0) / 1000;
    struct buf name;
    buf_init(&name, 1024);
    (void)buf_printf(&name, "%s%s%s%s", json_get_str(record, "scenario", ""), case_name != NULL ? " (" : "",
                     case_name != NULL ? case_name : "", case_name != NULL ? ")" : "");
    const char *suite = buf_cstr(&name);
    (void)buf_add_cstr(out, "  <testsuite");
    add_attribute(out, "name", suite);
    (void)buf_printf(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%.3f\">\n", counts.tests,
                     counts.failures, counts.errors, counts.skipped, seconds);
    add_properties(out, record, causes, run);
    for (size_t i = 0; i < json_count(verdicts); i++)
        add_verdict(out, suite, record, json_at(verdicts, i));
    if (verdicts == NULL || record_is(record, RESULT_UNSTABLE)) {
        begin_case(out, suite, json_get_str(record, "title", ""), seconds);
        if (is_one_of(record, RESULT_UNSUPPORTED, RESULT_UNTRIED) || record_is_known(record))
            add_skipped(out, record);
        else
            add_failure(out, record_is(record, RESULT_TROUBLE) ? "error" : "failure",
                        json_get_str(record, "what", result), json_get_str(record, "what", ""));
        (void)buf_add_cstr(out, "</testcase>\n");
    }
    for (size_t i = 0; i < json_count(json_get(record, "notes")); i++)
        add_output(out, "note", json_as_str(json_at(json_get(record, "notes"), i), ""));
    (void)buf_add_cstr(out, "  </testsuite>\n");
    buf_fini(&name);
}

bool report_junit(const struct json *records, struct buf *out)
{
    struct counts all = {0};
    struct json *causes = causes_of(records);
    for (size_t i = 0; i < json_count(records); i++) {
        struct counts one = count(json_at(records, i));
        all.tests += one.tests;
        all.failures += one.failures;
        all.errors += one.errors;
        all.skipped += one.skipped;
    }
    (void)buf_printf(out,
                     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<testsuites name=\"relaylab\" tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\">\n",
                     all.tests, all.failures, all.errors, all.skipped);
    for (size_t i = 0; i < json_count(records); i++)
        add_run(out, json_at(records, i), causes, i);
    (void)buf_add_cstr(out, "</testsuites>\n");
    json_free(causes);
    return !out->overflow;
}
