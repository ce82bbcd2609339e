/* Verdicts over traces made by hand: each check holds, fails, or cannot be decided. */
#include "harness/judge/over_seeds.h"
#include "harness/judge/testing.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"

static struct trial trial;

static void begin(const char *world, const char *events)
{
    trial_begin(&trial, world, events);
}

static void end(void)
{
    trial_end(&trial);
}

static void expect(const char *world, const char *events, enum result kind, const char *seen)
{
    begin(world, events);
    const struct verdict *v = &trial.judgement.verdicts[0];
    ck_assert_msg(v->kind == kind, "%s: %s, wanted %s; seen: %s", trial.scenario->expects[0].sentence,
                  result_name(v->kind), result_name(kind), v->seen);
    ck_assert_msg(strstr(v->seen, seen) != NULL, "seen: %s, wanted: %s", v->seen, seen);
    end();
}

/* Each condition of a check, and the condition that a finding names when that one alone fails. */
#define TO_M1(conditions) ONE("must", "dsn: {of: m1, " conditions "}")
#define OF_BOB(condition) TO_M1("action: failed, recipients: {bob@d.example: {" condition "}}")
#define ONE_DSN           HEAD SUBMITTED DSN("5.0", "5.0.0")
#define ONE_DSN_WITH(more, of_bob)                                                                                     \
    HEAD SUBMITTED                                                                                                     \
        "{\"t\":5.0,\"event\":\"dsn.seen\",\"msg\":\"m1\",\"n\":1,\"from\":\"<>\",\"to\":\"alice@s.example\","         \
        "\"recipients\":[{\"rcpt\":\"bob@d.example\",\"action\":\"failed\",\"status\":\"5.1.1\"" of_bob "}]" more      \
        "}\n"
#define ATTEMPTS(what) ONE("must", "attempts: {of: m1, to: bob@d.example, " what "}")
#define COPIES(what)   ONE("must", "delivered: {of: m1, " what "}")
#define ONE_COPY       HEAD SUBMITTED DELIVERED("5.0", "true")
static const struct {
    const char *world, *events, *wanted, *because;
} conditions[] = {
    {OF_BOB("status: [\"5.1.*\"]"), ONE_DSN, "for bob@d.example Status: 5.1.*",
     "the Status for bob@d.example does not match 5.1.*"},
    {OF_BOB("diagnostic: \"*450*\""), ONE_DSN, "Diagnostic-Code: *450*",
     "the Diagnostic-Code for bob@d.example does not match *450*"},
    {OF_BOB("remote_mta: other"), ONE_DSN, "Remote-MTA: other",
     "the Remote-MTA for bob@d.example does not match other"},
    {OF_BOB("retry_until: 1h"), ONE_DSN, "Will-Retry-Until: 1h after the submission",
     "the report has no Will-Retry-Until for bob@d.example"},
    {TO_M1("recipients: {bob@d.example: {action: delayed}}"), ONE_DSN, "for bob@d.example Action: delayed",
     "the Action for bob@d.example is not delayed"},
    {TO_M1("recipients: {eve@d.example: {}}"), ONE_DSN, "for eve@d.example", "the report does not name eve@d.example"},
    {TO_M1("not_recipients: [bob@d.example]"), ONE_DSN, "nothing for bob@d.example", "the report names bob@d.example"},
    {TO_M1("contains: \"*happy*\""), ONE_DSN, "text that matches \"*happy*\"",
     "the text of the report does not match \"*happy*\""},
    {TO_M1("envid: QQ1"), ONE_DSN, "Original-Envelope-Id: QQ1", "the Original-Envelope-Id does not match QQ1"},
    {TO_M1("envid: QQ1"), ONE_DSN_WITH(",\"form\":{\"envid\":\"QQ2\"}", ""), "Original-Envelope-Id: QQ1",
     "the Original-Envelope-Id does not match QQ1"},
    {TO_M1("returns: message/rfc822"),
     ONE_DSN_WITH(",\"form\":{\"parts\":[\"message/rfc822\",\"x/y\",\"text/rfc822-headers\"]}", ""),
     "with the message as message/rfc822",
     "the type of the part that returns the message does not match message/rfc822"},
    {OF_BOB("orcpt: \"rfc822;bob@old.example\""), ONE_DSN_WITH("", ",\"orcpt\":\"rfc822; eve@old.example\""),
     "Original-Recipient: rfc822;bob@old.example",
     "the Original-Recipient for bob@d.example does not match rfc822;bob@old.example"},
    {TO_M1("to: eve@s.example"), ONE_DSN, "to eve@s.example", "the report is not addressed to eve@s.example"},
    {TO_M1("envelope_from: eve@s.example"), ONE_DSN, "reverse-path eve@s.example",
     "the reverse-path of the report is not eve@s.example"},
    {TO_M1("between: 1h..2h"), ONE_DSN, "1h to 2h after the submission", "a report came at another time than 1h to 2h"},
    {TO_M1("action: failed, times: 0"), ONE_DSN, "no reports with Action: failed",
     "the number of reports with Action: failed is not 0"},
    {COPIES("times: 2"), ONE_COPY, "exactly 2 copies for bob@d.example",
     "the number of copies for bob@d.example is not 2"},
    {COPIES("within: 3s"), ONE_COPY, "the first within 3s", "the first copy did not arrive within 3s"},
    {COPIES("host: other*"), ONE_COPY, "at other*", "a copy does not count: it arrived at mx.d.example"},
    {COPIES("tls: false"), ONE_COPY, "without TLS", "a copy does not count: it arrived over TLS"},
    {COPIES("header: {Subject: x}"), ONE_COPY, "with Subject: x", "a copy does not count: it has no Subject: x"},
    {ATTEMPTS("count: 3"), HEAD SUBMITTED TWO_TRIES, "exactly 3 attempts for bob@d.example",
     "the number of attempts is not 3"},
    {ATTEMPTS("gap: \">=6m\""), HEAD SUBMITTED TWO_TRIES, "at least 6m from one to the next",
     "the wait between attempts 1 and 2 is 5m, not at least 6m"},
    {ATTEMPTS("first: \">=1m\""), HEAD SUBMITTED TWO_TRIES, "the first after at least 1m",
     "the first attempt does not come after at least 1m"},
    {ATTEMPTS("last: \">=6m\""), HEAD SUBMITTED TWO_TRIES, "the last after at least 6m",
     "the last attempt does not come after at least 6m"},
    {ATTEMPTS("in: [{window: 1m..1h, count: 2}]"), HEAD SUBMITTED TWO_TRIES, "2 in 1m..1h",
     "the number of attempts in 1m..1h is not 2"},
    {ONE("must", "never: {event: tcp.connect}"), HEAD SUBMITTED TWO_TRIES, "no event {event: tcp.connect}",
     "an event matches {event: tcp.connect}"},
    {ONE("must", "count: {event: tcp.connect, is: 3}"), HEAD SUBMITTED TWO_TRIES,
     "exactly 3 events {event: tcp.connect}", "the number of events is not 3"},
    {ONE("must", "ratio: {event: smtp.reply, code: 451, over: {event: smtp.reply}, max: 0.4, min: 0.1}"),
     HEAD SUBMITTED TWO_TRIES, "at least 0.10 and at most 0.40 of all {event: smtp.reply}", "the share is above 0.40"},
    {ONE("must", "timeline: [{event: smtp.reply}, {event: smtp.reply, after: \"0s..1m\"}]"), HEAD SUBMITTED TWO_TRIES,
     "2. {event: smtp.reply} after 0s to 1m", "event 2 does not come after 0s to 1m"},
};

