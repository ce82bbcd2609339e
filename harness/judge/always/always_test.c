/* Each always-on rule sees its own break and no other's; each row of the registry has such a trace here. */
#include "harness/judge/always/always.h"

#include "harness/judge/testing.h"
#include "lib/testing/suite.h"

/* ---- sessions, an event a line ---- */

#define EVENT(name, more) "{\"t\":1.0,\"event\":\"" name "\",\"conn\":1,\"host\":\"mx.d.example\"" more "}\n"
#define SAYS(line, more)  EVENT("smtp.command", ",\"line\":\"" line "\"" more)
#define HEARS(verb, code) EVENT("smtp.reply", ",\"verb\":\"" verb "\",\"code\":" code ",\"text\":\"x\"")
#define OFFERED(keywords)                                                                                              \
    EVENT("tcp.connect", ",\"result\":\"ok\"")                                                                         \
    HEARS("banner", "220")                                                                                             \
    SAYS("EHLO relay.example", "") EVENT("smtp.reply", ",\"verb\":\"EHLO\",\"code\":250,\"text\":\"mx" keywords "\"")
#define PIPELINED ",\"pipelined\":true"
#define MAIL      "MAIL FROM:<alice@s.example>"
#define TO_BOB    "RCPT TO:<bob@d.example>"
#define IN_ORDER                                                                                                       \
    SAYS(MAIL, "")                                                                                                     \
    HEARS("MAIL", "250") SAYS(TO_BOB, "") HEARS("RCPT", "250") SAYS("DATA", "") HEARS("DATA", "354")
#define MESSAGE(more) EVENT("smtp.data", ",\"bytes\":9" more) HEARS("eod", "250")
#define QUITS         SAYS("QUIT", "") HEARS("QUIT", "221")

#define VIOLATION "{\"t\":2.0,\"event\":\"violation\",\"addr\":\"240.0.0.1\",\"port\":25}\n"
#define COPY(conn, txn, t, code)                                                                                       \
    CONNECT(conn, t)                                                                                                   \
    RCPT(conn, txn, t)                                                                                                 \
    REPLY(conn, txn, t, "250")                                                                                         \
    "{\"t\":" t ",\"event\":\"smtp.reply\",\"conn\":" conn ",\"txn\":" txn ",\"host\":\"mx.d.example\",\"code\":" code \
    ",\"verb\":\"eod\",\"text\":\"x\"}\n"                                                                              \
    "{\"t\":" t ",\"event\":\"msg.delivered\",\"txn\":" txn                                                            \
    ",\"host\":\"mx.d.example\",\"msg\":\"m1\",\"n\":1,\"rcpt\":\"bob@d.example\"}\n"
/* RCPT in a connection and a transaction of this number, and no message. */
#define TRY(number, t, code) CONNECT(number, t) RCPT(number, number, t) REPLY(number, number, t, code) CLOSE(number, t)
#define VANISHED(t, result)                                                                                            \
    "{\"t\":" t ",\"event\":\"tcp.connect\",\"host\":\"mx.d.example\",\"result\":\"" result "\"}\n"
#define REFUSED(t)           VANISHED(t, "refused")
#define WHOM(action, status) "{\"rcpt\":\"bob@d.example\",\"action\":\"" action "\",\"status\":\"" status "\"}"
#define REPORT(type, kind, mta, groups, recipients)                                                                    \
    "{\"t\":5.0,\"event\":\"dsn.seen\",\"from\":\"<>\",\"to\":\"alice@s.example\",\"report\":true,\"form\":{\"type\":" \
    "\"" type "\",\"report_type\":\"" kind "\",\"mta\":\"" mta "\",\"groups\":" groups                                 \
    ",\"parts\":[\"text/plain\",\"message/delivery-status\"]},\"recipients\":[" recipients "]}\n"
#define FROM_NOBODY                                                                                                    \
    "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: \"10 mx.d.example\"}}\n"        \
    "  hosts: {mx.d.example: {addr: 192.0.2.10}}\nstory: [{t: 0s, submit: m1, from: \"\", to: bob@d.example}]\n"       \
    "expect: [{may: x, spec: RFC1, delivered: {of: m1}}]\n"
