/* Dialogs of the submitting client: S: what the target says, C: what the client must say, E: the event. */
#include <string.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "sim/client/submit.h"

static struct submit submit;
static struct submission submission;
static const char *to[] = {"bob@d.example", "ann@d.example"};
static struct buf in;

static void begin(size_t rcpts)
{
    submission = (struct submission){.id = "m1", .n = 1, .from = "alice@s.example", .to = to, .to_count = rcpts};
    buf_init(&in, 65536);
    submit_init(&submit, &submission, "client.example", "alice", "secret", SLICE_LIT("Subject: x\r\n\r\n.y\r\n"), 0);
}

static void end(void)
{
    submit_fini(&submit);
    buf_fini(&in);
}

static void play(const char *script)
{
    struct slice rest = slice_cstr(script);
    enum submit_event event = SUBMIT_NOTHING;
    while (rest.len > 0) {
        struct slice step = slice_cut(&rest, '\n'), text = slice_from(step, 3);
        if (slice_istarts(step, "S: ")) {
            ck_assert(buf_add_slice(&in, text) && buf_add_cstr(&in, "\r\n"));
            event = submit_feed(&submit, &in, 0);
        } else if (slice_istarts(step, "C: ")) {
            struct slice out = buf_slice(&submit.out);
            size_t len = slice_find(out, '\n');
            ck_assert_msg(len < out.len && slice_eq(slice_head(out, len - 1), text), "wanted: %.*s\n   got: %.*s",
                          SLICE_ARG(text), (int)len, out.ptr != NULL ? out.ptr : "");
            buf_consume(&submit.out, len + 1);
        } else {
            static const char *const names[] = {"nothing",  "tls",     "refused rcpt", "handed",
                                                "accepted", "refused", "over"};
            ck_assert_msg(slice_eq_cstr(text, names[event]), "wanted %.*s, got %s", SLICE_ARG(text), names[event]);
            event = event == SUBMIT_START_TLS ? submit_tls_started(&submit, 0) : submit_feed(&submit, &in, 0);
        }
    }
}

START_TEST(it_secures_the_connection_and_sends_its_password)
{
    begin(1);
    play("S: 220 hi\nC: EHLO client.example\nS: 250-r\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nE: tls\nC: EHLO "
         "client.example\n"
         "S: 250-r\nS: 250 AUTH LOGIN PLAIN\nC: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nS: 235 ok\nC: MAIL "
         "FROM:<alice@s.example>\n"
         "S: 250 ok\nC: RCPT TO:<bob@d.example>\nS: 250 ok\nC: DATA\nS: 354 go\nE: handed\nC: Subject: x\nC: \nC: "
         "..y\nC: .\n"
         "S: 250 2.0.0 queued\nE: accepted\nC: QUIT\nS: 221 bye\nE: over\n");
    ck_assert(submit.accepted[0]);
    end();
}
END_TEST

#define SECURED                                                                                                        \
    "S: 220 hi\nC: EHLO client.example\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nE: tls\nC: EHLO client.example\n"

