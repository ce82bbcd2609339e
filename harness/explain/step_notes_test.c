/* Which glosses a step gets: in full the first time, in short afterwards, and none for what was never said. */
#include <stdlib.h>
#include <string.h>

#include "harness/explain/telling.h"
#include "harness/report/record/testing.h"
#include "lib/base/mem.h"

#define LINE(verb, line, more) "{'t':0,'event':'smtp.command','conn':1,'verb':'" verb "','line':'" line "'" more "}\n"
#define SAYS(verb, code, text) TEST_REPLY(0, 1, verb, code, text)
#define OPEN                   TEST_CONNECT(0, 1, "mx.d.example")
#define NOTICE(recipients)                                                                                             \
    "{'t':0,'event':'dsn.seen','conn':1,'host':'mx.s.example','msg':'m1','n':1,'to':'a@s.example','subject':'Sorry',"  \
    "'report':true,'recipients':[" recipients "]}\n"
#define ANSWER(rcode, more)                                                                                            \
    "{'t':0,'event':'dns.answer','qname':'d.example','qtype':'MX','rcode':'" rcode "'" more "}\n"

static struct test_run run;
static struct telling telling;

static void begin(const char *events)
{
    test_run_begin(&run, WORLD("must: It arrives, spec: RFC5321#6.1, delivered: {of: m1}"), events);
    telling_make(&telling, &run.trial.facts, &(struct telling_view){.whole = true, .preamble = true, .message = true});
}

static void end(void)
{
    telling_fini(&telling);
    test_run_end(&run);
}

/* The nth step, from 0, whose text begins with these words. */
static const struct step *step_of(const char *words, size_t n)
{
    for (size_t i = 0; i < telling.count; i++)
        if (strncmp(telling.steps[i].text, words, strlen(words)) == 0 && n-- == 0)
            return &telling.steps[i];
    ck_abort_msg("no step begins with: %s", words);
    return NULL;
}

/* "column label=text|" of each note; of the whole step without a column and label. */
static void expect_notes(const struct step *step, const char *wanted)
{
    struct buf out;
    buf_init(&out, 65536);
    for (size_t i = 0; i < step->note_count; i++) {
        const struct note *note = &step->notes[i];
        if (note->column != SIZE_MAX)
            (void)buf_printf(&out, "%zu %s=", note->column, note->label);
        (void)buf_printf(&out, "%s|", note->text);
    }
    ck_assert_msg(strcmp(buf_cstr(&out), wanted) == 0, "%s:\n%s\nwanted:\n%s", step->text, buf_cstr(&out), wanted);
    buf_fini(&out);
}

static void expect_first(const char *events, const char *words, const char *wanted)
{
    begin(events);
    expect_notes(step_of(words, 0), wanted);
    end();
}

