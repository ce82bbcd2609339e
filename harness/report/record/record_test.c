/* What a record contains for reports that draw it: windows of expectations, and transcripts within bounds. */
#include "harness/report/record/testing.h"
#include "harness/report/record/transcript.h"
#include "harness/report/record/windows.h"

#define MX1 "mx1.dest.example"
#define WORLD_OF(story, expect)                                                                                        \
    "scenario: 1\nid: test/one\ntitle: A test\nclock: {until: 6h}\nworld:\n  dns: {dest.example: {MX: \"10 " MX1       \
    "\"}}\n  hosts: {" MX1                                                                                             \
    ": {addr: 192.0.2.10}}\nstory:\n  - {t: 0s, submit: m1, from: alice@sender.example, to: [" story                   \
    "]}\nexpect:\n  - {must: X, spec: RFC5321#6.1, " expect "}\n"
#define TRY(t, conn, rcpt)                                                                                             \
    TEST_CONNECT(t, conn, MX1) TEST_RCPT(t, conn, conn, rcpt, 451, "no") TEST_CLOSE(t, conn, "host", "close")

static struct test_run run;

static double real(const struct json *json, const char *key)
{
    return json_get_real(json, key, -1);
}

START_TEST(a_late_retry_is_outside_its_window)
{
    test_run_begin(&run, WORLD_OF("bob@dest.example", "attempts: {of: m1, to: bob@dest.example, gap: \"1m..30m\"}"),
                   TEST_SUBMITTED(10, "bob@dest.example") TRY(10, 1, "bob@dest.example") TRY(310, 2, "bob@dest.example")
                       TRY(4000, 3, "bob@dest.example"));
    struct json *windows = windows_of(&run.behaviour);
    const struct json *early = json_at(windows, 0), *late = json_at(windows, 1);
    ck_assert_uint_eq(json_count(windows), 2);
    ck_assert(real(early, "from") == 70 && real(early, "to") == 1810 && real(early, "seen") == 310);
    ck_assert(json_get_bool(early, "fits", false));
    ck_assert(real(late, "from") == 370 && real(late, "to") == 2110 && real(late, "seen") == 4000);
    ck_assert(!json_get_bool(late, "fits", true));
    json_free(windows);
    test_run_end(&run);
}
END_TEST

START_TEST(windows_are_those_of_the_first_recipient_that_misses_one)
{
    test_run_begin(&run,
                   WORLD_OF("ann@dest.example, bob@dest.example, cid@dest.example", "delivered: {of: m1, within: 10m}"),
                   TEST_SUBMITTED(0, "x") TEST_DELIVERED(5, 1, "ann@dest.example")
                       TEST_DELIVERED(601, 1, "bob@dest.example") TEST_DELIVERED(5, 1, "cid@dest.example"));
    struct json *windows = windows_of(&run.behaviour);
    ck_assert_uint_eq(json_count(windows), 1);
    ck_assert_str_eq(json_get_str(json_at(windows, 0), "rcpt", ""), "bob@dest.example");
    ck_assert(real(json_at(windows, 0), "from") == 0 && real(json_at(windows, 0), "to") == 600);
    json_free(windows);
    test_run_end(&run);
}
END_TEST

START_TEST(an_open_window_has_no_end_and_counts_are_of_attempts)
{
    test_run_begin(
        &run,
        WORLD_OF("bob@dest.example",
                 "attempts: {of: m1, to: bob@dest.example, last: \">=4d\", in: [{window: \"0s..1h\", count: 2}]}"),
        TEST_SUBMITTED(0, "bob@dest.example") TRY(0, 1, "bob@dest.example") TRY(300, 2, "bob@dest.example"));
    struct json *windows = windows_of(&run.behaviour);
    const struct json *last = json_at(windows, 0), *in = json_at(windows, 1);
    ck_assert_str_eq(json_get_str(last, "kind", ""), "last");
    ck_assert_ptr_null(json_get(last, "to"));
    ck_assert(!json_get_bool(last, "fits", true));
    ck_assert(json_get_bool(in, "fits", false));
    ck_assert_ptr_null(json_get(in, "seen"));
    json_free(windows);
    test_run_end(&run);
}
END_TEST

