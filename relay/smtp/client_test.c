/*
 * Dialogs of the client session with a host. A script has one step a line:
 *     S: what the host says          C: what the client must say next (whole line)      C- : nothing more is sent
 *     E: tls | verdicts | over       the event that must come        T: N   N seconds pass
 *     N: N   another transaction, for N recipients; without one, an idle session quits
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "relay/smtp/client.h"

static struct client client;
static struct client_recipient recipients[3];
static struct buf in, out;
static const char *body_text;
static bool goes_on;    /* another transaction follows in the script */
static bool stays_idle; /* no QUIT */
static int64_t now;
static enum client_event events[16];
static size_t event_count;

/* Instead of the envelope in ASCII. */
static const struct envelope_mail *other_mail;
static const struct envelope_recipient *other_recipients;

static struct client_transaction transaction(size_t count, bool eight_bit)
{
    static const struct envelope_recipient to[] = {
        {.address = "a@d.example"}, {.address = "b@d.example"}, {.address = "c@d.example"}};
    static const struct envelope_mail mails[] = {{.reverse_path = "s@r.example", .octets = OCTETS_7BIT},
                                                 {.reverse_path = "s@r.example", .octets = OCTETS_8BIT_BODY}};
    for (size_t i = 0; i < 3; i++)
        recipients[i] = (struct client_recipient){.to = other_recipients != NULL ? &other_recipients[i] : &to[i]};
    return (struct client_transaction){.mail = other_mail != NULL ? other_mail : &mails[eight_bit],
                                       .recipients = recipients,
                                       .recipient_count = count,
                                       .body_size = strlen(body_text)};
}

static const char *user;                        /* NULL = without AUTH */
static enum client_tls policy = CLIENT_TLS_MAY; /* of sessions that may use TLS */

static void begin(size_t count, bool tls_wanted, bool eight_bit, const char *body)
{
    struct client_settings settings = {
        .hostname = "relay.example", .tls = tls_wanted ? policy : CLIENT_TLS_NEVER, .user = user, .password = "secret"};
    buf_init(&in, 65536);
    buf_init(&out, 65536);
    now = NS_PER_S;
    body_text = body;
    event_count = 0;
    struct client_transaction txn = transaction(count, eight_bit);
    client_init(&client, &settings, &txn, now);
}

static void end(void)
{
    client_fini(&client);
    buf_fini(&in);
    buf_fini(&out);
}

/* As a driver does: supplies the body as requested, and sends. */
static void pull(void)
{
    client_pull(&client, &out, 65536, now);
    while (client_wants_body(&client)) {
        client_give_body(&client, slice_from(slice_cstr(body_text), client.body_sent));
        client_pull(&client, &out, 65536, now);
    }
}

static void collect(enum client_event event)
{
    while (event != CLIENT_NOTHING && event_count < 16) {
        if (event == CLIENT_IDLE && !goes_on)
            client_quit(&client, now);
        else if (event != CLIENT_IDLE)
            events[event_count++] = event;
        if (event == CLIENT_VERDICTS)
            client.txn.recipients = NULL; /* their owner may free them now: a client that looks again falls over */
        if (event == CLIENT_OVER)
            break;
        event = client_feed(&client, &in, now);
    }
    pull();
}

static void expect_event(struct slice name)
{
    enum client_event wanted = slice_eq_cstr(name, "tls")        ? CLIENT_START_TLS
                               : slice_eq_cstr(name, "verdicts") ? CLIENT_VERDICTS
                                                                 : CLIENT_OVER;
    ck_assert_msg(event_count > 0 && events[0] == wanted, "no event %.*s", SLICE_ARG(name));
    memmove(events, events + 1, --event_count * sizeof events[0]);
    if (wanted == CLIENT_START_TLS)
        collect(client_tls_started(&client, now));
}

