/* The results of several targets: a row a scenario and case, a column a target. */
#include <stdlib.h>
#include <string.h>

#include "harness/report/html/page.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"

#define RUN(scenario, case_, target, result, verdicts)                                                                 \
    "{\"scenario\":\"" scenario "\",\"case\":" case_ ",\"title\":\"T\",\"target\":\"" target "\",\"result\":\"" result \
    "\",\"verdicts\":[" verdicts "]}"
#define V(verdict) "{\"verdict\":\"" verdict "\"}"

/* The body of the table, the caller's. */
static char *rows_of(const char *records_text)
{
    struct json *records = NULL;
    struct err err = {0};
    struct buf out;
    char *list = mem_printf("[%s]", records_text);
    ck_assert_msg(json_parse(slice_cstr(list), &records, &err) == ERR_OK, "%s", err.text);
    struct page page = {.records = records};
    anchors_make(&page.anchors, records);
    buf_init(&out, 1024 * 1024);
    html_matrix(&out, &page);
    char *text = mem_strdup(buf_cstr(&out));
    buf_fini(&out);
    anchors_free(&page.anchors);
    json_free(records);
    free(list);
    return text;
}

static size_t count(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
        n++;
    return n;
}

START_TEST(each_scenario_and_case_has_one_row_and_each_target_one_column)
{
    char *text = rows_of(RUN("a/b", "null", "x", "pass", "") "," RUN("a/b", "\"c\"", "x", "fail", "") "," RUN(
        "a/b", "null", "y", "fail", "") "," RUN("a/d", "null", "y", "pass", ""));
    ck_assert_uint_eq(count(text, "<tr><th scope=\"row\">"), 3);
    ck_assert_uint_eq(count(text, "<th scope=\"col\">"), 3); /* the scenario, x, y */
    ck_assert_uint_eq(count(text, "<td>"), 6);
    ck_assert_uint_eq(count(text, "<td>–</td>"), 2); /* what was not run with a target */
    ck_assert_ptr_nonnull(strstr(text, "href=\"#y/a/d\""));
    ck_assert_ptr_nonnull(strstr(text, "href=\"#x/a/b(c)\""));
    ck_assert_ptr_nonnull(strstr(text, "<span class=\"case\">(c)</span>"));
    free(text);
}
END_TEST

START_TEST(a_cell_counts_what_there_is)
{
    static const char *const cases[][2] = {
        {V("pass") "," V("pass") "," V("warn"), "<span class=\"counts\">2 pass, 1 warn</span>"},
        {V("fail") "," V("pass") "," V("inconclusive"), "1 pass, 1 fail, 1 inconclusive<"},
        {V("note") "," V("unsupported") "," V("not checked"), "1 note, 1 unsupported, 1 not checked<"},
        {"", "<span class=\"counts\"></span>"},
        {V("later"), "<span class=\"counts\"></span>"}, /* of a newer relaylab */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *record = mem_printf(
            "{\"scenario\":\"a/b\",\"case\":null,\"target\":\"x\",\"result\":\"pass\",\"verdicts\":[%s]}", cases[i][0]);
        char *text = rows_of(record);
        ck_assert_msg(strstr(text, cases[i][1]) != NULL, "case %zu: %s", i, text);
        free(text);
        free(record);
    }
}
END_TEST

START_TEST(more_targets_than_columns_are_cut)
{
    struct buf records;
    buf_init(&records, 1024 * 1024);
    for (int i = 0; i < 40; i++)
        (void)buf_printf(&records, "%s{\"scenario\":\"a/b\",\"target\":\"t%d\",\"result\":\"pass\"}", i > 0 ? "," : "",
                         i);
    char *text = rows_of(buf_cstr(&records));
    ck_assert_uint_eq(count(text, "<th scope=\"col\">"), 25);
    ck_assert_uint_eq(count(text, "<tr><th scope=\"row\">"), 1);
    free(text);
    buf_fini(&records);
}
END_TEST

SUITE(matrix, each_scenario_and_case_has_one_row_and_each_target_one_column, a_cell_counts_what_there_is,
      more_targets_than_columns_are_cut)
