/* What happened to each message, in words, from traces made by hand. */
#include "harness/facts/happened.h"
#include "harness/report/record/testing.h"

#define MX1    "mx1.dest.example"
#define ROBERT "bob@dest.example"
#define WORLD_TO(to)                                                                                                   \
    "scenario: 1\nid: test/one\ntitle: A test\nclock: {until: 6h}\nworld:\n  dns: {dest.example: {MX: \"10 " MX1       \
    "\"}}\n  hosts: {" MX1                                                                                             \
    ": {addr: 192.0.2.10}}\nstory:\n  - {t: 0s, submit: m1, from: alice@sender.example, to: [" to                      \
    "]}\nexpect:\n  - {must: X, spec: RFC5321#6.1, delivered: {of: m1}}\n"
#define REFUSED(t, conn, rcpt, code)                                                                                   \
    TEST_CONNECT(t, conn, MX1) TEST_RCPT(t, conn, conn, rcpt, code, "no") TEST_CLOSE(t, conn, "host", "close")
#define TAKEN(t, conn, rcpt)                                                                                           \
    TEST_CONNECT(t, conn, MX1)                                                                                         \
    TEST_RCPT(t, conn, conn, rcpt, 250, "ok")                                                                          \
    TEST_DOT(t, conn, conn, 250, "Queued") TEST_DELIVERED(t, conn, rcpt) TEST_CLOSE(t, conn, "host", "close")
#define NOTICE(t, recipients)                                                                                          \
    "{'t':" #t                                                                                                         \
    ",'event':'dsn.seen','host':'mx.s.example','msg':'m1','n':1,'from':'<>','to':'alice@sender.example'" recipients    \
    "}\n"
#define REPORT(t, rcpt, action, status)                                                                                \
    NOTICE(t, ",'recipients':[{'rcpt':'" rcpt "','action':'" action "','status':'" status "'}]")
#define EMPTY_QUEUE "{'t':21600,'event':'target.queue','count':0,'entries':[]}\n"
#define FULL_QUEUE                                                                                                     \
    "{'t':21600,'event':'target.queue','count':1,'entries':[{'from':'alice@sender.example','rcpt':'" ROBERT "'}]}\n"

static struct test_run run;

static struct json *sentences(const char *to, const char *events)
{
    char yaml[1000];
    (void)snprintf(yaml, sizeof yaml, WORLD_TO("%s"), to);
    test_run_begin(&run, yaml, events);
    struct json *list = happened_of(&run.behaviour, "x");
    test_run_end(&run);
    return list;
}

