/* How a trace becomes steps: their order, the gaps between them, what is folded, and what is explained. */
#include "harness/explain/telling.h"

#include <stdlib.h>
#include <string.h>

#include "harness/report/record/testing.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define HANDED(t) "{'t':" #t ",'event':'msg.handed','msg':'m1','n':1,'from':'alice@s.example','to':['bob@d.example']}\n"
#define LOOKUP(t)                                                                                                      \
    "{'t':" #t ",'event':'dns.answer','qname':'d.example','qtype':'MX','rcode':'NOERROR','answers':['d.example. 3600 " \
    "IN MX 10 mx.d.example.']}\n"
#define LINE(t, conn, verb, line)                                                                                      \
    "{'t':" #t ",'event':'smtp.command','conn':" #conn ",'verb':'" verb "','line':'" line "'}\n"
#define HELLO(t, conn)                                                                                                 \
    TEST_CONNECT(t, conn, "mx.d.example")                                                                              \
    TEST_REPLY(t, conn, "banner", 220, "mx.d.example ready")                                                           \
    LINE(t, conn, "EHLO", "EHLO relay.example")                                                                        \
    TEST_REPLY(t, conn, "EHLO", 250, "mx.d.example\\nPIPELINING\\nX-NEW")                                              \
    LINE(t, conn, "MAIL", "MAIL FROM:<alice@s.example> SIZE=10") TEST_REPLY(t, conn, "MAIL", 250, "2.1.0 ok")
#define REFUSED(t, conn)                                                                                               \
    HELLO(t, conn)                                                                                                     \
    LINE(t, conn, "RCPT", "RCPT TO:<bob@d.example>")                                                                   \
    TEST_REPLY(t, conn, "RCPT", 451, "4.7.1 later") TEST_CLOSE(t, conn, "target", "close")
#define END_OF_RUN(t) "{'t':" #t ",'event':'target.queue','count':0,'entries':[]}\n{'t':" #t ",'event':'run.end'}\n"

static struct test_run run;
static struct telling telling;

static void begin(const char *events, bool whole, bool preamble)
{
    test_run_begin(&run, WORLD("must: It arrives, spec: RFC5321#6.1, delivered: {of: m1}"), events);
    telling_make(&telling, &run.trial.facts,
                 &(struct telling_view){.whole = whole, .preamble = preamble, .message = preamble});
}

static void end(void)
{
    telling_fini(&telling);
    test_run_end(&run);
}

/* The first visible step with these words; fails without one. */
static const struct step *find(const char *words)
{
    for (size_t i = 0; i < telling.count; i += 1 + telling.steps[i].hides)
        if (strstr(telling.steps[i].text, words) != NULL)
            return &telling.steps[i];
    ck_abort_msg("no step says: %s", words);
    return NULL;
}

static size_t count_kind(enum step_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < telling.count; i += 1 + telling.steps[i].hides)
        count += telling.steps[i].kind == kind;
    return count;
}

static const struct note *note_at(const struct step *step, size_t column)
{
    for (size_t i = 0; i < step->note_count; i++)
        if (step->notes[i].column == column)
            return &step->notes[i];
    return NULL;
}

START_TEST(the_steps_of_a_run_are_in_order_with_their_gaps)
{
    begin(HANDED(0) LOOKUP(0) REFUSED(0, 1) LOOKUP(300) REFUSED(300, 2) END_OF_RUN(3600), true, true);
    ck_assert_str_eq(telling.steps[0].text, "alice@s.example hands the relay a message for bob@d.example.");
    ck_assert_str_eq(telling.steps[1].text, "MX d.example");
    ck_assert_str_eq(telling.steps[2].text, "MX 10 mx.d.example.");
    ck_assert_int_eq(telling.steps[3].kind, STEP_CONNECT);
    ck_assert_str_eq(telling.steps[4].text, "220 mx.d.example ready");
    ck_assert_str_eq(telling.steps[6].text, "250-mx.d.example");
    ck_assert_str_eq(telling.steps[8].text, "250 X-NEW");
    ck_assert_uint_eq(count_kind(STEP_GAP), 1); /* none before the end of the run */
    ck_assert_str_eq(find("pass")->text, "5 minutes pass.");
    ck_assert_int_eq(find("pass")->t_ns, 300 * NS_PER_S);
    ck_assert_str_eq(telling.steps[telling.count - 1].text,
                     "The run ends, 1 hour after it began. The relay's queue is empty.");
    end();
}
END_TEST