#define ASKS_LITTLE ONE("may", "delivered: {of: m1}")

#define TLS_GIVEN(level, cert)                                                                                         \
    "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\ngiven: {tls: {d.example: " level "}}\n"                         \
    "world:\n  dns: {d.example: {MX: \"10 mx.d.example\"}}\n"                                                          \
    "  hosts: {mx.d.example: {addr: 192.0.2.10, tls: {cert: " cert "}}}\n"                                             \
    "story: [{t: 0s, submit: m1, from: alice@s.example, to: bob@d.example}]\n"                                         \
    "expect: [{may: x, spec: RFC1, delivered: {of: m1}}]\n"
#define SENDS_BOB(tls)                                                                                                 \
    "{\"t\":1.0,\"event\":\"smtp.command\",\"conn\":1,\"txn\":1,\"host\":\"mx.d.example\",\"msg\":\"m1\",\"n\":1,"     \
    "\"rcpt\":\"bob@d.example\",\"verb\":\"RCPT\",\"tls\":" tls "}\n"

/* ---- what each rule must see ---- */

static const struct {
    const char *rule; /* its id */
    const char *world, *events, *seen;
} broken[] = {
    {"outside-world", ASKS_LITTLE, VIOLATION, "240.0.0.1 port 25"},
    {"no-loss", ASKS_LITTLE, SUBMITTED QUEUE("", "0"), "is not in the queue"},
    {"no-second-copy", ASKS_LITTLE, COPY("1", "1", "1.0", "250") COPY("2", "2", "9.0", "250"), "another copy"},
    {"no-retry-after-5yz", ASKS_LITTLE,
     CONNECT("1", "1.0") RCPT("1", "1", "1.0") REPLY("1", "1", "1.0", "550") CONNECT("2", "9.0") RCPT("2", "2", "9.0"),
     "again, after 550"},
    {"no-retry-at-once", ASKS_LITTLE, SUBMITTED TRY("1", "1.0", "451") TRY("2", "1.9", "250"),
     "m1 to bob@d.example again at mx.d.example, at once after 451"},
    {"no-retry-at-once", ASKS_LITTLE, SUBMITTED COPY("1", "1", "1.0", "451") TRY("2", "1.9", "250"), "after 451"},
    {"no-retry-at-once", ASKS_LITTLE, SUBMITTED TRY("1", "1.0", "421") TRY("2", "1.0", "250"), "after 421"},
    {"no-retry-at-once", ASKS_LITTLE, SUBMITTED REFUSED("1.0") REFUSED("1.5"), "mx.d.example again"},
    {"no-retry-at-once", ASKS_LITTLE, SUBMITTED CONNECT("1", "1.0") CLOSE("1", "9.0") TRY("2", "9.9", "250"),
     "mx.d.example again"},
    {"no-retry-at-once", ASKS_LITTLE, SUBMITTED VANISHED("1.0", "dropped") VANISHED("31.0", "given-up") REFUSED("31.0"),
     "mx.d.example again"},
    {"bounce-null-sender", ASKS_LITTLE,
     "{\"t\":5.0,\"event\":\"dsn.seen\",\"from\":\"<mailer@r.example>\",\"to\":\"x\"}\n", "<mailer@r.example>"},
    {"bounce-not-bounced", FROM_NOBODY, DSN("5.0", "5.1.1"), "one about m1"},
    {"no-clear-against-policy", TLS_GIVEN("encrypt", "valid"), SENDS_BOB("false"), "unencrypted, to mx.d.example"},
    {"no-clear-against-policy", TLS_GIVEN("verify", "valid"), SENDS_BOB("false"), "unencrypted, to mx.d.example"},
    {"no-clear-against-policy", TLS_GIVEN("verify", "self_signed"), SENDS_BOB("true"), "whose certificate is not"},
    {"no-clear-against-policy", TLS_GIVEN("verify", "valid, not_after: 0s100ms"), SENDS_BOB("true"),
     "whose certificate is not"},
    {"no-clear-against-policy", TLS_GIVEN("verify", "valid, names: [mx2.d.example]"), SENDS_BOB("true"),
     "whose certificate is not"},
    {"report-form", ASKS_LITTLE,
     REPORT("multipart/mixed", "delivery-status", "dns; r.example", "1", WHOM("failed", "5.1.1")),
     "Content-Type is multipart/mixed, not multipart/report"},
    {"report-form", ASKS_LITTLE, REPORT("multipart/report", "x", "dns; r.example", "1", WHOM("failed", "5.1.1")),
     "report-type is x, not delivery-status"},
    {"report-form", ASKS_LITTLE,
     REPORT("multipart/report", "delivery-status", "r.example", "1", WHOM("failed", "5.1.1")),
     "Reporting-MTA is r.example"},
    {"report-form", ASKS_LITTLE, REPORT("multipart/report", "delivery-status", "dns; r.example", "0", ""),
     "no recipient"},
    {"report-form", ASKS_LITTLE, REPORT("multipart/report", "delivery-status", "dns; r.example", "1", ""),
     "groups of fields: 1; recipients in them: 0"},
    {"report-form", ASKS_LITTLE,
     REPORT("multipart/report", "delivery-status", "dns; r.example", "1", WHOM("lost", "5.1.1")),
     "the Action for bob@d.example is lost"},
    {"report-form", ASKS_LITTLE,
     REPORT("multipart/report", "delivery-status", "dns; r.example", "1", WHOM("failed", "5.01.1")),
     "the Status for bob@d.example is 5.01.1"},
    {"report-form", ASKS_LITTLE,
     REPORT("multipart/report", "delivery-status", "dns; r.example", "1", WHOM("failed", "5.1")), "is 5.1"},
    {"report-form", ASKS_LITTLE,
     REPORT("multipart/report", "delivery-status", "dns; r.example", "1",
            "{\"final\":false,\"action\":\"failed\",\"status\":\"5.0.0\"}"),
     "no Final-Recipient in the group"},
    {"bounce-to-sender", ASKS_LITTLE,
     "{\"t\":5.0,\"event\":\"dsn.seen\",\"msg\":\"m1\",\"from\":\"<>\",\"to\":\"postmaster@s.example\"}\n",
     "a bounce of m1 to postmaster@s.example"},
    {"body-unchanged", ASKS_LITTLE, SENT(HEADER("x"), BODY("9", "aa"), "") KEPT(HEADER("x"), BODY("7", "bb")),
     "m1: 7 octets in 2 lines, were 9 in 2"},
    {"body-unchanged", ASKS_LITTLE, SENT(HEADER("x"), BODY("9", "aa"), "") KEPT(HEADER("x"), BODY("9", "bb")),
     "m1: other octets, as many as before (9)"},
    {"header-unchanged", ASKS_LITTLE, SENT(HEADER("x"), BODY("9", "aa"), "") KEPT(HEADER("X"), BODY("9", "aa")),
     "m1: Subject: X, was: Subject: x"},
    {"header-unchanged", ASKS_LITTLE, SENT(HEADER("x"), BODY("9", "aa"), "") KEPT("\"From: <a@b>\"", BODY("9", "aa")),
     "m1: gone: Subject: x"},
    {"header-unchanged", ASKS_LITTLE,
     SENT(HEADER("x"), BODY("9", "aa"), "") KEPT("\"Subject: y\"," HEADER("x"), BODY("9", "aa")),
     "m1: Subject stands there twice"},
    {"header-unchanged", ASKS_LITTLE, SENT(HEADER("x"), BODY("9", "aa"), "") KEPT("\"Subject: x\"", BODY("9", "aa")),
     "m1: gone: From: <alice@s.example>"},
    {"header-order", ASKS_LITTLE,
     SENT("\"A: 1\",\"B: 2\"", BODY("9", "aa"), "") KEPT("\"B: 2\",\"A: 1\"", BODY("9", "aa")),
     "m1: B: 2 stands before A: 1"},
    {"line-ends", ASKS_LITTLE, OFFERED("") IN_ORDER MESSAGE(",\"bare\":\"LF\"") QUITS, "a bare LF in: the message"},
    {"line-ends", ASKS_LITTLE, OFFERED("") SAYS("NOOP", ",\"bare\":\"CR LF\""), "a bare CR and a bare LF in: NOOP"},
    {"command-length", ASKS_LITTLE, OFFERED("") SAYS(MAIL, ",\"longest\":513"), "513 octets"},
    {"command-length", ASKS_LITTLE, OFFERED("\\nSIZE") SAYS(MAIL, ",\"longest\":539"), "539 octets"},
    {"text-line-length", ASKS_LITTLE, OFFERED("") IN_ORDER MESSAGE(",\"longest\":1001"), "one of 1001 octets"},
    {"command-order", ASKS_LITTLE, SAYS(MAIL, ""), "MAIL before EHLO"},
    {"command-order", ASKS_LITTLE, OFFERED("") SAYS(MAIL, "") HEARS("MAIL", "250") SAYS(MAIL, ""),
     "a transaction is open"},
    {"command-order", ASKS_LITTLE, OFFERED("") SAYS(TO_BOB, ""), "RCPT without MAIL"},
    {"command-order", ASKS_LITTLE, OFFERED("") SAYS(MAIL, "") HEARS("MAIL", "550") SAYS(TO_BOB, ""),
     "RCPT without MAIL"},
    {"command-order", ASKS_LITTLE, OFFERED("") SAYS(MAIL, "") HEARS("MAIL", "250") SAYS("DATA", ""),
     "a message without RCPT"},
    {"command-order", ASKS_LITTLE, OFFERED("") IN_ORDER MESSAGE("") SAYS("DATA", ""), "a message without MAIL"},
    {"command-order", ASKS_LITTLE, OFFERED("") QUITS SAYS("NOOP", PIPELINED), "something after QUIT: NOOP"},
    {"ehlo-after-starttls", ASKS_LITTLE,
     OFFERED("\\nSTARTTLS") SAYS("STARTTLS", "") HEARS("STARTTLS", "220") EVENT("tls.done", "") SAYS(MAIL, ""),
     "MAIL FROM"},
    {"waits-for-replies", ASKS_LITTLE, OFFERED("\\nSIZE") SAYS("NOOP", "") SAYS("NOOP", PIPELINED), "NOOP"},
    {"waits-for-replies", ASKS_LITTLE, OFFERED("") IN_ORDER MESSAGE(PIPELINED), "the message, before"},
    {"group-end", ASKS_LITTLE, OFFERED("\\nPIPELINING") IN_ORDER MESSAGE(PIPELINED),
     "the message, before the reply to: DATA"},
    {"waits-for-greeting", ASKS_LITTLE, SAYS("EHLO relay.example", PIPELINED), "EHLO relay.example, before it"},
    {"offered-only", ASKS_LITTLE, OFFERED("\\nSIZE") SAYS(MAIL " SIZE=10 RET=HDRS", ""),
     "RET=HDRS, without an offer of DSN"},
    {"offered-only", ASKS_LITTLE, OFFERED("\\n8BITMIME") SAYS(MAIL " BODY=BINARYMIME", ""), "BINARYMIME"},
    {"offered-only", ASKS_LITTLE,
     OFFERED("\\nSTARTTLS") SAYS(MAIL, "") HEARS("MAIL", "250") SAYS(TO_BOB, "") HEARS("RCPT", "250")
         SAYS("BDAT 10 LAST", ""),
     "BDAT, without an offer of CHUNKING"},
    {"offered-only", ASKS_LITTLE, OFFERED("\\nXYZ") SAYS("XYZZY", ""), "XYZZY, without an offer of XYZZY"},
    {"eight-bit", ASKS_LITTLE, OFFERED("\\nSIZE") IN_ORDER MESSAGE(",\"eight_bit\":true"), "octets above 127"},
    {"no-password-in-clear", ASKS_LITTLE,
     OFFERED("\\nAUTH PLAIN") SAYS("AUTH PLAIN (a secret)", ",\"verb\":\"AUTH\",\"tls\":false"),
     "AUTH PLAIN without TLS"},
    {"ehlo-name", ASKS_LITTLE, SAYS("EHLO localhost", ""), "EHLO localhost"},
    {"ehlo-name", ASKS_LITTLE, SAYS("EHLO relay_1.example", ""), "relay_1"},
    {"ehlo-name", ASKS_LITTLE, SAYS("HELO ", ""), "HELO"},
    {"path-syntax", ASKS_LITTLE, OFFERED("") SAYS("MAIL FROM: <alice@s.example>", ""), "FROM: <"},
    {"path-syntax", ASKS_LITTLE, OFFERED("") SAYS(MAIL, "") HEARS("MAIL", "250") SAYS("RCPT TO:bob", ""), "TO:bob"},
};