static void expect_line(struct slice wanted)
{
    struct slice rest = buf_slice(&out), line = slice_cut(&rest, '\n');
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    ck_assert_msg(slice_eq(line, wanted), "wanted: %.*s\n   got: %.*s", SLICE_ARG(wanted), SLICE_ARG(line));
    buf_consume(&out, (size_t)(rest.ptr - out.data));
}

static void play(const char *script)
{
    struct slice rest = slice_cstr(script);
    while (rest.len > 0) {
        struct slice step = slice_cut(&rest, '\n'), text = slice_from(step, 3);
        uint64_t seconds = 0, count = 0;
        goes_on = stays_idle || strstr(step.ptr, "\nN: ") != NULL;
        if (slice_istarts(step, "S: ")) {
            ck_assert(buf_add_slice(&in, text) && buf_add_cstr(&in, "\r\n"));
            collect(client_feed(&client, &in, now));
        } else if (slice_istarts(step, "C: ")) {
            expect_line(text);
        } else if (slice_istarts(step, "C- ")) {
            ck_assert_msg(out.len == 0, "unexpected: %s", buf_cstr(&out));
        } else if (slice_istarts(step, "N: ")) {
            ck_assert(slice_to_u64(text, 3, &count) && client_is_idle(&client));
            struct client_transaction txn = transaction(count, false);
            client_next(&client, &txn, now);
            collect(client_tick(&client, now));
        } else if (slice_istarts(step, "T: ")) {
            ck_assert(slice_to_u64(text, 10000, &seconds));
            now += (int64_t)seconds * NS_PER_S;
            collect(client_tick(&client, now));
        } else {
            expect_event(text);
        }
    }
}

static void expect_verdict(size_t i, enum client_stage stage, enum client_cause cause, int code, const char *status)
{
    const struct client_verdict *v = &recipients[i].verdict;
    ck_assert_int_eq(v->stage, stage);
    ck_assert_int_eq(v->cause, cause);
    ck_assert_int_eq(v->code, code);
    ck_assert_str_eq(v->status, status);
}

START_TEST(one_command_at_a_time_without_pipelining)
{
    begin(1, true, false, "Subject: x\r\n\r\n.dot\r\n");
    play("C- \nS: 220 mx\nC: EHLO relay.example\nC- \nS: 250-mx\nS: 250 SIZE 1000\n"
         "C: MAIL FROM:<s@r.example> SIZE=20\nC- \nS: 250 ok\nC: RCPT TO:<a@d.example>\nC- \nS: 250 ok\n"
         "C: DATA\nC- \nS: 354 go\nC: Subject: x\nC: \nC: ..dot\nC: .\nC- \nS: 250 2.0.0 queued\nE: verdicts\nC: QUIT\n"
         "S: 221 bye\nE: over\n");
    expect_verdict(0, CLIENT_AT_EOD, CLIENT_REPLIED, 250, "2.0.0");
    ck_assert_str_eq(recipients[0].verdict.text, "250 2.0.0 queued");
    end();
}
END_TEST

START_TEST(with_pipelining_all_up_to_data_is_sent_at_once)
{
    begin(3, true, false, "x\r\n");
    play("S: 220 mx\nC: EHLO relay.example\nS: 250-mx\nS: 250 PIPELINING\n"
         "C: MAIL FROM:<s@r.example>\nC: RCPT TO:<a@d.example>\nC: RCPT TO:<b@d.example>\nC: RCPT TO:<c@d.example>\n"
         "C: DATA\nC- \nS: 250 ok\nS: 250 ok\nS: 550 5.1.1 no\nS: 451 4.7.1 later\nS: 354 go\nC: x\nC: .\n"
         "S: 250 ok\nE: verdicts\nC: QUIT\n");
    expect_verdict(0, CLIENT_AT_EOD, CLIENT_REPLIED, 250, "");
    expect_verdict(1, CLIENT_AT_RCPT, CLIENT_REPLIED, 550, "5.1.1");
    expect_verdict(2, CLIENT_AT_RCPT, CLIENT_REPLIED, 451, "4.7.1");
    end();
}
END_TEST