START_TEST(a_finding_names_the_condition_that_failed)
{
    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++) {
        begin(conditions[i].world, conditions[i].events);
        const struct verdict *v = &trial.judgement.verdicts[0];
        ck_assert_msg(v->kind == RESULT_FAIL, "case %zu: %s", i, result_name(v->kind));
        ck_assert_msg(strstr(v->wanted, conditions[i].wanted) != NULL, "case %zu: wanted %s, not %s", i, v->wanted,
                      conditions[i].wanted);
        ck_assert_msg(strcmp(v->because, conditions[i].because) == 0, "case %zu: because %s, not %s", i, v->because,
                      conditions[i].because);
        end();
    }
}
END_TEST

START_TEST(deliveries_are_counted)
{
    static const char once[] = ONE("must", "delivered: {of: m1, to: bob@d.example, times: 1}");
    expect(once, HEAD SUBMITTED DELIVERED("5.0", "true"), RESULT_PASS,
           "1 copy for bob@d.example, the first after 00:00:04.000");
    expect(once, HEAD SUBMITTED, RESULT_FAIL, "no copies for bob@d.example");
    expect(once, HEAD SUBMITTED DELIVERED("5.0", "true") DELIVERED("6.0", "true"), RESULT_FAIL, "2 copies for");
    expect(once, HEAD, RESULT_INCONCLUSIVE, "did not take");
    expect(ONE("should", "delivered: {of: m1}"), HEAD SUBMITTED, RESULT_WARN, "no copies for");
    expect(ONE("must", "delivered: {of: m1, tls: true}"), HEAD SUBMITTED DELIVERED("5.0", "false"), RESULT_FAIL,
           "no copies for bob@d.example; of another copy, it arrived without TLS");
    expect(ONE("must", "delivered: {of: m1, within: 0s..3s}"), HEAD SUBMITTED DELIVERED("5.0", "true"), RESULT_FAIL,
           "after");
    expect(ONE("must", "delivered: {of: m1, within: 4s}"), HEAD SUBMITTED DELIVERED("5.0", "true"), RESULT_PASS,
           "after");
    expect(ONE("must", "delivered: {of: m1, within: 3s}"), HEAD SUBMITTED DELIVERED("5.0", "true"), RESULT_FAIL,
           "after");
    expect(ONE("must", "delivered: {of: m1, host: other*}"), HEAD SUBMITTED DELIVERED("5.0", "true"), RESULT_FAIL,
           "it arrived at mx.d.example");
}
END_TEST

START_TEST(deliveries_are_compared_with_what_was_submitted)
{
    static const char unchanged[] = ONE("must", "delivered: {of: m1, unchanged: true}");
    static const char subject[] = ONE("must", "delivered: {of: m1, header: {Subject: \"x*\"}}");
    expect(unchanged, HEAD SENT(HEADER("x"), BODY("9", "aa"), "") KEPT(HEADER("x"), BODY("9", "aa")), RESULT_PASS,
           "1 copy for bob@d.example");
    expect(unchanged, HEAD SENT(HEADER("x"), BODY("9", "aa"), "") KEPT(HEADER("x"), BODY("7", "bb")), RESULT_FAIL,
           "it differs from what was submitted: 7 octets in 2 lines, were 9 in 2");
    expect(unchanged, HEAD SENT(HEADER("x"), BODY("9", "aa"), "") KEPT(HEADER("y"), BODY("9", "aa")), RESULT_FAIL,
           "Subject: y, was: Subject: x");
    expect(unchanged,
           HEAD SENT("\"Content-Type: a\"", BODY("9", "aa"), ",\"eight_bit\":true")
               KEPT("\"Content-Type: b\"", BODY("9", "aa")),
           RESULT_FAIL, "was: Content-Type: a");
    expect(subject, HEAD SENT(HEADER("xy"), BODY("9", "aa"), "") KEPT(HEADER("xy"), BODY("9", "aa")), RESULT_PASS,
           "1 copy");
    expect(subject, HEAD SENT(HEADER("y"), BODY("9", "aa"), "") KEPT(HEADER("y"), BODY("9", "aa")), RESULT_FAIL,
           "no copies for bob@d.example; of another copy, it has no Subject: x*");
}
END_TEST