/* What may look wrong, and is correct. */
static const char *const good[] = {
    OFFERED("\\nPIPELINING") SAYS(MAIL, "") HEARS("MAIL", "451") SAYS(TO_BOB, PIPELINED) HEARS("RCPT", "503")
        SAYS("DATA", PIPELINED) HEARS("DATA", "503") SAYS("RSET", "") HEARS("RSET", "250") QUITS,
    OFFERED("\\nPIPELINING") IN_ORDER MESSAGE("") SAYS("QUIT", PIPELINED) HEARS("QUIT", "221"),
    OFFERED("") IN_ORDER MESSAGE("") IN_ORDER MESSAGE("") QUITS,
    OFFERED("") SAYS(MAIL, "") HEARS("MAIL", "550") SAYS(MAIL, ""),
    OFFERED("") SAYS(MAIL, "") HEARS("MAIL", "250") SAYS("RSET", "") HEARS("RSET", "250") IN_ORDER,
    OFFERED("") SAYS("EHLO [192.0.2.1]", "") HEARS("EHLO", "502") SAYS("HELO [IPv6:2001:db8::1]", "")
        HEARS("HELO", "250") SAYS(MAIL, ""),
    OFFERED("\\nSIZE 10\\n8BITMIME\\nDSN\\nXYZ") SAYS(MAIL " SIZE=10 BODY=8BITMIME RET=HDRS XYZ=1", ",\"longest\":600")
        HEARS("MAIL", "250") SAYS("RCPT TO:<bob@d.example> NOTIFY=NEVER", ",\"longest\":800"),
    OFFERED("\\nSTARTTLS") SAYS("STARTTLS", "") HEARS("STARTTLS", "220") EVENT("tls.done", "")
        SAYS("EHLO relay.example", "") HEARS("EHLO", "250") IN_ORDER MESSAGE(""),
    /* AUTH over TLS, in three lines; a reply of raw octets */
    OFFERED("\\nAUTH LOGIN") SAYS("AUTH LOGIN", ",\"verb\":\"AUTH\",\"tls\":true") HEARS("AUTH", "334")
        SAYS("(a response)", ",\"verb\":\"AUTH\"") HEARS("AUTH", "235"),
    OFFERED("\\nAUTH=LOGIN PLAIN") SAYS("AUTH LOGIN", ",\"verb\":\"AUTH\",\"tls\":true") HEARS("AUTH", "334")
        SAYS("(a response)", ",\"verb\":\"AUTH\"") HEARS("AUTH", "235"),
    OFFERED("\\\\x0D\\n250-SIZE 10\\\\x0D\\n250 DSN\\\\x0D") SAYS(MAIL " SIZE=1 RET=HDRS", ""),
    OFFERED("\\nSTARTTLS") SAYS("STARTTLS", "") HEARS("STARTTLS", "220") EVENT("tls.done", "") QUITS,
    OFFERED("\\n8BITMIME") IN_ORDER MESSAGE(",\"eight_bit\":true"),
    /* a report; a bounce that is not a report */
    REPORT("multipart/report", "Delivery-Status", "dns; r.example", "1", WHOM("Failed", "5.1.1 (no such user)")),
    "{\"t\":5.0,\"event\":\"dsn.seen\",\"from\":\"<>\",\"to\":\"alice@s.example\",\"report\":false,\"form\":{}}\n",
    /* a long line that was submitted so */
    SENT(HEADER("x"), BODY("9", "aa"), ",\"longest\":1200") OFFERED("")
        IN_ORDER MESSAGE(",\"longest\":1200,\"msg\":\"m1\",\"n\":1"),
    /* trace fields, a new From, no Bcc, what a submission server adds */
    SENT(HEADER("x"), BODY("9", "aa"), "")
        KEPT("\"Received: ...\",\"From: <alice.smith@s.example>\",\"Subject: x\",\"Date: now\"", BODY("9", "aa")),
    /* converted, since the next hop offers no 8BITMIME; and lines that are too long */
    SENT("\"Content-Transfer-Encoding: 8bit\"", BODY("9", "aa"), ",\"eight_bit\":true")
        KEPT("\"Content-Transfer-Encoding: base64\"", BODY("12", "bb")),
    SENT(HEADER("x"), BODY("9", "aa"), ",\"longest\":1200") KEPT(HEADER("x"), BODY("12", "bb")),
    /* too many recipients; TLS, then plaintext; a second later; 421 after a message that was accepted */
    SUBMITTED TRY("1", "1.0", "452") TRY("2", "1.0", "250"),
    SUBMITTED CONNECT("1", "1.0") "{\"t\":1.0,\"event\":\"tls.start\",\"conn\":1}\n" CLOSE("1", "1.0")
        TRY("2", "1.0", "250"),
    SUBMITTED REFUSED("1.0") REFUSED("2.0") TRY("1", "3.0", "451") TRY("2", "4.0", "250"),
    SUBMITTED VANISHED("1.0", "dropped") VANISHED("1.5", "dropped"),
    SUBMITTED CONNECT("1", "1.0") "{\"t\":1.0,\"event\":\"smtp.accepted\",\"conn\":1}\n" RCPT("1", "1", "1.0")
        REPLY("1", "1", "1.0", "421") TRY("2", "1.0", "250"),
    /* an address that the DNS gave */
    "{\"t\":1.0,\"event\":\"dns.answer\",\"answers\":[\"mx6.d.example. 3600 IN AAAA 2001:db8::25\"]}\n"
    "{\"t\":2.0,\"event\":\"violation\",\"addr\":\"2001:db8:0::25\",\"port\":25}\n",
    /* a lost final reply; a 552 to RCPT, which is a 452 */
    SUBMITTED COPY("1", "1", "1.0", "250") QUEUE(BOB, "1"),
    CONNECT("1", "1.0") RCPT("1", "1", "1.0") REPLY("1", "1", "1.0", "552") CONNECT("2", "9.0") RCPT("2", "2", "9.0"),
};