START_TEST(a_lone_dot_ends_data_without_an_accepted_recipient)
{
    begin(1, true, false, "secret\r\n");
    play("S: 220 mx\nC: EHLO relay.example\nS: 250-mx\nS: 250 PIPELINING\n"
         "C: MAIL FROM:<s@r.example>\nC: RCPT TO:<a@d.example>\nC: DATA\n"
         "S: 250 ok\nS: 550 no\nE: verdicts\nC- \nS: 354 go\nC: .\nC- \nS: 554 none\nC: QUIT\n");
    expect_verdict(0, CLIENT_AT_RCPT, CLIENT_REPLIED, 550, "");
    end();
}
END_TEST

START_TEST(a_refused_mail_decides_for_all)
{
    begin(2, true, false, "x\r\n");
    play("S: 220 mx\nC: EHLO relay.example\nS: 250-mx\nS: 250 PIPELINING\n"
         "C: MAIL FROM:<s@r.example>\nC: RCPT TO:<a@d.example>\nC: RCPT TO:<b@d.example>\nC: DATA\n"
         "S: 451 4.3.0 not now\nE: verdicts\nS: 503 bad\nS: 503 bad\nS: 503 bad\nC: QUIT\n");
    expect_verdict(0, CLIENT_AT_MAIL, CLIENT_REPLIED, 451, "4.3.0");
    expect_verdict(1, CLIENT_AT_MAIL, CLIENT_REPLIED, 451, "4.3.0");
    end();
}
END_TEST

START_TEST(starttls_is_used_when_offered_and_everything_before_is_forgotten)
{
    static const char *const replies[] = {"S: 220 go\nE: tls\n", "S: 250 go\nE: tls\n"};
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
        begin(1, true, false, "x\r\n");
        play("S: 220 mx\nC: EHLO relay.example\nS: 250-mx\nS: 250-PIPELINING\nS: 250 STARTTLS\nC: STARTTLS\nC- \n");
        play(replies[i]);
        play("C: EHLO relay.example\nS: 250 mx\nC: MAIL FROM:<s@r.example>\nC- \n");
        end();
    }
}
END_TEST

START_TEST(after_a_refused_starttls_the_session_goes_on_unencrypted)
{
    begin(1, true, false, "x\r\n");
    play("S: 220 mx\nC: EHLO relay.example\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 4.7.0 not now\n"
         "C: MAIL FROM:<s@r.example>\n");
    end();
}
END_TEST

START_TEST(where_tls_is_required_no_mail_is_sent_unencrypted)
{
    static const char *const scripts[] = {"S: 220 mx\nC: EHLO relay.example\nS: 250 mx\nE: verdicts\nC: QUIT\nC- \n",
                                          "S: 220 mx\nC: EHLO relay.example\nS: 502 5.5.1 what\nC: HELO "
                                          "relay.example\nS: 250 mx\nE: verdicts\nC: QUIT\nC- \n",
                                          "S: 220 mx\nC: EHLO relay.example\nS: 250-mx\nS: 250 STARTTLS\nC: "
                                          "STARTTLS\nS: 454 4.7.0 not now\nE: verdicts\nC: QUIT\nC- \n"};
    policy = CLIENT_TLS_MUST;
    for (int i = 0; i < 3; i++) {
        begin(1, true, false, "x\r\n");
        play(scripts[i]);
        expect_verdict(0, CLIENT_AT_STARTTLS, i < 2 ? CLIENT_NO_TLS : CLIENT_REPLIED, i < 2 ? 0 : 454,
                       i < 2 ? "" : "4.7.0");
        ck_assert(recipients[0].verdict.tls_required);
        end();
    }
    begin(1, true, false, "x\r\n");
    play("S: 220 mx\nC: EHLO relay.example\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\n"
         "S: 220 go\nE: tls\nC: EHLO relay.example\nS: 250 mx\nC: MAIL FROM:<s@r.example>\nC- \n");
    end();
    policy = CLIENT_TLS_MAY;
}
END_TEST

#define UP_TO_TLS "S: 220 mx\nC: EHLO relay.example\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nE: tls\n"

