/* What is folded, what it is called, and where time passes: whole tellings, in short. */
#include <stdlib.h>
#include <string.h>

#include "harness/explain/telling.h"
#include "harness/report/record/testing.h"
#include "lib/base/mem.h"

#define HANDED(t, to) "{'t':" #t ",'event':'msg.handed','msg':'m1','n':1,'from':'alice@s.example','to':['" to "']}\n"
#define LOOKUP(t, name)                                                                                                \
    "{'t':" #t ",'event':'dns.answer','qname':'" name "','qtype':'MX','rcode':'NOERROR','answers':['" name             \
    ". 3600 IN MX 10 mx." name ".']}\n"
#define LINE(t, conn, verb, line)                                                                                      \
    "{'t':" #t ",'event':'smtp.command','conn':" #conn ",'verb':'" verb "','line':'" line "'}\n"
#define HELLO(t, conn)                                                                                                 \
    TEST_CONNECT(t, conn, "mx.d.example")                                                                              \
    TEST_REPLY(t, conn, "banner", 220, "ready")                                                                        \
    LINE(t, conn, "EHLO", "EHLO r.example") TEST_REPLY(t, conn, "EHLO", 250, "mx.d.example")
#define MAIL(t, conn) LINE(t, conn, "MAIL", "MAIL FROM:<alice@s.example>") TEST_REPLY(t, conn, "MAIL", 250, "ok")
#define TO(t, conn, user, code)                                                                                        \
    LINE(t, conn, "RCPT", "RCPT TO:<" user "@d.example>") TEST_REPLY(t, conn, "RCPT", code, "x")
#define REFUSED(t, conn) HELLO(t, conn) MAIL(t, conn) TO(t, conn, "bob", 451) TEST_CLOSE(t, conn, "host", "close")
#define AWAY(t)          TEST_NO_CONNECT(t, "mx.d.example", "refused")
#define END_OF_RUN(t)    "{'t':" #t ",'event':'run.end'}\n"

/* What a reader sees: [n] for n steps that are neither a gap nor a fold, "~" a gap, "…n" a fold that hides n steps. */
static char *outline(const char *events, bool whole, bool preamble)
{
    struct test_run run;
    struct telling telling;
    struct buf out;
    size_t plain = 0;
    buf_init(&out, 65536);
    test_run_begin(&run, WORLD("must: It arrives, spec: RFC5321#6.1, delivered: {of: m1}"), events);
    telling_make(&telling, &run.trial.facts,
                 &(struct telling_view){.whole = whole, .preamble = preamble, .message = preamble});
    for (size_t i = 0; i <= telling.count; i++) {
        const struct step *step = i < telling.count ? &telling.steps[i] : NULL;
        bool is_plain = step != NULL && step->kind != STEP_GAP && step->kind != STEP_FOLD;
        plain += is_plain;
        if (is_plain)
            continue;
        if (plain > 0)
            (void)buf_printf(&out, "[%zu]\n", plain);
        plain = 0;
        if (step != NULL && step->kind == STEP_GAP)
            (void)buf_printf(&out, "~%s\n", step->text);
        else if (step != NULL)
            (void)buf_printf(&out, "…%zu%s %s\n", step->hides, step->trouble ? "!" : "", step->text);
        i += step != NULL ? step->hides : 0;
    }
    char *text = mem_strdup(buf_cstr(&out));
    buf_fini(&out);
    telling_fini(&telling);
    test_run_end(&run);
    return text;
}

static void expect(const char *events, bool whole, bool preamble, const char *wanted)
{
    char *got = outline(events, whole, preamble);
    ck_assert_msg(strcmp(got, wanted) == 0, "got:\n%s\nwanted:\n%s", got, wanted);
    free(got);
}

START_TEST(a_run_without_events_has_no_steps)
{
    expect("", false, false, "");
    expect("", true, true, "");
    expect(END_OF_RUN(0), false, false, "[1]\n");
}
END_TEST