/* A target that did not take the message owes nothing; what it did anyway still counts. Handed over at 1 s. */
START_TEST(a_target_that_refuses_a_message_breaks_nothing)
{
#define HANDED "{\"t\":1.0,\"event\":\"msg.handed\",\"msg\":\"m1\",\"n\":1}\n"
#define GAVE_UP                                                                                                        \
    "{\"t\":400.0,\"event\":\"msg.refused\",\"msg\":\"m1\",\"n\":1,\"code\":1,\"verb\":\"submit\",\"text\":\"gave "    \
    "up\"}\n"
    static const char once[] = ONE("must", "delivered: {of: m1, times: 1}");
    static const char none[] = ONE("must", "delivered: {of: m1, times: 0}");
    static const char gap[] = ONE("must", "attempts: {of: m1, to: bob@d.example, gap: \">=5m\"}");
    static const char many[] = ONE("must", "attempts: {of: m1, to: bob@d.example, count: \">=3\"}");
    static const char told[] = ONE("must", "dsn: {of: m1, action: failed, times: 1}");
    expect(once, HEAD HANDED TWO_TRIES GAVE_UP, RESULT_INCONCLUSIVE, "submit answered with 1 gave up");
    expect(once, HEAD HANDED TWO_TRIES, RESULT_INCONCLUSIVE, "had not said whether it takes m1");
    expect(once, HEAD HANDED DELIVERED("5.0", "true") GAVE_UP, RESULT_PASS, "the first after 00:00:04.000");
    expect(none, HEAD HANDED TWO_TRIES GAVE_UP, RESULT_INCONCLUSIVE, "gave up");
    expect(gap, HEAD HANDED TWO_TRIES GAVE_UP, RESULT_PASS, "5m");
    expect(many, HEAD HANDED TWO_TRIES GAVE_UP, RESULT_INCONCLUSIVE, "gave up");
    expect(told, HEAD HANDED TWO_TRIES GAVE_UP, RESULT_INCONCLUSIVE, "gave up");
    expect(told, HEAD HANDED DSN("5.0", "5.1.1") GAVE_UP, RESULT_PASS, "after 00:00:04.000");
}
END_TEST

/* A submit command that delivers before it ends is a part of the target, and ends with it. */
START_TEST(a_target_that_the_story_ends_while_it_accepts_a_message_is_not_blamed)
{
#define EXIT(t, asked) "{\"t\":" t ",\"event\":\"target.exit\",\"signal\":9" asked "}\n"
    static const char once[] = ONE("must", "delivered: {of: m1, times: 1}");
    expect(once, HEAD HANDED EXIT("400.0", ",\"asked\":\"kill\"") GAVE_UP, RESULT_NOT_CHECKED,
           "ended the target before");
    expect(once, HEAD HANDED EXIT("400.0", "") GAVE_UP, RESULT_INCONCLUSIVE, "submit answered with 1");
    expect(once, HEAD HANDED EXIT("300.0", ",\"asked\":\"kill\"") GAVE_UP, RESULT_INCONCLUSIVE,
           "submit answered with 1");
}
END_TEST

/* A submit command that ends when its mail is sent. */
START_TEST(times_count_from_when_the_target_was_handed_the_message)
{
#define ENDS(t) "{\"t\":" t ",\"event\":\"msg.submitted\",\"msg\":\"m1\",\"n\":1,\"to\":[\"bob@d.example\"]}\n"
    expect(ONE("must", "delivered: {of: m1, within: 1m}"), HEAD HANDED DELIVERED("400.0", "true") ENDS("400.0"),
           RESULT_FAIL, "the first after 00:06:39.000");
    expect(ONE("must", "attempts: {of: m1, to: bob@d.example, first: 0s, in: [{window: 4m..6m, count: 1}]}"),
           HEAD HANDED TWO_TRIES ENDS("400.0"), RESULT_PASS, "1 attempt in 4m..6m");
}
END_TEST

START_TEST(attempts_are_rounds)
{
    expect(ONE("must", "attempts: {of: m1, to: bob@d.example, count: 2}"), HEAD SUBMITTED TWO_TRIES, RESULT_PASS, "2");
    expect(ONE("must", "attempts: {of: m1, to: bob@d.example, count: \">=3\"}"), HEAD SUBMITTED TWO_TRIES, RESULT_FAIL,
           "2");
    expect(ONE("must", "attempts: {of: m1, to: bob@d.example, gap: \">=5m\"}"), HEAD SUBMITTED TWO_TRIES, RESULT_PASS,
           "5m");
    expect(ONE("must", "attempts: {of: m1, to: bob@d.example, gap: \">=6m\"}"), HEAD SUBMITTED TWO_TRIES, RESULT_FAIL,
           "5m");
    expect(ONE("must", "attempts: {of: m1, to: bob@d.example, gap: \">=6m\"}"), HEAD SUBMITTED, RESULT_INCONCLUSIVE,
           "no attempt");
    expect(ONE("may", "attempts: {of: m1, to: bob@d.example, gap: \">=6m\"}"), HEAD SUBMITTED TWO_TRIES, RESULT_NOTE,
           "does not (5m)");
    expect(ONE("must", "attempts: {of: m1, to: bob@d.example, first: 0s, last: \">=4m\"}"), HEAD SUBMITTED TWO_TRIES,
           RESULT_PASS, "00:05:00");
    expect(ONE("must", "attempts: {of: m1, to: bob@d.example, last: \">=6m\"}"), HEAD SUBMITTED TWO_TRIES, RESULT_FAIL,
           "00:05:00");
    expect(ONE("must",
               "attempts: {of: m1, to: bob@d.example, in: [{window: 0s..1m, count: 1}, {window: 1m..1h, count: 2}]}"),
           HEAD SUBMITTED TWO_TRIES, RESULT_FAIL, "1 attempt in 1m..1h");
}
END_TEST

START_TEST(notifications_are_read)
{
    static const char full[] =
        ONE("must", "dsn: {of: m1, action: failed, between: 0s..1m, envelope_from: \"<>\", to: alice@s.example, "
                    "recipients: {bob@d.example: {action: failed, status: [\"5.1.*\"], diagnostic: \"*550*\"}}}");
    expect(full, HEAD SUBMITTED DSN("5.0", "5.1.1"), RESULT_PASS, "after 00:00:04.000");
    expect(full, HEAD SUBMITTED DSN("5.0", "5.7.1"), RESULT_FAIL, "Status: 5.7.1, for bob@d.example");
    expect(full, HEAD SUBMITTED DSN("500.0", "5.1.1"), RESULT_FAIL, "a report after 00:08:19.000");
    expect(full, HEAD SUBMITTED, RESULT_FAIL, "no report");
    expect(ONE("must", "dsn: {of: m1, action: failed, times: 0}"), HEAD SUBMITTED, RESULT_PASS, "none");
    expect(ONE("must", "dsn: {of: m1, action: failed, times: 0}"), HEAD SUBMITTED DSN("5.0", "5.1.1"), RESULT_FAIL,
           "1 report, the first after 00:00:04.000, to alice@s.example");
    expect(ONE("must", "dsn: {of: m1, action: delayed, times: 1}"), HEAD SUBMITTED DSN("5.0", "5.1.1"), RESULT_FAIL,
           "none; 1 other report with Action: failed");
    expect(ONE("must", "dsn: {of: m1, not_recipients: [bob@d.example]}"), HEAD SUBMITTED DSN("5.0", "5.1.1"),
           RESULT_FAIL, "a report that names bob@d.example");
    expect(ONE("must", "dsn: {of: m1, contains: \"*happy*\"}"), HEAD SUBMITTED DSN("5.0", "5.1.1"), RESULT_FAIL,
           "the text \"sorry\"");
    expect(ONE("must", "dsn: {of: m1, to: eve@s.example}"), HEAD SUBMITTED DSN("5.0", "5.1.1"), RESULT_FAIL,
           "a report to alice@s.example");
    expect(ONE("must", "dsn: {of: m1, envid: \"Q*\", returns: message/rfc822, "
                       "recipients: {bob@d.example: {orcpt: \"rfc822;*old@d.example\"}}}"),
           ONE_DSN_WITH(",\"form\":{\"envid\":\"QQ1\",\"parts\":[\"text/plain\",\"message/delivery-status\",\"Message/"
                        "RFC822\"]}",
                        ",\"orcpt\":\"rfc822; bob.old@d.example\""),
           RESULT_PASS, "after 00:00:04.000");
}
END_TEST