/* Base64 of "u" and of "secret". */
START_TEST(a_password_is_sent_by_a_mechanism_that_the_host_offers)
{
    static const char *const plain[] = {"AUTH PLAIN", "AUTH=PLAIN", "AUTH=LOGIN PLAIN", "auth login plain"};
    static const char *const login[] = {"AUTH LOGIN", "AUTH=LOGIN", "AUTH XOAUTH2 login", "AUTH CRAM-MD5 LOGIN"};
    char script[1024];
    user = "u";
    for (size_t i = 0; i < 4; i++) {
        begin(1, true, false, "x\r\n");
        (void)snprintf(script, sizeof script,
                       UP_TO_TLS "C: EHLO relay.example\nS: 250-mx\nS: 250 %s\nC: AUTH PLAIN AHUAc2VjcmV0\n"
                                 "S: 235 2.7.0 in\nC: MAIL FROM:<s@r.example>\n",
                       plain[i]);
        play(script);
        end();
        begin(1, true, false, "x\r\n");
        (void)snprintf(script, sizeof script,
                       UP_TO_TLS "C: EHLO relay.example\nS: 250-mx\nS: 250 %s\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\n"
                                 "C: dQ==\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235 2.7.0 in\n"
                                 "C: MAIL FROM:<s@r.example>\n",
                       login[i]);
        play(script);
        end();
    }
    begin(1, true, false, "x\r\n");
    play(UP_TO_TLS "C: EHLO relay.example\nS: 250-mx\nS: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\n"
                   "C: dQ==\nS: 535 5.7.8 no\nE: verdicts\nC: QUIT\nC- \n");
    end();
    user = NULL;
}
END_TEST

START_TEST(a_password_is_sent_over_tls_and_never_unencrypted)
{
    static const struct {
        const char *script;
        enum client_stage stage;
        enum client_cause cause;
        int code;
        const char *status;
    } refused[] = {{UP_TO_TLS "C: EHLO relay.example\nS: 250-mx\nS: 250 AUTH LOGIN PLAIN\nC: AUTH PLAIN AHUAc2VjcmV0\n"
                              "S: 535 5.7.8 no\nE: verdicts\nC: QUIT\nC- \n",
                    CLIENT_AT_AUTH, CLIENT_REPLIED, 535, "5.7.8"},
                   {UP_TO_TLS "C: EHLO relay.example\nS: 250-mx\nS: 250 AUTH CRAM-MD5\nE: verdicts\nC: QUIT\nC- \n",
                    CLIENT_AT_AUTH, CLIENT_NO_AUTH, 0, ""},
                   {"S: 220 mx\nC: EHLO relay.example\nS: 250-mx\nS: 250 AUTH PLAIN\nE: verdicts\nC: QUIT\nC- \n",
                    CLIENT_AT_STARTTLS, CLIENT_NO_TLS, 0, ""},
                   {"S: 220 mx\nC: EHLO relay.example\nS: 250-mx\nS: 250-AUTH PLAIN\nS: 250 STARTTLS\nC: STARTTLS\n"
                    "S: 454 4.7.0 no\nE: verdicts\nC: QUIT\nC- \n",
                    CLIENT_AT_STARTTLS, CLIENT_REPLIED, 454, "4.7.0"}};
    user = "u";
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        begin(1, true, false, "x\r\n");
        play(refused[i].script);
        expect_verdict(0, refused[i].stage, refused[i].cause, refused[i].code, refused[i].status);
        end();
    }
    begin(1, true, false, "x\r\n");
    play(UP_TO_TLS "C: EHLO relay.example\nS: 250-mx\nS: 250 AUTH PLAIN\nC: AUTH PLAIN AHUAc2VjcmV0\n"
                   "S: 235 2.7.0 ok\nC: MAIL FROM:<s@r.example>\nC- \n");
    end();
    user = NULL;
}
END_TEST

