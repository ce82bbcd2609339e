/* Dialogs with the server session: commands, messages and limits. */
#include "relay/smtp/testing.h"

START_TEST(a_trusted_client_delivers)
{
    begin(&door25);
    play("S: 220 relay.example\n"
         "C: EHLO app.example\n"
         "S: 250-relay.example\nS: 250-PIPELINING\nS: 250-SIZE 1000\nS: 250-STARTTLS\nS: 250-8BITMIME\n"
         "S* 250 ENHANCEDSTATUSCODES\n"
         "C: MAIL FROM:<a@b.example> SIZE=100 BODY=8BITMIME\nS: 250 2.1.0\n"
         "C: RCPT TO:<c@d.example>\nS: 250 2.1.5\n"
         "C: DATA\nS: 354 \n"
         "C: Subject: x\nC: \nC: ..stuffed\nC: .\n"
         "S- \nE: message\nS: 250 2.0.0 Queued as q1\n"
         "C: QUIT\nS: 221 \nE: close\n");
    end();
}
END_TEST

START_TEST(the_message_is_kept_with_dots_unstuffed)
{
    begin(&door25);
    play("S: 220\nC: HELO app.example\nS: 250\nC: MAIL FROM:<>\nS: 250\nC: RCPT TO:<c@d.example>\nS: 250\n"
         "C: DATA\nS: 354\nC: ..a\nC: .b\nC: \nC: c.\nC: .\n");
    ck_assert(slice_eq_cstr(buf_slice(&server.txn.body), ".a\r\nb\r\n\r\nc.\r\n"));
    ck_assert_str_eq(server.txn.envelope.mail.reverse_path, "");
    ck_assert_str_eq(server.txn.envelope.recipients[0].address, "c@d.example");
    end();
}
END_TEST

START_TEST(pipelined_commands_are_answered_in_order_and_wait_for_the_store)
{
    begin(&door25);
    play("S: 220\nC: EHLO x.example\nS* 250 \n"
         "C: MAIL FROM:<a@b.example>\nC: RCPT TO:<c@d.example>\nC: RCPT TO:<bad\nC: DATA\n"
         "S: 250 2.1.0\nS: 250 2.1.5\nS: 501 5.1.3\nS: 354\n"
         "C: x\nC: .\nC: QUIT\nS- \nE: message\nS: 250 2.0.0\nS: 221\n");
    end();
}
END_TEST

START_TEST(a_full_store_is_a_temporary_failure)
{
    begin(&door25);
    play("S: 220\nC: HELO x.example\nS: 250\nC: MAIL FROM:<a@b.example>\nS: 250\nC: RCPT TO:<c@d.example>\nS: 250\n"
         "C: DATA\nS: 354\nC: x\nC: .\nE: message full\nS: 452 4.3.1\nC: MAIL FROM:<a@b.example>\nS: 250\n");
    end();
}
END_TEST

START_TEST(only_crlf_dot_crlf_ends_a_message_and_bare_line_ends_are_refused)
{
    begin(&door25);
    play("S: 220\nC: HELO x.example\nS: 250\nC: MAIL FROM:<a@b.example>\nS: 250\nC: RCPT TO:<c@d.example>\nS: 250\n"
         "C: DATA\nS: 354\n");
    send_line(SLICE_LIT("x\n.\nMAIL FROM:<evil@b.example>\r\n"), false);
    play("S- \nE: nothing\nC: .\nS: 550 5.6.0\nE: nothing\n");
    end();
}
END_TEST

START_TEST(commands_out_of_order_and_unknown_ones_are_refused)
{
    begin(&door25);
    play("S: 220\nC: MAIL FROM:<a@b.example>\nS: 503 5.5.1\nC: FOO\nS: 500 5.5.2\nC: EHLO\nS: 501 5.5.4\n"
         "C: RCPT TO:<a@b.example>\nS: 503 5.5.1\nE: nothing\nC: DATA\nS: 503 5.5.1\nS: 421 4.7.0\nE: close\n");
    end();
}
END_TEST