#define ROW(name) &always_##name,
static const struct always_rule *const rules[] = {ALWAYS_RULES(ROW)};
#undef ROW

static size_t row_index(const struct always_rule *row)
{
    size_t index = 0;
    while (always_at(index) != row)
        index++;
    return index;
}

/* The first verdict is that of the scenario's own expectation. `shown`: the rules whose page has this finding. */
static void judge_broken(size_t i, bool *shown)
{
    struct trial trial;
    char *events = NULL;
    ck_assert(asprintf(&events, "%s%s", HEAD, broken[i].events) > 0);
    trial_begin(&trial, broken[i].world, events);
    free(events);
    const struct always_rule *row = always_find(broken[i].rule);
    ck_assert_ptr_nonnull(row);
    ck_assert_msg(trial.judgement.count == 2, "case %zu: %zu verdicts, wanted one of: %s; the second: %s", i,
                  trial.judgement.count - 1, row->sentence,
                  trial.judgement.count > 2 ? trial.judgement.verdicts[2].sentence : "none");
    const struct verdict *verdict = &trial.judgement.verdicts[1];
    char slug[SLUG_MAX];
    always_write_slug(row, slug);
    ck_assert_str_eq(verdict->sentence, row->sentence);
    ck_assert_str_eq(verdict->id, slug);
    if (strcmp(verdict->wanted, row->page.wanted) == 0 && strcmp(verdict->seen, row->page.seen) == 0)
        shown[row_index(row)] = true;
    ck_assert_int_eq(verdict->kind, row->level == LEVEL_MUST ? RESULT_FAIL : RESULT_WARN);
    ck_assert_msg(strstr(verdict->seen, broken[i].seen) != NULL, "seen: %s, wanted: %s", verdict->seen, broken[i].seen);
    trial_end(&trial);
}