START_TEST(a_reply_is_taken_apart_the_first_time)
{
    begin(HANDED(0) REFUSED(0, 1), true, true);
    const struct step *step = find("451 4.7.1");
    ck_assert(step->trouble);
    ck_assert_str_eq(note_at(step, 0)->label, "4__");
    ck_assert_str_eq(note_at(step, 2)->label, "451");
    ck_assert_str_eq(note_at(step, 6)->label, ".7.");
    ck_assert_str_eq(note_at(step, 8)->label, ".7.1");
    ck_assert_ptr_nonnull(note_at(step, SIZE_MAX));
    ck_assert_ptr_null(note_at(find("250 2.1.0"), 0)); /* 2 is known from the greeting */
    end();
}
END_TEST

START_TEST(what_was_said_before_is_folded)
{
    begin(HANDED(0) LOOKUP(0) REFUSED(0, 1) LOOKUP(300) REFUSED(300, 2) LOOKUP(900) REFUSED(900, 3) LOOKUP(2100)
              REFUSED(2100, 4) END_OF_RUN(3600),
          false, true);
    ck_assert_str_eq(find("the same question")->text, "the same question to the DNS, with the same answer; "
                                                      "one more connection, with the same dialogue as before");
    ck_assert_str_eq(find("The same happens")->text, "The same happens 2 more times, at 00:15:00 and 00:35:00");
    ck_assert(find("The same happens")->trouble);
    size_t visible = 0;
    for (size_t i = 0; i < telling.count; i += 1 + telling.steps[i].hides)
        visible++;
    ck_assert_uint_lt(visible, 24);
    end();
}
END_TEST

START_TEST(the_beginning_of_a_connection_is_folded_where_it_is_not_the_point)
{
    begin(HANDED(0) REFUSED(0, 1), false, false);
    const struct step *fold = find("greeting, EHLO");
    ck_assert_str_eq(fold->text, "greeting, EHLO: 5 lines");
    ck_assert_uint_eq(fold->hides, 5);
    ck_assert_str_eq(fold[6].text, "MAIL FROM:<alice@s.example> SIZE=10");
    end();
    begin(HANDED(0) REFUSED(0, 1), false, true);
    ck_assert_uint_eq(count_kind(STEP_FOLD), 0);
    end();
}
END_TEST

START_TEST(lines_that_repeat_are_folded)
{
    begin(HANDED(0) HELLO(0, 1) LINE(0, 1, "RCPT", "RCPT TO:<user1@d.example>") TEST_REPLY(0, 1, "RCPT", 250, "ok")
              LINE(0, 1, "RCPT", "RCPT TO:<user2@d.example>") TEST_REPLY(0, 1, "RCPT", 250, "ok")
                  LINE(0, 1, "RCPT", "RCPT TO:<user3@d.example>") TEST_REPLY(0, 1, "RCPT", 250, "ok")
                      LINE(0, 1, "RCPT", "RCPT TO:<user14@d.example>") TEST_REPLY(0, 1, "RCPT", 250, "ok")
                          LINE(0, 1, "RCPT", "RCPT TO:<user15@d.example>") TEST_REPLY(0, 1, "RCPT", 250, "ok"),
          false, true);
    ck_assert_str_eq(find("more lines like")->text, "and 4 more lines like these");
    ck_assert_ptr_nonnull(find("user2@"));
    ck_assert_ptr_nonnull(find("user15@"));
    end();
}
END_TEST

START_TEST(a_report_is_shown_field_by_field)
{
    begin(TEST_CONNECT(0, 1, "mx.s.example") "{'t':0,'event':'dsn.seen','conn':1,'host':'mx.s.example','msg':'m1','n':"
                                             "1,'to':'alice@s.example','subject':"
                                             "'Sorry','action':'failed','report':true,'form':{'mta':'dns; "
                                             "relay.example'},'recipients':[{'rcpt':"
                                             "'bob@d.example','action':'failed','status':'5.1.1','diagnostic':'smtp; "
                                             "550 5.1.1 No','remote_mta':'mx'}]}\n",
          false, true);
    ck_assert_uint_eq(count_kind(STEP_FIELD), 6);
    const struct step *status = find("Status: 5.1.1");
    ck_assert_str_eq(status->notes[1].text,
                     "5: a permanent failure. It is about the address: this mailbox does not exist.");
    end();
}
END_TEST