START_TEST(limits_are_reported_with_their_codes)
{
    char line[SERVER_LINE_MAX - 1];
    memset(line, 'x', sizeof line);
    begin(&door25);
    play("S: 220\nC: HELO x.example\nS: 250\nC: MAIL FROM:<a@b.example> SIZE=1001\nS: 552 5.3.4\n"
         "C: MAIL FROM:<a@b.example>\nS: 250\nC: RCPT TO:<c@d.example>\nS: 250\nC: RCPT TO:<e@d.example>\nS: 250\n"
         "P: 452 4.5.3 Too many recipients\nC: RCPT TO:<f@d.example>\nS: 452 4.5.3 Too many\n");
    send_line(slice_make(line, sizeof line), true);
    play("S: 500 5.5.2 Line too long\nC: DATA\nS: 354\n");
    send_line(slice_make(line, sizeof line), true);
    send_line(slice_make(line, sizeof line), true);
    play("S- \nC: .\nS: 552 5.3.4\nE: nothing\n");
    end();
}
END_TEST

START_TEST(what_other_sessions_hold_leaves_less_room_for_this_one)
{
    begin(&door25);
    budget = (struct server_budget){.max = 500, .used = 400}; /* by others */
    ck_assert_uint_eq(server_room(&server), 100);
    play("S: 220\nC: HELO x.example\nS: 250\n"
         "C: MAIL FROM:<a@b.example> SIZE=100\nS: 250\nC: RCPT TO:<c@d.example>\nS: 250\nC: DATA\nS: 354\n"
         "C: it is more than it was said to be: line one of these two takes half of it\n");
    ck_assert_uint_eq(budget.used, 475);
    play("C: and line two is more than there is\n");
    ck_assert_uint_eq(budget.used, 400);
    play("C: so the third is not kept, too, though there were room for it\nC: .\nE: message over budget\nS: 452 "
         "4.3.1\n");
    budget.used = 500;
    ck_assert_uint_eq(server_room(&server), 0);
    budget.max = 300; /* a reload made it smaller */
    ck_assert_uint_eq(server_room(&server), 0);
    budget.used = 0;
    play("C: MAIL FROM:<a@b.example>\nS: 250\nC: RCPT TO:<c@d.example>\nS: 250\nC: DATA\nS: 354\nC: x\n");
    ck_assert_uint_eq(budget.used, 3);
    play("C: .\nE: message\nS: 250 2.0.0\n");
    end();
}
END_TEST

START_TEST(a_share_is_used_with_the_whole_and_both_bound_the_session)
{
    struct server_budget whole = {.max = 500, .used = 100};
    begin(&door25);
    budget = (struct server_budget){.max = 300, .whole = &whole};
    ck_assert_uint_eq(server_room(&server), 300);
    play("S: 220\nC: HELO x.example\nS: 250\nC: MAIL FROM:<a@b.example> SIZE=300\nS: 250\nC: RCPT TO:<c@d.example>\nS: "
         "250\nC: DATA\nS: 354\nC: x\n");
    ck_assert_uint_eq(budget.used, 3);
    ck_assert_uint_eq(whole.used, 103);
    play("C: .\nE: message\nS: 250 2.0.0\n");
    ck_assert_uint_eq(whole.used, 100);
    whole.used = 250;
    ck_assert_uint_eq(server_room(&server), 250);
    end();
}
END_TEST

START_TEST(a_command_line_without_end_is_bounded)
{
    char part[4096];
    memset(part, 'y', sizeof part);
    begin(&door25);
    play("S: 220\n");
    for (int i = 0; i < 40; i++) {
        ck_assert(buf_add(&in, part, sizeof part));
        feed();
    }
    ck_assert_uint_lt(in.len, 20000);
    play("S: 500 5.5.2 Line too long\nS- \nC: \nS- \nC: NOOP\nS: 250\n");
    end();
}
END_TEST

START_TEST(a_dot_within_a_long_line_ends_nothing)
{
    static char line[65536];
    memset(line, 'x', sizeof line);
    begin(&door25);
    play("S: 220\nC: HELO x.example\nS: 250\nC: MAIL FROM:<a@b.example>\nS: 250\nC: RCPT TO:<c@d.example>\nS: 250\n"
         "C: DATA\nS: 354\nC: a line\n");
    ck_assert_uint_eq(budget.used, 8);
    ck_assert(buf_add(&in, line, in.max - 2) && buf_add_cstr(&in, ".\r")); /* fills the input: its start is dropped */
    feed();
    ck_assert_uint_eq(budget.used, 0); /* what is lost already holds nothing */
    send_line(SLICE_LIT("\nMAIL FROM:<evil@b.example>\r\n"), false);
    play("S- \nE: nothing\nC: .\nS: 552 5.3.4\nE: nothing\n");
    end();
}
END_TEST