/* Counted from the submission, at 1 s after the start, which is that of 1970 here. */
START_TEST(a_delay_report_promises_how_long_the_target_retries)
{
#define DELAY(until)                                                                                                   \
    "{\"t\":5.0,\"event\":\"dsn.seen\",\"msg\":\"m1\",\"n\":1,\"recipients\":[{\"rcpt\":\"bob@d.example\",\"action\":" \
    "\"delayed\"" until "}]}\n"
#define UNTIL(time) ",\"will_retry_until\":\"Thu, 1 Jan 1970 " time " +0000\""
    static const char check[] = ONE("must", "dsn: {of: m1, recipients: {bob@d.example: {retry_until: 4h..5h}}}");
    expect(check, HEAD SUBMITTED DELAY(UNTIL("05:00:01")), RESULT_PASS, "after 00:00:04.000");
    expect(check, HEAD SUBMITTED DELAY(UNTIL("04:00:01")), RESULT_PASS, "after 00:00:04.000");
    expect(check, HEAD SUBMITTED DELAY(UNTIL("05:00:02")), RESULT_FAIL, "Until: 05:00:01.000 after the submission");
    expect(check, HEAD SUBMITTED DELAY(UNTIL("04:00:00")), RESULT_FAIL, "Until: 03:59:59.000 after the submission");
    expect(check, HEAD SUBMITTED DELAY(""), RESULT_FAIL, "no Will-Retry-Until for bob@d.example");
}
END_TEST

START_TEST(never_means_never)
{
    static const char clear[] = ONE("must", "never: {event: smtp.command, verb: MAIL, msg: m1, tls: false}");
    expect(clear, HEAD SUBMITTED TWO_TRIES, RESULT_FAIL,
           "smtp.command at 00:00:01.000"); /* its msg is known from its RCPT */
    expect(clear, HEAD SUBMITTED, RESULT_PASS, "none");
    expect(ONE("must", "never: {event: tcp.connect, after: {event: dsn.seen}}"),
           HEAD SUBMITTED TWO_TRIES DSN("400.0", "5.0.0"), RESULT_PASS, "none");
    expect(ONE("must", "never: {event: tcp.connect, after: {event: dsn.seen}}"),
           HEAD SUBMITTED DSN("0.5", "5.0.0") TWO_TRIES, RESULT_FAIL, "tcp.connect");
    expect(ONE("must", "never: {event: tcp.connect, after: {event: dsn.seen}}"), HEAD SUBMITTED TWO_TRIES,
           RESULT_INCONCLUSIVE, "there was no report, so nothing could follow it");
    expect(ONE("must", "never: {event: smtp.reply, code: 400..499, before: {event: dsn.seen}}"),
           HEAD DSN("0.5", "5.0.0") SUBMITTED TWO_TRIES, RESULT_PASS, "none");
    expect(ONE("must", "never: {event: msg.submitted, after: {event: msg.submitted}}"), HEAD SUBMITTED, RESULT_PASS,
           "none");
    expect(ONE("must", "never: {event: tcp.connect, t: \">=5m\"}"), HEAD SUBMITTED TWO_TRIES, RESULT_FAIL,
           "at 00:05:01");
    expect(ONE("must", "never: {event: tcp.connect, t: \">=6m\"}"), HEAD SUBMITTED TWO_TRIES, RESULT_PASS, "none");
    expect(ONE("must", "never: {event: smtp.reply, except: [{code: \"451\"}, {code: 250}]}"), HEAD SUBMITTED TWO_TRIES,
           RESULT_PASS, "none");
    expect(ONE("must", "never: {event: smtp.reply, except: [{code: 451}]}"), HEAD SUBMITTED TWO_TRIES, RESULT_FAIL,
           "smtp.reply at 00:05:01");
}
END_TEST

START_TEST(events_are_counted_and_compared)
{
    expect(ONE("must", "count: {event: tcp.connect, is: 2}"), HEAD SUBMITTED TWO_TRIES, RESULT_PASS, "2");
    expect(ONE("must", "count: {event: tcp.connect, is: \">=3\"}"), HEAD SUBMITTED TWO_TRIES, RESULT_FAIL, "2");
    expect(ONE("must", "count: {event: tcp.connect, window: 5m, is: \"<=1\"}"), HEAD SUBMITTED TWO_TRIES, RESULT_PASS,
           "1 event, the most in any 5m");
    expect(ONE("must", "count: {event: tcp.connect, window: 6m, is: \"<=1\"}"), HEAD SUBMITTED TWO_TRIES, RESULT_FAIL,
           "2 events, the most in any 6m");
    expect(ONE("must", "ratio: {event: smtp.reply, code: 451, over: {event: smtp.reply}, max: 0.5}"),
           HEAD SUBMITTED TWO_TRIES, RESULT_PASS, "1 of 2 (0.50)");
    expect(ONE("must", "ratio: {event: smtp.reply, code: 451, over: {event: smtp.reply}, max: 0.4}"),
           HEAD SUBMITTED TWO_TRIES, RESULT_FAIL, "1 of 2");
    expect(ONE("must", "ratio: {event: smtp.reply, code: 451, over: {event: smtp.reply}, min: 0.6}"),
           HEAD SUBMITTED TWO_TRIES, RESULT_FAIL, "1 of 2");
    expect(ONE("must", "ratio: {event: smtp.reply, over: {event: dsn.seen}, max: 1}"), HEAD SUBMITTED,
           RESULT_INCONCLUSIVE, "there was no event to compare with");
    expect(ONE("must", "attempts: {of: m1, to: \"b*@d.example\", count: 2}"), HEAD SUBMITTED TWO_TRIES, RESULT_PASS,
           "2");
}
END_TEST

