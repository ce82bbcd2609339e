/* The marks of a page's timeline: which kind, in which lane, in which order. */
#include "harness/report/html/marks.h"
#include "harness/report/html/page.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"

static const char names[] = "glbnsBdD"; /* of the kinds, in their order */

/* "lane kind t;" of each mark */
static char *marks_of(const char *record_text, struct drawing *d)
{
    struct json *record = NULL;
    struct err err = {0};
    struct buf out;
    ck_assert_msg(json_parse(slice_cstr(record_text), &record, &err) == ERR_OK, "%s: %s", record_text, err.text);
    *d = (struct drawing){.record = record};
    marks_gather(d);
    buf_init(&out, 65536);
    for (size_t i = 0; i < d->count; i++)
        (void)buf_printf(&out, "%zu%c%g;", d->marks[i].lane, names[d->marks[i].kind], d->marks[i].t);
    char *text = mem_strdup(buf_cstr(&out));
    buf_fini(&out);
    marks_free(d);
    json_free(record);
    return text;
}

static void expect(const char *record, const char *wanted)
{
    struct drawing d;
    char *got = marks_of(record, &d);
    ck_assert_msg(strcmp(got, wanted) == 0, "%s: %s, wanted %s", record, got, wanted);
    free(got);
}

#define MESSAGE(more, hosts) "{\"rcpt\":\"b@d\"" more ",\"attempts\":[{\"taken\":\"x\",\"hosts\":[" hosts "]}]}"
#define BEHAVIOUR(messages)  "{\"behaviour\":{\"messages\":[" messages "]}}"
#define HOST(t, host, more)  "{\"t\":" t ",\"host\":\"" host "\"" more "}"

START_TEST(a_contact_is_good_later_bad_or_none)
{
    static const char *const cases[][2] = {
        {",\"conn\":1,\"code\":250", "2g5;"},
        {",\"conn\":1,\"code\":451", "2l5;"},
        {",\"conn\":1,\"code\":550", "2b5;"},
        {",\"conn\":1,\"code\":354", "2l5;"},
        {",\"failure\":\"refused\"", "2n5;"},
        {",\"conn\":1,\"failure\":\"reset\"", "2l5;"},
        {",\"conn\":1,\"code\":250,\"failure\":\"reset\"", "2l5;"}, /* it broke after a yes */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *record = mem_printf("{\"behaviour\":{\"messages\":[{\"rcpt\":\"b@d\",\"attempts\":[{\"hosts\":[{\"t\":5,"
                                  "\"host\":\"mx\"%s}]}]}]}}",
                                  cases[i][0]);
        expect(record, cases[i][1]);
        free(record);
    }
}
END_TEST

START_TEST(times_count_from_when_the_target_was_handed_the_message)
{
    expect(BEHAVIOUR(MESSAGE(",\"handed\":100,\"submitted\":200", HOST("5", "mx", ",\"conn\":1,\"code\":250"))),
           "2g105;");
    expect(BEHAVIOUR(MESSAGE(",\"submitted\":200", HOST("5", "mx", ",\"conn\":1,\"code\":250"))),
           "2g205;"); /* an old record */
    expect("{\"behaviour\":{\"dsns\":[{\"handed\":10,\"t\":5,\"to\":\"a\"},{\"t\":1}]}}", "0B1;0B15;");
}
END_TEST

START_TEST(each_host_has_a_lane_in_the_order_of_its_first_contact)
{
    expect(BEHAVIOUR(MESSAGE("", HOST("9", "b", "") "," HOST("1", "a", "") "," HOST("3", "b", ""))), "2n3;2n9;3n1;");
    expect("{\"events\":[[2,\"x\",\"story\"]],\"lookups\":{\"list\":[[1,\"MX\",\"d\",\"NOERROR\",[]],[0,\"MX\",\"d\","
           "\"SERVFAIL\",[]]]},"
           "\"behaviour\":{\"messages\":[" MESSAGE("", HOST("0", "a", "")) "]}}",
           "0s2;1D0;1d1;2n0;");
    expect("{}", "");
    expect("{\"events\":7,\"lookups\":[],\"behaviour\":\"x\"}", ""); /* a stored report from outside */
    expect("{\"events\":[[],7,\"x\"]}", "0s0;0s0;0s0;");
}
END_TEST

START_TEST(more_hosts_than_lanes_are_left_out_and_that_is_known)
{
    struct buf hosts;
    struct drawing d;
    buf_init(&hosts, 65536);
    for (int i = 0; i < HOSTS_MAX + 3; i++)
        (void)buf_printf(&hosts, "%s{\"t\":%d,\"host\":\"mx%d\"}", i > 0 ? "," : "", i, i);
    char *record = mem_printf("{\"behaviour\":{\"messages\":[{\"attempts\":[{\"hosts\":[%s]}]}]}}", buf_cstr(&hosts));
    char *marks = marks_of(record, &d);
    ck_assert(d.too_many_hosts);
    ck_assert_uint_eq(d.lanes.host_count, HOSTS_MAX);
    ck_assert_uint_eq(d.count, HOSTS_MAX);
    free(marks);
    free(record);
    buf_fini(&hosts);
}
END_TEST

START_TEST(a_title_is_text_whatever_the_peer_said)
{
    struct json *record = NULL;
    struct err err;
    struct buf text;
    buf_init(&text, 65536);
    (void)buf_add_cstr(&text, "{\"behaviour\":{\"messages\":[{\"rcpt\":\"<b>@d\",\"attempts\":[");
    for (int i = 0; i <= HTML_ATTEMPTS_MAX; i++)
        (void)buf_printf(
            &text,
            "%s{\"taken\":\"de\\\"f\",\"hosts\":[{\"t\":%d,\"host\":\"mx\",\"conn\":7,\"code\":451,\"what\":\"RCPT "
            "\\u001b[m\"}]}",
            i > 0 ? "," : "", i);
    (void)buf_add_cstr(&text, "]}]}}");
    ck_assert_int_eq(json_parse(buf_slice(&text), &record, &err), ERR_OK);
    struct drawing d = {.record = record};
    marks_gather(&d);
    ck_assert_str_eq(d.marks[0].title, ""); /* the table has a row for it */
    ck_assert_str_eq(d.marks[HTML_ATTEMPTS_MAX].title, "00:01:00 &lt;b&gt;@d: RCPT \\x1B[m (de&quot;f)");
    ck_assert_int_eq(d.marks[0].conn, 7);
    buf_fini(&text);
    marks_free(&d);
    json_free(record);
}
END_TEST

SUITE(marks, a_contact_is_good_later_bad_or_none, times_count_from_when_the_target_was_handed_the_message,
      each_host_has_a_lane_in_the_order_of_its_first_contact, more_hosts_than_lanes_are_left_out_and_that_is_known,
      a_title_is_text_whatever_the_peer_said)
