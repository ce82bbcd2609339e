/* What targets and peers said cannot become markup of a report, nor break it. */
#include <string.h>

#include "harness/report/reports.h"
#include "lib/testing/suite.h"

/* U+FFFE is JSON, and no XML. */
static const char failed[] = "[{\"scenario\":\"test/one\",\"title\":\"A test\",\"result\":\"fail\",\"verdicts\":[{"
                             "\"verdict\":\"fail\",\"level\":\"must\",\"sentence\":\"It \\\"arrives\\\"\","
                             "\"wanted\":\"<bob>\",\"seen\":\"a&b | \\uFFFE\\u0001\"}]}]";

static void expect_in(bool (*report)(const struct json *, struct buf *), const char *words)
{
    struct json *records = NULL;
    struct err err = {0};
    struct buf out;
    buf_init(&out, 65536);
    ck_assert_int_eq(json_parse(slice_cstr(failed), &records, &err), ERR_OK);
    ck_assert(report(records, &out));
    ck_assert_msg(strstr(buf_cstr(&out), words) != NULL, "lacks `%s`:\n%s", words, buf_cstr(&out));
    buf_fini(&out);
    json_free(records);
}

START_TEST(junit_stays_xml)
{
    expect_in(report_junit, "name=\"It &quot;arrives&quot;\"");
    expect_in(report_junit, "wanted: &lt;bob&gt;&#10;seen: a&amp;b | \\uFFFE\\x01</failure>");
}
END_TEST

START_TEST(markdown_shows_addresses_and_keeps_its_cells)
{
    expect_in(report_markdown, "Wanted &lt;bob>; seen a&amp;b \\| ");
}
END_TEST

SUITE(escaping, junit_stays_xml, markdown_shows_addresses_and_keeps_its_cells)
