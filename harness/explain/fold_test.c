/* What is folded, and how a fold and a gap are worded. */
#include <stdio.h>
#include <string.h>

#include "harness/explain/testing.h"
#include "lib/base/duration.h"

#define LOOKUP(t)                                                                                                      \
    "{'t':" #t                                                                                                         \
    ",'event':'dns.answer','qname':'d.example','qtype':'MX','rcode':'NOERROR','answers':['d.example. 60 IN "           \
    "MX 10 mx.d.example.']}\n"
#define HANDED(t, n)                                                                                                   \
    "{'t':" #t ",'event':'msg.handed','msg':'m" #n "','n':1,'from':'alice@s.example','to':['bob" #n "@d.example']}\n"
#define TOOK(t, n) "{'t':" #t ",'event':'msg.submitted','msg':'m" #n "','n':1,'to':['bob" #n "@d.example']}\n"
#define SAID(t, conn, verb, line)                                                                                      \
    "{'t':" #t ",'event':'smtp.command','conn':" #conn ",'verb':'" verb "','line':'" line "'}\n"
#define ONE_MAIL(t, conn, n)                                                                                           \
    TEST_CONNECT(t, conn, "mx.d.example")                                                                              \
    TEST_REPLY(t, conn, "banner", 220, "ready")                                                                        \
    SAID(t, conn, "MAIL", "MAIL FROM:<alice@s.example> SIZE=4" #n)                                                     \
    SAID(t, conn, "RCPT", "RCPT TO:<bob" #n "@d.example>") TEST_REPLY(t, conn, "RCPT", 250, "ok")

static const char *text_of(const char *words)
{
    const struct step *step = test_step(words);
    ck_assert_msg(step != NULL, "no step says: %s", words);
    return step->text;
}

static size_t visible(void)
{
    size_t count = 0;
    for (size_t i = 0; i < test_telling.count; i += 1 + test_telling.steps[i].hides)
        count++;
    return count;
}

START_TEST(messages_that_differ_in_numbers_alone_are_alike)
{
    test_tell(HANDED(0, 1) TOOK(0, 1) HANDED(0, 2) TOOK(0, 2) HANDED(0, 3) TOOK(0, 3), false, true);
    ck_assert_uint_eq(visible(), 3);
    ck_assert_str_eq(text_of("like those"), "2 more messages or events, like those before");
    test_tell_end();
    test_tell(HANDED(0, 1) TOOK(0, 1) HANDED(0, 2) TOOK(0, 2), true, true);
    ck_assert_uint_eq(visible(), 4);
    test_tell_end();
}
END_TEST

START_TEST(connections_that_say_the_same_are_counted)
{
    test_tell(ONE_MAIL(0, 1, 1) ONE_MAIL(0, 2, 2) ONE_MAIL(0, 3, 3), false, true);
    ck_assert_str_eq(text_of("more connections"), "2 more connections, with the same dialogue as before");
    test_tell_end();
    test_tell(ONE_MAIL(0, 1, 1) ONE_MAIL(5, 2, 2) ONE_MAIL(30, 3, 3), false, true);
    ck_assert_str_eq(text_of("more connections"),
                     "2 more connections, with the same dialogue as before, until 00:00:30");
    test_tell_end();
}
END_TEST

START_TEST(a_connection_to_another_host_is_another_one)
{
    test_tell(TEST_NO_CONNECT(0, "mx1.d.example", "refused") TEST_NO_CONNECT(0, "mx2.d.example", "refused"), false,
              true);
    ck_assert_ptr_nonnull(test_step("mx2.d.example"));
    ck_assert_uint_eq(visible(), 2);
    test_tell_end();
}
END_TEST

START_TEST(a_failed_attempt_has_its_own_words)
{
    test_tell(TEST_NO_CONNECT(0, "mx.d.example", "refused") TEST_NO_CONNECT(10, "mx.d.example", "refused"), false,
              true);
    ck_assert_str_eq(text_of("one more attempt"), "one more attempt to connect, with the same result");
    test_tell_end();
    test_tell(LOOKUP(0) TEST_NO_CONNECT(0, "mx.d.example", "refused") LOOKUP(10)
                  TEST_NO_CONNECT(10, "mx.d.example", "refused"),
              false, true);
    ck_assert_str_eq(text_of("one more attempt"),
                     "the same question to the DNS, with the same answer; one more attempt "
                     "to connect, with the same result");
    test_tell_end();
}
END_TEST

START_TEST(what_stops_waiting_stands_after_the_time_that_it_waited)
{
    test_tell(TEST_NO_CONNECT(0, "mx.d.example", "dropped") TEST_NO_CONNECT(300, "mx.d.example", "given-up"), false,
              true);
    ck_assert_str_eq(test_telling.steps[1].text, "5 minutes pass.");
    ck_assert_str_eq(test_telling.steps[2].text, "The relay stops waiting for mx.d.example.");
    test_tell_end();
}
END_TEST

START_TEST(the_idle_end_of_a_connection_stands_where_it_happens)
{
    test_tell(ONE_MAIL(0, 1, 1) TEST_CONNECT(0, 2, "mx2.d.example") TEST_REPLY(0, 2, "banner", 220, "other")
                  SAID(2, 1, "QUIT", "QUIT") TEST_REPLY(2, 1, "QUIT", 221, "bye"),
              true, true);
    const struct step *note = test_step("which is still open");
    ck_assert_ptr_nonnull(note);
    ck_assert(note > test_step("220 other"));
    ck_assert_str_eq(note[1].text, "QUIT");
    ck_assert_str_eq(note[2].text, "221 bye");
    test_tell_end();
    test_tell(ONE_MAIL(0, 1, 1) SAID(2, 1, "QUIT", "QUIT") TEST_REPLY(2, 1, "QUIT", 221, "bye"), true, true);
    ck_assert_ptr_null(test_step("which is still open")); /* nothing came between */
    ck_assert_ptr_nonnull(test_step("221 bye"));
    test_tell_end();
}
END_TEST

START_TEST(a_gap_is_worded_by_its_length)
{
    static const struct {
        const char *at, *words;
    } rows[] = {{"60", "1 minute passes."},
                {"120", "2 minutes pass."},
                {"3600", "1 hour passes."},
                {"3660", "1 hour 1 minute pass."},
                {"86400", "1 day passes."},
                {"30", "30 seconds pass."},
                {"5", NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char events[1024];
        (void)snprintf(events, sizeof events,
                       "{'t':0,'event':'tcp.connect','host':'mx1.d.example','addr':'192.0.2.10','result':'refused'}\n"
                       "{'t':%s,'event':'tcp.connect','host':'mx2.d.example','addr':'192.0.2.11','result':'refused'}\n",
                       rows[i].at);
        test_tell(events, false, true);
        const struct step *gap = test_step("pass");
        if (rows[i].words == NULL)
            ck_assert_ptr_null(gap);
        else
            ck_assert_msg(gap != NULL && strcmp(gap->text, rows[i].words) == 0, "%s: %s", rows[i].words,
                          gap != NULL ? gap->text : "no gap");
        test_tell_end();
    }
}
END_TEST

START_TEST(a_gap_says_that_mail_waits_while_it_does)
{
    test_tell(HANDED(0, 1) TOOK(0, 1) TEST_NO_CONNECT(0, "mx.d.example", "refused") ONE_MAIL(300, 1, 1), false, true);
    ck_assert(test_notes_say(test_step("5 minutes pass"), "The message waits on the relay's disk."));
    test_tell_end();
    test_tell(HANDED(0, 1) TOOK(0, 1) ONE_MAIL(0, 1, 1) TEST_DELIVERED(0, 1, "bob1@d.example") HANDED(300, 2), false,
              true);
    ck_assert(!test_notes_say(test_step("5 minutes pass"), "The message waits"));
    test_tell_end();
}
END_TEST

START_TEST(time_that_passes_within_a_connection_is_a_gap_too)
{
    test_tell(TEST_CONNECT(0, 1, "mx.d.example") TEST_REPLY(0, 1, "banner", 220, "ready") SAID(0, 1, "DATA", "DATA")
                  TEST_REPLY(590, 1, "DATA", 354, "go"),
              false, true);
    ck_assert_str_eq(text_of("pass"), "9 minutes 50 seconds pass, and the connection stays open.");
    test_tell_end();
}
END_TEST

START_TEST(a_text_that_is_too_long_is_cut_at_a_character)
{
    struct buf events;
    buf_init(&events, 65536);
    (void)buf_add_cstr(&events, TEST_CONNECT(0, 1, "mx.d.example"));
    (void)buf_add_cstr(&events, "{'t':0,'event':'smtp.command','conn':1,'verb':'NOOP','line':'NOOP ");
    for (int i = 0; i < 400; i++)
        (void)buf_add_cstr(&events, "é");
    (void)buf_add_cstr(&events, "'}\n");
    test_tell(buf_cstr(&events), true, true);
    const struct step *step = test_step("NOOP");
    ck_assert_ptr_nonnull(strstr(step->text, "é… and 506 octets more"));
    test_tell_end();
    buf_fini(&events);
}
END_TEST

SUITE(fold, messages_that_differ_in_numbers_alone_are_alike, connections_that_say_the_same_are_counted,
      a_connection_to_another_host_is_another_one, a_failed_attempt_has_its_own_words,
      what_stops_waiting_stands_after_the_time_that_it_waited, the_idle_end_of_a_connection_stands_where_it_happens,
      a_gap_is_worded_by_its_length, a_gap_says_that_mail_waits_while_it_does,
      time_that_passes_within_a_connection_is_a_gap_too, a_text_that_is_too_long_is_cut_at_a_character)