START_TEST(what_goes_wrong_is_marked)
{
    begin("{'t':0,'event':'dns.answer','qname':'d.example','qtype':'MX','rcode':'NXDOMAIN','answers':[]}\n"
          "{'t':0,'event':'dns.answer','qname':'e.example','qtype':'MX','rcode':'NOERROR','answers':[]}\n"
          "{'t':0,'event':'tcp.connect','host':'mx.d.example','addr':'192.0.2.10','port':25,'result':'dropped'}\n"
          "{'t':30,'event':'tcp.connect','host':'mx.d.example','addr':'192.0.2.10','port':25,'result':'given-up'}"
          "\n" TEST_CONNECT(30, 1, "mx.d.example") TEST_CLOSE(31, 1, "host", "reset"),
          false, true);
    ck_assert(find("NXDOMAIN")->trouble);
    ck_assert(!find("no records")->trouble); /* the domain is its own mail host */
    ck_assert(find("tries to connect")->trouble);
    ck_assert(find("breaks")->trouble);
    ck_assert_str_eq(find("pass")->text, "30 seconds pass.");
    end();
}
END_TEST

START_TEST(spans_are_words)
{
    static const struct {
        int64_t s;
        const char *words;
    } rows[] = {{0, "less than a second"}, {1, "1 second"},         {90, "1 minute 30 seconds"},
                {300, "5 minutes"},        {3600, "1 hour"},        {5400, "1 hour 30 minutes"},
                {86400, "1 day"},          {90061, "1 day 1 hour"}, {86460, "1 day"}};
    char out[SPAN_TEXT_MAX];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_str_eq(span_words(rows[i].s * NS_PER_S, out), rows[i].words);
}
END_TEST

