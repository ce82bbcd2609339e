/* html: the head of the page: how the suite ended, in one sentence, and the counts that filter the runs. */
#include <string.h>

#include "harness/report/html/page.h"
#include "harness/report/record/status.h"
#include "harness/report/record/causes.h"

static size_t count(const struct page *page, enum status status)
{
    return status_count(page->records, status);
}

/* "2 of 35 runs failed and 1 could not run, for 2 reasons" */
static void add_bad(struct buf *out, const struct page *page, size_t failed, size_t errors)
{
    size_t causes = json_count(page->causes), all = json_count(page->records);
    if (failed > 0)
        (void)buf_printf(out, "%zu of %zu run%s failed", failed, all, all == 1 ? "" : "s");
    if (errors > 0 && failed > 0)
        (void)buf_printf(out, " and %zu could not run", errors);
    else if (errors > 0)
        (void)buf_printf(out, "%zu of %zu run%s could not run", errors, all, all == 1 ? "" : "s");
    if (causes > 0)
        (void)buf_printf(out, ", for %zu reason%s", causes, causes == 1 ? "" : "s");
}

static void add_good(struct buf *out, const struct page *page)
{
    size_t passed = count(page, STATUS_PASSED) + count(page, STATUS_WARNED), known = count(page, STATUS_KNOWN);
    if (passed + known == 0)
        (void)buf_add_cstr(out, "Nothing ran");
    else if (known == 0)
        (void)buf_printf(out, passed == 1 ? "The only run passed" : "All %zu runs passed", passed);
    else
        (void)buf_printf(out, "No new failures: %zu run%s passed, and %zu ha%s known failures", passed,
                         passed == 1 ? "" : "s", known, known == 1 ? "s" : "ve");
}

static void add_sentence(struct buf *out, const struct page *page)
{
    size_t failed = count(page, STATUS_FAILED), errors = count(page, STATUS_ERROR);
    if (failed + errors > 0)
        add_bad(out, page, failed, errors);
    else
        add_good(out, page);
}

void html_verdict(struct buf *out, const struct page *page)
{
    struct buf sentence;
    bool bad = count(page, STATUS_FAILED) + count(page, STATUS_ERROR) > 0;
    buf_init(&sentence, 1024);
    add_sentence(&sentence, page);
    html_put(out, "<header><h1 class=\"%s\">%s</h1>\n", bad ? "bad" : "good", buf_cstr(&sentence));
    html_about(out, page->records);
    (void)buf_add_cstr(out, "</header>\n");
    buf_fini(&sentence);
}

/* Useful only with the script, which shows them. */
#define SEARCH                                                                                                         \
    "<label class=\"find\" hidden=\"\">Find <input type=\"search\" name=\"q\" autocomplete=\"off\" "                   \
    "aria-describedby=\"syntax\" placeholder=\"451, mx1.dest.example, &quot;in quotes&quot;\"/></label> <button "      \
    "type=\"button\" "                                                                                                 \
    "name=\"help\" hidden=\"\" aria-label=\"Keys\">?</button>"

/* What the search understands; report.js has the rules. */
static void put_syntax(struct buf *out)
{
    static const char *const samples[] = {"s:fail",   "s:warn",       "s:known",      "s:unsupported",    "host:mx1",
                                          "code:451", "status:4.4.7", "rfc:5321#6.1", "\"several words\""};
    (void)buf_add_cstr(out, "<p class=\"syntax\" id=\"syntax\" hidden=\"\">All words must occur. Also:");
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        html_put(out, " <code>%s</code>", samples[i]);
    (void)buf_add_cstr(out, "</p>\n");
}

static void put_keys(struct buf *out)
{
    static const char *const keys[][2] = {{"j", "next run"},
                                          {"k", "previous run"},
                                          {"f", "open the next failure"},
                                          {"F", "open the previous failure"},
                                          {"o", "open or close the run"},
                                          {"c", "copy the command that reruns it"},
                                          {"/", "search"},
                                          {"?", "this help"}};
    (void)buf_add_cstr(out, "<dialog class=\"keys\"><h2>Keys</h2><dl>");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        html_put(out, "<dt><kbd>%s</kbd></dt><dd>%s</dd>", keys[i][0], keys[i][1]);
    (void)buf_add_cstr(out, "</dl><form method=\"dialog\"><button>Close</button></form></dialog>\n");
}

/* Boxes to tick: the style sheet filters by them, so that they work without the script, too. */
void html_chips(struct buf *out, const struct page *page)
{
    (void)buf_add_cstr(out, "<form class=\"filters\"><fieldset class=\"chips\"><legend class=\"unseen\">Show only runs "
                            "that</legend>\n");
    for (int i = 0; i < STATUS_COUNT; i++) {
        size_t n = count(page, (enum status)i);
        const char *name = status_name((enum status)i);
        if (n > 0)
            html_put(out,
                     "<label class=\"chip %s\"><input type=\"checkbox\" name=\"s\" value=\"%s\"/> <strong>%zu</strong> "
                     "%s</label>\n",
                     name, name, n, status_words((enum status)i));
    }
    (void)buf_add_cstr(out, "</fieldset> " SEARCH " <output aria-live=\"polite\"></output></form>\n");
    put_syntax(out);
    put_keys(out);
}
