/* The commands of a scripted host: what a well-behaved host answers to a client that is not. */
#include "sim/mx/testing.h"

#define HELLO "S: 220\nC: EHLO r\nS: 250-\nS: 250-\nS: 250-\nS: 250-\nS: 250-\nS: 250 \n"
#define OPEN  HELLO "C: MAIL FROM:<alice@sender.example>\nS: 250 2.1.0\n"

/* Each a dialog of its own, with a host without rules. */
static void play_all(const char *const *dialogs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        begin(TEST_SCENARIO("", ""));
        play(dialogs[i]);
        end();
    }
}

START_TEST(commands_out_of_order_are_refused_and_change_nothing)
{
    static const char *const dialogs[] = {
        "S: 220\nC: MAIL FROM:<a@b>\nS: 503 5.5.1 EHLO first\nC: HELO r\nS: 250\nC: MAIL FROM:<a@b>\nS: 250\n",
        HELLO "C: RCPT TO:<bob@dest.example>\nS: 503 5.5.1 MAIL first\n",
        HELLO "C: DATA\nS: 503 5.5.1 MAIL and RCPT first\n",
        OPEN "C: DATA\nS: 554 5.5.1 No valid recipients\nC: RCPT TO:<bob@dest.example>\nS: 250\n",
        OPEN "C: MAIL FROM:<eve@sender.example>\nS: 503 5.5.1 A transaction is open\nC: RCPT TO:<bob@dest.example>\n"
             "S: 250\nC: DATA\nS: 354\nC: .\nS: 250\n",
        OPEN "C: RSET\nS: 250 2.0.0\nC: RCPT TO:<bob@dest.example>\nS: 503 5.5.1 MAIL first\n",
        OPEN "C: EHLO r\nS: 250-\nS: 250-\nS: 250-\nS: 250-\nS: 250-\nS: 250 \nC: RCPT TO:<b@d>\nS: 503 5.5.1 MAIL\n",
        OPEN "C: HELO r\nS: 250 mx1\nC: DATA\nS: 503 5.5.1\n",
        OPEN "C: NOOP anything\nS: 250 2.0.0 Ok\nC: RCPT TO:<bob@dest.example>\nS: 250 2.1.5\n",
        HELLO "C: STARTTLS\nS: 220\nE: tls\nC: STARTTLS\nS: 503 5.5.1 STARTTLS was not offered\n",
        "S: 220\nC: STARTTLS\nS: 503 5.5.1 STARTTLS was not offered\n",
        HELLO "C: AUTH PLAIN AGEAYg==\nS: 503 5.5.1 Not now\n",
        HELLO "C: VRFY bob\nS: 500 5.5.2 Command not known\nC: \nS: 500 5.5.2\nC: MAILFROM:<a@b>\nS: 500 5.5.2\n",
        "S: 220\nC: QUIT now\nS: 221 2.0.0 Bye\nE: close\n",
    };
    play_all(dialogs, sizeof dialogs / sizeof dialogs[0]);
}
END_TEST

START_TEST(the_path_of_a_transaction_that_was_refused_is_not_taken)
{
    begin(TEST_SCENARIO("", ""));
    play(OPEN "C: MAIL FROM:<eve@sender.example>\nS: 503\nC: RCPT TO:<bob@dest.example>\nS: 250\nC: DATA\nS: 354\n"
              "C: x\nC: .\nS: 250\n");
    ck_assert_str_eq(buf_cstr(&kept), "alice@sender.example>bob@dest.example:x\r\n");
    end();
}
END_TEST