START_TEST(each_end_of_a_message_has_its_sentence)
{
    static const char *const cases[][2] = {
        {TEST_SUBMITTED(0, ROBERT) TAKEN(0, 1, ROBERT), "made one attempt, and delivered it at once."},
        {TEST_SUBMITTED(0, ROBERT) REFUSED(0, 1, ROBERT, 451) TAKEN(300, 2, ROBERT),
         "made 2 attempts in 5m (the one before: 451 at RCPT), and delivered it after 5m."},
        {TEST_SUBMITTED(0, ROBERT) TAKEN(0, 1, ROBERT) TAKEN(60, 2, ROBERT),
         "made 2 attempts in 1m, and delivered 2 copies of it, the first at once."},
        {TEST_SUBMITTED(0, ROBERT) REFUSED(0, 1, ROBERT, 550) REPORT(1, ROBERT, "failed", "5.1.1"),
         "made one attempt (550 at RCPT), and bounced it after 1s (Status: 5.1.1)."},
        {TEST_SUBMITTED(0, ROBERT) REPORT(67, ROBERT, "failed", ""),
         "made no attempt, and bounced it after 1m7s (without Status)."},
        {TEST_SUBMITTED(0, ROBERT) REFUSED(0, 1, ROBERT, 451) REFUSED(7500, 2, ROBERT, 451) EMPTY_QUEUE,
         "made 2 attempts in 2h5m (the last: 451 at RCPT), and dropped it."},
        {TEST_SUBMITTED(0, ROBERT) REFUSED(0, 1, ROBERT, 451) REPORT(600, ROBERT, "delayed", "4.0.0") EMPTY_QUEUE,
         "made one attempt (451 at RCPT), and dropped it; its report, after 10m, says delayed."},
        {TEST_SUBMITTED(0, ROBERT) REFUSED(0, 1, ROBERT, 451) REPORT(600, ROBERT, "delayed", "4.0.0")
             REPORT(1200, ROBERT, "", "4.4.7") EMPTY_QUEUE,
         "made one attempt (451 at RCPT), and dropped it; its last report, after 20m, says no Action."},
        {TEST_SUBMITTED(0, ROBERT) REFUSED(0, 1, ROBERT, 550) NOTICE(600, "") EMPTY_QUEUE,
         "made one attempt (550 at RCPT), and dropped it; its report, after 10m, names no recipient."},
        {TEST_SUBMITTED(0, ROBERT) REFUSED(0, 1, ROBERT, 451) FULL_QUEUE,
         "made one attempt (451 at RCPT), and still had it in the queue at the end."},
        {TEST_SUBMITTED(0, ROBERT) REFUSED(0, 1, ROBERT, 451),
         "made one attempt (451 at RCPT), and did not try again."},
        {TEST_SUBMITTED(0, ROBERT) TAKEN(0, 1, ROBERT) REPORT(1, ROBERT, "failed", "5.0.0"),
         "made one attempt, and delivered it at once; its report, after 1s, says failed."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char sentence[500];
        struct json *list = sentences(ROBERT, cases[i][0]);
        (void)snprintf(sentence, sizeof sentence, "x accepted m1 for " ROBERT ", %s", cases[i][1]);
        ck_assert_uint_eq(json_count(list), 1);
        ck_assert_str_eq(json_as_str(json_at(list, 0), ""), sentence);
        json_free(list);
    }
}
END_TEST

START_TEST(what_the_target_did_not_accept_is_not_called_accepted)
{
    static const char *const cases[][2] = {
        {"{'t':0,'event':'msg.handed','msg':'m1','n':1,'to':['" ROBERT
         "']}\n{'t':1,'event':'msg.refused','msg':'m1','n':1,"
         "'verb':'eod','code':554,'text':'5.6.0 no\\nway'}\n",
         "x got m1 for " ROBERT ", and refused it: DATA → 554 5.6.0 no."},
        {"{'t':0,'event':'msg.handed','msg':'m1','n':1,'to':['" ROBERT "']}\n",
         "x got m1 for " ROBERT ", and did not say whether it accepts it."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json *list = sentences(ROBERT, cases[i][0]);
        ck_assert_str_eq(json_as_str(json_at(list, 0), ""), cases[i][1]);
        json_free(list);
    }
    struct json *list = sentences(ROBERT, "{'t':0,'event':'dns.query','qname':'x'}\n"); /* it was never handed over */
    ck_assert_uint_eq(json_count(list), 0);
    json_free(list);
}
END_TEST

START_TEST(recipients_of_one_fate_share_a_sentence_and_deliveries_come_last)
{
    struct json *list =
        sentences("a@dest.example, b@dest.example, c@dest.example, d@dest.example, e@dest.example",
                  "{'t':0,'event':'msg.submitted','msg':'m1','n':1,'to':['a@dest.example','b@dest.example',"
                  "'c@dest.example','d@dest.example','e@dest.example']}\n" TAKEN(0, 1, "a@dest.example")
                      REPORT(1, "c@dest.example", "failed", "5.1.1") EMPTY_QUEUE);
    static const char *const wanted[] = {
        "x accepted m1 for b@dest.example, d@dest.example and e@dest.example, made no attempt, and dropped it.",
        "x accepted m1 for c@dest.example, made no attempt, and bounced it after 1s (Status: 5.1.1).",
        "x accepted m1 for a@dest.example, made one attempt, and delivered it at once."};
    ck_assert_uint_eq(json_count(list), 3);
    for (size_t i = 0; i < 3; i++)
        ck_assert_str_eq(json_as_str(json_at(list, i), ""), wanted[i]);
    json_free(list);
    list =
        sentences("a@dest.example, b@dest.example, c@dest.example, d@dest.example", TEST_SUBMITTED(0, "x") EMPTY_QUEUE);
    ck_assert_str_eq(json_as_str(json_at(list, 0), ""),
                     "x accepted m1 for a@dest.example, b@dest.example and 2 more recipients, made no attempt, and "
                     "dropped it.");
    json_free(list);
}
END_TEST

START_TEST(many_fates_are_cut)
{
    struct buf to, events;
    buf_init(&to, 1000);
    buf_init(&events, 60000);
    (void)buf_add_cstr(&events, TEST_SUBMITTED(0, "x"));
    for (int i = 0; i < 25; i++) {
        (void)buf_printf(&to, "%su%d@dest.example", i > 0 ? ", " : "", i);
        (void)buf_printf(&events,
                         "{'t':%d,'event':'dsn.seen','msg':'m1','n':1,'recipients':[{'rcpt':'u%d@dest.example',"
                         "'action':'failed'}]}\n",
                         i * 60, i);
    }
    struct json *list = sentences(buf_cstr(&to), buf_cstr(&events));
    ck_assert_uint_eq(json_count(list), HAPPENED_MAX + 1);
    ck_assert_str_eq(json_as_str(json_at(list, HAPPENED_MAX), ""), "5 more sentences are left out.");
    json_free(list);
    buf_fini(&events);
    buf_fini(&to);
}
END_TEST

START_TEST(the_event_that_decided_is_the_last_refusal_or_failed_connect)
{
    static const struct {
        const char *events;
        size_t at;
    } cases[] = {
        {TEST_SUBMITTED(0, ROBERT) TAKEN(0, 1, ROBERT), SIZE_MAX},
        {TEST_SUBMITTED(0, ROBERT), SIZE_MAX},
        {TEST_SUBMITTED(0, ROBERT) REFUSED(0, 1, ROBERT, 451), 3}, /* submission, connect, RCPT, reply, close */
        {TEST_SUBMITTED(0, ROBERT) REFUSED(0, 1, ROBERT, 451) REFUSED(300, 2, ROBERT, 451), 7},
        {TEST_SUBMITTED(0, ROBERT) REFUSED(0, 1, ROBERT, 451) TEST_REPLY(0, 1, "DATA", 503, "5.5.1 RCPT first"),
         3}, /* DATA was sent ahead of the reply to RCPT */
        {TEST_SUBMITTED(0, ROBERT) REFUSED(0, 1, ROBERT, 503), 3},
        {TEST_SUBMITTED(0, ROBERT) REFUSED(0, 1, ROBERT, 451) TEST_NO_CONNECT(300, MX1, "refused"), 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        test_run_begin(&run, WORLD_TO(ROBERT), cases[i].events);
        ck_assert_msg(happened_at(&run.behaviour) == cases[i].at, "case %zu: %zu", i, happened_at(&run.behaviour));
        test_run_end(&run);
    }
}
END_TEST

SUITE(happened, the_event_that_decided_is_the_last_refusal_or_failed_connect, each_end_of_a_message_has_its_sentence,
      what_the_target_did_not_accept_is_not_called_accepted,
      recipients_of_one_fate_share_a_sentence_and_deliveries_come_last, many_fates_are_cut)