START_TEST(a_broken_handshake_is_a_verdict_of_its_own)
{
    begin(1, true, false, "x\r\n");
    play("S: 220 mx\nC: EHLO relay.example\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\n");
    collect(client_end(&client, CLIENT_TLS_BROKE, "no shared cipher"));
    expect_verdict(0, CLIENT_AT_HANDSHAKE, CLIENT_TLS_BROKE, 0, "");
    end();
}
END_TEST

START_TEST(without_ehlo_helo_will_do)
{
    begin(1, true, false, "x\r\n");
    play("S: 220 mx\nC: EHLO relay.example\nS: 502 what\nC: HELO relay.example\nS: 250 mx\nC: MAIL "
         "FROM:<s@r.example>\n");
    end();
}
END_TEST

START_TEST(a_421_ends_the_session_wherever_it_comes)
{
    begin(2, true, false, "x\r\n");
    play(
        "S: 220 mx\nC: EHLO relay.example\nS: 250 mx\nC: MAIL FROM:<s@r.example>\nS: 250 ok\nC: RCPT TO:<a@d.example>\n"
        "S: 250 ok\nC: RCPT TO:<b@d.example>\nS: 421 4.3.2 closing\nE: verdicts\nE: over\nC- \n");
    expect_verdict(0, CLIENT_AT_RCPT, CLIENT_REPLIED, 421, "4.3.2");
    expect_verdict(1, CLIENT_AT_RCPT, CLIENT_REPLIED, 421, "4.3.2");
    end();
}
END_TEST

START_TEST(silence_is_a_timeout_of_the_stage)
{
    begin(1, true, false, "x\r\n");
    play("T: 299\nC- \nT: 1\nE: verdicts\nE: over\n");
    expect_verdict(0, CLIENT_AT_GREETING, CLIENT_TIMED_OUT, 0, "");
    end();
    begin(1, true, false, "x\r\n");
    play(
        "S: 220 mx\nC: EHLO relay.example\nS: 250 mx\nC: MAIL FROM:<s@r.example>\nS: 250 ok\nC: RCPT TO:<a@d.example>\n"
        "S: 250 ok\nC: DATA\nT: 119\nS: 354 go\nC: x\nC: .\nT: 599\nT: 1\nE: verdicts\nE: over\n");
    expect_verdict(0, CLIENT_AT_EOD, CLIENT_TIMED_OUT, 0, "");
    end();
}
END_TEST

START_TEST(what_the_host_cannot_accept_is_not_sent)
{
    begin(1, true, false, "far too big for this host\r\n");
    play("S: 220 mx\nC: EHLO relay.example\nS: 250-mx\nS: 250 SIZE 10\nE: verdicts\nC: QUIT\n");
    expect_verdict(0, CLIENT_AT_MAIL, CLIENT_TOO_BIG, 0, "");
    end();
    begin(1, true, true, "x\r\n");
    play("S: 220 mx\nC: EHLO relay.example\nS: 250 mx\nE: verdicts\nC: QUIT\n");
    expect_verdict(0, CLIENT_AT_MAIL, CLIENT_NOT_8BIT, 0, "");
    end();
    begin(1, true, true, "x\r\n");
    play("S: 220 mx\nC: EHLO relay.example\nS: 250-mx\nS: 250 8BITMIME\nC: MAIL FROM:<s@r.example> BODY=8BITMIME\n");
    end();
}
END_TEST