START_TEST(it_uses_the_mechanism_that_it_prefers_or_the_only_one)
{
    static const struct {
        int prefers;
        const char *offer, *dialog;
    } cases[] = {
        {AUTH_PLAIN, "S: 250 AUTH LOGIN PLAIN\n", "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\n"},
        {AUTH_PLAIN, "S: 250 AUTH LOGIN\n", "C: AUTH LOGIN\nS: 334 x\nC: YWxpY2U=\nS: 334 y\nC: c2VjcmV0\n"},
        {AUTH_LOGIN, "S: 250 AUTH PLAIN\n", "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\n"},
        {AUTH_LOGIN, "S: 250 AUTH PLAIN LOGIN\n", "C: AUTH LOGIN\nS: 334 x\nC: YWxpY2U=\nS: 334 y\nC: c2VjcmV0\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(1);
        submission.manner.auth = cases[i].prefers;
        play(SECURED);
        play(cases[i].offer);
        play(cases[i].dialog);
        play("S: 235 ok\nC: MAIL FROM:<alice@s.example>\n");
        end();
    }
    begin(1); /* a prompt too many */
    submission.manner.auth = AUTH_LOGIN;
    play(SECURED "S: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 334 x\nC: YWxpY2U=\nS: 334 y\nC: c2VjcmV0\nS: 334 z\n"
                 "E: refused\nC: QUIT\n");
    end();
    begin(1);
    submission.manner.auth = AUTH_LOGIN;
    play(SECURED "S: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 334 x\nC: YWxpY2U=\nS: 535 no\nE: refused\nC: QUIT\n");
    end();
}
END_TEST

START_TEST(without_offers_it_goes_on_without)
{
    begin(1);
    play("S: 220 hi\nC: EHLO client.example\nS: 250 r\nC: MAIL FROM:<alice@s.example>\n");
    end();
}
END_TEST

START_TEST(some_recipients_may_be_refused)
{
    begin(2);
    play("S: 220 hi\nC: EHLO client.example\nS: 250 r\nC: MAIL FROM:<alice@s.example>\nS: 250 ok\nC: RCPT "
         "TO:<bob@d.example>\n"
         "S: 550 no\nE: refused rcpt\nC: RCPT TO:<ann@d.example>\nS: 250 ok\nC: DATA\n");
    ck_assert_str_eq(submit.refused_rcpt, "bob@d.example");
    ck_assert(!submit.accepted[0] && submit.accepted[1]);
    end();
}
END_TEST

START_TEST(a_refusal_and_a_lost_connection_are_reported_once)
{
    begin(1);
    play("S: 220 hi\nC: EHLO client.example\nS: 250 r\nC: MAIL FROM:<alice@s.example>\nS: 451 4.3.1 full\nE: "
         "refused\nC: QUIT\n");
    ck_assert_int_eq(submit.code, 451);
    ck_assert_str_eq(submit.verb, "MAIL");
    ck_assert_int_eq(submit_lost(&submit, "gone"), SUBMIT_NOTHING);
    end();
    begin(1);
    play("S: 220 hi\n");
    ck_assert_int_eq(submit_lost(&submit, "gone"), SUBMIT_REFUSED);
    ck_assert_int_eq(submit.code, 0);
    end();
}
END_TEST

START_TEST(each_step_waits_as_long_as_the_rfc_says)
{
    begin(1);
    ck_assert_int_eq(submit.deadline_ns, 300 * NS_PER_S);
    play("S: 220 hi\nC: EHLO client.example\nS: 250 r\nC: MAIL FROM:<alice@s.example>\nS: 250 ok\nC: RCPT "
         "TO:<bob@d.example>\nS: 250 ok\n");
    ck_assert_str_eq(submit_waits_for(&submit), "DATA");
    ck_assert_int_eq(submit.deadline_ns, 120 * NS_PER_S);
    play("S: 354 go\n");
    ck_assert_int_eq(submit.deadline_ns, 600 * NS_PER_S);
    end();
}
END_TEST

static void begin_with(const struct manner *manner, const char *message)
{
    begin(1);
    submit_fini(&submit);
    submission.manner = *manner;
    submit_init(&submit, &submission, "client.example", NULL, NULL, slice_cstr(message), 0);
}

START_TEST(parameters_are_sent_where_their_extension_is_offered)
{
    static const char *const notify[] = {"FAILURE", "DELAY"}, *const params[] = {"SIZE=99", "HOLDFOR=60"};
    const struct manner manner = {.notify = {(void *)(uintptr_t)notify, 2},
                                  .ret = "HDRS",
                                  .envid = "a+b=c d",
                                  .orcpt = "old@e.example",
                                  .params = {(void *)(uintptr_t)params, 2}};
    begin_with(&manner, "Subject: x\r\n\r\ny\r\n");
    play("S: 220 hi\nC: EHLO client.example\nS: 250-r\nS: 250-SIZE 100\nS: 250 DSN\n"
         "C: MAIL FROM:<alice@s.example> RET=HDRS ENVID=a+2Bb+3Dc+20d SIZE=99\nS: 250 ok\n"
         "C: RCPT TO:<bob@d.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;old@e.example\n");
    end();
    begin_with(&manner, "Subject: x\r\n\r\n\xc3\xa9\r\n");
    play("S: 220 hi\nC: EHLO client.example\nS: 250-r\nS: 250-8BITMIME\nS: 250 FUTURERELEASE 9 9\n"
         "C: MAIL FROM:<alice@s.example> BODY=8BITMIME HOLDFOR=60\nS: 250 ok\nC: RCPT TO:<bob@d.example>\n");
    end();
}
END_TEST

START_TEST(parameters_have_the_extension_that_they_belong_to)
{
    static const char *const params[] = {"BODY=7BIT", "BY=120;R", "RET=FULL", "X=1"};
    const struct manner manner = {.params = {(void *)(uintptr_t)params, 4}};
    begin_with(&manner, "Subject: x\r\n\r\ny\r\n");
    play("S: 220 hi\nC: EHLO client.example\nS: 250-r\nS: 250-8BITMIME\nS: 250-DELIVERBY\nS: 250 DSN\n"
         "C: MAIL FROM:<alice@s.example> BODY=7BIT BY=120;R RET=FULL\n");
    end();
    begin_with(&manner, "Subject: x\r\n\r\n\xc3\xa9\r\n"); /* eight bits, and no server that accepts them */
    play("S: 220 hi\nC: EHLO client.example\nS: 250-r\nS: 250 BODY\nC: MAIL FROM:<alice@s.example>\n");
    end();
}
END_TEST

/* RFC 3207 §4.2 */
START_TEST(what_was_offered_unencrypted_is_not_offered_over_tls)
{
    begin_with(&(struct manner){.ret = "HDRS"}, "Subject: x\r\n\r\ny\r\n");
    play("S: 220 hi\nC: EHLO client.example\nS: 250-r\nS: 250-DSN\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nE: tls\n"
         "C: EHLO client.example\nS: 250 r\nC: MAIL FROM:<alice@s.example>\n");
    end();
}
END_TEST

START_TEST(at_the_port_for_submissions_the_handshake_comes_first)
{
    begin_with(&(struct manner){.via = PORT_SUBMISSIONS}, "Subject: x\r\n\r\ny\r\n");
    ck_assert_str_eq(submit_waits_for(&submit), "TLS handshake");
    ck_assert_int_eq(submit_tls_started(&submit, 0), SUBMIT_NOTHING);
    ck_assert_uint_eq(submit.out.len, 0);
    play("S: 220 hi\nC: EHLO client.example\nS: 250-r\nS: 250 STARTTLS\nC: MAIL FROM:<alice@s.example>\n");
    end();
}
END_TEST

/* ---- what a target may answer ---- */

#define HELLO "S: 220 hi\nC: EHLO client.example\nS: 250 r\n"
#define MAIL  HELLO "C: MAIL FROM:<alice@s.example>\n"
#define RCPT  MAIL "S: 250 ok\nC: RCPT TO:<bob@d.example>\n"
#define DATA  RCPT "S: 250 ok\nC: DATA\n"
#define EOD   DATA "S: 354 go\nE: handed\nC: Subject: x\nC: \nC: ..y\nC: .\n"

START_TEST(a_refusal_at_any_step_ends_the_submission_with_its_reply)
{
    static const struct {
        const char *script, *verb;
        int code;
    } cases[] = {
        {"S: 554 no service\nE: refused\n", "banner", 554},
        {"S: 421-two\nS: 421 lines\nE: refused\n", "banner", 421},
        {"S: 220 hi\nC: EHLO client.example\nS: 550 go away\nE: refused\nC: QUIT\n", "EHLO", 550},
        {MAIL "S: 530 5.7.0 log in\nE: refused\nC: QUIT\n", "MAIL", 530},
        {MAIL "S: 421 4.3.2 later\nE: refused\n", "MAIL", 421},
        {DATA "S: 554 5.5.1 no\nE: refused\nC: QUIT\n", "DATA", 554},
        {DATA "S: 250 odd\nE: refused\nC: QUIT\n", "DATA", 250}, /* only 354 asks for the message */
        {EOD "S: 452 4.3.1 full\nE: refused\nC: QUIT\n", "eod", 452},
        {EOD "S: 354 again\nE: refused\nC: QUIT\n", "eod", 354},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(1);
        play(cases[i].script);
        ck_assert_msg(submit.code == cases[i].code, "case %zu: %d", i, submit.code);
        ck_assert_msg(strcmp(submit.verb, cases[i].verb) == 0, "case %zu: %s", i, submit.verb);
        ck_assert_msg(submit_lost(&submit, "gone") == SUBMIT_NOTHING, "case %zu: told twice", i);
        end();
    }
}
END_TEST

START_TEST(a_connection_that_ends_is_reported_with_the_step_that_waited)
{
    static const struct {
        const char *script, *verb;
    } cases[] = {{"", "banner"}, {"S: 220 hi\nC: EHLO client.example\n", "EHLO"},
                 {MAIL, "MAIL"}, {RCPT, "RCPT"},
                 {DATA, "DATA"}, {EOD, "eod"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(1);
        play(cases[i].script);
        ck_assert_msg(strcmp(submit_waits_for(&submit), cases[i].verb) == 0, "case %zu: %s", i,
                      submit_waits_for(&submit));
        ck_assert_int_eq(submit_lost(&submit, "gone"), SUBMIT_REFUSED);
        ck_assert_msg(submit.code == 0 && strcmp(submit.text, "gone") == 0, "case %zu: %d %s", i, submit.code,
                      submit.text);
        ck_assert_int_eq(submit_lost(&submit, "gone again"), SUBMIT_NOTHING);
        end();
    }
}
END_TEST

START_TEST(when_no_recipient_is_left_there_is_no_message)
{
    begin(2);
    play(RCPT "S: 550 no\nE: refused rcpt\nC: RCPT TO:<ann@d.example>\nS: 450 later\nE: refused\nC: QUIT\n");
    ck_assert(!submit.accepted[0] && !submit.accepted[1]);
    ck_assert_uint_eq(submit.out.len, 0);
    ck_assert_str_eq(submit.verb, "RCPT");
    end();
}
END_TEST

START_TEST(the_message_is_sent_with_its_dots_doubled)
{
    static const char *const cases[][2] = {
        {"a\r\n", "a\r\n.\r\n"},
        {".\r\n", "..\r\n.\r\n"},
        {"..\r\n.a\r\nb.\r\n", "...\r\n..a\r\nb.\r\n.\r\n"},
        {"\r\n.\r\n\r\n", "\r\n..\r\n\r\n.\r\n"},
        {"", ".\r\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin_with(&(struct manner){0}, cases[i][0]);
        play(DATA "S: 354 go\n");
        ck_assert_msg(slice_eq_cstr(buf_slice(&submit.out), cases[i][1]), "case %zu: %s", i, buf_cstr(&submit.out));
        end();
    }
}
END_TEST

/* A target is a program under test: it may send anything. */
START_TEST(what_is_not_a_reply_ends_the_submission_and_nothing_overflows)
{
    static const char *const odd[] = {"HTTP/1.1 400", "25", "", "abc def", "-250 x"};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        begin(1);
        ck_assert(buf_printf(&in, "%s\r\n", odd[i]));
        enum submit_event event = submit_feed(&submit, &in, 0);
        ck_assert_msg(event == SUBMIT_REFUSED, "%s: %d", odd[i], (int)event);
        ck_assert_msg(submit.out.len == 0 || slice_istarts(buf_slice(&submit.out), "QUIT"), "%s: %s", odd[i],
                      buf_cstr(&submit.out));
        end();
    }
    begin(1);
    ck_assert(buf_add_cstr(&in, "554 "));
    for (int i = 0; i < 4 * SUBMIT_TEXT_MAX; i++)
        ck_assert(buf_add_char(&in, 'x'));
    ck_assert(buf_add_cstr(&in, "\r\n"));
    ck_assert_int_eq(submit_feed(&submit, &in, 0), SUBMIT_REFUSED);
    ck_assert_uint_lt(strlen(submit.text), SUBMIT_TEXT_MAX);
    end();
}
END_TEST

SUITE(submit, without_offers_it_goes_on_without, some_recipients_may_be_refused,
      each_step_waits_as_long_as_the_rfc_says, parameters_are_sent_where_their_extension_is_offered,
      at_the_port_for_submissions_the_handshake_comes_first, parameters_have_the_extension_that_they_belong_to,
      a_refusal_at_any_step_ends_the_submission_with_its_reply,
      a_connection_that_ends_is_reported_with_the_step_that_waited, when_no_recipient_is_left_there_is_no_message,
      the_message_is_sent_with_its_dots_doubled, what_is_not_a_reply_ends_the_submission_and_nothing_overflows,
      it_secures_the_connection_and_sends_its_password, it_uses_the_mechanism_that_it_prefers_or_the_only_one,
      a_refusal_and_a_lost_connection_are_reported_once, what_was_offered_unencrypted_is_not_offered_over_tls)