START_TEST(each_rule_sees_its_own_break_and_no_other)
{
    bool shown[sizeof rules / sizeof rules[0]] = {false};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        judge_broken(i, shown);
}
END_TEST

START_TEST(the_example_on_the_page_of_each_rule_is_a_finding_of_these_traces)
{
    bool shown[sizeof rules / sizeof rules[0]] = {false};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        judge_broken(i, shown);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        ck_assert_msg(shown[i], "no trace here has this finding: %s: %s; %s", rules[i]->id, rules[i]->page.wanted,
                      rules[i]->page.seen);
}
END_TEST

/* Markdown takes <word> for an element, except in code. */
static bool markup_is_lost(const char *text)
{
    bool code = false;
    for (; *text != '\0'; text++) {
        code ^= *text == '`';
        if (*text == '<' && !code)
            return true;
    }
    return code;
}

START_TEST(the_page_of_each_rule_is_complete)
{
    for (size_t i = 0; always_at(i) != NULL; i++) {
        const struct always_page *page = &always_at(i)->page;
        const char *const parts[] = {page->demands, page->why, page->causes, page->fix};
        for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++) {
            ck_assert_msg(parts[k] != NULL && strlen(parts[k]) > 20, "%s: part %zu is missing", always_at(i)->id, k);
            ck_assert_msg(parts[k][strlen(parts[k]) - 1] == '.', "%s: %s: no sentence", always_at(i)->id, parts[k]);
            ck_assert_msg(!markup_is_lost(parts[k]), "%s: %s: < outside of code", always_at(i)->id, parts[k]);
        }
    }
}
END_TEST

