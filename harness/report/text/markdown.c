/*
 * md: for a README or a merge request: why runs fail, what is not as expected in each, one table of all runs with the
 * failures first, and what each target did.
 */
#include <inttypes.h>
#include <string.h>

#include "harness/report/record/behaviour_json.h"
#include "harness/report/record/causes.h"
#include "harness/report/record/record.h"
#include "harness/report/list.h"
#include "harness/report/record/schedule_words.h"
#include "harness/report/markup/markdown.h"

static void add_name(struct buf *out, const struct json *record)
{
    const char *case_name = json_get_str(record, "case", NULL);
    markdown_cell(out, json_get_str(record, "scenario", ""));
    if (case_name == NULL)
        return;
    (void)buf_add_cstr(out, " (");
    markdown_cell(out, case_name);
    (void)buf_add_char(out, ')');
}

static bool is_good(const struct json *record)
{
    return record_is(record, RESULT_PASS) || record_is(record, RESULT_UNSUPPORTED) || record_is_known(record);
}

static void add_row(struct buf *out, const struct json *record)
{
    (void)buf_add_cstr(out, "| ");
    add_name(out, record);
    (void)buf_add_cstr(out, " | ");
    markdown_cell(out, record_is(record, RESULT_UNTRIED) ? result_words(RESULT_UNTRIED)
                                                         : json_get_str(record, "result", ""));
    (void)buf_printf(out, " | %u | %u | %u | ", record_count(record, RESULT_PASS),
                     record_count(record, RESULT_FAIL) + record_count(record, RESULT_INCONCLUSIVE),
                     record_count(record, RESULT_WARN));
    markdown_cell(out, json_get_str(record, "title", ""));
    (void)buf_add_cstr(out, " |\n");
}

static void add_text(struct buf *out, const char *before, const char *text)
{
    if (text[0] == '\0')
        return;
    (void)buf_add_cstr(out, before);
    markdown_cell(out, text);
}

/* "Expected w; got s, because b." */
static void add_finding(struct buf *out, const struct json *verdict_or_cause)
{
    const char *wanted = json_get_str(verdict_or_cause, "wanted", "");
    add_text(out, " Expected ", wanted);
    add_text(out, wanted[0] != '\0' ? "; got " : " ", json_get_str(verdict_or_cause, "seen", ""));
    add_text(out, ", because ", json_get_str(verdict_or_cause, "because", ""));
    (void)buf_add_char(out, '.');
}

/* "It holds (RFC1)." */
static void add_sentence(struct buf *out, const struct json *verdict_or_cause)
{
    const char *clauses = json_get_str(verdict_or_cause, "clauses", "");
    markdown_cell(out, json_get_str(verdict_or_cause, "sentence", ""));
    add_text(out, " (", clauses);
    (void)buf_add_cstr(out, clauses[0] != '\0' ? ")." : ".");
}

static void add_bold_name(struct buf *out, const struct json *record)
{
    (void)buf_add_cstr(out, "**");
    add_name(out, record);
    (void)buf_add_cstr(out, "**");
}

static void add_breaks(struct buf *out, const struct json *record)
{
    const struct json *verdicts = json_get(record, "verdicts"), *happened = json_get(record, "happened");
    bool broken = false;
    if (record_is(record, RESULT_TROUBLE)) {
        add_bold_name(out, record);
        add_text(out, " could not run: ", json_get_str(record, "what", ""));
        (void)buf_add_cstr(out, "\n\n");
    }
    for (size_t i = 0; i < json_count(verdicts); i++) {
        const struct json *v = json_at(verdicts, i);
        if (!record_breaks(v))
            continue;
        broken = true;
        add_bold_name(out, record);
        add_text(out, " ", json_get_str(v, "verdict", ""));
        (void)buf_add_cstr(out, ": ");
        add_sentence(out, v);
        add_finding(out, v);
        (void)buf_add_cstr(out, "\n\n");
    }
    for (size_t i = 0; broken && i < json_count(happened); i++) {
        add_text(out, "- ", json_as_str(json_at(happened, i), ""));
        (void)buf_add_cstr(out, i + 1 < json_count(happened) ? "\n" : "\n\n");
    }
}

/* ---- causes ---- */

static void add_cause(struct buf *out, const struct json *cause)
{
    struct buf runs;
    const struct json *also = json_get(cause, "also");
    size_t count = cause_count_runs(cause);
    buf_init(&runs, CAUSE_WORDS_MAX);
    cause_add_runs(&runs, cause);
    (void)buf_printf(out, "- %zu run%s, ", count, count == 1 ? "" : "s");
    markdown_cell(out, json_get_str(cause, "target", ""));
    (void)buf_add_cstr(out, ": **");
    markdown_cell(out, json_get_str(cause, "sentence", ""));
    (void)buf_add_cstr(out, "**");
    add_text(out, " ", json_get_str(cause, "clauses", ""));
    (void)buf_add_char(out, '.');
    add_finding(out, cause);
    for (size_t i = 0; i < json_count(also); i++)
        add_text(out, i == 0 ? " In the same runs: " : "; ", json_get_str(json_at(also, i), "sentence", ""));
    (void)buf_add_cstr(out, json_count(also) > 0 ? ". In " : " In ");
    markdown_cell(out, buf_cstr(&runs));
    (void)buf_add_cstr(out, ".\n");
    buf_fini(&runs);
}

