/* html: why runs fail: a card for each cause, with what happened in its first run. */
#include "harness/report/html/page.h"
#include "harness/report/record/causes.h"

#define RUNS_SHOWN     12 /* links of a card; the others are folded */
#define HAPPENED_SHOWN 3  /* sentences */
#define CARDS_SHOWN    5  /* the others are folded */

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

static void put_card(struct buf *out, const struct json *cause, const struct page *page)
{
    const struct json *runs = json_get(cause, "runs");
    const struct json *first = json_at(page->records, (size_t)json_get_int(json_at(runs, 0), "run", 0));
    html_put(out, "<article class=\"cause\" id=\"cause:%s\">", json_get_str(cause, "id", ""));
    put_head(out, cause, page->many_targets);
    put_happened(out, first);
    put_difference(out, cause);
    put_also(out, json_get(cause, "also"));
    put_runs(out, runs, &page->anchors);
    html_again(out, first);
    (void)buf_add_cstr(out, "</article>\n");
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
            html_put(out, "<details><summary>%zu more cause%s</summary>\n", count - i, count - i == 1 ? "" : "s");
        put_card(out, json_at(page->causes, i), page);
    }
    (void)buf_add_cstr(out, count > CARDS_SHOWN ? "</details></section>\n" : "</section>\n");
    buf_fini(&headline);
}
