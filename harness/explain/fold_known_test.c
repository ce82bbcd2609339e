/* What a reader knows from earlier lessons is folded where it goes well, and a difference is said. */
#include <string.h>

#include "harness/explain/testing.h"

#define LINE(t, conn, verb, line)                                                                                      \
    "{'t':" #t ",'event':'smtp.command','conn':" #conn ",'verb':'" verb "','line':'" line "'}\n"
#define SAYS(t, conn, verb, code) TEST_REPLY(t, conn, verb, code, "x")
#define OPEN(t, conn, host)                                                                                            \
    TEST_CONNECT(t, conn, host)                                                                                        \
    TEST_REPLY(t, conn, "banner", 220, host) LINE(t, conn, "EHLO", "EHLO r.example") SAYS(t, conn, "EHLO", 250)
#define TLS(t, conn)                                                                                                   \
    LINE(t, conn, "STARTTLS", "STARTTLS")                                                                              \
    SAYS(t, conn, "STARTTLS", 220) "{'t':" #t ",'event':'tls.done','conn':" #conn ",'version':'TLSv1.3'}\n"
#define MAIL(t, conn, params)                                                                                          \
    LINE(t, conn, "MAIL", "MAIL FROM:<alice@s.example>" params)                                                        \
    SAYS(t, conn, "MAIL", 250) LINE(t, conn, "RCPT", "RCPT TO:<bob@d.example>")
#define DOT(t, conn, code)                                                                                             \
    LINE(t, conn, "DATA", "DATA")                                                                                      \
    SAYS(t, conn, "DATA", 354)                                                                                         \
    "{'t':" #t ",'event':'smtp.data','conn':" #conn ",'bytes':9}\n" SAYS(t, conn, "eod", code)
#define GOOD(t, conn, params) MAIL(t, conn, params) SAYS(t, conn, "RCPT", 250) DOT(t, conn, 250)
#define REFUSED(t, conn)      MAIL(t, conn, "") SAYS(t, conn, "RCPT", 550)
#define QUIT(t, conn)         LINE(t, conn, "QUIT", "QUIT") SAYS(t, conn, "QUIT", 221)
#define RESET(t, conn)        TEST_CLOSE(t, conn, "host", "reset")

static struct test_run run;
static struct telling telling;

static void begin(const char *events, const struct telling_view *view)
{
    test_run_begin(&run, WORLD("must: It arrives, spec: RFC5321#6.1, delivered: {of: m1}"), events);
    telling_make(&telling, &run.trial.facts, view);
}

static void end(void)
{
    telling_fini(&telling);
    test_run_end(&run);
}

/* The texts of the folds, one a line, and what is shown after them as a number of steps. */
static void expect(const char *events, const struct telling_view *view, const char *wanted)
{
    struct buf out;
    buf_init(&out, 65536);
    begin(events, view);
    for (size_t i = 0; i < telling.count; i += 1 + telling.steps[i].hides)
        if (telling.steps[i].kind == STEP_FOLD)
            (void)buf_printf(&out, "%s\n", telling.steps[i].text);
    ck_assert_msg(strcmp(buf_cstr(&out), wanted) == 0, "folds:\n%s\nwanted:\n%s", buf_cstr(&out), wanted);
    end();
    buf_fini(&out);
}

START_TEST(mail_that_goes_well_is_folded_up_to_the_reply_to_the_dot)
{
    static const struct telling_view knows = {.preamble = true, .known_mail = true};
    expect(OPEN(0, 1, "mx.d.example") GOOD(0, 1, " SIZE=9") QUIT(0, 1), &knows,
           "MAIL, RCPT, DATA, the message: 7 lines\nQUIT, and the connection ends: 2 lines\n");
    expect(OPEN(0, 1, "mx.d.example") GOOD(0, 1, " SIZE=9") QUIT(0, 1), &(struct telling_view){.preamble = true}, "");
    /* a wish of the sender, and what goes wrong, are shown */
    expect(OPEN(0, 1, "mx.d.example") GOOD(0, 1, " RET=HDRS"), &knows, "");
    expect(OPEN(0, 1, "mx.d.example") REFUSED(0, 1) GOOD(0, 1, ""), &knows, "MAIL, RCPT, DATA, the message: 7 lines\n");
    expect(OPEN(0, 1, "mx.d.example") MAIL(0, 1, "") SAYS(0, 1, "RCPT", 250) DOT(0, 1, 550), &knows, "");
}
END_TEST

