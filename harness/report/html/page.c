/*
 * html: one file that needs nothing else: how the suite ended, why runs failed, then each run, the failures first, and
 * what each target did. Style and script are files next to this one, embedded at build time; all facts can be read
 * without the script. The policy in its head forbids loading anything. It is well-formed XML, too, so that a test can
 * prove that no text of a peer became markup.
 */
#include <stdio.h>
#include <string.h>

#include "harness/report/html/assets.h"
#include "harness/report/html/frame.h"
#include "harness/report/html/page.h"
#include "harness/report/record/status.h"
#include "harness/report/list.h"
#include "harness/report/record/causes.h"

#define OPEN_UP_TO 2 /* runs that are shown open */
#define TITLE_MAX  1024

/* "13 failed · opensmtpd · Relaylab": what a reader of many tabs needs. */
static void make_title(const struct page *page, struct buf *out)
{
    size_t failed = status_count(page->records, STATUS_FAILED), errors = status_count(page->records, STATUS_ERROR);
    if (failed > 0)
        (void)buf_printf(out, "%zu failed · ", failed);
    if (errors > 0)
        (void)buf_printf(out, "%zu could not run · ", errors);
    if (failed + errors == 0)
        (void)buf_add_cstr(out, "Passed · ");
    if (page->many_targets)
        (void)buf_add_cstr(out, "several targets · ");
    else if (json_count(page->records) > 0)
        (void)buf_printf(out, "%s · ", json_get_str(json_at(page->records, 0), "target", ""));
    (void)buf_add_cstr(out, "Relaylab");
}

static void put_head(struct buf *out, const struct page *page)
{
    struct buf title;
    buf_init(&title, TITLE_MAX);
    make_title(page, &title);
    frame_begin(out, buf_cstr(&title), SLICE_LIT(""), "runs", "To the runs");
    buf_fini(&title);
}

static void put_runs(struct buf *out, const struct page *page)
{
    size_t count = json_count(page->records);
    (void)buf_add_cstr(out, "<section class=\"runs\" id=\"runs\" tabindex=\"-1\"><h2>Runs</h2>\n");
    html_chips(out, page);
    for (int status = 0; status < STATUS_COUNT; status++)
        for (size_t i = 0; i < count; i++)
            if (status_of(json_at(page->records, i)) == (enum status)status)
                html_run(out, json_at(page->records, i), page->anchors.ids[i], count <= OPEN_UP_TO);
    (void)buf_add_cstr(out, "</section>\n");
}

static bool has_many_targets(const struct json *records)
{
    const char *first = json_get_str(json_at(records, 0), "target", "");
    for (size_t i = 1; i < json_count(records); i++)
        if (strcmp(json_get_str(json_at(records, i), "target", ""), first) != 0)
            return true;
    return false;
}

bool report_html(const struct json *records, struct buf *out)
{
    struct page page = {.records = records, .causes = causes_of(records), .many_targets = has_many_targets(records)};
    anchors_make(&page.anchors, records);
    put_head(out, &page);
    html_shapes(out);
    html_verdict(out, &page);
    (void)buf_add_cstr(out, "<main>\n");
    html_cards(out, &page);
    put_runs(out, &page);
    if (page.many_targets)
        html_matrix(out, &page);
    if (json_count(records) > 1)
        html_targets(out, records);
    (void)buf_add_cstr(out, "</main>\n");
    frame_end(out, assets_report_js());
    anchors_free(&page.anchors);
    json_free(page.causes);
    return !out->overflow;
}