START_TEST(each_row_of_the_registry_was_seen_to_fail)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        size_t cases = 0;
        for (size_t k = 0; k < sizeof broken / sizeof broken[0]; k++)
            cases += strcmp(broken[k].rule, rules[i]->id) == 0;
        ck_assert_msg(cases > 0, "no trace here breaks: %s", rules[i]->sentence);
    }
}
END_TEST

START_TEST(correct_behaviour_breaks_none)
{
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct trial trial;
        char *events = NULL;
        ck_assert(asprintf(&events, "%s%s", HEAD, good[i]) > 0);
        trial_begin(&trial, ASKS_LITTLE, events);
        free(events);
        ck_assert_msg(trial.judgement.count == 1, "case %zu: %s: %s", i, trial.judgement.verdicts[1].sentence,
                      trial.judgement.verdicts[1].seen);
        trial_end(&trial);
    }
}
END_TEST

/* The host accepts no connection; the message is bounced at once, to its sender at the same host. */
START_TEST(a_bounce_to_the_host_that_refused_the_message_is_not_a_retry)
{
    static const char world[] =
        "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: \"10 mx.d.example\"}}\n"
        "  hosts: {mx.d.example: {addr: 192.0.2.10}}\nstory: [{t: 0s, submit: m1, from: alice@d.example, to: "
        "bob@d.example}]\nexpect: [{may: x, spec: RFC1, delivered: {of: m1}}]\n";
    struct trial trial;
    trial_begin(&trial, world, HEAD SUBMITTED CONNECT("1", "1.0") CLOSE("1", "1.0") REFUSED("1.0"));
    ck_assert_uint_eq(trial.judgement.count, 1);
    trial_end(&trial);
    trial_begin(&trial, world, HEAD SUBMITTED CONNECT("1", "1.0") CLOSE("1", "1.0") REFUSED("1.0") REFUSED("1.0"));
    ck_assert_uint_ge(trial.judgement.count, 2);
    trial_end(&trial);
}
END_TEST

