/* html: why runs fail: a card for each cause, with what happened in its first run. */
#include <string.h>

#include "harness/report/html/page.h"
#include "harness/report/html/place.h"
#include "harness/report/record/causes.h"
#include "harness/report/record/record.h"

#define RUNS_SHOWN     12 /* links of a card; the others are folded */
#define HAPPENED_SHOWN 3  /* sentences */
#define CARDS_SHOWN    5  /* the others are folded */
#define ENTRIES_MAX    ((size_t)1024 * 1024)

static void put_head(struct buf *out, const struct json *cause, bool with_target)
{
    const char *level = json_get_str(cause, "level", "");
    size_t runs = cause_count_runs(cause);
    (void)buf_add_cstr(out, "<h3>");
    if (level[0] != '\0')
        html_put(out, "<span class=\"pill %s\">%s</span> ", json_get_str(cause, "verdict", ""), level);
    html_put(out, "%s <span class=\"about\">", json_get_str(cause, "sentence", ""));
    html_clauses(out, json_get_str(cause, "clauses", ""));
    html_put(out, "%s%zu run%s", json_get_str(cause, "clauses", "")[0] != '\0' ? " · " : "", runs,
             runs == 1 ? "" : "s");
    if (with_target)
        html_put(out, " · %s", json_get_str(cause, "target", ""));
    (void)buf_add_cstr(out, "</span></h3>\n");
}

static void put_happened(struct buf *out, const struct json *record)
{
    const struct json *happened = json_get(record, "happened");
    for (size_t i = 0; i < json_count(happened) && i < HAPPENED_SHOWN; i++)
        html_put(out, "<p>%s%s</p>\n", i == 0 ? "What happened: " : "", json_as_str(json_at(happened, i), ""));
}

static void put_row(struct buf *out, const char *class, const char *term, const char *text)
{
    if (text[0] != '\0')
        html_put(out, "<dt>%s</dt><dd class=\"%s\">%s</dd>", term, class, text);
}

static void put_difference(struct buf *out, const struct json *cause)
{
    (void)buf_add_cstr(out, "<dl class=\"difference\">");
    put_row(out, "wanted", "expected", json_get_str(cause, "wanted", ""));
    put_row(out, "got", "got", json_get_str(cause, "seen", ""));
    put_row(out, "because", "because", json_get_str(cause, "because", ""));
    (void)buf_add_cstr(out, "</dl>\n");
}

static void put_also(struct buf *out, const struct json *also)
{
    if (json_count(also) == 0)
        return;
    (void)buf_add_cstr(out, "<p class=\"also\">In the same runs: ");
    for (size_t i = 0; i < json_count(also); i++) {
        html_put(out, "%s%s (", i > 0 ? "; " : "", json_get_str(json_at(also, i), "sentence", ""));
        html_put(out, "%s)", json_get_str(json_at(also, i), "verdict", ""));
    }
    (void)buf_add_cstr(out, "</p>\n");
}

static void put_run(struct buf *out, const struct json *run, const struct anchors *anchors)
{
    const char *case_name = json_get_str(run, "case", NULL);
    html_put(out, "<li><a href=\"#%s\">%s", anchors->ids[json_get_int(run, "run", 0)],
             json_get_str(run, "scenario", ""));
    if (case_name != NULL)
        html_put(out, " (%s)", case_name);
    (void)buf_add_cstr(out, "</a></li>\n");
}

static void put_runs(struct buf *out, const struct json *runs, const struct anchors *anchors)
{
    size_t count = json_count(runs);
    (void)buf_add_cstr(out, "<ul class=\"in\">");
    for (size_t i = 0; i < count && i < RUNS_SHOWN; i++)
        put_run(out, json_at(runs, i), anchors);
    (void)buf_add_cstr(out, "</ul>\n");
    if (count <= RUNS_SHOWN)
        return;
    html_put(out, "<details><summary>%zu more</summary><ul class=\"in\">", count - RUNS_SHOWN);
    for (size_t i = RUNS_SHOWN; i < count; i++)
        put_run(out, json_at(runs, i), anchors);
    (void)buf_add_cstr(out, "</ul></details>\n");
}

/* ---- what to do next ---- */

/* The finding of the first run. NULL: the run as a whole is not as expected. */
static const struct json *finding_of(const struct json *cause, const struct json *record)
{
    const struct json *verdicts = json_get(record, "verdicts");
    for (size_t i = 0; i < json_count(verdicts); i++)
        if (record_breaks(json_at(verdicts, i)) &&
            strcmp(json_get_str(json_at(verdicts, i), "sentence", ""), json_get_str(cause, "sentence", "")) == 0)
            return json_at(verdicts, i);
    return NULL;
}

/* The bounce that the finding is about, else the last one; 0 = none whose text is known. */
static size_t report_of(const struct json *record, const struct json *finding)
{
    const struct json *dsns = json_get(json_get(record, "behaviour"), "dsns");
    struct place place = {0};
    size_t last = 0;
    if (finding != NULL)
        (void)place_of(record, finding, &place);
    for (size_t i = 0; i < json_count(dsns) && i < HTML_RECIPIENTS_MAX; i++) {
        if (json_get(json_at(dsns, i), "report") == NULL)
            continue;
        last = i + 1;
        if (place.conn != 0 && json_get_int(json_at(dsns, i), "conn", 0) == place.conn)
            return last;
    }
    return last;
}