/* A line that comes in parts: each is taken as it comes, and its dots are stuffing only where the line begins. */
START_TEST(a_line_of_any_length_is_accepted_unchanged)
{
    static char line[200000];
    struct server_settings settings = door25;
    settings.size_max = sizeof line + 1000;
    memset(line, 'x', sizeof line);
    begin(&settings);
    budget.max = 2 * sizeof line;
    play("S: 220\nC: HELO x.example\nS: 250\nC: MAIL FROM:<a@b.example>\nS: 250\nC: RCPT TO:<c@d.example>\nS: 250\n"
         "C: DATA\nS: 354\nC: a line\n");
    for (size_t at = 0; at < sizeof line; at += 40000) {
        line[at] = '.';
        ck_assert(buf_add(&in, line + at, 40000));
        feed();
        ck_assert_uint_lt(in.len, 2);
    }
    send_line(SLICE_LIT(".\r"), false);
    send_line(SLICE_LIT("\n"), false);
    play("C: ..\nC: .\n");
    ck_assert_uint_eq(server.txn.body.len, strlen("a line\r\n") + sizeof line - 1 + strlen(".\r\n.\r\n"));
    ck_assert_mem_eq(server.txn.body.data + 8, line + 1, sizeof line - 1);
    play("E: message\nS: 250\n");
    end();
}
END_TEST

START_TEST(a_bare_line_end_in_a_long_line_is_refused)
{
    static char line[60000];
    struct server_settings settings = door25;
    settings.size_max = sizeof line + 1000;
    memset(line, 'x', sizeof line);
    for (int i = 0; i < 3; i++) {
        begin(&settings);
        play("S: 220\nC: HELO x.example\nS: 250\nC: MAIL FROM:<a@b.example>\nS: 250\nC: RCPT TO:<c@d.example>\nS: 250\n"
             "C: DATA\nS: 354\n");
        send_line(slice_make(line, sizeof line), false);
        send_line(i == 0 ? SLICE_LIT("\n.\r") : i == 1 ? SLICE_LIT("\r") : SLICE_LIT("\r\r\n.\n"), false);
        send_line(i == 1 ? SLICE_LIT(".\r") : SLICE_LIT(""), false);
        play("S- \nE: nothing\nC: \nC: .\nS: 550 5.6.0\nE: nothing\n");
        end();
    }
}
END_TEST

/* What machines call themselves: the name decides nothing, so it is accepted. */
START_TEST(a_client_may_call_itself_anything)
{
    static const char *const names[] = {"app.example",   "app.example.",
                                        "localhost",     "my_pc",
                                        "[192.0.2.1]",   "[IPv6:2001:db8::1]",
                                        "[::1]",         "192.0.2.1",
                                        "[192.0.2.1",    "-pc-.example",
                                        "a..b",          "bob's pc",
                                        "m\xc3\xbcller", "<pc>",
                                        "(none)",        "_"};
    begin(&door25);
    play("S: 220\n");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char script[300];
        (void)snprintf(script, sizeof script, "C: HELO  %s \nS: 250 relay.example\n", names[i]);
        play(script);
        ck_assert_str_eq(server.helo, names[i]);
    }
    char line[400] = "HELO ";
    memset(line + 5, 'a', 256);
    play("C: HELO\nS: 501 5.5.4\nC: EHLO  \nS: 501 5.5.4\n");
    send_line(slice_make(line, 5 + 256), true);
    play("S: 501 5.5.4\n");
    send_line(slice_make(line, 5 + 255), true);
    play("S: 250\n");
    end();
}
END_TEST

