/*
 * html: one file that needs nothing else: results on top, what each target did, then each run. Style and script are
 * files under html/, embedded at build time; the page works without the script, which only filters. The policy in its
 * head forbids loading anything. It is well-formed XML, too, so that a test can prove that no text of a peer became
 * markup.
 */
#include <string.h>

#include "harness/report/html/assets.h"
#include "harness/report/html/page.h"
#include "harness/report/list.h"
#include "harness/report/record/record.h"

#define OPEN_UP_TO 2 /* runs that are shown open though nothing is wrong with them */

static const char policy[] = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                             "'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\"/>\n";

static size_t count(const struct json *records, enum result result)
{
    size_t n = 0;
    for (size_t i = 0; i < json_count(records); i++)
        n += record_is(json_at(records, i), result);
    return n;
}

static void put_head(struct buf *out)
{
    (void)buf_add_cstr(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
    (void)buf_add_cstr(out, policy);
    (void)buf_add_cstr(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<meta "
                            "name=\"color-scheme\" content=\"light dark\"/>\n<title>Relaylab report</title>\n<link "
                            "rel=\"icon\" href=\"data:,\"/>\n<style>\n");
    (void)buf_add_slice(out, assets_css());
    (void)buf_add_cstr(out, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#results\">To the results</a>\n");
}

static void put_lede(struct buf *out, const struct json *records)
{
    static const enum result results[] = {RESULT_PASS,    RESULT_FAIL,    RESULT_UNSTABLE,
                                          RESULT_TROUBLE, RESULT_UNTRIED, RESULT_UNSUPPORTED};
    double virtual_s = 0;
    for (size_t i = 0; i < json_count(records); i++)
        virtual_s += (double)json_get_int(json_at(records, i), "virtual_s", 0);
    (void)buf_add_cstr(out, "<header><h1>Relaylab report</h1>\n<ul class=\"tiles\">");
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        size_t n = count(records, results[i]);
        if (n > 0)
            html_put(out, "<li class=\"%s\"><strong>%zu</strong> %s</li>", result_name(results[i]), n,
                     result_words(results[i]));
    }
    (void)buf_add_cstr(out, "<li><strong>");
    html_length(out, virtual_s);
    (void)buf_add_cstr(out, "</strong> of mail</li></ul></header>\n");
}

static void put_runs(struct buf *out, const struct json *records)
{
    bool few = json_count(records) <= OPEN_UP_TO;
    (void)buf_add_cstr(out, "<section class=\"runs\"><h2>Runs</h2>\n");
    for (size_t i = 0; i < json_count(records); i++) {
        enum result result = record_says(json_at(records, i));
        bool wrong = result != RESULT_PASS && result != RESULT_UNSUPPORTED;
        html_run(out, json_at(records, i), i + 1, few || wrong);
    }
    (void)buf_add_cstr(out, "</section>\n");
}

bool report_html(const struct json *records, struct buf *out)
{
    put_head(out);
    put_lede(out, records);
    (void)buf_add_cstr(out, "<main id=\"results\" tabindex=\"-1\">\n");
    html_matrix(out, records);
    if (json_count(records) > 1)
        html_targets(out, records);
    put_runs(out, records);
    (void)buf_add_cstr(out, "</main>\n<script>/*<![CDATA[*/\n");
    (void)buf_add_slice(out, assets_js());
    (void)buf_add_cstr(out, "/*]]>*/</script>\n</body>\n</html>\n");
    return !out->overflow;
}