START_TEST(a_code_that_is_none_is_named_as_such)
{
    static const char *const cases[][2] = {
        {OPEN SAYS("banner", 199, "x"), "199"},
        {OPEN SAYS("banner", 600, "x"), "600"},
        {OPEN SAYS("banner", 999, "x"), "999"},
        {OPEN SAYS("banner", 0, "x"), "000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_first(cases[i][0], cases[i][1], "This is not a reply code: the first digit is 2 to 5.|");
}
END_TEST

/* 6 to 9 as the second digit have no meaning; a code that no RFC has is a value of its own. */
START_TEST(the_parts_of_an_odd_code_are_explained_as_far_as_there_are_rows)
{
    begin(OPEN SAYS("banner", 220, "hi") LINE("RCPT", "RCPT TO:<b@d.example>", "") SAYS("RCPT", 499, "4.99.99 odd"));
    expect_notes(
        step_of("499", 0),
        "0 4__=LATER: a temporary failure. Keep the mail and try again.|"
        "2 499=a value of its own, which no RFC defines|"
        "6 .99.=a value of its own, which no RFC defines|9 .99.99=a value of its own, which no RFC defines|"
        "“Not for this recipient, for now.” The client keeps the message for this recipient and tries again later.|");
    end();
}
END_TEST

START_TEST(what_was_explained_is_not_explained_again)
{
    begin(OPEN LINE("RCPT", "RCPT TO:<b@d.example>", "") SAYS("RCPT", 550, "5.1.1 no")
              LINE("RCPT", "RCPT TO:<c@d.example>", "") SAYS("RCPT", 550, "5.1.2 no"));
    const struct step *first = step_of("RCPT", 0), *again = step_of("RCPT", 1);
    ck_assert_str_eq(first->notes[0].text, again->notes[0].text);
    ck_assert_str_ne(first->notes[0].more, "");
    ck_assert_str_eq(first->notes[0].clause, "RFC5321 §4.1.1.3");
    ck_assert_str_eq(again->notes[0].more, "");
    ck_assert_str_eq(again->notes[0].clause, "");
    ck_assert_uint_eq(step_of("550", 0)->note_count, 6);
    /* new in the second reply: its detail alone; what the client has to do is said each time */
    ck_assert_uint_eq(step_of("550", 1)->note_count, 2);
    ck_assert_str_eq(step_of("550", 1)->notes[0].label, ".1.2");
    end();
}
END_TEST

START_TEST(a_reply_of_several_lines_is_explained_at_its_first)
{
    begin(OPEN SAYS("banner", 220, "one\\ntwo\\nthree"));
    ck_assert_uint_gt(step_of("220-one", 0)->note_count, 0);
    expect_notes(step_of("220-two", 0), "");
    expect_notes(step_of("220 three", 0), "");
    end();
}
END_TEST

START_TEST(keywords_of_ehlo_are_explained_once_and_unknown_ones_may_be_ignored)
{
    static const char unknown[] = "A keyword that no RFC defines. A client ignores what it does not know.|";
    begin(OPEN SAYS("EHLO", 250,
                    "mx\\nsize 100\\nAUTH=LOGIN\\nX-OWN\\nWHAT 7\\nSIZE 200\\n\\n" /* in any case */
                    "LONGER-THAN-ANY-KEYWORD-AND-LONGER-THAN-THE-SIXTY-OCTETS-THAT-ARE-COMPARED-WITH-THE-TABLE"));
    expect_notes(step_of("250-size", 0), "The largest message that the server accepts, in octets.|");
    expect_notes(step_of("250-AUTH", 0), "Clients can log in, in one of the ways named here.|");
    expect_notes(step_of("250-X-OWN", 0), "A private extension. A client ignores what it does not know.|");
    expect_notes(step_of("250-WHAT", 0), unknown);
    expect_notes(step_of("250-SIZE 200", 0), "");
    expect_notes(step_of("250 LONGER", 0), unknown);
    end();
}
END_TEST

START_TEST(parameters_are_those_after_the_address)
{
    begin(OPEN LINE("MAIL", "MAIL FROM:<SIZE=1 BODY=x@s.example> SIZE=10 BODY=8BITMIME WHAT=1 RET=HDRS ENVID=five", "")
              LINE("MAIL", "MAIL FROM:<a@s.example> SIZE=20", "") LINE("RCPT", "RCPT TO:b@d.example NOTIFY=NEVER", ""));
    const struct step *first = step_of("MAIL", 0);
    ck_assert_uint_eq(first->note_count, 4); /* the command, and of the first four parameters those that exist */
    ck_assert_ptr_nonnull(strstr(first->notes[1].text, "SIZE="));
    ck_assert_ptr_nonnull(strstr(first->notes[2].text, "BODY=8BITMIME"));
    ck_assert_ptr_nonnull(strstr(first->notes[3].text, "RET="));
    ck_assert_uint_eq(step_of("MAIL", 1)->note_count, 1);
    ck_assert_uint_eq(step_of("RCPT", 0)->note_count, 1); /* there is no end of an address to search from */
    end();
}
END_TEST

/* The same refusal asks something else of a client that must not send a report. */
START_TEST(a_refusal_is_explained_by_the_reverse_path_of_its_transaction)
{
    begin(OPEN LINE("MAIL", "MAIL FROM:<>", "") LINE("RCPT", "RCPT TO:<b@d.example>", "") SAYS("RCPT", 550, "no") LINE(
        "MAIL", "MAIL FROM:<a@s.example>", "") LINE("RCPT", "RCPT TO:<b@d.example>", "") SAYS("RCPT", 550, "no"));
    const struct step *null = step_of("550", 0), *other = step_of("550", 1);
    ck_assert_str_eq(null->notes[null->note_count - 1].text,
                     "“Never for this recipient.” The reverse-path is <>, so no report follows.");
    ck_assert_str_eq(other->notes[other->note_count - 1].text,
                     "“Never for this recipient.” Repeating it would not help: the sender gets a report.");
    end();
}
END_TEST

START_TEST(a_status_of_a_report_is_a_sentence)
{
    static const char *const cases[][2] = {
        {"{'action':'failed','status':'5.1.1'}",
         "5: a permanent failure. It is about the address: this mailbox does not exist."},
        {"{'action':'failed','status':'4.4.1'}", "4: a temporary failure, which lasted too long. It is about "},
        {"{'action':'delayed','status':'4.4.1'}", "4: a temporary failure. It is about "},
        {"{'action':'failed','status':'5.88.99'}",
         "5: a permanent failure. It is about something new: a value of its own, which no RFC defines."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *events = mem_printf("%s" NOTICE("%s"), OPEN, cases[i][0]);
        begin(events);
        const struct step *step = step_of("Status", 0);
        ck_assert_uint_eq(step->note_count, 2);
        ck_assert_msg(strncmp(step->notes[1].text, cases[i][1], strlen(cases[i][1])) == 0, "%s", step->notes[1].text);
        end();
        free(events);
    }
    begin(OPEN NOTICE("{'action':'failed','status':'five'}"));
    ck_assert_uint_eq(step_of("Status", 0)->note_count, 1); /* text that is not a status is not read as one */
    end();
}
END_TEST

START_TEST(a_failed_handshake_is_explained_by_what_openssl_says)
{
    expect_first(OPEN "{'t':0,'event':'tls.fail','conn':1,'text':'error:0A00: certificate expired:s3'}\n",
                 "The TLS handshake fails", "The certificate of the server is no longer valid.|");
    expect_first(OPEN "{'t':0,'event':'tls.fail','conn':1,'text':'odd'}\n", "The TLS handshake fails",
                 "(no explanation of odd yet)|");
}
END_TEST

SUITE(step_notes, a_code_that_is_none_is_named_as_such, the_parts_of_an_odd_code_are_explained_as_far_as_there_are_rows,
      what_was_explained_is_not_explained_again, a_reply_of_several_lines_is_explained_at_its_first,
      keywords_of_ehlo_are_explained_once_and_unknown_ones_may_be_ignored, parameters_are_those_after_the_address,
      a_refusal_is_explained_by_the_reverse_path_of_its_transaction, a_status_of_a_report_is_a_sentence,
      a_failed_handshake_is_explained_by_what_openssl_says)