START_TEST(paths_are_accepted_as_programs_write_them)
{
    struct server_settings settings = door25;
    settings.recipients_max = 100;
    begin(&settings);
    play("S: 220\nC: HELO x.example\nS: 250\n"
         "C: MAIL FROM : <a@b.example>SIZE=100\nS: 250\nC: RSET\nS: 250\n"
         "C: MAIL FROM:a@b.example  SIZE=100 \nS: 250\nC: RSET\nS: 250\n"
         "C: MAIL FROM:< a@b.example. > \t \nS: 250\n");
    ck_assert_str_eq(server.txn.envelope.mail.reverse_path, "a@b.example");
    play("C: RCPT TO: try..this@d.example \nS: 250\nC: RCPT TO:<@x.example:c@d.example>\nS: 250\n"
         "C: RCPT TO:Postmaster\nS: 250\n");
    ck_assert_str_eq(server.txn.envelope.recipients[0].address, "\"try..this\"@d.example");
    ck_assert_str_eq(server.txn.envelope.recipients[1].address, "c@d.example");
    ck_assert_str_eq(server.txn.envelope.recipients[2].address, "postmaster@relay.example");
    play("C: RCPT TO:<c@d.example>x\nS: 555\nC: RCPT TO\nS: 501\nC: RCPT <c@d.example>\nS: 501\n"
         "C: RCPT FROM:<c@d.example>\nS: 501\n");
    end();
}
END_TEST

START_TEST(a_mailbox_named_twice_is_one_recipient)
{
    begin(&door25);
    play("S: 220\nC: HELO x.example\nS: 250\nC: MAIL FROM:<a@b.example>\nS: 250\n"
         "C: RCPT TO:<c@d.example>\nS: 250\nC: RCPT TO:<c@D.example.>\nS: 250\nC: RCPT TO:<C@d.example>\nS: 250\n"
         "C: RCPT TO:<\"c\"@d.example>\nS: 250\nP: 452 4.5.3 Too many\nC: RCPT TO:<e@d.example>\nS: 452 4.5.3\n");
    ck_assert_uint_eq(server.txn.envelope.recipient_count, 2);
    ck_assert_str_eq(server.txn.envelope.recipients[0].address, "c@d.example");
    ck_assert_str_eq(server.txn.envelope.recipients[1].address, "C@d.example");
    end();
}
END_TEST

/* Commands that are repeated without a message; each must be answered `limit` times. */
static void repeat(const char *command, const char *reply, unsigned times)
{
    char step[512];
    (void)snprintf(step, sizeof step, "C: %s\nS: %s\n", command, reply);
    for (unsigned i = 0; i < times; i++)
        play(step);
}

#define MESSAGE "C: MAIL FROM:<a@b.example>\nS: 250\nC: RCPT TO:<c@d.example>\nS: 250\nC: DATA\nS: 354\nC: x: y\nC: .\n"
#define ENDED   "S: 421 4.7.0 relay.example Too many commands without a message\nS- \nE: close\n"

START_TEST(a_session_cannot_be_held_by_commands_without_a_message)
{
    static const char *const cases[][2] = {{"NOOP", "250 2.0.0"}, {"NOOP held", "250 2.0.0"},
                                           {"RSET", "250 2.0.0"}, {"VRFY bob", "252"},
                                           {"HELP", "214"},       {"HELO x.example", "250"}};
    char step[64];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(&door25);
        play("S: 220\n");
        repeat(cases[i][0], cases[i][1], door25.idle_commands_max);
        (void)snprintf(step, sizeof step, "C: %s\n", cases[i][0]);
        play(step);
        play(ENDED);
        ck_assert_str_eq(server_why_closed(&server), "too many commands without a message");
        end();
    }
    begin(&door25); /* transactions that end without a message */
    play("S: 220\nC: HELO x.example\nS: 250\n");
    for (unsigned i = 1; i < door25.idle_commands_max / 2; i++)
        play("C: MAIL FROM:<a@b.example>\nS: 250\nC: RCPT TO:<c@d.example>\nS: 250\nC: RSET\nS: 250\n");
    play("C: NOOP\nS: 250\nC: MAIL FROM:<a@b.example>\n" ENDED);
    ck_assert(!server.txn.open);
    end();
}
END_TEST