/* The last attempts of two messages, one after the other. The first is bounced before its host closes the connection.
 */
START_TEST(a_message_that_follows_the_last_attempt_of_another_is_not_a_retry)
{
    static const char world[] =
        "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: \"10 mx.d.example\"}}\n"
        "  hosts: {mx.d.example: {addr: 192.0.2.10}}\nstory:\n"
        "  - {t: 0s, submit: m1, from: alice@s.example, to: bob@d.example}\n"
        "  - {t: 0s, submit: m2, from: carol@s.example, to: dan@d.example}\n"
        "expect: [{may: x, spec: RFC1, delivered: {of: m1}}]\n";
#define SECOND_SUBMITTED                                                                                               \
    "{\"t\":1.0,\"event\":\"msg.submitted\",\"msg\":\"m2\",\"n\":1,\"from\":\"carol@s.example\","                      \
    "\"to\":[\"dan@d.example\"]}\n"
#define ENDS_LATE SUBMITTED SECOND_SUBMITTED CONNECT("1", "2.0") DSN("2.0", "5.3.2") CLOSE("1", "7.0")
    struct trial trial;
    trial_begin(&trial, world, HEAD ENDS_LATE REFUSED("7.0"));
    ck_assert_uint_eq(trial.judgement.count, 1);
    trial_end(&trial);
    trial_begin(&trial, world, HEAD ENDS_LATE REFUSED("7.0") REFUSED("7.0"));
    ck_assert_uint_ge(trial.judgement.count, 2);
    trial_end(&trial);
}
END_TEST