START_TEST(events_come_in_their_order)
{
    static const char steps[] = ONE("must", "timeline: [{event: smtp.reply, code: 451}, {event: smtp.reply, code: 250, "
                                            "after: \">=5m\"}]");
    expect(steps, HEAD SUBMITTED TWO_TRIES, RESULT_PASS, "the last at 00:05:01");
    expect(steps, HEAD SUBMITTED, RESULT_FAIL, "no event 1: {event: smtp.reply, code: 451}");
    expect(ONE("must", "timeline: [{event: smtp.reply, code: 250}, {event: smtp.reply, code: 451}]"),
           HEAD SUBMITTED TWO_TRIES, RESULT_FAIL, "no event 2");
    expect(ONE("must", "timeline: [{event: smtp.reply}, {event: smtp.reply, after: \"0s..1m\"}]"),
           HEAD SUBMITTED TWO_TRIES, RESULT_FAIL, "event 2 came 00:05:00.000 after the one before it");
}
END_TEST

#define SHARES                                                                                                         \
    "scenario: 1\nid: x\ntitle: x\nseeds: 4\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: \"10 "                \
    "mx.d.example\"}}\n"                                                                                               \
    "  hosts: {mx.d.example: {addr: 192.0.2.10}}\nstory: [{t: 0s, submit: m1, from: alice@s.example, to: "             \
    "bob@d.example}]\n"                                                                                                \
    "expect: [{must: x, spec: RFC1, over_seeds: {event: tcp.connect, by: host, each: \">=40%\", among: "               \
    "[mx.d.example, "                                                                                                  \
    "other.example]}}]\n"
#define OTHER "{\"t\":1.0,\"event\":\"tcp.connect\",\"host\":\"other.example\",\"result\":\"ok\"}\n"

START_TEST(shares_are_counted_over_seeds)
{
    struct seed_tallies tallies;
    struct finding finding = {0};
    begin(SHARES, HEAD CONNECT("1", "1.0") OTHER);
    ck_assert_int_eq(trial.judgement.verdicts[0].kind, RESULT_UNSUPPORTED); /* by itself */
    seed_tallies_init(&tallies, trial.scenario);
    trial.facts.tallies = &tallies;
    judge_over_seeds(&trial.facts, &trial.scenario->expects[0], &finding);
    ck_assert_int_eq(finding.result, CANNOT_TELL);
    seed_tallies_add(&tallies, &trial.trace);
    seed_tallies_add(&tallies, &trial.trace);
    judge_over_seeds(&trial.facts, &trial.scenario->expects[0], &finding);
    ck_assert_int_eq(finding.result, HOLDS);
    ck_assert_str_eq(finding.seen, "mx.d.example 50 %, other.example 50 % (of 4, 2 seeds)");
    tallies.list[0].counts[0] = 3;
    tallies.list[0].counts[1] = 1;
    judge_over_seeds(&trial.facts, &trial.scenario->expects[0], &finding);
    ck_assert_int_eq(finding.result, BROKEN);
    seed_tallies_fini(&tallies);
    end();
}
END_TEST

#define NOTIFYING(words, invariant)                                                                                    \
    "scenario: 1\nid: test/one\ntitle: A test\nclock: {until: 6h}\nworld:\n  dns: {d.example: {MX: \"10 "              \
    "mx.d.example\"}}\n"                                                                                               \
    "  hosts: {mx.d.example: {addr: 192.0.2.10}}\nstory:\n"                                                            \
    "  - {t: 0s, submit: m1, from: alice@s.example, to: [bob@d.example], notify: " words "}\nexpect:\n"                \
    "  - {must: Sentence, spec: RFC1, invariant: " invariant "}\n"
START_TEST(invariants_account_for_every_recipient)
{
    static const char no_loss[] = ONE("must", "invariant: no_loss"), empty[] = ONE("should", "invariant: queue_empty");
    static const char copies[] = ONE("must", "invariant: no_duplicate");
    expect(no_loss, HEAD SUBMITTED QUEUE("", "0"), RESULT_FAIL,
           "m1 for bob@d.example was neither delivered nor bounced, and is not in the queue");
    expect(no_loss, HEAD SUBMITTED QUEUE(BOB, "1"), RESULT_PASS, "1 accounted for");
    expect(no_loss, HEAD SUBMITTED DELIVERED("5.0", "true") QUEUE("", "0"), RESULT_PASS, "1 accounted for");
    expect(no_loss, HEAD SUBMITTED DSN("5.0", "5.0.0") QUEUE("", "0"), RESULT_PASS, "1 accounted for");
    expect(no_loss, HEAD SUBMITTED, RESULT_INCONCLUSIVE, "the queue was not listed");
    expect(NOTIFYING("never", "no_loss"), HEAD SUBMITTED TWO_TRIES QUEUE("", "0"), RESULT_PASS, "1 accounted for");
    expect(NOTIFYING("[success, delay]", "no_loss"), HEAD SUBMITTED TWO_TRIES QUEUE("", "0"), RESULT_PASS, "1");
    expect(NOTIFYING("[success, failure]", "no_loss"), HEAD SUBMITTED TWO_TRIES QUEUE("", "0"), RESULT_FAIL, "m1 for");
    expect(NOTIFYING("never", "no_loss"), HEAD SUBMITTED QUEUE("", "0"), RESULT_FAIL, "m1 for"); /* never tried */
    expect(copies, HEAD SUBMITTED DELIVERED("5.0", "true"), RESULT_PASS, "1 delivery");
    expect(copies, HEAD SUBMITTED DELIVERED("5.0", "true") DELIVERED("6.0", "true"), RESULT_FAIL, "another copy of m1");
    expect(copies, HEAD SUBMITTED, RESULT_INCONCLUSIVE, "0 deliveries");
    expect(empty, HEAD SUBMITTED QUEUE(BOB, "1"), RESULT_WARN, "1 recipient");
    expect(empty, HEAD SUBMITTED QUEUE("", "0"), RESULT_PASS, "0 recipients");
}
END_TEST

