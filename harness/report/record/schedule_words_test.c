/* Waits and counts in one line, as the reports show them. */
#include "harness/report/record/schedule_words.h"

#include <string.h>

#include "lib/testing/suite.h"

static void expect(void (*write)(const struct json *, struct buf *), const char *text, const char *wanted)
{
    struct json *json = NULL;
    struct err err = {0};
    struct buf out;
    ck_assert_msg(json_parse(slice_cstr(text), &json, &err) == ERR_OK, "%s: %s", text, err.text);
    buf_init(&out, 4096);
    write(json, &out);
    ck_assert_msg(strcmp(buf_cstr(&out), wanted) == 0, "%s: %s, wanted %s", text, buf_cstr(&out), wanted);
    buf_fini(&out);
    json_free(json);
}

#define GAP(min, max) "{\"min\":" min ",\"max\":" max "}"

START_TEST(waits_that_are_alike_are_counted)
{
    static const char *const cases[][2] = {
        {"[]", ""},
        {"[" GAP("300", "300") "]", "5m"},
        {"[" GAP("300", "330") "]", "5m–5m30s"},
        {"[" GAP("300", "300") "," GAP("300", "300") "," GAP("600", "600") "]", "5m × 2, 10m"},
        {"[" GAP("300", "300") "," GAP("600", "600") "," GAP("300", "300") "]", "5m, 10m, 5m"}, /* only neighbours */
        {"[" GAP("300", "310") "," GAP("300", "310") "]", "5m–5m10s × 2"},
        {"[" GAP("300", "310") "," GAP("300", "311") "]", "5m–5m10s, 5m–5m11s"},
        {"[" GAP("0.5", "0.5") "]", "500ms"},
        {"[" GAP("300.0004", "300.0001") "]", "5m"}, /* what no clock of a target shows is not a difference */
        {"[" GAP("0", "0") "," GAP("14400", "14400") "]", "0s, 4h"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect(schedule_words, cases[i][0], cases[i][1]);
}
END_TEST

START_TEST(counts_are_sorted_the_most_first_and_then_by_name)
{
    static const char *const cases[][2] = {
        {"{}", "none"},
        {"[]", "none"},
        {"{\"delivered\":41,\"bounced\":7}", "delivered 41, bounced 7"},
        {"{\"a\":1,\"b\":9,\"c\":5}", "b 9, c 5, a 1"},
        {"{\"b\":2,\"a\":2,\"c\":2}", "a 2, b 2, c 2"},
        {"{\"a\":0}", "a 0"},
        {"{\"a\":\"x\",\"b\":1}", "b 1, a 0"}, /* a stored report from outside */
        {"{\"a\":9223372036854775807,\"b\":-9223372036854775807}", "a 9223372036854775807, b -9223372036854775807"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect(count_words, cases[i][0], cases[i][1]);
}
END_TEST

SUITE(schedule_words, waits_that_are_alike_are_counted, counts_are_sorted_the_most_first_and_then_by_name)
