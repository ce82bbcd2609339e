/*
 * md: one table of all runs, for a README or a merge request; what is not as expected is told below it, and then what
 * each target did.
 */
#include <inttypes.h>
#include <string.h>

#include "harness/report/behaviour.h"
#include "harness/report/record.h"
#include "harness/report/reports.h"
#include "harness/report/schedule_words.h"

/* Cells of a table: no line ends, no bars, and no HTML: <bob@dest.example> would be a link, <bob> nothing at all. */
static void add_cell(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|')
            (void)buf_add_cstr(out, "\\|");
        else if (*text == '<' || *text == '&')
            (void)buf_add_cstr(out, *text == '<' ? "&lt;" : "&amp;");
        else
            (void)buf_add_char(out, *text == '\n' ? ' ' : *text);
    }
}

static void add_name(struct buf *out, const struct json *record)
{
    const char *case_name = json_get_str(record, "case", NULL);
    add_cell(out, json_get_str(record, "scenario", ""));
    if (case_name != NULL)
        (void)buf_printf(out, " (%s)", case_name);
}

static unsigned count(const struct json *record, const char *kind)
{
    const struct json *verdicts = json_get(record, "verdicts");
    unsigned n = 0;
    for (size_t i = 0; i < json_count(verdicts); i++)
        n += strcmp(json_get_str(json_at(verdicts, i), "verdict", ""), kind) == 0;
    return n;
}

static void add_row(struct buf *out, const struct json *record)
{
    (void)buf_add_cstr(out, "| ");
    add_name(out, record);
    (void)buf_printf(out, " | %s | %u | %u | %u | ", json_get_str(record, "result", ""), count(record, "pass"),
                     count(record, "fail") + count(record, "inconclusive"), count(record, "warn"));
    add_cell(out, json_get_str(record, "title", ""));
    (void)buf_add_cstr(out, " |\n");
}

static void add_breaks(struct buf *out, const struct json *record)
{
    const struct json *verdicts = json_get(record, "verdicts");
    const char *what = json_get_str(record, "what", "");
    if (strcmp(json_get_str(record, "result", ""), "trouble") == 0) {
        (void)buf_add_cstr(out, "\n**");
        add_name(out, record);
        (void)buf_add_cstr(out, "** could not run: ");
        add_cell(out, what);
        (void)buf_add_char(out, '\n');
    }
    for (size_t i = 0; i < json_count(verdicts); i++) {
        const struct json *v = json_at(verdicts, i);
        const char *kind = json_get_str(v, "verdict", "");
        if (!record_breaks(v))
            continue;
        (void)buf_add_cstr(out, "\n**");
        add_name(out, record);
        (void)buf_printf(out, "** %s: ", kind);
        add_cell(out, json_get_str(v, "sentence", ""));
        (void)buf_printf(out, " (%s). Wanted ", json_get_str(v, "clauses", ""));
        add_cell(out, json_get_str(v, "wanted", ""));
        (void)buf_add_cstr(out, "; seen ");
        add_cell(out, json_get_str(v, "seen", ""));
        (void)buf_add_cstr(out, ".\n");
    }
}

/* ---- what a target did ---- */

#define WORDS_MAX ((size_t)64 * 1024)

static void add_schedule(struct buf *out, const struct json *schedule)
{
    struct buf words;
    buf_init(&words, WORDS_MAX);
    if (json_count(schedule) > 0)
        (void)buf_add_cstr(out, "\n| tried again after | recipients | waits between attempts |\n| --- | --: | --- |\n");
    for (size_t i = 0; i < json_count(schedule); i++) {
        const struct json *one = json_at(schedule, i);
        buf_reset(&words);
        schedule_words(json_get(one, "gaps"), &words);
        (void)buf_add_cstr(out, "| ");
        add_cell(out, json_get_str(one, "reason", ""));
        (void)buf_printf(out, " | %" PRId64 " | %s |\n", json_get_int(one, "recipients", 0), buf_cstr(&words));
    }
    buf_fini(&words);
}

static void add_counts(struct buf *out, const char *what, const struct json *counts)
{
    struct buf words;
    buf_init(&words, WORDS_MAX);
    count_words(counts, &words);
    (void)buf_printf(out, "- %s: ", what);
    add_cell(out, buf_cstr(&words));
    (void)buf_add_char(out, '\n');
    buf_fini(&words);
}

static void add_target(struct buf *out, const struct json *target)
{
    int64_t runs = json_get_int(target, "runs", 0);
    (void)buf_add_cstr(out, "\n### What ");
    add_cell(out, json_get_str(target, "target", ""));
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

bool report_markdown(const struct json *records, struct buf *out)
{
    (void)buf_add_cstr(out, "| scenario | result | pass | fail | warn | |\n| --- | --- | --: | --: | --: | --- |\n");
    for (size_t i = 0; i < json_count(records); i++)
        add_row(out, json_at(records, i));
    for (size_t i = 0; i < json_count(records); i++)
        add_breaks(out, json_at(records, i));
    add_targets(out, records);
    return !out->overflow;
}
