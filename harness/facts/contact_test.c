/* What became of connections, in a trace that is a text: how far each came, what decided, and the words for it. */
#include "harness/facts/contact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/duration.h"
#include "lib/testing/suite.h"

static struct trace_log trace;
static struct sessions sessions;

/* events: with ' for ". */
static void begin(const char *events)
{
    struct err err = {0};
    struct buf text;
    FILE *file = tmpfile();
    buf_init(&text, 65536);
    (void)buf_add_cstr(&text, "{\"trace\":1}\n");
    for (; *events != '\0'; events++)
        (void)buf_add_char(&text, *events == '\'' ? '"' : *events);
    (void)fwrite(text.data, 1, text.len, file);
    rewind(file);
    ck_assert_msg(trace_read_file(&trace, file, "trace", &err) == ERR_OK, "%s", err.text);
    (void)fclose(file);
    buf_fini(&text);
    sessions_make(&sessions, &trace);
}

static void end(void)
{
    sessions_fini(&sessions);
    trace_log_fini(&trace);
}

#define CONNECT          "{'t':10,'event':'tcp.connect','conn':1,'host':'mx','result':'ok'}\n"
#define COMMAND(t, verb) "{'t':" t ",'event':'smtp.command','conn':1,'txn':1,'verb':'" verb "'}\n"
#define REPLY(verb, code, text)                                                                                        \
    "{'t':12,'event':'smtp.reply','conn':1,'txn':1,'verb':'" verb "','code':" code ",'text':'" text "'}\n"
#define DATA              "{'t':13,'event':'smtp.data','conn':1,'txn':1}\n"
#define CLOSE(t, by, how) "{'t':" t ",'event':'tcp.close','conn':1,'by':'" by "','how':'" how "'}\n"
#define TLS_FAIL          "{'t':12,'event':'tls.fail','conn':1,'text':'no shared cipher'}\n"
#define TLS_DONE          "{'t':12,'event':'tls.done','conn':1,'version':'TLSv1.3'}\n"
#define HELLO             CONNECT REPLY("banner", "220", "mx") COMMAND("11", "EHLO") REPLY("EHLO", "250", "mx")

START_TEST(a_session_without_a_recipient_is_described_by_its_first_refusal_or_its_break)
{
    static const struct {
        const char *events, *words;
        int code;
    } cases[] = {
        {CONNECT REPLY("banner", "554", "5.3.2 go away") CLOSE("12", "host", "fin"), "banner → 554 5.3.2 go away", 554},
        {CONNECT REPLY("banner", "421", "two\\nlines"), "banner → 421 two", 421},
        {CONNECT REPLY("banner", "220", ""), "banner → 220", 220},
        {CONNECT, "banner → no answer", 0},
        {CONNECT CLOSE("310", "target", "fin"), "banner → no answer in 5m", 0},
        {CONNECT CLOSE("11", "host", "fin"), "banner → connection closed", 0},
        {CONNECT CLOSE("11", "host", "reset"), "banner → connection reset", 0},
        {HELLO COMMAND("20", "MAIL") CLOSE("80", "target", "fin"), "MAIL → no answer in 1m", 0},
        {HELLO COMMAND("20", "MAIL") REPLY("MAIL", "451", "later") COMMAND("21", "QUIT") REPLY("QUIT", "221", "bye"),
         "MAIL → 451 later", 451},
        {HELLO COMMAND("21", "QUIT") REPLY("QUIT", "221", "bye"), "EHLO → 250 mx",
         250}, /* it says nothing of the mail */
        /* a 5yz to EHLO is followed by HELO: no hope is lost */
        {CONNECT COMMAND("11", "EHLO") REPLY("EHLO", "502", "x") COMMAND("12", "HELO") REPLY("HELO", "550", "no"),
         "HELO → 550 no", 550},
        {HELLO COMMAND("20", "STARTTLS") REPLY("STARTTLS", "454", "not now"), "STARTTLS → 454 not now", 454},
        {HELLO COMMAND("20", "STARTTLS") REPLY("STARTTLS", "220", "go") TLS_FAIL, "TLS handshake failed", 0},
        {HELLO COMMAND("20", "MAIL") REPLY("MAIL", "450", "a") COMMAND("21", "MAIL") REPLY("MAIL", "550", "b"),
         "MAIL → 450 a", 450},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char words[200];
        begin(cases[i].events);
        struct contact contact = contact_of_session(sessions_get(&sessions, 1));
        ck_assert_msg(strcmp(contact_words(&contact, words, sizeof words), cases[i].words) == 0, "case %zu: %s", i,
                      words);
        ck_assert_msg(contact.code == cases[i].code && (contact.failure != NULL) == (contact.code == 0), "case %zu", i);
        ck_assert_int_eq(contact.t_ns, 10 * NS_PER_S);
        ck_assert(!contact_delivered(&contact));
        end();
    }
}
END_TEST

