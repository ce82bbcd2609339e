/* Which gloss a step gets: by the code and the command that it answers, and by what the reader knows already. */
#include <stdio.h>
#include <string.h>

#include "harness/explain/testing.h"

/* ---- replies ---- */

struct reply_row {
    const char *verb;
    int code;
    const char *text, *words;
};

/* A connection on which the client says MAIL and then the verb, which gets the reply. */
static void expect_reply(const struct reply_row *row, const char *mail)
{
    struct buf events;
    buf_init(&events, 4096);
    (void)buf_printf(&events, TEST_CONNECT(0, 1, "mx.d.example") "%s", mail);
    (void)buf_printf(&events, "{'t':0,'event':'smtp.command','conn':1,'verb':'%s','line':'%s'}\n", row->verb,
                     row->verb);
    (void)buf_printf(&events, "{'t':0,'event':'smtp.reply','conn':1,'verb':'%s','code':%d,'text':'%s'}\n", row->verb,
                     row->code, row->text);
    test_tell(buf_cstr(&events), true, true);
    const struct step *step = &test_telling.steps[test_telling.count - 1];
    ck_assert_int_eq(step->kind, STEP_SERVER);
    ck_assert_msg(test_notes_say(step, row->words), "%d to %s: not \"%s\" but \"%s\"", row->code, row->verb, row->words,
                  step->note_count > 0 ? step->notes[step->note_count - 1].text : "");
    test_tell_end();
    buf_fini(&events);
}