/* Judged again, for a target that shows less. */
static void expect_not_checked(const char *world, const char *events, struct facts shown, size_t verdicts,
                               const char *seen)
{
    struct judgement judgement;
    begin(world, events);
    trial.facts.unlisted = shown.unlisted;
    trial.facts.never_bounces = shown.never_bounces;
    judge(&trial.facts, &trial.target, &judgement);
    ck_assert_uint_eq(judgement.count, verdicts);
    ck_assert(judgement.as_expected);
    const struct verdict *last = &judgement.verdicts[verdicts - 1];
    ck_assert_str_eq(result_name(last->kind), "not checked");
    ck_assert_msg(strstr(last->seen, seen) != NULL, "seen: %s", last->seen);
    judgement_fini(&judgement);
    end();
}

START_TEST(what_a_target_does_not_show_is_not_checked)
{
    static const char may[] = ONE("may", "delivered: {of: m1}"), no_loss[] = ONE("must", "invariant: no_loss");
    expect_not_checked(may, HEAD SUBMITTED, (struct facts){.unlisted = true}, 2, "no queue command");
    expect_not_checked(no_loss, HEAD SUBMITTED, (struct facts){.unlisted = true}, 2, "no queue command");
    expect_not_checked(may, HEAD SUBMITTED QUEUE("", "0"), (struct facts){.never_bounces = true}, 2,
                       "sends no bounces");
}
END_TEST

START_TEST(what_needs_a_bounce_is_unsupported_without)
{
    static const char *const needs[] = {
        "dsn: {of: m1, action: failed}",
        "never: {event: tcp.connect, after: {event: dsn.seen}}",
        "timeline: [{event: msg.submitted}, {event: dsn.seen}]",
        "count: {event: dsn.seen, is: \">=1\"}",
    };
    static const char *const does_not[] = {"dsn: {of: m1, action: failed, times: 0}", "never: {event: dsn.seen}",
                                           "count: {event: dsn.seen, is: 0}"};
    const char *none = "no-bounces";
    for (size_t i = 0; i < 7; i++) {
        char *world = mem_printf(WORLD("must: Sentence, spec: RFC1, %s"), i < 4 ? needs[i] : does_not[i - 4]);
        struct judgement judgement;
        begin(world, HEAD SUBMITTED);
        trial.target.capabilities = (struct yaml_list){&none, 1};
        judge(&trial.facts, &trial.target, &judgement);
        ck_assert_msg((judgement.verdicts[0].kind == RESULT_UNSUPPORTED) == (i < 4), "case %zu", i);
        judgement_fini(&judgement);
        end();
        free(world);
    }
}
END_TEST

/* Two messages from one sender wait for one host, which refuses a connection: which of them was tried? */
START_TEST(attempts_that_may_be_those_of_another_message_decide_nothing)
{
#define CROWD(check)                                                                                                   \
    "scenario: 1\nid: test/one\ntitle: A test\nclock: {until: 6h}\nworld:\n  dns: {d.example: {MX: \"10 "              \
    "mx.d.example\"}}\n"                                                                                               \
    "  hosts: {mx.d.example: {addr: 192.0.2.10}}\nstory:\n"                                                            \
    "  - {t: 0s, submit: m1, from: alice@s.example, to: [bob@d.example]}\n"                                            \
    "  - {t: 0s, submit: m2, from: alice@s.example, to: [ann@d.example]}\nexpect:\n"                                   \
    "  - {must: Sentence, spec: RFC1, attempts: {of: m1, to: bob@d.example, " check "}}\n"
#define ALSO      "{\"t\":1.0,\"event\":\"msg.submitted\",\"msg\":\"m2\",\"n\":1,\"to\":[\"ann@d.example\"]}\n"
#define NO_ANSWER "{\"t\":200.0,\"event\":\"tcp.connect\",\"host\":\"mx.d.example\",\"result\":\"refused\"}\n"
    expect(CROWD("count: 2"), HEAD SUBMITTED ALSO TWO_TRIES, RESULT_PASS, "2");
    expect(CROWD("gap: \">=4m\""), HEAD SUBMITTED ALSO NO_ANSWER, RESULT_INCONCLUSIVE, "");
    expect(CROWD("count: 1"), HEAD SUBMITTED ALSO NO_ANSWER, RESULT_NOT_CHECKED, "1 of 1 attempts may be");
    expect(CROWD("count: 2"), HEAD SUBMITTED ALSO NO_ANSWER, RESULT_FAIL, "1");
}
END_TEST

START_TEST(the_outside_world_and_idle_rules_are_always_checked)
{
    begin(ONE("must", "delivered: {of: m1}"),
          HEAD SUBMITTED DELIVERED("5.0",
                                   "true") "{\"t\":2.0,\"event\":\"violation\",\"addr\":\"240.0.0.1\",\"port\":25}\n");
    ck_assert(!trial.judgement.as_expected);
    ck_assert_int_eq(trial.judgement.verdicts[1].kind, RESULT_FAIL);
    end();
    begin("scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: \"10 mx.d.example\"}}\n"
          "  hosts: {mx.d.example: {addr: 192.0.2.10, rules: [{at: rcpt, times: 1, reply: \"451 x\"}]}}\n"
          "story: [{t: 0s, submit: m1, from: alice@s.example, to: bob@d.example}]\n"
          "expect: [{must: x, spec: RFC1, delivered: {of: m1}}]\n",
          HEAD SUBMITTED DELIVERED("5.0", "true"));
    ck_assert(!trial.judgement.as_expected);
    ck_assert_int_eq(trial.judgement.verdicts[1].kind, RESULT_INCONCLUSIVE);
    end();
}
END_TEST

#define EOD(conn, txn, t, code)                                                                                        \
    "{\"t\":" t ",\"event\":\"smtp.reply\",\"conn\":" conn ",\"txn\":" txn ",\"host\":\"mx.d.example\",\"code\":" code \
    ",\"verb\":\"eod\",\"text\":\"x\"}\n"