/* A gap of 20 seconds is worth a line; the end of the run is not waited for. */
START_TEST(time_passes_where_there_is_a_gap)
{
    static const struct {
        const char *events, *lines;
    } cases[] = {
        {HANDED(0, "b@d.example") AWAY(19), "[2]\n"},
        {HANDED(0, "b@d.example") AWAY(20), "[1]\n~20 seconds pass.\n[1]\n"},
        {HANDED(0, "b@d.example") AWAY(60), "[1]\n~1 minute passes.\n[1]\n"},
        {HANDED(0, "b@d.example") AWAY(61), "[1]\n~1 minute 1 second pass.\n[1]\n"},
        {HANDED(0, "b@d.example") AWAY(3600), "[1]\n~1 hour passes.\n[1]\n"},
        {HANDED(0, "b@d.example") AWAY(5400), "[1]\n~1 hour 30 minutes pass.\n[1]\n"},
        {HANDED(0, "b@d.example") END_OF_RUN(86400), "[2]\n"},
        {HANDED(300, "b@d.example"), "~5 minutes pass.\n[1]\n"}, /* before the first event, too */
        {HELLO(0, 1) MAIL(19, 1), "[6]\n"},
        {HELLO(0, 1) MAIL(300, 1), "[4]\n~5 minutes pass, and the connection stays open.\n[2]\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect(cases[i].events, true, true, cases[i].lines);
}
END_TEST

START_TEST(the_same_again_is_folded_and_counted)
{
    static const struct {
        const char *events, *lines;
    } cases[] = {
        /* one failed connect is shown, the second is folded */
        {AWAY(0) AWAY(300), "[1]\n~5 minutes pass.\n…1! one more attempt to connect, with the same result\n"},
        {AWAY(0) AWAY(1) AWAY(2), "[1]\n…2! 2 more attempts to connect, with the same result, until 00:00:02\n"},
        /* without an end time when all happens within a second */
        {AWAY(0) AWAY(0) AWAY(0), "[1]\n…2! 2 more attempts to connect, with the same result\n"},
        {LOOKUP(0, "d.example") LOOKUP(0, "d.example"), "[2]\n…2 the same question to the DNS, with the same answer\n"},
        {LOOKUP(0, "d.example") LOOKUP(0, "d.example") LOOKUP(0, "d.example"),
         "[2]\n…4 the same 2 questions to the DNS, with the same answers\n"},
        /* another name is another question */
        {LOOKUP(0, "d.example") LOOKUP(0, "e.example"), "[4]\n"},
        /* messages differ in the numbers of their addresses alone */
        {HANDED(0, "u1@d.example") HANDED(0, "u2@d.example") HANDED(0, "u33@d.example"),
         "[1]\n…2 2 more messages or events, like those before\n"},
        {HANDED(0, "u1@d.example") HANDED(0, "u2@d.example"), "[1]\n…1 one more message or event, like those before\n"},
        {HANDED(0, "u1@d.example") HANDED(0, "v1@d.example"), "[2]\n"},
        /* what is new ends a fold */
        {AWAY(0) AWAY(1) LOOKUP(2, "d.example") AWAY(3),
         "[1]\n…1! one more attempt to connect, with the same result\n[2]\n"
         "…1! one more attempt to connect, with the same result\n"},
        /* the dialogue, with all that belongs to it */
        {LOOKUP(0, "d.example") REFUSED(0, 1) LOOKUP(1, "d.example") REFUSED(1, 2),
         "[11]\n…11! the same question to the DNS, with the same answer; "
         "one more connection, with the same dialogue as before\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect(cases[i].events, false, true, cases[i].lines);
}
END_TEST

START_TEST(nothing_is_folded_in_a_whole_telling)
{
    expect(AWAY(0) AWAY(1) AWAY(2) AWAY(3) AWAY(4), true, false, "[5]\n");
    expect(REFUSED(0, 1) REFUSED(300, 2) REFUSED(600, 3), true, false,
           "[9]\n~5 minutes pass.\n[9]\n~5 minutes pass.\n[9]\n");
}
END_TEST

/* Three times are named, and the last; the first of all is shown, the second is folded by what it does. */
START_TEST(episodes_that_repeat_are_one_line_with_their_times)
{
    static const struct {
        const char *events, *lines;
    } cases[] = {
        {AWAY(0) AWAY(300) AWAY(600), "[1]\n…4! The same happens 2 more times, at 00:05:00 and 00:10:00\n"},
        {AWAY(0) AWAY(300) AWAY(600) AWAY(900),
         "[1]\n…6! The same happens 3 more times, at 00:05:00, 00:10:00 and 00:15:00\n"},
        {AWAY(0) AWAY(300) AWAY(600) AWAY(900) AWAY(1200),
         "[1]\n…8! The same happens 4 more times, at 00:05:00, 00:10:00, 00:15:00 and 00:20:00\n"},
        {AWAY(0) AWAY(300) AWAY(600) AWAY(900) AWAY(1200) AWAY(90000),
         "[1]\n…10! The same happens 5 more times, at 00:05:00, 00:10:00, 00:15:00, …, and 1d 01:00:00\n"},
        /* less than a minute apart is one episode */
        {AWAY(0) AWAY(59) AWAY(118), "[1]\n…2! 2 more attempts to connect, with the same result, until 00:01:58\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect(cases[i].events, false, true, cases[i].lines);
}
END_TEST

START_TEST(equal_lines_of_a_dialogue_are_folded_from_the_fourth_on)
{
    static const struct {
        const char *events, *lines;
    } cases[] = {
        {HELLO(0, 1) MAIL(0, 1) TO(0, 1, "u1", 250) TO(0, 1, "u2", 250) TO(0, 1, "u3", 250), "[12]\n"},
        {HELLO(0, 1) MAIL(0, 1) TO(0, 1, "u1", 250) TO(0, 1, "u2", 250) TO(0, 1, "u3", 250) TO(0, 1, "u4", 250),
         "[10]\n…2 and 2 more lines like these\n[2]\n"},
        /* a refusal among them is not like the others */
        {HELLO(0, 1) MAIL(0, 1) TO(0, 1, "u1", 250) TO(0, 1, "u2", 250) TO(0, 1, "u3", 550) TO(0, 1, "u4", 250),
         "[14]\n"},
        /* lines of one side alone, as of a client that does not wait */
        {HELLO(0, 1) LINE(0, 1, "NOOP", "NOOP") LINE(0, 1, "NOOP", "NOOP") LINE(0, 1, "NOOP", "NOOP")
             LINE(0, 1, "NOOP", "NOOP") LINE(0, 1, "NOOP", "NOOP"),
         "[6]\n…2 and 2 more lines like these\n[1]\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *whole = outline(cases[i].events, true, true);
        expect(cases[i].events, false, true, cases[i].lines);
        ck_assert_ptr_null(strstr(whole, "…"));
        free(whole);
    }
}
END_TEST

/* Greeting and EHLO are the point of few lessons; where something goes wrong in them, they are always shown. */
START_TEST(the_hellos_are_folded_unless_they_fail_or_are_the_point)
{
    static const struct {
        const char *events;
        bool preamble;
        const char *lines;
    } cases[] = {
        {HELLO(0, 1) MAIL(0, 1), false, "[1]\n…3 greeting, EHLO: 3 lines\n[2]\n"},
        {HELLO(0, 1) MAIL(0, 1), true, "[6]\n"},
        {HELLO(0, 1), false, "[4]\n"}, /* no MAIL follows */
        {TEST_CONNECT(0, 1, "mx.d.example") MAIL(0, 1), false, "[3]\n"},
        {TEST_CONNECT(0, 1, "mx.d.example") TEST_REPLY(0, 1, "banner", 421, "busy") LINE(0, 1, "EHLO", "EHLO r")
             LINE(0, 1, "HELO", "HELO r") MAIL(0, 1),
         false, "[6]\n"},
        {TEST_CONNECT(0, 1, "mx.d.example") TEST_REPLY(0, 1, "banner", 220, "one\\ntwo") LINE(0, 1, "HELO", "HELO r")
             TEST_REPLY(0, 1, "HELO", 250, "hi") MAIL(0, 1),
         false, "[1]\n…4 greeting, HELO: 4 lines\n[2]\n"},
        /* the second time, after another dialogue, they are as before */
        {HELLO(0, 1) MAIL(0, 1) HELLO(1, 2) MAIL(1, 2) TO(1, 2, "bob", 250), true,
         "[7]\n…3 greeting, EHLO: 3 lines, as before\n[4]\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect(cases[i].events, false, cases[i].preamble, cases[i].lines);
}
END_TEST

SUITE(folding, a_run_without_events_has_no_steps, time_passes_where_there_is_a_gap,
      the_same_again_is_folded_and_counted, nothing_is_folded_in_a_whole_telling,
      episodes_that_repeat_are_one_line_with_their_times, equal_lines_of_a_dialogue_are_folded_from_the_fourth_on,
      the_hellos_are_folded_unless_they_fail_or_are_the_point)