START_TEST(recipients_without_end_hold_no_session)
{
    begin(&door25);
    play("S: 220\nC: HELO x.example\nS: 250\nC: MAIL FROM:<a@b.example>\nS: 250\n");
    repeat("RCPT TO:<c@d.example>", "250", 1);
    repeat("RCPT TO:<c@d.example>", "250", 10 * door25.recipients_max - 1 + door25.idle_commands_max - 2);
    play("C: RCPT TO:<c@d.example>\n" ENDED);
    end();
    begin(&door25);
    play("S: 220\nC: HELO x.example\nS: 250\nC: MAIL FROM:<a@b.example>\nS: 250\n"
         "C: RCPT TO:<c@d.example>\nS: 250\nC: RCPT TO:<e@d.example>\nS: 250\nP: 452 4.5.3 Too many\n");
    repeat("RCPT TO:<f@d.example>", "452 4.5.3", 10 * door25.recipients_max - 1 + door25.idle_commands_max - 2);
    play("C: RCPT TO:<f@d.example>\n" ENDED);
    end();
    struct server_settings settings = door25; /* permanent refusals are errors, which have a limit of their own */
    settings.errors_max = 100;
    begin(&settings);
    play("S: 220\nC: HELO x.example\nS: 250\nC: MAIL FROM:<a@b.example>\nS: 250\nP: 550 5.7.1 No\n");
    repeat("RCPT TO:<f@d.example>", "550 5.7.1", 99);
    play("C: NOOP\nS: 250\n");
    end();
}
END_TEST

START_TEST(a_client_that_sends_messages_keeps_its_session)
{
    begin(&door25);
    play("S: 220\nC: HELO x.example\nS: 250\n");
    for (unsigned i = 0; i < 1000; i++)
        play("C: RSET\nS: 250\nC: NOOP\nS: 250\n" MESSAGE "E: message\nS: 250\n");
    repeat("NOOP", "250", door25.idle_commands_max);
    play("C: QUIT\nS: 221\nE: close\n");
    ck_assert_str_eq(server_why_closed(&server), "quit");
    end();
    begin(&door25); /* octets that are not stored are not progress */
    play("S: 220\nC: HELO x.example\nS: 250\n");
    for (unsigned i = 1; i < door25.idle_commands_max; i++)
        play(MESSAGE "E: message full\nS: 452\n");
    play("C: MAIL FROM:<a@b.example>\n" ENDED);
    end();
}
END_TEST

