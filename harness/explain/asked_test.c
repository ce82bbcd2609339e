/* What the sender asked for, and what is said of reports: none is promised where none is sent. */
#include <string.h>

#include "harness/explain/testing.h"

#define SCENARIO(wish)                                                                                                 \
    "scenario: 1\nid: test/one\ntitle: A test\nclock: {until: 6h}\nworld:\n  dns: {d.example: {MX: \"10 "              \
    "mx.d.example\"}}\n  hosts: {mx.d.example: {addr: 192.0.2.10}}\nstory:\n"                                          \
    "  - {t: 0s, submit: m1, from: alice@s.example, to: [bob@d.example]" wish "}\nexpect:\n"                           \
    "  - {must: It arrives, spec: RFC5321#6.1, delivered: {of: m1}}\n"
#define HANDED                                                                                                         \
    "{'t':0,'event':'msg.handed','msg':'m1','n':1,'from':'alice@s.example','to':['bob@d.example']}\n"                  \
    "{'t':0,'event':'msg.submitted','msg':'m1','n':1,'code':250,'from':'alice@s.example','to':['bob@d.example']}\n"
#define REFUSED                                                                                                        \
    TEST_CONNECT(0, 1, "mx.d.example")                                                                                 \
    TEST_LINE(1, "MAIL", "MAIL FROM:<alice@s.example>")                                                                \
    TEST_REPLY(0, 1, "MAIL", 250, "ok")                                                                                \
    TEST_LINE(1, "RCPT", "RCPT TO:<bob@d.example>") TEST_REPLY(0, 1, "RCPT", 550, "no")

static struct test_run run;
static struct telling telling;

static const struct step *find(const char *words)
{
    for (size_t i = 0; i < telling.count; i++)
        if (strstr(telling.steps[i].text, words) != NULL)
            return &telling.steps[i];
    ck_abort_msg("no step says: %s", words);
    return NULL;
}

static void expect(const char *scenario, const char *handed, const char *promise, const char *refusal)
{
    test_run_begin(&run, scenario, HANDED REFUSED);
    telling_make(&telling, &run.trial.facts, &(struct telling_view){.whole = true});
    ck_assert_str_eq(telling.steps[0].text, handed);
    ck_assert(test_notes_say(find("takes it"), promise));
    ck_assert_msg(test_notes_say(find("550 no"), refusal), "%s", handed);
    telling_fini(&telling);
    test_run_end(&run);
}

START_TEST(a_report_is_promised_to_who_wants_one)
{
    static const char keeps[] = "250 is a promise: from now on the relay must deliver the message, or report",
                      drops[] = "250 is a promise: from now on the relay must deliver the message. Its sender",
                      report[] = "“Never for this recipient.” Repeating it would not help: the sender gets a report.",
                      none[] = "“Not for this recipient.” The sender asked for no report of failures";
    static const char head[] = "alice@s.example hands the relay a message for bob@d.example.";
    expect(SCENARIO(""), head, keeps, report);
    expect(SCENARIO(", notify: [never]"),
           "alice@s.example hands the relay a message for bob@d.example, with NOTIFY=NEVER.", drops, none);
    expect(SCENARIO(", notify: [success, delay], ret: hdrs"),
           "alice@s.example hands the relay a message for bob@d.example, with NOTIFY=SUCCESS,DELAY RET=HDRS.", drops,
           none);
    expect(SCENARIO(", notify: [failure]"),
           "alice@s.example hands the relay a message for bob@d.example, with NOTIFY=FAILURE.", keeps, report);
}
END_TEST

static void expect_report(const char *code, const char *title)
{
    struct buf events;
    buf_init(&events, 65536);
    (void)buf_printf(&events,
                     TEST_CONNECT(0, 1, "mx.s.example") "{'t':0,'event':'smtp.reply','conn':1,'txn':1,'verb':'eod',"
                                                        "'code':%s,'text':'x'}\n{'t':0,'event':'dsn.seen','conn':1,"
                                                        "'txn':1,'to':'alice@s.example','subject':'Undelivered',"
                                                        "'action':'failed'}\n",
                     code);
    test_tell(buf_cstr(&events), true, true);
    ck_assert_msg(test_step(title) != NULL, "%s", title);
    test_tell_end();
    buf_fini(&events);
}

START_TEST(a_report_says_what_became_of_it)
{
    expect_report("550", "The report for alice@s.example, which was just refused, said: “Undelivered”.");
    expect_report("250", "The report for alice@s.example, which was just delivered, said: “Undelivered”.");
}
END_TEST

START_TEST(a_connection_to_the_dns_is_not_one_to_a_mail_host)
{
    test_tell("{'t':0,'event':'tcp.connect','conn':1,'addr':'192.0.2.53','port':53,'result':'ok'}\n", true, true);
    ck_assert_str_eq(test_telling.steps[0].text, "The relay asks the DNS again over TCP, address 192.0.2.53.");
    test_tell_end();
}
END_TEST

SUITE(asked, a_report_is_promised_to_who_wants_one, a_report_says_what_became_of_it,
      a_connection_to_the_dns_is_not_one_to_a_mail_host)
