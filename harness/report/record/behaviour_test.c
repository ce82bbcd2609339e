/* What the target did, from traces made by hand. */
#include "harness/report/record/behaviour_json.h"
#include "harness/facts/failure_class.h"
#include "harness/report/record/schedule_words.h"
#include "harness/report/record/testing.h"
#include "harness/report/record/timeline.h"

#define MX1      "mx1.dest.example"
#define MX2      "mx2.dest.example"
#define RCPT_BOB "bob@dest.example"
#define BOUNCE(t, action, status, diagnostic, more)                                                                    \
    "{'t':" #t ",'event':'dsn.seen','host':'mx.s.example','msg':'m1','n':1,'from':'<>','to':'alice@sender.example',"   \
    "'recipients':[{'rcpt':'Bob@dest.example','action':'" action "','status':'" status "','diagnostic':'" diagnostic   \
    "'" more "}]}\n"
#define LISTING(entries) "{'t':21600,'event':'target.queue','count':0,'entries':[" entries "]}\n"
#define GREYLISTED(t, conn)                                                                                            \
    TEST_CONNECT(t, conn, MX1)                                                                                         \
    TEST_RCPT(t, conn, conn, RCPT_BOB, 451, "4.7.1 Greylisted") TEST_CLOSE(t, conn, "host", "close")
#define TAKEN(t, conn)                                                                                                 \
    TEST_CONNECT(t, conn, MX1)                                                                                         \
    TEST_RCPT(t, conn, conn, RCPT_BOB, 250, "ok")                                                                      \
    TEST_DOT(t, conn, conn, 250, "Queued") TEST_DELIVERED(t, conn, RCPT_BOB) TEST_CLOSE(t, conn, "host", "close")

static struct test_run run;

static const struct history *begin(const char *events)
{
    test_run_begin(&run, TEST_SCENARIO("", ""), events);
    ck_assert_uint_eq(run.behaviour.count, 1);
    return &run.behaviour.histories[0];
}

static const char *reason_of(const struct attempt *attempt)
{
    static char out[64];
    return attempt_reason(attempt, out, sizeof out);
}

START_TEST(a_greylisted_message_is_deferred_and_then_delivered)
{
    const struct history *bob = begin(TEST_SUBMITTED(1, RCPT_BOB) GREYLISTED(1, 1) TAKEN(301, 2));
    ck_assert_int_eq(bob->outcome, OUTCOME_DELIVERED);
    ck_assert_int_eq(bob->outcome_ns - bob->of->submitted_ns, INT64_C(300000000000));
    ck_assert_uint_eq(bob->count, 2);
    ck_assert_int_eq(bob->attempts[0].taken, TAKEN_DEFERRED);
    ck_assert_str_eq(reason_of(&bob->attempts[0]), "451 at RCPT");
    ck_assert_str_eq(attempt_class(&bob->attempts[0]), CLASS_POLICY);
    ck_assert_int_eq(bob->attempts[1].taken, TAKEN_DELIVERED);
    test_run_end(&run);
}
END_TEST

START_TEST(hosts_of_one_attempt_are_in_the_order_in_which_they_were_tried)
{
    const struct history *bob = begin(TEST_SUBMITTED(0, RCPT_BOB) TEST_NO_CONNECT(0, MX2, "dropped")
                                          TEST_NO_CONNECT(30, MX2, "given-up") TAKEN(30, 1));
    ck_assert_uint_eq(bob->count, 1);
    ck_assert_uint_eq(bob->attempts[0].count, 2);
    ck_assert_str_eq(bob->attempts[0].contacts[0].host, MX2);
    ck_assert_str_eq(bob->attempts[0].contacts[0].failure, "dropped");
    ck_assert_int_eq(bob->attempts[0].contacts[0].waited_ns, INT64_C(30000000000));
    ck_assert_str_eq(bob->attempts[0].contacts[1].host, MX1);
    ck_assert_ptr_eq(attempt_decider(&bob->attempts[0]), &bob->attempts[0].contacts[1]);
    test_run_end(&run);
}
END_TEST