START_TEST(paths_are_read_as_clients_write_them)
{
    static const char *const dialogs[] = {
        HELLO "C: mail from:<a@b>\nS: 250\n",
        HELLO "C: MAIL FROM: <a@b>\nS: 250\n", /* the space is wrong, and common */
        HELLO "C: MAIL FROM:<>\nS: 250\n",
        HELLO "C: MAIL FROM:<a@b> SIZE=10 BODY=8BITMIME\nS: 250\n",
        HELLO "C: MAIL FROM:a@b\nS: 501 5.5.4 Syntax: MAIL FROM:<reverse-path>\n",
        HELLO "C: MAIL FROM:<a@b\nS: 501 5.5.4\n",
        HELLO "C: MAIL FROM:\nS: 501 5.5.4\n",
        HELLO "C: MAIL\nS: 501 5.5.4\n",
        HELLO "C: MAIL TO:<a@b>\nS: 501 5.5.4\n",
        OPEN "C: RCPT TO: <bob@dest.example>\nS: 250\n",
        OPEN "C: RCPT TO:bob@dest.example\nS: 501 5.5.4 Syntax: RCPT TO:<forward-path>\n",
        OPEN "C: RCPT FROM:<bob@dest.example>\nS: 501 5.5.4\n",
        OPEN "C: RCPT\nS: 501 5.5.4\n",
    };
    play_all(dialogs, sizeof dialogs / sizeof dialogs[0]);
}
END_TEST

#define LIMITED(limits, rules)                                                                                         \
    "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {dest.example: {MX: 10 mx1.dest.example}}\n"     \
    "  hosts: {mx1.dest.example: {addr: 192.0.2.1, limits: {" limits "}, rules: [" rules "]}}\n"                       \
    "story: [{t: 0s, submit: m, from: a@sender.example, to: b@dest.example}]\n"                                        \
    "expect: [{must: x, spec: RFC1, delivered: {of: m}}]\n"

START_TEST(limits_of_a_host_are_offered_and_kept)
{
    begin(LIMITED("size: 1000B, rcpts: 2", ""));
    play("S: 220\nC: EHLO r\nS: 250-\nS: 250-PIPELINING\nS: 250-SIZE 1000\nS: 250-\nS: 250-\nS: 250 \n"
         "C: MAIL FROM:<a@b> SIZE=1001\nS: 552 5.3.4 The message is too big\nC: MAIL FROM:<a@b> SIZE=1000\nS: 250\n"
         "C: RCPT TO:<a@dest.example>\nS: 250\nC: RCPT TO:<b@dest.example>\nS: 250\n"
         "C: RCPT TO:<c@dest.example>\nS: 452 4.5.3 Too many recipients\nC: DATA\nS: 354\nC: x\nC: .\nS: 250\n");
    end();
    static const char *const sizes[] = {"SIZE=",      "SIZE=x",  "SIZE=-5", "SIZE=99999999999999999999",
                                        "XSIZE=5000", "size=999"};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char line[128];
        begin(LIMITED("size: 1000B", ""));
        (void)snprintf(line, sizeof line, "S: 220\nC: HELO r\nS: 250\nC: MAIL FROM:<a@b> %s\nS: 250\n", sizes[i]);
        play(line);
        end();
    }
}
END_TEST

#define AUTH_HOST  TEST_SCENARIO("{at: ehlo, announce: [\"AUTH PLAIN LOGIN\"]}", "")
#define AUTH_HELLO "S: 220\nC: EHLO r\nS: 250-mx1\nS: 250 AUTH PLAIN LOGIN\n"

START_TEST(auth_is_believed_and_its_secrets_are_not_recorded)
{
    static const char *const dialogs[] = {
        AUTH_HELLO "C: AUTH PLAIN AGEAc2VjcmV0\nS: 235 2.7.0\nC: AUTH PLAIN AGEAYg==\nS: 503 5.5.1 Not now\n",
        AUTH_HELLO "C: AUTH PLAIN\nS: 334 \nC: AGEAc2VjcmV0\nS: 235 2.7.0\n",
        AUTH_HELLO "C: auth login\nS: 334 VXNlcm5hbWU6\nC: YQ==\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235\n",
        AUTH_HELLO "C: AUTH LOGIN\nS: 334\nC: *\nS: 501 5.7.0 Cancelled\nC: AUTH PLAIN AGEAc2VjcmV0\nS: 235\n",
        AUTH_HELLO "C: AUTH CRAM-MD5\nS: 504 5.5.4 Mechanism not known\n",
        AUTH_HELLO "C: AUTH\nS: 504 5.5.4\n",
        AUTH_HELLO "C: MAIL FROM:<a@b>\nS: 250\nC: AUTH PLAIN AGEAc2VjcmV0\nS: 503 5.5.1 Not now\n",
    };
    for (size_t i = 0; i < sizeof dialogs / sizeof dialogs[0]; i++) {
        begin(AUTH_HOST);
        play(dialogs[i]);
        ck_assert_msg(strstr(buf_cstr(&commands), "c2VjcmV0") == NULL, "case %zu: %s", i, buf_cstr(&commands));
        ck_assert_msg(strstr(buf_cstr(&commands), "EHLO r\n") != NULL, "case %zu: %s", i, buf_cstr(&commands));
        end();
    }
}
END_TEST