START_TEST(refusals_that_are_alike_are_summed_up)
{
    static const struct telling_view knows = {.preamble = true, .known_mail = true};
    expect(OPEN(0, 1, "mx.d.example") REFUSED(0, 1) REFUSED(0, 1) REFUSED(0, 1), &knows,
           "2 more messages, with the same lines as one before: 8 lines\n");
    expect(OPEN(0, 1, "mx.d.example") REFUSED(0, 1) REFUSED(0, 1), &knows,
           "1 more message, with the same lines as one before: 4 lines\n");
    /* in any lesson, from the third on */
    expect(OPEN(0, 1, "mx.d.example") REFUSED(0, 1) REFUSED(0, 1) REFUSED(0, 1),
           &(struct telling_view){.preamble = true}, "the same 4 lines 2 more times\n");
}
END_TEST

START_TEST(lookups_that_find_what_they_asked_for_are_one_line)
{
    static const struct telling_view knows = {.known_dns = true};
    expect(TEST_ANSWER("MX", "NOERROR", ",'answers':['d.example. 60 IN MX 10 mx.d.example.']")
               TEST_ANSWER("A", "NOERROR", ",'answers':['mx.d.example. 60 IN A 192.0.2.1']"),
           &knows, "DNS: MX 10 mx.d.example., A 192.0.2.1: 4 lines\n");
    expect(TEST_ANSWER("MX", "NXDOMAIN", ",'answers':[]"), &knows, "");
    expect(TEST_ANSWER("MX", "NOERROR", ",'answers':[]"), &knows, "");
}
END_TEST

START_TEST(a_hello_is_as_before_only_when_it_is)
{
    static const struct telling_view none = {0};
    expect(OPEN(0, 1, "mx.d.example") MAIL(0, 1, "") OPEN(0, 2, "mx2.d.example") MAIL(0, 2, ""), &none,
           "greeting, EHLO: 3 lines\ngreeting, EHLO: 3 lines, as before\n");
    expect(OPEN(0, 1, "mx.d.example") TLS(0, 1) MAIL(0, 1, "") RESET(0, 1) OPEN(9, 2, "mx.d.example") MAIL(9, 2, ""),
           &none,
           "greeting, EHLO, STARTTLS, TLS handshake: 6 lines\n"
           "greeting, EHLO: 3 lines, without TLS this time: the last session under TLS was lost\n");
    expect(OPEN(0, 1, "mx.d.example") TLS(0, 1) MAIL(0, 1, "") OPEN(9, 2, "mx.d.example") MAIL(9, 2, ""), &none,
           "greeting, EHLO, STARTTLS, TLS handshake: 6 lines\ngreeting, EHLO: 3 lines, without TLS this time\n");
    expect(OPEN(0, 1, "mx.d.example") MAIL(0, 1, "") OPEN(9, 2, "mx.d.example") TLS(9, 2) MAIL(9, 2, ""), &none,
           "greeting, EHLO: 3 lines\ngreeting, EHLO, STARTTLS, TLS handshake: 6 lines, with TLS this time\n");
}
END_TEST

/* A page unfolds them; who does not unfold them finds the other lines explained in full. */
START_TEST(folded_lines_have_their_glosses_and_take_none_from_the_others)
{
    begin(OPEN(0, 1, "mx.d.example") GOOD(0, 1, ""), &(struct telling_view){0});
    const struct step *fold = &telling.steps[1], *mail = fold + 1 + fold->hides;
    ck_assert_int_eq(fold->kind, STEP_FOLD);
    for (size_t i = 1; i <= fold->hides; i++)
        ck_assert_msg(fold[i].note_count > 0, "%s", fold[i].text);
    ck_assert(test_notes_say(&mail[1], "YES: done."));
    end();
}
END_TEST

START_TEST(what_earlier_lessons_explained_is_explained_in_short)
{
    begin(OPEN(0, 1, "mx.d.example") REFUSED(0, 1), &(struct telling_view){.preamble = true, .brief = true});
    const struct step *banner = &telling.steps[1], *refusal = &telling.steps[telling.count - 1];
    ck_assert_uint_eq(banner->note_count, 1);
    ck_assert(test_notes_say(banner, "“I am ready.”"));
    ck_assert(test_notes_say(refusal, "NO, as things are"));
    end();
}
END_TEST

START_TEST(a_fold_has_words)
{
    /* the ends of connections alone */
    begin(OPEN(0, 1, "mx.d.example") OPEN(0, 2, "mx.d.example") QUIT(5, 1) QUIT(5, 2), &(struct telling_view){0});
    for (size_t i = 0; i < telling.count; i++)
        ck_assert_msg(telling.steps[i].text[0] != '\0', "step %zu", i);
    ck_assert(test_notes_say(&telling.steps[telling.count - 2], "“I am done. Goodbye.”"));
    end();
}
END_TEST

SUITE(fold_known, mail_that_goes_well_is_folded_up_to_the_reply_to_the_dot, refusals_that_are_alike_are_summed_up,
      lookups_that_find_what_they_asked_for_are_one_line, a_hello_is_as_before_only_when_it_is,
      folded_lines_have_their_glosses_and_take_none_from_the_others,
      what_earlier_lessons_explained_is_explained_in_short, a_fold_has_words)