static void add_causes(struct buf *out, const struct json *records)
{
    struct json *causes = causes_of(records);
    if (json_count(causes) > 0) {
        (void)buf_add_cstr(out, "### ");
        causes_add_headline(out, causes);
        (void)buf_add_cstr(out, "\n\n");
    }
    for (size_t i = 0; i < json_count(causes); i++)
        add_cause(out, json_at(causes, i));
    if (json_count(causes) > 0)
        (void)buf_add_char(out, '\n');
    json_free(causes);
}

/* What is not as expected, then the rest; each in the order of the runs. */
static void add_table(struct buf *out, const struct json *records)
{
    (void)buf_add_cstr(out, "| scenario | result | pass | fail | warn | |\n| --- | --- | --: | --: | --: | --- |\n");
    for (int good = 0; good < 2; good++)
        for (size_t i = 0; i < json_count(records); i++)
            if (is_good(json_at(records, i)) == (good == 1))
                add_row(out, json_at(records, i));
}

/* ---- what a target did ---- */

#define WORDS_MAX ((size_t)64 * 1024)

static void add_schedule(struct buf *out, const struct json *schedule)
{
    struct buf words;
    buf_init(&words, WORDS_MAX);
    if (json_count(schedule) > 0)
        (void)buf_add_cstr(out, "\n| retried after | recipients | waits between attempts |\n| --- | --: | --- |\n");
    for (size_t i = 0; i < json_count(schedule); i++) {
        const struct json *one = json_at(schedule, i);
        buf_reset(&words);
        schedule_words(json_get(one, "gaps"), &words);
        (void)buf_add_cstr(out, "| ");
        markdown_cell(out, json_get_str(one, "reason", ""));
        (void)buf_printf(out, " | %" PRId64 " | %s", json_get_int(one, "recipients", 0), buf_cstr(&words));
        if (json_get_int(one, "left_out", 0) > 0)
            (void)buf_printf(out, " and %" PRId64 " more waits, which are not kept", json_get_int(one, "left_out", 0));
        (void)buf_add_cstr(out, " |\n");
    }
    buf_fini(&words);
}

static void add_counts(struct buf *out, const char *what, const struct json *counts)
{
    struct buf words;
    buf_init(&words, WORDS_MAX);
    count_words(counts, &words);
    (void)buf_printf(out, "- %s: ", what);
    markdown_cell(out, buf_cstr(&words));
    (void)buf_add_char(out, '\n');
    buf_fini(&words);
}

static void add_target(struct buf *out, const struct json *target)
{
    int64_t runs = json_get_int(target, "runs", 0);
    (void)buf_add_cstr(out, "\n### What ");
    markdown_cell(out, json_get_str(target, "target", ""));
    (void)buf_printf(out, " did in %" PRId64 " run%s\n\n", runs, runs == 1 ? "" : "s");
    add_counts(out, "recipients", json_get(target, "outcomes"));
    add_counts(out, "bounces by class", json_get(target, "bounces"));
    add_counts(out, "deferrals by reason", json_get(target, "deferrals"));
    (void)buf_printf(out, "- second copies: %" PRId64 "\n", json_get_int(target, "duplicates", 0));
    add_schedule(out, json_get(target, "schedule"));
}

static void add_targets(struct buf *out, const struct json *records)
{
    struct json *targets = behaviour_targets(records);
    for (size_t i = 0; i < json_count(targets); i++)
        if (json_get_int(json_at(targets, i), "runs", 0) > 0)
            add_target(out, json_at(targets, i));
    json_free(targets);
}

/* About the target's program, whatever the result: it wakes often, say. */
static void add_notes(struct buf *out, const struct json *record)
{
    const struct json *notes = json_get(record, "notes");
    for (size_t i = 0; i < json_count(notes); i++) {
        (void)buf_add_cstr(out, "\n**");
        add_name(out, record);
        (void)buf_add_cstr(out, "** note: ");
        markdown_cell(out, json_as_str(json_at(notes, i), ""));
        (void)buf_add_char(out, '\n');
    }
}

bool report_md(const struct json *records, struct buf *out)
{
    add_causes(out, records);
    for (size_t i = 0; i < json_count(records); i++)
        add_breaks(out, json_at(records, i));
    add_table(out, records);
    for (size_t i = 0; i < json_count(records); i++)
        add_notes(out, json_at(records, i));
    add_targets(out, records);
    return !out->overflow;
}