#define DOT_CAME "{\"t\":1.0,\"event\":\"smtp.data\",\"conn\":1,\"txn\":1,\"host\":\"mx.d.example\"}\n"
#define COPY(conn, txn, t, code)                                                                                       \
    CONNECT(conn, t)                                                                                                   \
    RCPT(conn, txn, t)                                                                                                 \
    REPLY(conn, txn, t, "250")                                                                                         \
    EOD(conn, txn, t, code)                                                                                            \
    "{\"t\":" t ",\"event\":\"msg.delivered\",\"txn\":" txn                                                            \
    ",\"host\":\"mx.d.example\",\"msg\":\"m1\",\"n\":1,\"rcpt\":\"bob@d.example\"}\n"

/* The always-on verdicts, which follow the one that the scenario asks for. */
static void expect_broken(const char *events, const char *sentence, enum result kind)
{
    begin(ONE("may", "delivered: {of: m1}"), events);
    if (sentence == NULL) {
        ck_assert_msg(trial.judgement.count == 1, "%s: %s", trial.judgement.verdicts[1].sentence,
                      trial.judgement.verdicts[1].seen);
    } else {
        ck_assert_msg(trial.judgement.count == 2, "%zu verdicts, wanted: %s", trial.judgement.count, sentence);
        ck_assert_msg(strstr(trial.judgement.verdicts[1].sentence, sentence) != NULL, "%s",
                      trial.judgement.verdicts[1].sentence);
        ck_assert_int_eq(trial.judgement.verdicts[1].kind, kind);
    }
    end();
}

START_TEST(always_on_rules_see_their_breaks_and_nothing_else)
{
    expect_broken(HEAD SUBMITTED TWO_TRIES QUEUE(BOB, "1"), NULL, RESULT_PASS);
    expect_broken(HEAD SUBMITTED QUEUE("", "0"), "delivered, bounced, or still queued", RESULT_FAIL);
    expect_broken(HEAD SUBMITTED COPY("1", "1", "1.0", "250") COPY("2", "2", "9.0", "250"), "No second copy",
                  RESULT_WARN);
    expect_broken(HEAD SUBMITTED COPY("1", "1", "1.0", "451") COPY("2", "2", "9.0", "250"), NULL, RESULT_PASS);
    expect_broken(HEAD SUBMITTED CONNECT("1", "1.0") RCPT("1", "1", "1.0") REPLY("1", "1", "1.0", "550")
                      CONNECT("2", "9.0") RCPT("2", "2", "9.0"),
                  "A 5yz reply", RESULT_WARN);
    expect_broken(HEAD SUBMITTED CONNECT("1", "1.0") RCPT("1", "1", "1.0") REPLY("1", "1", "1.0", "552")
                      CONNECT("2", "9.0") RCPT("2", "2", "9.0"),
                  NULL, RESULT_PASS);
    expect_broken(HEAD SUBMITTED CONNECT("1", "1.0") RCPT("1", "1", "1.0") REPLY("1", "1", "1.0", "250")
                      DOT_CAME EOD("1", "1", "1.0", "554") CONNECT("2", "9.0") RCPT("2", "2", "9.0"),
                  "A 5yz reply", RESULT_WARN);
    expect_broken(HEAD SUBMITTED CONNECT("1", "1.0") RCPT("1", "1", "1.0") REPLY("1", "1", "1.0", "250")
                      EOD("1", "1", "1.0", "554") CONNECT("2", "9.0") RCPT("2", "2", "9.0"),
                  NULL, RESULT_PASS); /* closed in mid-message: the words may be lost */
    expect_broken(HEAD SUBMITTED "{\"t\":5.0,\"event\":\"dsn.seen\",\"from\":\"<mailer@r.example>\",\"to\":\"x\"}\n",
                  "null reverse-path", RESULT_FAIL);
}
END_TEST

START_TEST(a_bounce_of_a_bounce_is_seen)
{
    begin("scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: \"10 mx.d.example\"}}\n"
          "  hosts: {mx.d.example: {addr: 192.0.2.10}}\n"
          "story: [{t: 0s, submit: m1, from: \"\", to: bob@d.example}]\n"
          "expect: [{may: x, spec: RFC1, delivered: {of: m1}}]\n",
          HEAD SUBMITTED DSN("5.0", "5.1.1"));
    ck_assert_uint_eq(trial.judgement.count, 2);
    ck_assert_ptr_nonnull(strstr(trial.judgement.verdicts[1].sentence, "is never bounced"));
    end();
}
END_TEST

START_TEST(what_the_target_cannot_do_is_unsupported)
{
    expect(ONE("must", "requires: dsn, delivered: {of: m1}"), HEAD SUBMITTED, RESULT_UNSUPPORTED, "lacks dsn");
}
END_TEST

START_TEST(a_broken_trace_is_reported_with_its_line)
{
    static const char *const bad[] = {"",
                                      "{\"trace\":2}\n",
                                      HEAD "{\n",
                                      HEAD "x\n",
                                      "{\"t\":1}\n",
                                      HEAD "[1]\n",
                                      HEAD "{\"t\":1e300,\"event\":\"x\"}\n",
                                      HEAD "{\"t\":-1e13,\"event\":\"x\"}\n"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char path[] = "/tmp/relaylab-trace-XXXXXX";
        struct err err = {0};
        struct trace_log log;
        int fd = mkstemp(path);
        ck_assert_int_eq(write(fd, bad[i], strlen(bad[i])), (ssize_t)strlen(bad[i]));
        close(fd);
        ck_assert_msg(trace_read(&log, path, &err) != ERR_OK, "accepted: %s", bad[i]);
        ck_assert_msg(strstr(err.text, path) != NULL, "%s", err.text);
        (void)unlink(path);
    }
}
END_TEST

START_TEST(after_a_failed_command_of_the_story_nothing_is_judged)
{
    begin(ONE("must", "delivered: {of: m1, times: 0}"),
          HEAD SUBMITTED "{\"t\":5.0,\"event\":\"target.result\",\"action\":\"flush\",\"status\":0}\n"
                         "{\"t\":6.0,\"event\":\"target.result\",\"action\":\"reload\",\"status\":3}\n");
    const struct verdict *last = &trial.judgement.verdicts[trial.judgement.count - 1];
    ck_assert_uint_eq(trial.judgement.count, 2);
    ck_assert_int_eq(last->kind, RESULT_INCONCLUSIVE);
    ck_assert_ptr_nonnull(strstr(last->seen, "`reload` ended with status 3"));
    ck_assert(!trial.judgement.as_expected);
    end();
}
END_TEST

