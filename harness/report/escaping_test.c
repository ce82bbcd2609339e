/* What targets and peers said cannot become markup of a report, nor break it. */
#include <string.h>

#include "harness/report/matrix/kinds.h"
#include "harness/report/list.h"
#include "harness/report/html/page.h"
#include "harness/report/testing.h"
#include "harness/report/reports.h"
#include "lib/testing/suite.h"

/* U+FFFE is JSON, and no XML. */
static const char failed[] = "[{\"scenario\":\"test/one\",\"title\":\"A test\",\"result\":\"fail\",\"verdicts\":[{"
                             "\"verdict\":\"fail\",\"level\":\"must\",\"sentence\":\"It \\\"arrives\\\"\","
                             "\"wanted\":\"<bob>\",\"seen\":\"a&b | \\uFFFE\\u0001\"}]}]";

static void expect_in(const char *text, bool (*report)(const struct json *, struct buf *), const char *words)
{
    struct json *records = NULL;
    struct err err = {0};
    struct buf out;
    buf_init(&out, 1024 * 1024);
    ck_assert_int_eq(json_parse(slice_cstr(text), &records, &err), ERR_OK);
    ck_assert(report(records, &out));
    ck_assert_msg(strstr(buf_cstr(&out), words) != NULL, "lacks `%s`:\n%.5000s", words, buf_cstr(&out));
    buf_fini(&out);
    json_free(records);
}

START_TEST(junit_stays_xml)
{
    expect_in(failed, report_junit, "name=\"It &quot;arrives&quot;\"");
    expect_in(failed, report_junit, "<failure message=\"expected &lt;bob&gt;; got a&amp;b | \\uFFFE\\x01\">");
    expect_in(failed, report_junit, "expected: &lt;bob&gt;&#10;got: a&amp;b | \\uFFFE\\x01</failure>");
}
END_TEST

START_TEST(markdown_shows_addresses_and_keeps_its_cells)
{
    expect_in(failed, report_md, "Expected &lt;bob>; got a&amp;b \\| \\uFFFE\\x01");
}
END_TEST

/* ---- what is known, and where ---- */

static const char judged[] = "[{\"scenario\":\"test/one\",\"case\":\"odd\",\"title\":\"A test\",\"file\":\"a.yaml\","
                             "\"target\":\"postfix\",\"result\":\"fail\",\"verdicts\":[{\"verdict\":\"fail\",\"level\":"
                             "\"must\",\"sentence\":\"It arrives\",\"clauses\":\"RFC5321 §6.1\",\"line\":12,\"wanted\":"
                             "\"a copy\",\"seen\":\"none\",\"because\":\"it is lost\"},{\"verdict\":\"warn\","
                             "\"expected\":\"warn\",\"reason\":\"issue 17\",\"sentence\":\"Once\"}]}]";

START_TEST(an_annotation_names_case_line_and_clause)
{
    expect_in(
        judged, report_github,
        "::error file=a.yaml,line=12,title=test/one (odd)%3A It arrives::expected a copy; got none; because it is "
        "lost (RFC5321 §6.1, with postfix)\n");
}
END_TEST

START_TEST(a_page_shows_what_a_baseline_knows)
{
    expect_in(judged, report_html, "class=\"warn expected\"><span class=\"verdict\">known warn</span>");
    expect_in(judged, report_html, "<span class=\"known\">known: issue 17</span>");
}
END_TEST

/* ---- what could mislead ---- */

/* What no report may contain: it controls terminals, or makes one text look like another. */
static const char *const misleading[] = {
    "\x1b",     "\x07",         "\x7f",         "\xc2\x9b",     "\xe2\x80\xae", "\xe2\x81\xa6",    "\xe2\x80\x8f",
    "\xd8\x9c", "\xe2\x80\x8b", "\xef\xbb\xbf", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xf3\xa0\x81\x81"};
static const char evil[] = "a\\u001b]0;x\\u0007\\u007f\\u009b\\u202eb\\u2066\\u200f\\u061c\\u200b\\ufeff\\u2028\\u2029"
                           "\\udb40\\udc41\\r\\nok 1 - x\\n::error::x\\n| x | <b>\\t#";

static void expect_lines_of(const char *format, const char *text)
{
    struct slice rest = slice_cstr(text);
    while (rest.len > 0) {
        struct slice line = slice_cut(&rest, '\n');
        if (strcmp(format, "github") == 0)
            ck_assert_msg(slice_istarts(line, "::error file="), "a line of another: %.*s", SLICE_ARG(line));
        if (strcmp(format, "tap") == 0 || strcmp(format, "md") == 0)
            ck_assert_msg(!slice_istarts(line, "ok 1 - x") && !slice_istarts(line, "::error") &&
                              !slice_istarts(line, "| x |"),
                          "%s, a line of a peer: %.*s", format, SLICE_ARG(line));
    }
}

START_TEST(no_report_has_what_could_mislead)
{
    for (const struct report_format *f = report_formats; f->name != NULL; f++) {
        struct json *records = hostile_records(evil);
        struct buf out;
        buf_init(&out, 4 * 1024 * 1024);
        ck_assert(f->write(records, &out));
        bool data = strcmp(f->name, "json") == 0; /* for programs, which read all of it as it was */
        for (size_t i = 0; i < (data ? 2 : sizeof misleading / sizeof misleading[0]); i++)
            ck_assert_msg(strstr(buf_cstr(&out), misleading[i]) == NULL, "%s has mark %zu", f->name, i);
        bool shows = strcmp(f->name, "schedules") != 0; /* nothing of these records; see schedules_test.c */
        ck_assert_msg(!shows || strstr(buf_cstr(&out), data ? "\\u001B" : "\\x1B") != NULL, "%s shows no escape",
                      f->name);
        expect_lines_of(f->name, buf_cstr(&out));
        buf_fini(&out);
        json_free(records);
    }
}
END_TEST

START_TEST(no_matrix_has_what_could_mislead)
{
    for (const struct report_format *f = matrix_formats; f->name != NULL; f++) {
        struct json *records = hostile_records(evil);
        struct buf out;
        buf_init(&out, 4 * 1024 * 1024);
        ck_assert(f->write(records, &out));
        bool data = strcmp(f->name, "json") == 0 || strcmp(f->name, "records") == 0;
        for (size_t i = 0; i < (data ? 2 : sizeof misleading / sizeof misleading[0]); i++)
            ck_assert_msg(strstr(buf_cstr(&out), misleading[i]) == NULL, "%s has mark %zu", f->name, i);
        ck_assert_msg(strcmp(f->name, "html") != 0 || strstr(buf_cstr(&out), "<b>") == NULL, "%s has markup", f->name);
        buf_fini(&out);
        json_free(records);
    }
}
END_TEST

SUITE(escaping, an_annotation_names_case_line_and_clause, a_page_shows_what_a_baseline_knows,
      no_report_has_what_could_mislead, no_matrix_has_what_could_mislead, junit_stays_xml,
      markdown_shows_addresses_and_keeps_its_cells)