START_TEST(a_reply_means_what_its_code_and_its_command_say)
{
    static const struct reply_row rows[] = {
        {"banner", 220, "ready", "“I am ready.”"},
        {"banner", 421, "4.3.2 busy", "“I take no mail at the moment.”"},
        {"banner", 554, "no", "“I take no mail from you.”"},
        {"EHLO", 250, "mx", "“Hello.”"},
        {"EHLO", 500, "what", "“I do not know this greeting.”"},
        {"HELO", 250, "mx", "“Hello.”"},
        {"HELO", 550, "no", "“I do not accept this greeting.”"},
        {"STARTTLS", 220, "go", "“Begin the TLS handshake.”"},
        {"STARTTLS", 454, "not now", "“I cannot encrypt now.”"},
        {"AUTH", 235, "ok", "“I believe that you are who you say.”"},
        {"AUTH", 334, "", "“Go on.”"},
        {"AUTH", 535, "5.7.8 no", "“I do not accept this login.”"},
        {"AUTH", 454, "4.7.0 later", "“I cannot check your password now.”"},
        {"MAIL", 250, "2.1.0 ok", "“This sender is fine with me.”"},
        {"MAIL", 450, "4.7.1 later", "“Not this message, for now.”"},
        {"MAIL", 530, "5.7.0 login", "“Not yet: log in first"},
        {"MAIL", 550, "5.7.1 no", "“Never this message.” Repeating"},
        {"MAIL", 555, "what", "“I do not know these parameters.”"},
        {"RCPT", 250, "2.1.5 ok", "“I accept mail for this recipient.”"},
        {"RCPT", 451, "4.7.1 later", "“Not for this recipient, for now.”"},
        {"RCPT", 421, "4.3.2 bye", "“I close this connection now.”"},
        {"RCPT", 452, "4.5.3 full", "“No more recipients now.”"},
        {"RCPT", 550, "5.1.1 no", "“Never for this recipient.” Repeating"},
        {"RCPT", 503, "5.5.1 order", "“Not in this order.”"},
        {"DATA", 354, "go", "“Send it, and end with a dot"},
        {"DATA", 451, "later", "“Not now.” The client keeps"},
        {"DATA", 554, "5.5.1 none", "“I will not take the message.”"},
        {"eod", 250, "2.0.0 queued", "“I have the message, and I answer for it now.”"},
        {"eod", 452, "4.3.1 full", "“I did not keep the message.”"},
        {"eod", 554, "5.6.0 no", "“I have seen the message, and do not take it.” It goes back"},
        {"RSET", 250, "ok", "“Forgotten.”"},
        {"NOOP", 250, "ok", "“I am here.”"},
        {"QUIT", 221, "bye", "“Goodbye.”"},
        {"idle", 421, "slow", "“You said nothing for too long.”"},
        {"RCPT", 99, "x", "This is not a reply code"},
        {"RCPT", 259, "x", "“I accept mail for this recipient.”"}, /* the class is what counts */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_reply(&rows[i], TEST_LINE(1, "MAIL", "MAIL FROM:<alice@s.example>"));
}
END_TEST

START_TEST(a_refused_report_causes_no_other_report)
{
    static const struct reply_row rows[] = {
        {"RCPT", 550, "5.1.1 no", "“Never for this recipient.” The reverse-path is <>"},
        {"eod", 554, "5.6.0 no", "“I have seen the message, and do not take it.” Its reverse-path is <>"},
        {"RCPT", 451, "4.7.1 later", "“Not for this recipient, for now.”"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_reply(&rows[i], TEST_LINE(1, "MAIL", "MAIL FROM:<>"));
}
END_TEST

static bool has_label(const struct step *step, const char *label)
{
    for (size_t i = 0; i < step->note_count; i++)
        if (step->notes[i].label != NULL && strcmp(step->notes[i].label, label) == 0)
            return true;
    return false;
}

START_TEST(each_part_of_a_code_is_explained_once)
{
    test_tell(TEST_CONNECT(0, 1, "mx.d.example") TEST_REPLY(0, 1, "banner", 220, "first")
                  TEST_REPLY(0, 1, "RCPT", 550, "5.1.1 second") TEST_REPLY(0, 1, "RCPT", 551, "5.1.6 third")
                      TEST_REPLY(0, 1, "RCPT", 550, "5.1.1 fourth") TEST_REPLY(0, 1, "RCPT", 550, "5.9.9 fifth"),
              true, true);
    const struct step *second = test_step("second"), *third = test_step("third"), *fourth = test_step("fourth");
    ck_assert(has_label(test_step("first"), "2__") && has_label(test_step("first"), "_2_"));
    ck_assert(has_label(second, "5__") && has_label(second, "_5_") && has_label(second, "550"));
    ck_assert(has_label(second, ".1.") && has_label(second, ".1.1"));
    ck_assert(!has_label(third, "5__") && has_label(third, "551") && !has_label(third, ".1.") &&
              has_label(third, ".1.6"));
    ck_assert_uint_eq(fourth->note_count, 1); /* what the client does */
    ck_assert_str_eq(fourth->notes[0].clause, "");
    ck_assert(test_notes_say(test_step("fifth"), "a value of its own"));
    test_tell_end();
}
END_TEST

START_TEST(a_keyword_is_explained_the_first_time)
{
    test_tell(TEST_CONNECT(0, 1, "mx.d.example")
                  TEST_REPLY(0, 1, "EHLO", 250, "mx\\nSIZE 1000\\nX-OWN\\nNEVERHEARD\\nAUTH=LOGIN")
                      TEST_REPLY(0, 1, "EHLO", 250, "mx\\nsize 2000"),
              true, true);
    ck_assert(test_notes_say(test_step("SIZE 1000"), "The largest message"));
    ck_assert(test_notes_say(test_step("X-OWN"), "A private extension"));
    ck_assert(test_notes_say(test_step("NEVERHEARD"), "A keyword that no RFC defines"));
    ck_assert(test_notes_say(test_step("AUTH=LOGIN"), "Clients can log in"));
    ck_assert_uint_eq(test_step("size 2000")->note_count, 0);
    test_tell_end();
}
END_TEST

/* ---- commands ---- */

START_TEST(the_parameters_of_a_command_are_explained_the_first_time)
{
    test_tell(TEST_CONNECT(0, 1, "mx.d.example")
                  TEST_LINE(1, "MAIL", "MAIL FROM:<a@s.example> SIZE=10 BODY=8BITMIME X=1")
                      TEST_LINE(1, "RCPT", "RCPT TO:<b@d.example> NOTIFY=NEVER")
                          TEST_LINE(1, "MAIL", "MAIL FROM:<c@s.example> SIZE=9"),
              true, true);
    const struct step *mail = test_step("SIZE=10"), *again = test_step("SIZE=9");
    ck_assert(test_notes_say(mail, "SIZE= says") && test_notes_say(mail, "BODY=8BITMIME says"));
    ck_assert_uint_eq(mail->note_count, 3);
    ck_assert(test_notes_say(test_step("NOTIFY=NEVER"), "NOTIFY= says"));
    ck_assert_uint_eq(again->note_count, 1);
    test_tell_end();
}
END_TEST

START_TEST(pipelining_is_explained_once_and_where_it_hides_a_refusal)
{
    test_tell(TEST_CONNECT(0, 1, "mx.d.example") TEST_LINE(1, "MAIL", "MAIL FROM:<a@s.example>")
                  TEST_PIPELINED(1, "RCPT", "RCPT TO:<one@d.example>") TEST_REPLY(0, 1, "RCPT", 550, "5.1.1 no")
                      TEST_PIPELINED(1, "RCPT", "RCPT TO:<two@d.example>") TEST_REPLY(0, 1, "RCPT", 550, "5.1.1 no")
                          TEST_PIPELINED(1, "DATA", "DATA"),
              true, true);
    ck_assert(test_notes_say(test_step("MAIL"), "The client sends the next command too, without waiting"));
    ck_assert_uint_eq(test_step("<one@")->note_count, 1);
    ck_assert_uint_eq(test_step("<two@")->note_count, 1);
    ck_assert(test_notes_say(test_step("DATA"), "It was sent together with the command before it, so the client"));
    test_tell_end();
}
END_TEST

/* ---- DNS, TLS, connections ---- */

START_TEST(an_answer_of_the_dns_is_explained_by_its_rcode_or_its_fault)
{
    static const struct {
        const char *events, *text, *words;
        bool trouble;
    } rows[] = {
        {TEST_ANSWER("MX", "NOERROR", ",'answers':['d.example. 60 IN MX 10 mx.d.example.']"), "MX 10 mx.d.example.",
         "The name exists, and these are its mail hosts.", false},
        {TEST_ANSWER("MX", "NOERROR", ",'answers':[]"), "no records", "The name exists, but has no record", false},
        {TEST_ANSWER("MX", "NOERROR", ",'answers':['d.example. 60 IN MX 0 .']"), "MX 0 .", "“0 .” is the null MX",
         true},
        {TEST_ANSWER("MX", "NXDOMAIN", ",'answers':[]"), "NXDOMAIN", "The name does not exist: an answer, and final.",
         true},
        {TEST_ANSWER("A", "SERVFAIL", ",'answers':[]"), "SERVFAIL", "The name server could not find out: no answer.",
         true},
        {TEST_ANSWER("A", "TIMEOUT", ""), "no answer", "No answer came", true},
        {TEST_ANSWER("A", "NOERROR", ",'answers':[],'truncated':true,'fault':'truncated'"), "truncated",
         "The answer does not fit into a datagram", true},
        {TEST_ANSWER("A", "NOERROR", ",'answers':['e.example. 60 IN A 192.0.2.1'],'fault':'unrelated'"), "NOERROR",
         "The answer has records of other names", true},
        {TEST_ANSWER("A", "NOERROR", ",'answers':['d.example. 60 IN CNAME e.example.']"), "CNAME e.example.",
         "The name exists, and these are its records.", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        test_tell(rows[i].events, true, true);
        const struct step *step = &test_telling.steps[1];
        ck_assert_str_eq(step->text, rows[i].text);
        ck_assert_msg(test_notes_say(step, rows[i].words), "%s: %s", rows[i].text, step->notes[0].text);
        ck_assert_int_eq(step->trouble, rows[i].trouble);
        test_tell_end();
    }
}
END_TEST

START_TEST(a_fault_is_explained_by_what_it_means_and_not_by_who_made_it)
{
    size_t count;
    const struct gloss *rows = gloss_all(&count);
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(rows[i].kind != GLOSS_FAULT || strstr(rows[i].text, "scenario") == NULL, "%s", rows[i].text);
}
END_TEST

/* A reply to DATA that only says that there is no recipient left, and a status code of something temporary. */
START_TEST(what_is_temporary_is_not_explained_as_final)
{
    test_tell(TEST_CONNECT(0, 1, "mx.d.example") TEST_LINE(1, "MAIL", "MAIL FROM:<a@s.example>")
                  TEST_LINE(1, "RCPT", "RCPT TO:<b@d.example>") TEST_REPLY(0, 1, "RCPT", 451, "4.7.1 not yet")
                      TEST_LINE(1, "DATA", "DATA") TEST_REPLY(0, 1, "DATA", 554, "no valid recipients")
                          TEST_LINE(1, "MAIL", "MAIL FROM:<c@s.example>") TEST_LINE(1, "DATA", "DATA")
                              TEST_REPLY(0, 1, "DATA", 554, "nobody"),
              true, true);
    ck_assert(test_notes_say(test_step("451"), "the mail is not permitted (for now)"));
    ck_assert(test_notes_say(test_step("no valid"), "“There is no one left to send it to.” What counts is the 4yz"));
    ck_assert(test_notes_say(test_step("nobody"), "“I will not take the message.”"));
    test_tell_end();
}
END_TEST

START_TEST(a_handshake_that_fails_says_why)
{
    static const char *const rows[][2] = {
        {"sslv3 alert bad certificate", "The client refuses the certificate"},
        {"sslv3 alert certificate expired", "The certificate of the server is no longer valid"},
        {"tlsv1 alert unknown ca", "The client does not trust"},
        {"alert protocol_version", "The two have no version of TLS in common"},
        {"alert handshake_failure", "The two have no cipher in common"},
        {"garbage", "The server answered with octets that are not TLS"},
        {"something new", "(no explanation of something new yet)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char events[512];
        (void)snprintf(events, sizeof events,
                       TEST_CONNECT(0, 1, "mx.d.example") "{'t':0,'event':'tls.fail','conn':1,'text':'%s'}\n",
                       rows[i][0]);
        test_tell(events, true, true);
        const struct step *step = test_step("The TLS handshake fails");
        ck_assert_msg(test_notes_say(step, rows[i][1]), "%s: %s", rows[i][0], step->notes[0].text);
        ck_assert(step->trouble);
        test_tell_end();
    }
}
END_TEST

START_TEST(a_message_that_was_kept_without_a_reply_comes_twice)
{
    test_tell(
        TEST_CONNECT(
            0, 1,
            "mx.d.example") "{'t':0,'event':'smtp.accepted','conn':1,'txn':1,'msg':'m1','n':1}\n" TEST_CLOSE(0, 1,
                                                                                                             "host",
                                                                                                             "reset"),
        true, true);
    ck_assert(test_notes_say(test_step("has kept the message"), "The client got no 250 for it"));
    ck_assert(test_notes_say(test_step("breaks"), "The server breaks the connection off"));
    test_tell_end();
}
END_TEST

SUITE(notes, a_reply_means_what_its_code_and_its_command_say, a_refused_report_causes_no_other_report,
      each_part_of_a_code_is_explained_once, a_keyword_is_explained_the_first_time,
      the_parameters_of_a_command_are_explained_the_first_time,
      pipelining_is_explained_once_and_where_it_hides_a_refusal,
      an_answer_of_the_dns_is_explained_by_its_rcode_or_its_fault,
      a_fault_is_explained_by_what_it_means_and_not_by_who_made_it, what_is_temporary_is_not_explained_as_final,
      a_handshake_that_fails_says_why, a_message_that_was_kept_without_a_reply_comes_twice)