/* Of a hand-made or a cut trace: whatever is missing, there are steps. */
START_TEST(a_trace_may_lack_what_belongs_before_an_event)
{
    static const struct {
        const char *events, *text; /* text: of the first step */
    } cases[] = {
        {LINE(5, 1, "MAIL", "MAIL FROM:<a@s.example>"), "On the connection to ?, which is still open:"},
        {"{'t':0,'event':'msg.handed'}\n",
         "A client, with the null sender <>, hands the relay a message for no recipient."},
        {"{'t':0,'event':'msg.refused'}\n", "The relay does not take it: the connection ends at ?."},
        {"{'t':0,'event':'msg.submitted'}\n", "The relay takes it: 250."},
        {"{'t':0,'event':'dns.answer'}\n", "? ?"},
        {"{'t':0,'event':'tcp.connect'}\n", "The relay tries to connect to ?, address ?, port 0."},
        {"{'t':0,'event':'tcp.connect','result':'given-up'}\n", "The relay stops waiting for ?."},
        {"{'t':0,'event':'dialog.start'}\n", NULL},
        {"{'t':7200,'event':'run.end'}\n", "The run ends, 2 hours after it began."},
        {"{'t':0,'event':'target.queue','count':2}\n{'t':60,'event':'run.end'}\n",
         "The run ends, 1 minute after it began. The relay's queue still holds mail."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(cases[i].events, true, true);
        if (cases[i].text != NULL) {
            ck_assert_uint_gt(telling.count, 0);
            ck_assert_str_eq(telling.steps[telling.steps[0].kind == STEP_GAP].text, cases[i].text);
        }
        end();
    }
}
END_TEST

START_TEST(recipients_are_named_as_far_as_a_sentence_can)
{
    static const char *const cases[][2] = {
        {"'b@d.example'", "a@s.example hands the relay a message for b@d.example."},
        {"'b@d.example','c@d.example'", "a@s.example hands the relay a message for b@d.example and c@d.example."},
        {"'b@d.example','c@d.example','e@d.example'",
         "a@s.example hands the relay a message for b@d.example and 2 others."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *events =
            mem_printf("{'t':0,'event':'msg.handed','msg':'m1','n':1,'from':'a@s.example','to':[%s]}\n", cases[i][0]);
        begin(events, true, true);
        ck_assert_str_eq(telling.steps[0].text, cases[i][1]);
        end();
        free(events);
    }
}
END_TEST

/* What the relay answered in the same instant belongs to the submission; what came later has its own place. */
START_TEST(a_submission_has_its_outcome_next_to_it)
{
    static const char refused[] =
        "{'t':%d,'event':'msg.refused','msg':'%s','n':1,'verb':'RCPT','code':550,'text':'5.7.1 no'}\n";
    static const struct {
        int t;
        const char *msg;
        bool next;
    } cases[] = {{0, "m1", true}, {0, "m2", false}, {9, "m1", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *later = mem_printf(refused, cases[i].t, cases[i].msg);
        char *events = mem_printf("%s%s%s", HANDED(0), LOOKUP(0), later);
        begin(events, true, true);
        ck_assert_msg((strcmp(telling.steps[1].text, "The relay does not take it: a refusal at RCPT.") == 0) ==
                          cases[i].next,
                      "case %zu: %s", i, telling.steps[1].text);
        ck_assert(find("The relay does not take it")->trouble);
        ck_assert_str_eq(find("550")->text, "550 5.7.1 no");
        end();
        free(events);
        free(later);
    }
}
END_TEST

/* A text of 300 octets is kept; a longer one is cut before a character, not in it. */
START_TEST(a_long_line_is_cut_between_characters)
{
    static const struct {
        int pad; /* octets before "é" and ten more */
        const char *end;
    } cases[] = {{288, "xéyyyyyyyyyy"}, {298, "xé… and 10 octets more"}, {299, "x… and 12 octets more"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char pad[320];
        memset(pad, 'x', sizeof pad);
        char *events =
            mem_printf(TEST_CONNECT(0, 1, "mx") LINE(0, 1, "NOOP", "%.*s\303\251yyyyyyyyyy"), cases[i].pad, pad);
        begin(events, true, true);
        const char *text = telling.steps[1].text;
        ck_assert_msg(strcmp(text + strlen(text) - strlen(cases[i].end), cases[i].end) == 0, "%s", text);
        end();
        free(events);
    }
}
END_TEST

START_TEST(eight_records_of_an_answer_are_shown)
{
    for (int count = 8; count <= 10; count++) {
        struct buf events;
        buf_init(&events, 65536);
        (void)buf_add_cstr(&events,
                           "{'t':0,'event':'dns.answer','qname':'d','qtype':'MX','rcode':'NOERROR','answers':[");
        for (int i = 0; i < count; i++)
            (void)buf_printf(&events, "%s'd. 60 IN MX %d mx.'", i > 0 ? "," : "", i);
        (void)buf_add_cstr(&events, "]}\n");
        begin(buf_cstr(&events), true, true);
        ck_assert_uint_eq(count_kind(STEP_ANSWER), count == 8 ? 8 : 9);
        ck_assert_str_eq(telling.steps[8].text, "MX 7 mx.");
        ck_assert(count != 10 || strcmp(telling.steps[9].text, "and 2 more records") == 0);
        end();
        buf_fini(&events);
    }
}
END_TEST

START_TEST(a_run_with_too_many_lines_is_cut_and_says_so)
{
    for (int more = 0; more < 2; more++) {
        struct buf events;
        buf_init(&events, 4 * 1024 * 1024);
        for (int i = 0; i < STEPS_MAX / 2 + more; i++)
            (void)buf_printf(&events, "{'t':0,'event':'dns.answer','qname':'d%d.example','qtype':'MX','rcode':'X'}\n",
                             i);
        begin(buf_cstr(&events), true, true);
        ck_assert_uint_eq(telling.count, STEPS_MAX);
        ck_assert_int_eq(telling.cut, more);
        end();
        buf_fini(&events);
    }
}
END_TEST

SUITE(telling, the_steps_of_a_run_are_in_order_with_their_gaps, a_reply_is_taken_apart_the_first_time,
      what_was_said_before_is_folded, the_beginning_of_a_connection_is_folded_where_it_is_not_the_point,
      lines_that_repeat_are_folded, a_report_is_shown_field_by_field, what_goes_wrong_is_marked, spans_are_words,
      a_trace_may_lack_what_belongs_before_an_event, recipients_are_named_as_far_as_a_sentence_can,
      a_submission_has_its_outcome_next_to_it, a_long_line_is_cut_between_characters,
      eight_records_of_an_answer_are_shown, a_run_with_too_many_lines_is_cut_and_says_so)