START_TEST(a_reply_to_ehlo_decides_what_may_be_used)
{
    begin(TEST_SCENARIO("{at: ehlo, raw: '250-x\\r\\n250-AUTH=PLAIN\\r\\n250 STARTTLS\\r\\n'}", ""));
    play("S: 220\nC: EHLO r\nS: 250-x\nS: 250-AUTH=PLAIN\nS: 250 STARTTLS\nC: AUTH PLAIN AGEAYg==\nS: 235\n"
         "C: STARTTLS\nS: 220\nE: tls\n");
    end();
    begin(TEST_SCENARIO("{at: ehlo, announce: [SIZE]}", ""));
    play("S: 220\nC: EHLO r\nS: 250-mx1\nS: 250 SIZE\nC: STARTTLS\nS: 503 5.5.1 STARTTLS was not offered\n");
    end();
    begin(TEST_SCENARIO("{at: ehlo, times: \">=2\", announce: [SIZE]}", "")); /* the last reply counts */
    play(HELLO "C: EHLO r\nS: 250-mx1\nS: 250 SIZE\nC: STARTTLS\nS: 503 5.5.1 STARTTLS was not offered\n");
    end();
    begin(TEST_SCENARIO("{at: ehlo, announce: [STARTTLS]}", "")); /* also when it is on already */
    play("S: 220\nC: EHLO r\nS: 250-mx1\nS: 250 STARTTLS\nC: STARTTLS\nS: 220\nE: tls\n"
         "C: EHLO r\nS: 250-mx1\nS: 250 STARTTLS\nC: STARTTLS\nS: 503 5.5.1\n");
    end();
    begin(TEST_SCENARIO("{at: ehlo, times: 1, reply: \"502 no\"}", ""));
    play("S: 220\nC: EHLO r\nS: 502 no\nC: STARTTLS\nS: 503\nC: HELO r\nS: 250 mx1\n");
    end();
}
END_TEST

START_TEST(a_message_is_kept_only_with_a_recipient_and_a_yes)
{
    static const struct {
        const char *rules, *script;
        unsigned kept;
    } cases[] = {
        {"", UP_TO_RCPT "S: 250\nC: DATA\nS: 354\nC: .\nS: 250\n", 1},
        {"{at: eod, reply: \"552 x\"}", UP_TO_RCPT "S: 250\nC: DATA\nS: 354\nC: .\nS: 552\n", 0},
        {"{at: data, reply: \"554 x\"}", UP_TO_RCPT "S: 250\nC: DATA\nS: 554\n", 0},
        {"{at: eod, then: reset}", UP_TO_RCPT "S: 250\nC: DATA\nS: 354\nC: .\nS- \nE: reset\n", 0},
        {"{at: eod, then: reset, keep: yes}", UP_TO_RCPT "S: 250\nC: DATA\nS: 354\nC: .\nS- \nE: reset\n", 1},
        {"{at: rcpt, reply: \"550 x\"}, {at: data, raw: '354 go\\r\\n'}, {at: eod, keep: yes}",
         UP_TO_RCPT "S: 550\nC: DATA\nS: 354\nC: .\nS: 250\n", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[4096];
        (void)snprintf(text, sizeof text, TEST_SCENARIO("%s", ""), cases[i].rules);
        begin(text);
        play(cases[i].script);
        ck_assert_msg(kept_count == cases[i].kept, "case %zu: %u", i, kept_count);
        end();
    }
}
END_TEST

SUITE(commands, commands_out_of_order_are_refused_and_change_nothing,
      the_path_of_a_transaction_that_was_refused_is_not_taken, paths_are_read_as_clients_write_them,
      limits_of_a_host_are_offered_and_kept, auth_is_believed_and_its_secrets_are_not_recorded,
      a_reply_to_ehlo_decides_what_may_be_used, a_message_is_kept_only_with_a_recipient_and_a_yes)