#define MAIL HELLO COMMAND("11", "MAIL") REPLY("MAIL", "250", "ok") RCPT
#define RCPT "{'t':12,'event':'smtp.command','conn':1,'txn':1,'verb':'RCPT','msg':'m1','n':1,'rcpt':'b@d'}\n"

START_TEST(a_recipient_is_described_by_the_first_reply_that_does_not_accept_it)
{
    static const struct {
        const char *events;
        int rcpt; /* the reply to RCPT; 0 = none came */
        const char *words;
        bool delivered;
    } cases[] = {
        {MAIL, 0, "RCPT → no answer", false},
        {MAIL CLOSE("42", "target", "fin"), 0, "RCPT → no answer in 30s", false},
        {MAIL CLOSE("12", "host", "reset"), 0, "RCPT → connection reset", false},
        {MAIL REPLY("RCPT", "550", "5.1.1 no"), 550, "RCPT → 550 5.1.1 no", false},
        {MAIL REPLY("RCPT", "450", ""), 450, "RCPT → 450", false},
        {MAIL REPLY("RCPT", "250", "ok") COMMAND("12", "DATA"), 250, "RCPT → 250, DATA → no answer", false},
        {MAIL REPLY("RCPT", "251", "ok") COMMAND("12", "DATA") REPLY("DATA", "451", "4.3.0 x"), 251,
         "RCPT → 251, DATA → 451 4.3.0 x", false},
        {MAIL REPLY("RCPT", "250", "ok") COMMAND("12", "DATA") REPLY("DATA", "354", "go")
             DATA CLOSE("613", "target", "fin"),
         250, "RCPT → 250, DATA → 354, no answer in 10m", false},
        {MAIL REPLY("RCPT", "250", "ok") COMMAND("12", "DATA") REPLY("DATA", "354", "go")
             DATA CLOSE("14", "host", "fin"),
         250, "RCPT → 250, DATA → 354, connection closed", false},
        {MAIL REPLY("RCPT", "250", "ok") COMMAND("12", "DATA") REPLY("DATA", "354", "go")
             DATA REPLY("eod", "554", "spam"),
         250, "RCPT → 250, DATA → 554 spam", false},
        {MAIL REPLY("RCPT", "250", "ok") COMMAND("12", "DATA") REPLY("DATA", "354", "go")
             DATA REPLY("eod", "250", "ok"),
         250, "RCPT → 250, DATA → 250 ok", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char words[200];
        begin(cases[i].events);
        struct contact_rcpt rcpt = {.event = 0, .session = sessions_get(&sessions, 1), .txn = 1};
        for (size_t k = 0; k < trace.count; k++)
            if (trace.events[k].kind == TRACE_SMTP_REPLY &&
                strcmp(trace_str(trace.events[k].json, FIELD_VERB, ""), "RCPT") == 0)
                rcpt.reply = trace.events[k].json;
        struct contact contact = contact_of_recipient(&sessions, &rcpt, 0);
        ck_assert_msg((rcpt.reply != NULL) == (cases[i].rcpt != 0), "case %zu", i);
        ck_assert_msg(strcmp(contact_words(&contact, words, sizeof words), cases[i].words) == 0, "case %zu: %s", i,
                      words);
        ck_assert_msg(contact_delivered(&contact) == cases[i].delivered, "case %zu", i);
        end();
    }
}
END_TEST

START_TEST(on_a_connection_that_was_in_use_the_contact_begins_with_its_rcpt)
{
    begin(MAIL REPLY("RCPT", "450", "x"));
    size_t at = 0;
    while (trace.events[at].kind != TRACE_SMTP_COMMAND ||
           strcmp(trace_str(trace.events[at].json, FIELD_VERB, ""), "RCPT") != 0)
        at++;
    struct contact_rcpt rcpt = {.event = at, .session = sessions_get(&sessions, 1), .txn = 1};
    struct contact own = contact_of_recipient(&sessions, &rcpt, 10 * NS_PER_S);
    struct contact shared = contact_of_recipient(&sessions, &rcpt, 11 * NS_PER_S);
    ck_assert(own.t_ns == 10 * NS_PER_S && own.event == 0);
    ck_assert(shared.t_ns == 12 * NS_PER_S && shared.event == at);
    end();
}
END_TEST

START_TEST(a_transaction_without_a_recipient_is_described_by_its_mail_command)
{
    static const char *const cases[][2] = {
        {HELLO COMMAND("20", "MAIL") REPLY("MAIL", "452", "full"), "MAIL → 452 full"},
        {HELLO COMMAND("20", "MAIL") CLOSE("50", "target", "fin"), "MAIL → no answer in 30s"},
        {HELLO COMMAND("20", "MAIL") CLOSE("21", "host", "fin"), "MAIL → connection closed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char words[200];
        begin(cases[i][0]);
        struct contact contact = contact_of_mail(&sessions, sessions_get(&sessions, 1), 1);
        ck_assert_msg(strcmp(contact_words(&contact, words, sizeof words), cases[i][1]) == 0, "case %zu: %s", i, words);
        ck_assert_int_eq(contact.t_ns, 20 * NS_PER_S);
        end();
    }
}
END_TEST

#define FAILED(t, host, how) "{'t':" t ",'event':'tcp.connect','host':'" host "','result':'" how "'}\n"

START_TEST(a_connect_that_failed_is_named_with_how_long_it_was_waited_for)
{
    static const char *const words[] = {"connection refused", "no route to the host", "no answer", "no answer in 30s"};
    begin(FAILED("1", "a", "refused") FAILED("2", "b", "unreachable") FAILED("3", "c", "dropped")
              FAILED("4", "d", "dropped") FAILED("33", "e", "given-up") FAILED("34", "d", "given-up"));
    ck_assert_uint_eq(sessions.failed_count, 4);
    for (size_t i = 0; i < 4; i++) {
        char text[200];
        struct contact contact = contact_of_failed(&sessions.failed[i]);
        ck_assert_msg(strcmp(contact_words(&contact, text, sizeof text), words[i]) == 0, "%zu: %s", i, text);
        ck_assert_int_eq(contact.conn, 0);
    }
    end();
}
END_TEST

/* Of several connects to one host, the one that waits least is given up first: libraries try one after the other. */
START_TEST(each_connect_is_given_up_once)
{
    begin(FAILED("1", "a", "dropped") FAILED("31", "a", "given-up") FAILED("40", "a", "dropped")
              FAILED("100", "a", "given-up") FAILED("101", "a", "given-up"));
    ck_assert_uint_eq(sessions.failed_count, 2);
    ck_assert_int_eq(sessions.failed[0].give_up_ns, 31 * NS_PER_S);
    ck_assert_int_eq(sessions.failed[1].give_up_ns, 100 * NS_PER_S);
    end();
}
END_TEST

START_TEST(words_are_cut_to_the_room_that_there_is)
{
    char words[12];
    begin(CONNECT REPLY("banner", "554", "a long text of a host"));
    struct contact contact = contact_of_session(sessions_get(&sessions, 1));
    ck_assert_uint_lt(strlen(contact_words(&contact, words, sizeof words)), sizeof words);
    end();
}
END_TEST

/* A trace is a file that another program may have written. */
START_TEST(numbers_of_no_connection_are_passed_over)
{
    static const char *const numbers[] = {"0", "-1", "9223372036854775807", "1000000", "'1'", "1.5", "null"};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char text[200];
        (void)snprintf(text, sizeof text, "{'t':1,'event':'smtp.reply','conn':%s,'txn':%s,'verb':'DATA','code':354}\n",
                       numbers[i], numbers[i]);
        begin(text);
        ck_assert_msg(sessions_get(&sessions, 1) == NULL, "%s", numbers[i]);
        ck_assert_ptr_null(sessions_transaction(&sessions, 1).data);
        ck_assert_ptr_null(sessions_get(&sessions, INT64_MAX));
        ck_assert_ptr_null(sessions_get(&sessions, -1));
        ck_assert_ptr_null(sessions_transaction(&sessions, INT64_MAX).data);
        ck_assert_ptr_null(sessions_transaction(&sessions, INT64_MIN).data);
        end();
    }
}
END_TEST

START_TEST(a_session_knows_its_tls_its_messages_and_what_it_waits_for)
{
    begin(HELLO TLS_DONE MAIL "{'t':14,'event':'smtp.accepted','conn':1,'txn':1}\n" COMMAND("15", "RSET"));
    const struct session *session = sessions_get(&sessions, 1);
    ck_assert_str_eq(session->tls, "TLSv1.3");
    ck_assert_uint_eq(session->messages, 1);
    ck_assert(session->named && session->tls_failure == NULL && session->refusal == NULL);
    ck_assert_str_eq(session->waiting, "RSET");
    ck_assert_int_eq(session->waiting_ns, 15 * NS_PER_S);
    ck_assert_int_eq(session->close_ns, INT64_MAX);
    size_t count = 1;
    for (size_t i = session->first; (i = sessions_next(&sessions, i)) != NO_EVENT;)
        count++;
    ck_assert_uint_eq(count, trace.count);
    end();
}
END_TEST

SUITE(contact, a_session_without_a_recipient_is_described_by_its_first_refusal_or_its_break,
      a_recipient_is_described_by_the_first_reply_that_does_not_accept_it,
      on_a_connection_that_was_in_use_the_contact_begins_with_its_rcpt,
      a_transaction_without_a_recipient_is_described_by_its_mail_command,
      a_connect_that_failed_is_named_with_how_long_it_was_waited_for, each_connect_is_given_up_once,
      words_are_cut_to_the_room_that_there_is, numbers_of_no_connection_are_passed_over,
      a_session_knows_its_tls_its_messages_and_what_it_waits_for)