START_TEST(a_window_of_notices_is_met_by_a_notice_not_by_a_bounce)
{
    test_run_begin(
        &run, WORLD_OF("bob@dest.example", "dsn: {of: m1, action: delayed, between: \"4h..5h\"}"),
        TEST_SUBMITTED(
            0, "bob@dest.example") "{'t':100,'event':'dsn.seen','msg':'m1','n':1,'recipients':[{'rcpt':'bob@dest."
                                   "example','action':"
                                   "'failed'}]}\n{'t':14400,'event':'dsn.seen','msg':'m1','n':1,'recipients':[{'rcpt':"
                                   "'bob@dest.example','action':'delayed'}]}\n");
    struct json *windows = windows_of(&run.behaviour);
    ck_assert(real(json_at(windows, 0), "seen") == 14400);
    ck_assert(json_get_bool(json_at(windows, 0), "fits", false));
    json_free(windows);
    test_run_end(&run);
}
END_TEST

static const char *text_at(const struct json *lines, size_t i)
{
    return json_as_str(json_at(json_at(lines, i), 2), "");
}

START_TEST(a_transcript_shows_both_sides_and_which_rule_acted)
{
    test_run_begin(
        &run, WORLD_OF("bob@dest.example", "delivered: {of: m1}"),
        TEST_CONNECT(0, 1, MX1) "{'t':0,'event':'smtp.reply','conn':1,'code':250,'verb':'EHLO','text':"
                                "'mx\\nSIZE 1\\nHELP'}\n{'t':1,'event':'smtp.command','conn':1,'verb':"
                                "'MAIL','line':'MAIL FROM:<a\\\\x00>','bare':'LF'}\n{'t':1,'event':"
                                "'rule.fired','conn':1,'rule':2,'at':'mail','effect':'reply','count':3}\n" TEST_CLOSE(
                                    2, 1, "host", "reset"));
    struct json *connections = transcript_connections(&run.behaviour.facts->sessions);
    const struct json *one = json_at(json_get(connections, "list"), 0), *lines = json_get(one, "lines");
    static const char *const wanted[] = {"250-mx",
                                         "250-SIZE 1",
                                         "250 HELP",
                                         "MAIL FROM:<a\\x00>",
                                         "the line has a bare LF",
                                         "rule 2 at mail acts: reply, time 3",
                                         "connection reset by the host"};
    ck_assert_uint_eq(json_count(lines), 7);
    for (size_t i = 0; i < 7; i++)
        ck_assert_str_eq(text_at(lines, i), wanted[i]);
    ck_assert(real(one, "end") == 2);
    json_free(connections);
    test_run_end(&run);
}
END_TEST

START_TEST(what_a_peer_can_grow_is_cut_and_counted)
{
    struct buf events;
    buf_init(&events, 60000);
    for (int conn = 1; conn <= 50; conn++)
        (void)buf_printf(&events, "{'t':%d,'event':'tcp.connect','conn':%d,'host':'" MX1 "'}\n", conn, conn);
    for (int i = 0; i < 200; i++)
        (void)buf_printf(&events, "{'t':60,'event':'smtp.command','conn':1,'verb':'NOOP','line':'NOOP %d'}\n", i);
    (void)buf_add_cstr(&events, "{'t':60,'event':'smtp.command','conn':2,'verb':'X','line':'");
    for (int i = 0; i < 999; i++)
        (void)buf_add_char(&events, 'x');
    (void)buf_add_cstr(&events, "é and on'}\n");
    test_run_begin(&run, WORLD_OF("bob@dest.example", "delivered: {of: m1}"), buf_cstr(&events));
    struct json *connections = transcript_connections(&run.behaviour.facts->sessions);
    const struct json *list = json_get(connections, "list");
    const struct json *lines = json_get(json_at(list, 0), "lines");
    ck_assert_int_eq(json_get_int(connections, "count", 0), 50);
    ck_assert_uint_eq(json_count(list), 40);
    ck_assert_int_eq(json_get_int(json_at(list, 39), "conn", 0), 50);
    ck_assert_uint_eq(json_count(lines), 91);
    ck_assert_str_eq(text_at(lines, 70), "110 lines left out");
    ck_assert_str_eq(text_at(lines, 90), "NOOP 199");
    const char *cut = text_at(json_get(json_at(list, 1), "lines"), 0);
    ck_assert_str_eq(cut + 998, "x… and 9 octets more");
    json_free(connections);
    buf_fini(&events);
    test_run_end(&run);
}
END_TEST

SUITE(record, a_late_retry_is_outside_its_window, windows_are_those_of_the_first_recipient_that_misses_one,
      an_open_window_has_no_end_and_counts_are_of_attempts, a_window_of_notices_is_met_by_a_notice_not_by_a_bounce,
      a_transcript_shows_both_sides_and_which_rule_acted, what_a_peer_can_grow_is_cut_and_counted)