#define DIALOG(lines)                                                                                                  \
    "scenario: 1\nid: test/one\ntitle: A test\nclock: {until: 6h}\nworld: {}\nstory:\n"                                \
    "  - {t: 0s, dialog: smtp, lines: [" lines "]}\n"
#define EXPECTED(step, met)                                                                                            \
    "{\"t\":1.0,\"event\":\"dialog.expect\",\"code\":250,\"dialog\":1,\"step\":" step ",\"met\":" met                  \
    ",\"wanted\":\"530\",\"text\":\"ok\"}\n"
#define ENDED(step, reason)                                                                                            \
    "{\"t\":1.0,\"event\":\"dialog.end\",\"dialog\":1,\"step\":" step ",\"reason\":\"" reason "\",\"text\":\"what\"}"  \
    "\n"

START_TEST(lines_of_dialogs_are_expectations)
{
    static const char must[] = DIALOG("{expect: 220}, {expect: 530, must: x, spec: RFC1}");
    expect(must, HEAD EXPECTED("1", "false") EXPECTED("2", "true") ENDED("3", "over"), RESULT_PASS, "250 ok");
    expect(must, HEAD EXPECTED("1", "true") EXPECTED("2", "false") ENDED("3", "over"), RESULT_FAIL, "250 ok");
    expect(DIALOG("{expect: 530, should: x, spec: RFC1}"), HEAD EXPECTED("1", "false"), RESULT_WARN, "250 ok");
    expect(must, HEAD EXPECTED("1", "false") ENDED("1", "unexpected"), RESULT_INCONCLUSIVE,
           "ended at its step 1: what");
    expect(must, HEAD, RESULT_INCONCLUSIVE, "the run ended before");
    begin(DIALOG("{expect: 530, may: x, spec: RFC1}, {send: y}, {expect: 250}"),
          HEAD EXPECTED("1", "true") ENDED("3", "closed"));
    ck_assert_uint_eq(trial.judgement.count, 2);
    ck_assert_ptr_nonnull(strstr(trial.judgement.verdicts[1].seen, "it ended at its step 3, closed: what"));
    ck_assert(!trial.judgement.as_expected);
    end();
}
END_TEST

START_TEST(a_target_may_decline_the_option_that_a_dialog_needs)
{
    begin(DIALOG("{expect: 530, may: x, spec: RFC1}, {send: y}, {expect: 250}"),
          HEAD EXPECTED("1", "false") ENDED("3", "unexpected"));
    ck_assert_uint_eq(trial.judgement.count, 1);
    ck_assert_int_eq(trial.judgement.verdicts[0].kind, RESULT_NOTE);
    ck_assert(trial.judgement.as_expected);
    end();
    begin(DIALOG("{expect: 530, should: x, spec: RFC1}, {send: y}, {expect: 250}"),
          HEAD EXPECTED("1", "false") ENDED("3", "unexpected"));
    ck_assert_uint_eq(trial.judgement.count, 2);
    ck_assert(!trial.judgement.as_expected);
    end();
}
END_TEST

#define LISTED(t, entries) "{\"t\":" t ",\"event\":\"target.queue\",\"count\":1,\"entries\":[" entries "]}\n"
#define AN_HOUR_LATER      ONE("must", "queued: {of: m1, to: bob@d.example, at: 1h}")

static void expect_queued(const char *events, int result, const char *seen)
{
    struct finding finding = {0};
    begin(AN_HOUR_LATER, events);
    judge_queued(&trial.facts, &trial.scenario->expects[0], &finding);
    ck_assert_int_eq(finding.result, result);
    ck_assert_msg(strstr(finding.seen, seen) != NULL, "seen: %s, wanted: %s", finding.seen, seen);
    end();
}

START_TEST(what_is_queued_is_looked_up_at_its_time)
{
    expect_queued(HEAD SUBMITTED LISTED("60.0", "") LISTED("3601.0", BOB) LISTED("9000.0", ""), HOLDS,
                  "bob@d.example in the queue after 01:00:00");
    expect_queued(HEAD SUBMITTED LISTED("60.0", BOB) LISTED("3601.0", ""), BROKEN, "not in the queue");
    expect_queued(HEAD SUBMITTED LISTED("60.0", BOB), CANNOT_TELL, "was not listed then");
    expect_queued(HEAD SUBMITTED "{\"t\":3601.0,\"event\":\"target.queue\",\"text\":\"no luck\"}\n", CANNOT_TELL,
                  "no luck");
    expect_queued(HEAD HANDED LISTED("3601.0", "") ENDS("7000.0"), CANNOT_TELL, "did not take m1");
    expect(AN_HOUR_LATER, HEAD SUBMITTED LISTED("3601.0", BOB), RESULT_UNSUPPORTED, "lacks queue");
    expect(ONE("should", "invariant: queue_empty"), HEAD SUBMITTED LISTED("8.0", BOB) QUEUE("", "0"), RESULT_PASS,
           "0 recipients");
}
END_TEST

SUITE(judge, a_finding_names_the_condition_that_failed, a_delay_report_promises_how_long_the_target_retries,
      deliveries_are_counted, deliveries_are_compared_with_what_was_submitted,
      a_target_that_refuses_a_message_breaks_nothing,
      a_target_that_the_story_ends_while_it_accepts_a_message_is_not_blamed,
      times_count_from_when_the_target_was_handed_the_message, attempts_are_rounds, notifications_are_read,
      never_means_never, events_are_counted_and_compared, events_come_in_their_order, shares_are_counted_over_seeds,
      what_a_target_does_not_show_is_not_checked, what_needs_a_bounce_is_unsupported_without,
      attempts_that_may_be_those_of_another_message_decide_nothing, invariants_account_for_every_recipient,
      the_outside_world_and_idle_rules_are_always_checked, always_on_rules_see_their_breaks_and_nothing_else,
      a_bounce_of_a_bounce_is_seen, what_the_target_cannot_do_is_unsupported, a_broken_trace_is_reported_with_its_line,
      after_a_failed_command_of_the_story_nothing_is_judged, lines_of_dialogs_are_expectations,
      a_target_may_decline_the_option_that_a_dialog_needs, what_is_queued_is_looked_up_at_its_time)