START_TEST(a_client_that_speaks_another_protocol_is_disconnected_at_its_first_line)
{
    static const struct {
        const char *sent, *protocol;
    } cases[] = {{"GET / HTTP/1.1\r\n", "HTTP"},
                 {"POST /x HTTP/1.1\r\nHost: relay.example\r\n\r\nEHLO x\r\nMAIL FROM:<a@b.example>\r\n", "HTTP"},
                 {"get /\n", "HTTP"},
                 {"MKCOL /x HTTP/1.1\r\n", "HTTP"},
                 {"Host: relay.example\r\n", "HTTP"},
                 {"DESCRIBE rtsp://relay.example RTSP/1.0\r\n", "RTSP"},
                 {"INVITE sip:bob@d.example SIP/2.0\r\n", "SIP"},
                 {"SSH-2.0-OpenSSH_9.2\r\n", "SSH"},
                 {"\x16\x03\x01\x02", "TLS"},
                 {"EHLO x.example\r\nGET / HTTP/1.1\r\n", "HTTP"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(&door25);
        send_line(slice_cstr(cases[i].sent), false);
        ck_assert_msg(server.foreign != NULL && strcmp(server.foreign, cases[i].protocol) == 0, "%s", cases[i].sent);
        ck_assert_int_eq(server.pending, SERVER_CLOSE);
        ck_assert_ptr_nonnull(strstr(buf_cstr(&server.out), "421 4.7.0 relay.example "));
        ck_assert_ptr_null(strstr(buf_cstr(&server.out), "Sender ok"));
        end();
    }
    begin(&door25);
    play("S: 220\nC: HELO x.example\nS: 250\nC: MAIL FROM:<\"GET HTTP/1.1\"@b.example>\nS: 250\n"
         "C: RCPT TO:<c@d.example>\nS: 250\nC: DATA\nS: 354\nC: GET / HTTP/1.1\nC: .\nE: message\nS: 250\n");
    end();
}
END_TEST

/* RFC 6531 §3.5 */
START_TEST(an_address_that_is_not_ascii_needs_smtputf8)
{
#define GRUE  "gr\xc3\xbc"
#define HELLO "S: 220\nC: EHLO x.example\nS* 250-SMTPUTF8\nS* 250 \n"
    static const char *const dialogs[] = {
        HELLO "C: MAIL FROM:<" GRUE "@b.example>\nS: 550 5.6.7\nC: MAIL FROM:<a@" GRUE ".example>\nS: 550 5.6.7\n",
        HELLO "C: MAIL FROM:<a@b.example> SMTPUTF8=1\nS: 501 5.5.4\nC: MAIL FROM:<a@b.example> SMTPUTF8=\nS: 501\n",
        HELLO "C: MAIL FROM:<a@b.example>\nS: 250\nC: RCPT TO:<" GRUE "@d.example>\nS: 553 5.6.7\n",
        HELLO "C: MAIL FROM:<a@b.example> SMTPUTF8\nS: 250\n"
              "C: RCPT TO:<a@d.example> ORCPT=utf-8;\xfc@d.example\nS: 501 5.5.4\n",
        HELLO "C: MAIL FROM:<a@b.example>\nS: 250\n"
              "C: RCPT TO:<a@d.example> ORCPT=utf-8;" GRUE "@d.example\nS: 501 5.5.4\n",
    };
    for (size_t i = 0; i < sizeof dialogs / sizeof dialogs[0]; i++) {
        begin(&door25);
        play(dialogs[i]);
        end();
    }
    begin(&door25);
    play(HELLO "C: MAIL FROM:<" GRUE "@" GRUE ".example> SMTPUTF8\nS: 250\n"
               "C: RCPT TO:<" GRUE "@d.example> ORCPT=utf-8;" GRUE "@d.example\nS: 250\n");
    ck_assert(server.txn.envelope.mail.utf8);
    ck_assert_str_eq(server.txn.envelope.mail.reverse_path, GRUE "@xn--gr-yka.example");
    ck_assert_str_eq(server.txn.envelope.recipients[0].address, GRUE "@d.example");
    ck_assert_str_eq(server.txn.envelope.recipients[0].orcpt, "utf-8;" GRUE "@d.example");
    end();
}
END_TEST

START_TEST(postmaster_needs_no_domain)
{
    begin(&door25);
    play("S: 220\nC: HELO x.example\nS: 250\nC: MAIL FROM:<a@b.example>\nS: 250\nC: RCPT TO:<PostMaster>\nS: 250\n");
    ck_assert_str_eq(server.txn.envelope.recipients[0].address, "postmaster@relay.example");
    play("C: RCPT TO:<other>\nS: 501 5.1.3\n");
    end();
}
END_TEST

START_TEST(with_tls_from_the_start_there_is_no_starttls)
{
    struct server_settings door465 = door587;
    door465.implicit_tls = true;
    begin(&door465);
    play("S: 220\nC: EHLO x.example\nS* 250-AUTH PLAIN\nS* 250 \n"
         "C: STARTTLS\nS: 503\nC: MAIL FROM:<a@b.example>\nS: 530 5.7.0 Authentication\n"
         "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nE: auth yes\nS: 235\nC: MAIL FROM:<a@b.example>\nS: 250\n");
    end();
}
END_TEST

SUITE(server, a_session_cannot_be_held_by_commands_without_a_message, recipients_without_end_hold_no_session,
      a_client_that_sends_messages_keeps_its_session, a_line_of_any_length_is_accepted_unchanged,
      a_bare_line_end_in_a_long_line_is_refused, a_client_may_call_itself_anything,
      paths_are_accepted_as_programs_write_them, a_mailbox_named_twice_is_one_recipient,
      a_client_that_speaks_another_protocol_is_disconnected_at_its_first_line, a_dot_within_a_long_line_ends_nothing,
      postmaster_needs_no_domain, an_address_that_is_not_ascii_needs_smtputf8, a_trusted_client_delivers,
      the_message_is_kept_with_dots_unstuffed, pipelined_commands_are_answered_in_order_and_wait_for_the_store,
      a_full_store_is_a_temporary_failure, only_crlf_dot_crlf_ends_a_message_and_bare_line_ends_are_refused,
      commands_out_of_order_and_unknown_ones_are_refused, limits_are_reported_with_their_codes,
      what_other_sessions_hold_leaves_less_room_for_this_one, a_share_is_used_with_the_whole_and_both_bound_the_session,
      a_command_line_without_end_is_bounded, with_tls_from_the_start_there_is_no_starttls)