/* RFC 6531 §3.2 */
START_TEST(what_is_international_goes_to_hosts_with_smtputf8)
{
#define GRUE "gr\xc3\xbc"
    static const struct envelope_recipient to[] = {
        {.address = "a@d.example"}, {.address = GRUE "@xn--gr-yka.example"}, {.address = "c@xn--gr-yka.example"}};
    static const struct envelope_mail ascii = {.reverse_path = "s@r.example", .utf8 = true},
                                      header = {.reverse_path = "s@r.example",
                                                .utf8 = true,
                                                .octets = OCTETS_8BIT_HEADER},
                                      sender = {.reverse_path = GRUE "@r.example", .utf8 = true};
    other_recipients = to;
    other_mail = &ascii;
    begin(3, true, false, "x\r\n");
    play("S: 220 mx\nC: EHLO relay.example\nS: 250-mx\nS: 250-8BITMIME\nS: 250 SMTPUTF8\n"
         "C: MAIL FROM:<s@r.example> SMTPUTF8\nS: 250 ok\nC: RCPT TO:<a@d.example>\nS: 250 ok\n"
         "C: RCPT TO:<" GRUE "@" GRUE ".example>\nS: 250 ok\nC: RCPT TO:<c@" GRUE ".example>\nS: 250 ok\nC: DATA\n");
    end();
    begin(3, true, false, "x\r\n"); /* one of them cannot be given to it */
    play("S: 220 mx\nC: EHLO relay.example\nS: 250 mx\n"
         "C: MAIL FROM:<s@r.example>\nS: 250 ok\nC: RCPT TO:<a@d.example>\nS: 250 ok\n"
         "C: RCPT TO:<c@xn--gr-yka.example>\nS: 250 ok\nC: DATA\nS: 354 go\nC: x\nC: .\nS: 250 ok\nE: verdicts\n");
    expect_verdict(0, CLIENT_AT_EOD, CLIENT_REPLIED, 250, "");
    expect_verdict(1, CLIENT_AT_MAIL, CLIENT_NOT_UTF8_ADDRESS, 0, "");
    expect_verdict(2, CLIENT_AT_EOD, CLIENT_REPLIED, 250, "");
    end();
    begin(1, true, false, "x\r\n"); /* declared, and not used */
    play("S: 220 mx\nC: EHLO relay.example\nS: 250-mx\nS: 250 SMTPUTF8\nC: MAIL FROM:<s@r.example>\n");
    end();
    static const struct {
        const struct envelope_mail *mail;
        enum client_cause cause;
    } rows[] = {{&header, CLIENT_NOT_UTF8_HEADER}, {&sender, CLIENT_NOT_UTF8_ADDRESS}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        other_mail = rows[i].mail;
        begin(1, true, false, "x\r\n");
        play("S: 220 mx\nC: EHLO relay.example\nS: 250-mx\nS: 250 8BITMIME\nE: verdicts\nC: QUIT\n");
        expect_verdict(0, CLIENT_AT_MAIL, rows[i].cause, 0, "");
        end();
    }
    other_mail = NULL;
    other_recipients = NULL;
}
END_TEST

START_TEST(nonsense_ends_the_session)
{
    static const char *const nonsense[] = {"S: hello\n", "S: 99 x\n", "S: 250-a\nS: 251 b\n", "S: 600 x\n", "S: \n"};
    for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
        begin(1, true, false, "x\r\n");
        play(nonsense[i]);
        play("E: verdicts\nE: over\n");
        expect_verdict(0, CLIENT_AT_GREETING, CLIENT_GARBLED, 0, "");
        end();
    }
}
END_TEST

START_TEST(a_message_passes_whole_in_small_pieces_and_small_pulls)
{
    begin(1, true, false, ".\r\n..\r\nlast line without its end");
    play(
        "S: 220 mx\nC: EHLO relay.example\nS: 250 mx\nC: MAIL FROM:<s@r.example>\nS: 250 ok\nC: RCPT TO:<a@d.example>\n"
        "S: 250 ok\nC: DATA\n");
    ck_assert(buf_add_cstr(&in, "354 go\r\n"));
    (void)client_feed(&client, &in, now);
    for (int i = 0; i < 100; i++) {
        if (client_wants_body(&client))
            client_give_body(&client, slice_make(body_text + client.body_sent, 1));
        client_pull(&client, &out, 8, now);
    }
    ck_assert_str_eq(buf_cstr(&out), "..\r\n...\r\nlast line without its end\r\n.\r\n");
    end();
}
END_TEST