/* Three MX records lead to one host: by its name, by an alias and by its address. A client tries one after the other.
 */
START_TEST(each_mx_record_may_be_tried_though_it_leads_to_the_same_host)
{
    static const char world[] =
        "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns:\n"
        "    d.example: {MX: [\"10 mx.d.example\", \"20 alias.d.example\", \"30 same.d.example\"]}\n"
        "    alias.d.example: {CNAME: mx.d.example}\n    same.d.example: {A: [192.0.2.10]}\n"
        "  hosts: {mx.d.example: {addr: 192.0.2.10}}\nstory: [{t: 0s, submit: m1, from: alice@s.example, to: "
        "bob@d.example}]\nexpect: [{may: x, spec: RFC1, delivered: {of: m1}}]\n";
    struct trial trial;
    trial_begin(&trial, world, HEAD SUBMITTED REFUSED("1.0") REFUSED("1.0") REFUSED("1.0"));
    ck_assert_uint_eq(trial.judgement.count, 1);
    trial_end(&trial);
    trial_begin(&trial, world, HEAD SUBMITTED REFUSED("1.0") REFUSED("1.0") REFUSED("1.0") REFUSED("1.0"));
    ck_assert_uint_ge(trial.judgement.count, 2);
    trial_end(&trial);
    trial_begin(&trial, world, HEAD SUBMITTED TRY("1", "1.0", "451") TRY("2", "1.0", "451") TRY("3", "1.0", "451"));
    ck_assert_uint_eq(trial.judgement.count, 1);
    trial_end(&trial);
    trial_begin(&trial, world,
                HEAD SUBMITTED TRY("1", "1.0", "451") TRY("2", "1.0", "451") TRY("3", "1.0", "451")
                    TRY("4", "1.0", "250"));
    ck_assert_uint_ge(trial.judgement.count, 2);
    trial_end(&trial);
}
END_TEST

START_TEST(a_policy_that_is_kept_is_not_a_violation)
{
    static const char *const kept[][2] = {
        {TLS_GIVEN("may", "self_signed"), HEAD SENDS_BOB("false")},
        {TLS_GIVEN("encrypt", "self_signed"), HEAD SENDS_BOB("true")},
        {TLS_GIVEN("verify", "valid, not_after: 2s"), HEAD SENDS_BOB("true")},
        {TLS_GIVEN("verify", "valid, names: [mx.d.example]"), HEAD SENDS_BOB("true")}};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        struct trial trial;
        trial_begin(&trial, kept[i][0], kept[i][1]);
        ck_assert_msg(trial.judgement.count == 1, "case %zu: %s", i, trial.judgement.verdicts[1].seen);
        trial_end(&trial);
    }
}
END_TEST

SUITE(always, each_rule_sees_its_own_break_and_no_other,
      the_example_on_the_page_of_each_rule_is_a_finding_of_these_traces, the_page_of_each_rule_is_complete,
      each_row_of_the_registry_was_seen_to_fail, correct_behaviour_breaks_none,
      a_message_that_follows_the_last_attempt_of_another_is_not_a_retry,
      a_bounce_to_the_host_that_refused_the_message_is_not_a_retry,
      each_mx_record_may_be_tried_though_it_leads_to_the_same_host, a_policy_that_is_kept_is_not_a_violation)
