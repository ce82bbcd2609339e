/* The page of schedules: what it says without its script. The script is checked in a browser, by .ci/check-html. */
#include <string.h>

#include "harness/report/list.h"
#include "lib/testing/suite.h"

static struct buf out;

#define RUN(scenario, target, attempts, more)                                                                          \
    "{\"scenario\":\"" scenario "\",\"target\":\"" target "\",\"behaviour\":{\"dsns\":[{\"t\":432000,\"action\":"      \
    "\"failed\"}],\"messages\":[{\"outcome\":\"bounced\"" more ",\"attempts\":[" attempts "]}]}}"
#define BUSY   "bounce/deferred-for-days"
#define SILENT "bounce/five-days-then-give-up"

static const char *page_of(const char *records_text)
{
    struct json *records = NULL;
    struct err err = {0};
    ck_assert_msg(json_parse(slice_cstr(records_text), &records, &err) == ERR_OK, "%s", err.text);
    buf_init(&out, 1024 * 1024);
    ck_assert(report_schedules(records, &out));
    json_free(records);
    return buf_cstr(&out);
}

static void expect(const char *page, const char *part)
{
    ck_assert_msg(strstr(page, part) != NULL, "the page lacks %s", part);
}

START_TEST(each_target_has_a_row_with_its_answers_for_each_host)
{
    const char *page = page_of("[" RUN(BUSY, "a", "{\"t\":0},{\"t\":7200},{\"t\":14400}", "") "," RUN(
        SILENT, "a", "{\"t\":0},{\"t\":100}", "") "," RUN("retry/other", "b", "{\"t\":0}", "") "]");
    expect(page, "<tr class=\"r0\" data-all=\"3\" data-at=\"0 7200 14400\"><th scope=\"row\">a</th>");
    expect(page, "data-label=\"arrives at\">4h</td><td class=\"late\" data-label=\"late by\">+50m</td><td "
                 "class=\"before\" data-label=\"tries before\">2</td>"); /* the line is at 3h10m */
    expect(page, "data-at=\"0 100\"");
    expect(page, "data-label=\"arrives at\">never</td><td class=\"late\" data-label=\"late by\">–</td>");
    expect(page, "data-label=\"gives up after\">5d</td><td data-label=\"and the sender gets\">a failure report</td>");
    ck_assert_ptr_null(strstr(page, "<th scope=\"row\">b</th>"));
    buf_fini(&out);
}
END_TEST

START_TEST(a_record_that_was_cut_does_not_answer_for_what_it_left_out)
{
    const char *page = page_of("[" RUN(BUSY, "a", "{\"t\":0},{\"t\":300}", ",\"attempt_count\":1442") "]");
    expect(page, "data-label=\"arrives at\">not in the record</td>");
    expect(page, "(the record holds the first 2 of 1442 attempts)");
    expect(page, "tries in all\">1442<");
    expect(page, "No run of " SILENT " is among these records.");
    buf_fini(&out);
}
END_TEST

START_TEST(names_of_targets_do_not_become_markup_and_do_not_mislead)
{
    const char *page = page_of("[" RUN(BUSY, "<script>x</script>\\u001b\\u202e", "{\"t\":0},{\"t\":300}", "") "]");
    ck_assert_ptr_null(strstr(page, "<script>x"));
    expect(page, "&lt;script&gt;x&lt;/script&gt;\\x1B\\u202E");
    buf_fini(&out);
}
END_TEST

SUITE(schedules, each_target_has_a_row_with_its_answers_for_each_host,
      a_record_that_was_cut_does_not_answer_for_what_it_left_out,
      names_of_targets_do_not_become_markup_and_do_not_mislead)