#define GREETED "S: 220 mx\nC: EHLO relay.example\nS: 250-mx\nS: 250 PIPELINING\n"
#define TAKEN                                                                                                          \
    "C: MAIL FROM:<s@r.example>\nC: RCPT TO:<a@d.example>\nC: DATA\nS: 250 ok\nS: 250 ok\nS: 354 go\nC: x\nC: .\n"     \
    "S: 250 ok\nE: verdicts\nC- \n"

START_TEST(one_session_carries_one_message_after_another)
{
    begin(1, true, false, "x\r\n");
    play(GREETED TAKEN "T: 60\nC- \nN: 1\n" TAKEN "N: 1\n" TAKEN "N: 1\n");
    ck_assert_int_eq(recipients[0].verdict.cause, CLIENT_NO_CAUSE);
    end();
}
END_TEST

START_TEST(a_transaction_that_was_left_open_is_reset_before_the_next)
{
    begin(1, true, false, "x\r\n");
    play("S: 220 mx\nC: EHLO relay.example\nS: 250 mx\nC: MAIL FROM:<s@r.example>\nS: 250 ok\n"
         "C: RCPT TO:<a@d.example>\nS: 550 no\nE: verdicts\nC- \n"
         "N: 1\nC: RSET\nC- \nS: 250 ok\nC: MAIL FROM:<s@r.example>\n"
         "S: 451 no\nE: verdicts\nC- \nN: 1\nC: MAIL FROM:<s@r.example>\nC- \n"); /* refused: nothing to reset */
    end();
}
END_TEST

START_TEST(a_refused_rset_and_a_421_to_it_are_verdicts_of_that_stage)
{
    static const char *const replies[] = {"S: 421 4.3.2 bye\nE: verdicts\nE: over\n",
                                          "S: 554 no\nE: verdicts\nC: QUIT\n"};
    for (size_t i = 0; i < 2; i++) {
        begin(1, true, false, "x\r\n");
        play("S: 220 mx\nC: EHLO relay.example\nS: 250 mx\nC: MAIL FROM:<s@r.example>\nS: 250 ok\n"
             "C: RCPT TO:<a@d.example>\nS: 550 no\nE: verdicts\nC- \nN: 1\nC: RSET\n");
        play(replies[i]);
        ck_assert_int_eq(recipients[0].verdict.stage, CLIENT_AT_RSET);
        end();
    }
}
END_TEST

START_TEST(a_host_that_replies_to_an_idle_session_ends_it_and_changes_no_verdict)
{
    begin(1, true, false, "x\r\n");
    stays_idle = true;
    play(GREETED TAKEN "S: 421 4.4.2 idle for too long\nE: over\nC- \n");
    stays_idle = false;
    expect_verdict(0, CLIENT_AT_EOD, CLIENT_REPLIED, 250, "");
    end();
}
END_TEST

SUITE(client, one_command_at_a_time_without_pipelining, with_pipelining_all_up_to_data_is_sent_at_once,
      a_lone_dot_ends_data_without_an_accepted_recipient, a_refused_mail_decides_for_all,
      starttls_is_used_when_offered_and_everything_before_is_forgotten,
      after_a_refused_starttls_the_session_goes_on_unencrypted, where_tls_is_required_no_mail_is_sent_unencrypted,
      a_password_is_sent_over_tls_and_never_unencrypted, a_password_is_sent_by_a_mechanism_that_the_host_offers,
      a_broken_handshake_is_a_verdict_of_its_own, without_ehlo_helo_will_do, a_421_ends_the_session_wherever_it_comes,
      silence_is_a_timeout_of_the_stage, what_the_host_cannot_accept_is_not_sent, nonsense_ends_the_session,
      what_is_international_goes_to_hosts_with_smtputf8, a_message_passes_whole_in_small_pieces_and_small_pulls,
      one_session_carries_one_message_after_another, a_transaction_that_was_left_open_is_reset_before_the_next,
      a_refused_rset_and_a_421_to_it_are_verdicts_of_that_stage,
      a_host_that_replies_to_an_idle_session_ends_it_and_changes_no_verdict)