static void put_links(struct buf *out, const struct json *record, const struct json *finding, const char *id)
{
    size_t report = report_of(record, finding);
    int64_t first = json_get_int(json_at(json_get(json_get(record, "connections"), "list"), 0), "conn", 0);
    int64_t decided = json_get_int(json_get(record, "decided"), "at_conn", 0);
    struct place place;
    (void)buf_add_cstr(out, "<p class=\"links\">");
    if (finding != NULL && place_of(record, finding, &place) && place.conn != 0)
        html_put(out, "<a href=\"#%s@%zu.%zu\">Transcript</a> ", id, (size_t)place.conn, place.line);
    else if (first != 0)
        html_put(out, "<a href=\"#%s@%zu\">Transcript</a> ", id,
                 (size_t)(place_connection(record, decided) != NULL ? decided : first));
    if (report != 0)
        html_put(out, "<a href=\"#%s@report-%zu\">Report text</a> ", id, report);
    (void)buf_add_cstr(out, "</p>\n");
}

static bool is_of_cause(const struct json *cause, const struct json *verdict)
{
    const char *sentence = json_get_str(verdict, "sentence", "");
    const struct json *also = json_get(cause, "also");
    bool found = strcmp(sentence, json_get_str(cause, "sentence", "")) == 0;
    for (size_t i = 0; i < json_count(also) && !found; i++)
        found = strcmp(sentence, json_get_str(json_at(also, i), "sentence", "")) == 0;
    return found && record_breaks(verdict);
}

/* An entry for a baseline. The reason is the reader's: relaylab refuses an empty one. */
static void put_entry(struct buf *out, const struct json *record, const char *expectation, const char *verdict)
{
    char key[RECORD_KEY_MAX];
    record_key(key, json_get_str(record, "scenario", ""), json_get_str(record, "case", NULL), expectation);
    html_put(out, "%s: {verdict: %s, reason: \"\"}", key, verdict);
    (void)buf_add_char(out, '\n');
}

/* What passes against a baseline has an entry to remove, and none to add. */
static void put_entries(struct buf *out, const struct json *cause, const struct json *record)
{
    const struct json *verdicts = json_get(record, "verdicts");
    if (record_is(record, RESULT_TROUBLE) || record_is(record, RESULT_UNSTABLE))
        put_entry(out, record, NULL, json_get_str(record, "result", ""));
    for (size_t i = 0; i < json_count(verdicts); i++) {
        const struct json *v = json_at(verdicts, i);
        if (is_of_cause(cause, v) && !record_is(v, RESULT_PASS))
            put_entry(out, record, json_get_str(v, "id", ""), json_get_str(v, "verdict", ""));
    }
}

static void put_known(struct buf *out, const struct json *cause, const struct page *page)
{
    const struct json *runs = json_get(cause, "runs");
    struct buf entries;
    buf_init(&entries, ENTRIES_MAX);
    for (size_t i = 0; i < json_count(runs); i++)
        put_entries(&entries, cause, json_at(page->records, (size_t)json_get_int(json_at(runs, i), "run", 0)));
    if (entries.len > 0) {
        (void)buf_add_cstr(out, "<details class=\"known\"><summary>Mark as known</summary><p>Add to the baseline, each "
                                "with a reason: <span class=\"said\" aria-live=\"polite\"></span></p><pre><code>");
        (void)buf_add_cstr(out, buf_cstr(&entries)); /* escaped when it was written */
        (void)buf_add_cstr(out, "</code></pre></details>\n");
    }
    buf_fini(&entries);
}

/* ---- the whole ---- */

static void put_card(struct buf *out, const struct json *cause, const struct page *page)
{
    const struct json *runs = json_get(cause, "runs");
    size_t run = (size_t)json_get_int(json_at(runs, 0), "run", 0);
    const struct json *first = json_at(page->records, run), *finding = finding_of(cause, first);
    html_put(out, "<article class=\"cause\" id=\"cause:%s\">", json_get_str(cause, "id", ""));
    put_head(out, cause, page->many_targets);
    (void)buf_add_cstr(out, "<div class=\"sides\"><div>\n");
    put_happened(out, first);
    put_difference(out, cause);
    html_logs(out, first);
    put_also(out, json_get(cause, "also"));
    put_runs(out, runs, &page->anchors);
    (void)buf_add_cstr(out, "</div><div class=\"next\">\n");
    html_small_timeline(out, first, finding);
    put_links(out, first, finding, page->anchors.ids[run]);
    html_again(out, first);
    put_known(out, cause, page);
    (void)buf_add_cstr(out, "</div></div></article>\n");
}

void html_cards(struct buf *out, const struct page *page)
{
    struct buf headline;
    size_t count = json_count(page->causes);
    if (count == 0)
        return;
    buf_init(&headline, 1024);
    causes_add_headline(&headline, page->causes);
    html_put(out, "<section class=\"causes\"><h2>%s</h2>\n", buf_cstr(&headline));
    for (size_t i = 0; i < count; i++) {
        if (i == CARDS_SHOWN)
            html_put(out, "<details><summary>%zu more cause%s</summary>" HTML_LAZY_BEGIN "\n", count - i,
                     count - i == 1 ? "" : "s");
        put_card(out, json_at(page->causes, i), page);
    }
    (void)buf_add_cstr(out, count > CARDS_SHOWN ? HTML_LAZY_END "</details></section>\n" : "</section>\n");
    buf_fini(&headline);
}