/* Each break with the stage that was waited for, whatever had been said before. */
START_TEST(a_lost_connection_is_reported_with_the_stage_that_had_no_reply)
{
    static const struct {
        const char *events, *reason;
    } cases[] = {
        {"", "reset at banner"},
        {TEST_REPLY(0, 1, "banner", 220, "hi") TEST_COMMAND(0, 1, "EHLO"), "reset at EHLO"},
        {TEST_REPLY(0, 1, "banner", 220, "hi") TEST_REPLY(0, 1, "EHLO", 250, "hi") TEST_COMMAND(0, 1, "MAIL"),
         "reset at MAIL"},
        {TEST_RCPT(0, 1, 1, RCPT_BOB, 250, "ok") TEST_COMMAND(0, 1, "DATA"), "reset at DATA"},
        {TEST_RCPT(0, 1, 1, RCPT_BOB, 250,
                   "ok") "{'t':0,'event':'smtp.reply','conn':1,'txn':1,'verb':'DATA','code':354}\n",
         "reset in mid-message"},
        {TEST_RCPT(0, 1, 1, RCPT_BOB, 250,
                   "ok") "{'t':0,'event':'smtp.reply','conn':1,'txn':1,'verb':'DATA','code':354}\n"
                         "{'t':0,'event':'smtp.data','conn':1,'txn':1}\n",
         "reset at the dot"},
        {TEST_RCPT(0, 1, 1, RCPT_BOB, 250, "ok"), "reset before DATA"},
        {TEST_RCPT(0, 1, 1, RCPT_BOB, 250,
                   "ok") "{'t':0,'event':'smtp.reply','conn':1,'txn':1,'verb':'eod','code':550}\n",
         "550 in mid-message"},
        {"{'t':0,'event':'tls.fail','conn':1,'text':'expired'}\n", "TLS failed"},
        {TEST_REPLY(0, 1, "MAIL", 550, "5.7.1 no") TEST_REPLY(0, 1, "RCPT", 503, "5.5.1 MAIL first"), "550 at MAIL"},
        {TEST_REPLY(0, 1, "banner", 421, "busy"), "421 at banner"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char events[4096];
        (void)snprintf(events, sizeof events, "%s%s%s", TEST_SUBMITTED(0, RCPT_BOB) TEST_CONNECT(0, 1, MX1),
                       cases[i].events, TEST_CLOSE(0, 1, "host", "reset"));
        const struct history *bob = begin(events);
        ck_assert_uint_eq(bob->count, 1);
        ck_assert_str_eq(reason_of(&bob->attempts[0]), cases[i].reason);
        test_run_end(&run);
    }
}
END_TEST

START_TEST(a_connection_in_use_again_counts_from_the_recipient_on_it)
{
    const struct history *bob = begin(TEST_CONNECT(0, 1, MX1) TEST_SUBMITTED(100, RCPT_BOB) TEST_RCPT(
        101, 1, 1, RCPT_BOB, 250, "ok") TEST_DOT(101, 1, 1, 250, "ok") TEST_DELIVERED(101, 1, RCPT_BOB));
    ck_assert_uint_eq(bob->count, 1);
    ck_assert_uint_eq(bob->attempts[0].count, 1);
    ck_assert_int_eq(bob->attempts[0].contacts[0].t_ns, INT64_C(101000000000));
    test_run_end(&run);
}
END_TEST

/* Two messages for one domain: a session that names neither may be for the other one. */
#define ENDS_IN_EHLO(conn, code, text)                                                                                 \
    TEST_CONNECT(1, conn, MX1)                                                                                         \
    "{'t':1,'event':'smtp.command','conn':" #conn ",'host':'" MX1 "','verb':'EHLO','line':'EHLO relay.example'}\n"     \
    "{'t':1,'event':'smtp.reply','conn':" #conn ",'host':'" MX1 "'," code "'verb':'EHLO','text':'" text                \
    "'}\n" TEST_CLOSE(1, conn, "host", "close")

/* As after a session that dies under TLS: the client comes again at once, without it. */
START_TEST(attempts_of_one_instant_have_their_own_connections)
{
    static const struct {
        const char *text, *words, *reason;
    } rows[] = {{"", "EHLO → no reply", "no reply at EHLO"},
                {"hello", "EHLO → invalid reply: hello", "invalid reply at EHLO"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *events = NULL, words[64];
        ck_assert(asprintf(&events, "%s%s", TEST_SUBMITTED(1, RCPT_BOB),
                           i == 0 ? ENDS_IN_EHLO(1, "", "") ENDS_IN_EHLO(2, "'code':554,", "no")
                                  : ENDS_IN_EHLO(1, "", "hello") ENDS_IN_EHLO(2, "'code':554,", "no")) > 0);
        const struct history *bob = begin(events);
        ck_assert_uint_eq(bob->count, 2);
        ck_assert_str_eq(contact_words(&bob->attempts[0].contacts[0], words, sizeof words), rows[i].words);
        ck_assert_str_eq(reason_of(&bob->attempts[0]), rows[i].reason);
        ck_assert_int_eq(bob->attempts[1].contacts[0].conn, 2);
        ck_assert_str_eq(reason_of(&bob->attempts[1]), "554 at EHLO");
        free(events);
        test_run_end(&run);
    }
}
END_TEST

START_TEST(in_a_crowd_a_refusal_by_the_host_that_accepted_the_recipient_is_another_ones)
{
    static const char two[] =
        "scenario: 1\nid: test/one\ntitle: A test\nclock: {until: 6h}\nworld:\n  dns: {dest.example: "
        "{MX: [\"10 mx1.dest.example\", \"20 mx2.dest.example\"]}}\n  hosts: {mx1.dest.example: "
        "{addr: 192.0.2.10}, mx2.dest.example: {addr: 192.0.2.11}}\nstory:\n"
        "  - {t: 0s, submit: m1, from: alice@sender.example, to: [bob@dest.example]}\n"
        "  - {t: 0s, submit: m2, from: alice@sender.example, to: [ann@dest.example]}\n"
        "expect:\n  - {must: X, spec: RFC5321#6.1, delivered: {of: m1}}\n";
    test_run_begin(
        &run, two,
        TEST_SUBMITTED(0, RCPT_BOB) "{'t':0,'event':'msg.submitted','msg':'m2','n':1,'to':['ann@dest.example']}"
                                    "\n" TEST_NO_CONNECT(0, MX2, "refused") TEST_CONNECT(0, 1, MX1)
                                        TEST_REPLY(0, 1, "banner", 421, "busy") TEST_CLOSE(0, 1, "host", "close")
                                            TAKEN(0, 2));
    const struct attempt *bob = &run.behaviour.histories[0].attempts[0], *ann = &run.behaviour.histories[1].attempts[0];
    ck_assert_uint_eq(bob->count, 2);
    ck_assert_str_eq(bob->contacts[0].host, MX2);
    ck_assert_int_eq(bob->contacts[1].conn, 2);
    ck_assert_uint_eq(ann->count, 2);
    ck_assert_int_eq(ann->contacts[1].conn, 1);
    test_run_end(&run);
}
END_TEST

START_TEST(without_a_contact_the_dns_decided)
{
    const struct history *bob =
        begin(TEST_SUBMITTED(0, RCPT_BOB) "{'t':0,'event':'dns.query','qname':'dest.example','qtype':'MX'}\n"
                                          "{'t':5,'event':'dns.answer','qname':'dest.example','qtype':'MX','rcode':"
                                          "'SERVFAIL','answers':[]}\n");
    ck_assert_str_eq(reason_of(&bob->attempts[0]), "MX: SERVFAIL");
    ck_assert_str_eq(attempt_class(&bob->attempts[0]), CLASS_DNS);
    test_run_end(&run);
    bob = begin(TEST_SUBMITTED(0, RCPT_BOB) "{'t':0,'event':'dns.query','qname':'dest.example','qtype':'MX'}\n"
                                            "{'t':0,'event':'dns.answer','qname':'dest.example','qtype':'MX','rcode':"
                                            "'NOERROR','answers':[],'fault':'lame'}\n");
    ck_assert_str_eq(reason_of(&bob->attempts[0]), "MX: lame");
    test_run_end(&run);
}
END_TEST

START_TEST(the_outcome_is_where_the_recipient_is_at_the_end)
{
    static const struct {
        const char *events;
        enum outcome outcome;
        enum taken taken;
    } cases[] = {
        {BOUNCE(500, "failed", "5.4.7", "", ""), OUTCOME_BOUNCED, TAKEN_BOUNCED},
        {TEST_DELIVERED(1, 1, RCPT_BOB) TEST_DELIVERED(2, 1, RCPT_BOB) BOUNCE(3, "failed", "5.0.0", "", ""),
         OUTCOME_DELIVERED, TAKEN_BOUNCED},
        {BOUNCE(500, "delayed", "4.4.7", "", ""), OUTCOME_OPEN, TAKEN_LAST_SEEN},
        {LISTING("{'from':'alice@sender.example','rcpt':'BOB@dest.example'}"), OUTCOME_QUEUED, TAKEN_DEFERRED},
        {LISTING("{'from':'alice@sender.example','rcpt':'ann@dest.example'}"), OUTCOME_GIVEN_UP, TAKEN_GIVEN_UP},
        {"", OUTCOME_OPEN, TAKEN_LAST_SEEN},
        {TEST_DELIVERED(1, 1, RCPT_BOB) TEST_DELIVERED(2, 1, RCPT_BOB), OUTCOME_DELIVERED, TAKEN_LAST_SEEN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char events[4096];
        (void)snprintf(events, sizeof events, "%s%s", TEST_SUBMITTED(0, RCPT_BOB) GREYLISTED(0, 1), cases[i].events);
        const struct history *bob = begin(events);
        ck_assert_int_eq(bob->outcome, cases[i].outcome);
        ck_assert_int_eq(bob->attempts[0].taken, cases[i].taken);
        ck_assert_uint_eq(bob->copies, cases[i].outcome == OUTCOME_DELIVERED ? 2 : 0);
        test_run_end(&run);
    }
}
END_TEST

START_TEST(a_promise_to_retry_is_compared_with_what_happened)
{
    static const struct {
        const char *events, *promise;
    } cases[] = {
        {BOUNCE(1800, "failed", "4.4.7", "", ""), "given up before"},
        {BOUNCE(3600, "failed", "4.4.7", "", ""), "kept"},
        {TAKEN(1800, 2), "delivered before"},
        {"", "the run ended before"},
        {LISTING(""), "no word at that time"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char events[4096];
        (void)snprintf(events, sizeof events, "%s%s",
                       TEST_SUBMITTED(0, RCPT_BOB) GREYLISTED(0, 1)
                           BOUNCE(600, "delayed", "4.4.7", "", ",'will_retry_until':'Tue, 01 Jan 2030 02:00:00 +0100'"),
                       cases[i].events);
        (void)begin(events);
        struct json *dsns = behaviour_dsns(&run.behaviour);
        const struct json *delayed = json_at(dsns, 0);
        ck_assert(json_get_real(delayed, "retry_until", 0) == 3600);
        ck_assert_str_eq(json_get_str(delayed, "promise", ""), cases[i].promise);
        json_free(dsns);
        test_run_end(&run);
    }
}
END_TEST

START_TEST(a_report_has_its_text_and_form_once)
{
    (void)begin(
        TEST_SUBMITTED(0, RCPT_BOB) "{'t':5,'event':'dsn.seen','msg':'m1','n':1,'to':'alice@s.example',"
                                    "'subject':'Failed','text':'Sorry.\\nBye.','form':{'type':'multipart/mixed',"
                                    "'parts':['text/plain']},'recipients':[{'rcpt':'" RCPT_BOB
                                    "','action':'failed'},{'rcpt':'eve@d.example','action':'failed'}]}\n");
    struct json *dsns = behaviour_dsns(&run.behaviour);
    const struct json *report = json_get(json_at(dsns, 0), "report");
    ck_assert_str_eq(json_get_str(report, "text", ""), "Sorry.\nBye.");
    ck_assert_str_eq(json_get_str(report, "type", ""), "multipart/mixed");
    ck_assert_str_eq(json_as_str(json_at(json_get(report, "parts"), 0), ""), "text/plain");
    ck_assert_uint_eq(json_count(dsns), 2);
    ck_assert_ptr_null(json_get(json_at(dsns, 1), "report"));
    json_free(dsns);
    test_run_end(&run);
}
END_TEST

START_TEST(a_bounce_in_words_alone_is_listed_with_its_time)
{
    (void)begin(TEST_SUBMITTED(10, RCPT_BOB) GREYLISTED(10, 1) "{'t':610,'event':'dsn.seen','host':'mx.s.example',"
                                                               "'msg':'m1','n':1,'from':'<>','to':'alice@s.example',"
                                                               "'report':false,'recipients':[]}\n");
    struct json *dsns = behaviour_dsns(&run.behaviour);
    ck_assert_uint_eq(json_count(dsns), 1);
    ck_assert(json_get_real(json_at(dsns, 0), "t", 0) == 600);
    ck_assert_str_eq(json_get_str(json_at(dsns, 0), "action", "?"), "");
    json_free(dsns);
    test_run_end(&run);
}
END_TEST

START_TEST(a_host_is_described_by_its_connections)
{
    (void)begin(TEST_SUBMITTED(0, RCPT_BOB) TEST_NO_CONNECT(0, MX1, "refused") TEST_CONNECT(1, 1, MX1)
                    TEST_CONNECT(1, 2, MX1) TEST_REPLY(1, 2, "banner", 421, "busy") TEST_CLOSE(
                        1, 2, "host", "close") "{'t':2,'event':'smtp.accepted','conn':1}\n{'t':2,'event':'smtp."
                                               "accepted','conn':1}\n" TEST_CLOSE(3, 1, "target", "close"));
    struct json *hosts = behaviour_hosts(&run.behaviour);
    const struct json *mx1 = json_at(hosts, 1), *steps = json_get(mx1, "concurrency");
    ck_assert_str_eq(json_get_str(mx1, "host", ""), MX1);
    ck_assert_int_eq(json_get_int(mx1, "connects", 0), 3);
    ck_assert_int_eq(json_get_int(mx1, "refused", 0), 1);
    ck_assert_int_eq(json_get_int(mx1, "turned_away", 0), 1);
    ck_assert_int_eq(json_get_int(mx1, "messages_max", 0), 2);
    ck_assert_int_eq(json_get_int(mx1, "concurrent_max", 0), 2);
    struct buf text;
    buf_init(&text, 1000);
    (void)json_write(steps, &text);
    ck_assert_str_eq(buf_cstr(&text), "[[1.0,2,1],[3.0,1,0]]");
    buf_fini(&text);
    json_free(hosts);
    test_run_end(&run);
}
END_TEST

/* Two runs of one target, one of another: gaps by clock, bounces by class, duplicates. */
START_TEST(a_suite_shows_the_schedule_of_each_target)
{
    struct err err = {0};
    struct json *records;
    static const char text[] =
        "[{\"target\":\"a\",\"behaviour\":{\"messages\":[{\"outcome\":\"delivered\",\"copies\":2,\"attempts\":["
        "{\"taken\":\"deferred\",\"reason\":\"451 at RCPT\"},{\"taken\":\"deferred\",\"gap\":300.0,\"reason\":\"450 at "
        "RCPT\"},{\"taken\":\"delivered\",\"gap\":600.0}]}],\"dsns\":[{\"action\":\"failed\",\"class\":\"full\"},"
        "{\"action\":\"delayed\",\"class\":\"full\"}]}},{\"target\":\"b\",\"behaviour\":{\"messages\":[]}},"
        "{\"target\":\"a\",\"behaviour\":{\"messages\":[{\"outcome\":\"delivered\",\"copies\":1,\"attempts\":["
        "{\"taken\":\"deferred\",\"reason\":\"451 at RCPT\"},{\"taken\":\"delivered\",\"gap\":900.0}]}]}},"
        "{\"target\":\"b\",\"own_schedule\":false,\"behaviour\":{\"messages\":[{\"attempts\":[{\"reason\":\"MX: "
        "SERVFAIL\"},{\"gap\":1.0}]}]}},{\"target\":\"b\",\"behaviour\":{\"messages\":[{\"attempts\":[{\"reason\":"
        "\"MX: SERVFAIL\"},{\"gap\":2.0}]}]}}]";
    ck_assert_int_eq(json_parse(slice_cstr(text), &records, &err), ERR_OK);
    struct json *suites = behaviour_targets(records);
    ck_assert_uint_eq(json_count(suites), 2);
    const struct json *a = json_at(suites, 0), *schedule = json_get(a, "schedule");
    const struct json *gaps = json_get(json_at(schedule, 0), "gaps");
    ck_assert_uint_eq(json_count(schedule), 1);
    ck_assert_str_eq(json_get_str(json_at(schedule, 0), "reason", ""), "4yz at RCPT");
    ck_assert_int_eq(json_get_int(json_at(schedule, 0), "recipients", 0), 2);
    ck_assert(json_get_real(json_at(gaps, 0), "min", 0) == 300 && json_get_real(json_at(gaps, 0), "max", 0) == 900);
    ck_assert_int_eq(json_get_int(json_at(gaps, 1), "count", 0), 1);
    ck_assert_int_eq(json_get_int(json_get(a, "bounces"), "full", 0), 1);
    ck_assert_int_eq(json_get_int(json_get(a, "deferrals"), "451 at RCPT", 0), 2);
    ck_assert_int_eq(json_get_int(a, "duplicates", 0), 1);
    const struct json *of_b = json_at(json_get(json_at(suites, 1), "schedule"), 0);
    ck_assert_str_eq(json_get_str(of_b, "reason", ""), "DNS");
    ck_assert(json_get_real(json_at(json_get(of_b, "gaps"), 0), "min", 0) == 2);
    json_free(suites);
    json_free(records);
}
END_TEST

/* dma tries every five minutes for five days: 1442 times. */
START_TEST(a_record_holds_all_attempts_of_five_days)
{
    struct buf events;
    struct json *messages;
    buf_init(&events, 4 * 1024 * 1024);
    (void)buf_add_cstr(&events, TEST_SUBMITTED(0, RCPT_BOB));
    for (int i = 0; i < 1442; i++)
        (void)buf_printf(&events,
                         "{'t':%d,'event':'tcp.connect','host':'" MX1 "','addr':'192.0.2.10','result':'refused'}\n",
                         300 * i);
    (void)begin(buf_cstr(&events));
    messages = behaviour_messages(&run.behaviour);
    ck_assert_uint_eq(json_count(json_get(json_at(messages, 0), "attempts")), 1442);
    json_free(messages);
    test_run_end(&run);
    buf_fini(&events);
}
END_TEST

/* 700 attempts, of which a record has the first 600. */
START_TEST(waits_that_are_left_out_of_a_schedule_are_counted)
{
    struct json *records = NULL;
    struct buf text;
    buf_init(&text, 100000);
    (void)buf_add_cstr(&text, "[{\"target\":\"a\",\"behaviour\":{\"messages\":[{\"attempt_count\":700,\"attempts\":[");
    for (int i = 0; i < 600; i++)
        (void)buf_printf(&text, "%s{\"gap\":60.0,\"reason\":\"451 at RCPT\"}", i > 0 ? "," : "");
    (void)buf_add_cstr(&text, "]}]}}]");
    ck_assert_int_eq(json_parse(buf_slice(&text), &records, NULL), ERR_OK);
    struct json *suites = behaviour_targets(records);
    const struct json *one = json_at(json_get(json_at(suites, 0), "schedule"), 0);
    ck_assert_uint_eq(json_count(json_get(one, "gaps")), 500);
    ck_assert_int_eq(json_get_int(one, "left_out", 0), 199);
    json_free(suites);
    json_free(records);
    buf_fini(&text);
}
END_TEST

START_TEST(a_schedule_and_counts_read_in_a_line)
{
    static const struct {
        const char *json, *words;
        void (*write)(const struct json *json, struct buf *out);
    } cases[] = {
        {"[{\"min\":1800.0,\"max\":1800.0},{\"min\":3600,\"max\":3600},{\"min\":3600,\"max\":3600},{\"min\":60,\"max\":"
         "90.5}]",
         "30m, 1h × 2, 1m–1m30s500ms", schedule_words},
        {"[]", "", schedule_words},
        {"{\"b\":2,\"c\":7,\"a\":2}", "c 7, a 2, b 2", count_words},
        {"{}", "none", count_words},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        struct json *json;
        struct buf out;
        buf_init(&out, 1000);
        ck_assert_int_eq(json_parse(slice_cstr(cases[i].json), &json, &err), ERR_OK);
        cases[i].write(json, &out);
        ck_assert_str_eq(buf_cstr(&out), cases[i].words);
        buf_fini(&out);
        json_free(json);
    }
}
END_TEST

START_TEST(a_failure_has_a_class)
{
    static const struct {
        const char *status, *diagnostic, *class;
    } cases[] = {
        {"5.1.1", "", CLASS_BAD_ADDRESS},
        {"5.0.0", "smtp; 550 No such user", CLASS_BAD_ADDRESS},
        {"4.2.2", "smtp; 452 4.2.2 Mailbox full", CLASS_FULL},
        {"5.2.2", "X-Postfix; mailbox full", CLASS_FULL},
        {"5.7.1", "smtp; 554 5.7.1 Blocked by Spamhaus", CLASS_REPUTATION},
        {"5.7.25", "", CLASS_REPUTATION},
        {"5.7.1", "smtp; 550 5.7.1 Not from you", CLASS_POLICY},
        {"5.6.0", "smtp; 554 5.6.0 Content rejected", CLASS_CONTENT},
        {"5.7.1", "smtp; 550 5.7.1 Message is spam", CLASS_CONTENT},
        {"4.2.1", "smtp; 450 4.2.1 Mailbox locked", CLASS_BUSY},
        {"5.2.1", "", CLASS_BAD_ADDRESS},
        {"5.5.1", "", CLASS_PROTOCOL},
        {"4.4.3", "", CLASS_DNS},
        {"4.4.1", "x-relaylab; no answer", CLASS_NETWORK},
        {"4.4.7", "smtp; 451 4.7.1 Greylisted", CLASS_POLICY},
        {"4.4.7", "", CLASS_NETWORK},
        {"4.3.2", "smtp; 421 4.3.2 Too busy", CLASS_BUSY},
        {"5.3.2", "smtp; 521 5.3.2 takes no mail", CLASS_POLICY},
        {"4.7.0", "smtp; 421 4.7.0 Too many connections", CLASS_BUSY},
        {"nonsense", "smtp; 999999", CLASS_OTHER},
        {"5.0.0", "", CLASS_OTHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_str_eq(failure_class_of_status(cases[i].status, cases[i].diagnostic), cases[i].class);
    ck_assert_str_eq(failure_class_of_reply(421, "come later"), CLASS_BUSY);
    ck_assert_str_eq(failure_class_of_reply(599, ""), CLASS_OTHER);
}
END_TEST

START_TEST(a_timeline_shows_each_attempt_and_its_result)
{
    struct timeline timeline;
    (void)begin(TEST_SUBMITTED(1, RCPT_BOB) GREYLISTED(1, 1) TEST_NO_CONNECT(301, MX1, "refused")
                    TEST_CONNECT(301, 2, MX2) TEST_RCPT(301, 2, 2, RCPT_BOB, 250, "ok") TEST_DOT(301, 2, 2, 554, "no")
                        TEST_CLOSE(301, 2, "host", "close") BOUNCE(302, "failed", "5.0.0", "", ""));
    timeline_make(&run.behaviour, &timeline);
    ck_assert_uint_eq(timeline.count, 4);
    ck_assert_str_eq(timeline.rows[0].who, RCPT_BOB);
    ck_assert_str_eq(timeline.rows[0].what, "RCPT → 451 4.7.1 Greylisted");
    ck_assert_str_eq(timeline.rows[0].then, "defer, next in 5m");
    ck_assert_ptr_null(timeline.rows[1].who);
    ck_assert_str_eq(timeline.rows[1].what, "connection refused");
    ck_assert_str_eq(timeline.rows[1].then, "next host");
    ck_assert_str_eq(timeline.rows[2].what, "RCPT → 250, DATA → 554 no");
    ck_assert_str_eq(timeline.rows[2].then, "failed");
    ck_assert_str_eq(timeline.rows[3].what, "bounce: failed 5.0.0, other");
    ck_assert_str_eq(timeline.rows[3].who, "alice@sender.example");
    timeline_fini(&timeline);
    test_run_end(&run);
}
END_TEST

SUITE(behaviour, a_greylisted_message_is_deferred_and_then_delivered,
      hosts_of_one_attempt_are_in_the_order_in_which_they_were_tried,
      a_lost_connection_is_reported_with_the_stage_that_had_no_reply,
      a_connection_in_use_again_counts_from_the_recipient_on_it, attempts_of_one_instant_have_their_own_connections,
      in_a_crowd_a_refusal_by_the_host_that_accepted_the_recipient_is_another_ones, without_a_contact_the_dns_decided,
      the_outcome_is_where_the_recipient_is_at_the_end, a_promise_to_retry_is_compared_with_what_happened,
      a_report_has_its_text_and_form_once, a_bounce_in_words_alone_is_listed_with_its_time,
      a_host_is_described_by_its_connections, a_suite_shows_the_schedule_of_each_target,
      waits_that_are_left_out_of_a_schedule_are_counted, a_record_holds_all_attempts_of_five_days,
      a_schedule_and_counts_read_in_a_line, a_failure_has_a_class, a_timeline_shows_each_attempt_and_its_result)
