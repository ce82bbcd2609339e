/* The page of one run: its folds, clock, questions and checks, and no markup but its own. */
#include "harness/explain/page.h"

#include <stdlib.h>
#include <string.h>

#include "harness/report/record/testing.h"
#include "lib/base/mem.h"

#define AWAY(t) TEST_NO_CONNECT(t, "mx.d.example", "refused")
#define GOOD(t, conn)                                                                                                  \
    TEST_CONNECT(t, conn, "mx.d.example")                                                                              \
    TEST_REPLY(t, conn, "banner", 220, "ready") TEST_CLOSE(t, conn, "client", "close")
#define TEACH(more)                                                                                                    \
    "scenario: 1\nid: test/one\ntitle: A & B\nteach:\n  level: intro\n" more                                           \
    "clock: {until: 6h}\nworld:\n  dns: {d.example: {MX: \"10 mx.d.example\"}}\n  hosts: {mx.d.example: {addr: "       \
    "192.0.2.10}}\nstory:\n  - {t: 0s, submit: m1, from: alice@s.example, to: [bob@d.example]}\nexpect:\n  - {must: "  \
    "It arrives, spec: RFC5321#6.1, delivered: {of: m1}}\n"

/* The caller's. */
static char *page_of(const char *yaml, const char *events, const char *target)
{
    struct test_run run;
    struct telling telling;
    struct buf out;
    test_run_begin(&run, yaml, events);
    telling_make(&telling, &run.trial.facts, &(struct telling_view){.preamble = true, .message = true});
    buf_init(&out, PAGE_MAX);
    struct page_input input = {run.trial.scenario, target, &telling, &run.trial.judgement, false};
    ck_assert(page_write(&input, &out));
    char *text = mem_strdup(buf_cstr(&out));
    buf_fini(&out);
    telling_fini(&telling);
    test_run_end(&run);
    return text;
}

static size_t count_of(const char *text, const char *what)
{
    size_t n = 0;
    for (; (text = strstr(text, what)) != NULL; text += strlen(what))
        n++;
    return n;
}

static void expect_in(const char *page, const char *words)
{
    ck_assert_msg(strstr(page, words) != NULL, "lacks `%s`:\n%.2000s", words, strstr(page, "<body>"));
}

START_TEST(each_fold_is_closed_wherever_it_ends)
{
    static const struct {
        const char *events;
        size_t folds;
    } cases[] = {
        {"", 0},
        {AWAY(0), 0},
        {AWAY(0) AWAY(1), 1},            /* the last line of all */
        {AWAY(0) AWAY(1) GOOD(2, 1), 1}, /* then a step */
        {AWAY(0) AWAY(1) GOOD(2, 1) AWAY(3), 2},
        {AWAY(0) AWAY(1) GOOD(1, 1) GOOD(61, 2) AWAY(100) AWAY(300) AWAY(600), 4}, /* with gaps between */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *page = page_of(TEACH(""), cases[i].events, "relay");
        ck_assert_msg(count_of(page, "<details class=\"fold\">") == cases[i].folds, "case %zu: %zu folds", i,
                      count_of(page, "<details class=\"fold\">"));
        /* what follows a fold is not in it */
        ck_assert(i != 3 || strstr(page, "</details>\n<div class=\"row\"><span class=\"time\">00:00:02") != NULL);
        ck_assert_uint_eq(count_of(page, "<details"), count_of(page, "</details>"));
        ck_assert_uint_eq(count_of(page, "<div"), count_of(page, "</div>"));
        free(page);
    }
}
END_TEST

/* Of a run of less than an hour the axis is linear, of a longer one logarithmic; 12 to 308 is its width. */
START_TEST(the_clock_has_a_mark_for_each_connection)
{
    static const struct {
        const char *events;
        const char *marks[3];
    } cases[] = {
        {"", {"y2=\"40\" stroke=\"var(--line)\"/></svg>"}},
        {GOOD(0, 1), {"<circle cx=\"12.0\" cy=\"40\""}},
        {GOOD(0, 1) AWAY(300) GOOD(600, 2), {"<circle cx=\"12.0\"", "<path d=\"M160.0 32l", "<circle cx=\"308.0\""}},
        {GOOD(0, 1) AWAY(1800) GOOD(36000, 2), {"<circle cx=\"12.0\"", "<path d=\"M170.9 32l", "<circle cx=\"308.0\""}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *page = page_of(TEACH(""), cases[i].events, "relay");
        for (size_t k = 0; k < 3 && cases[i].marks[k] != NULL; k++)
            expect_in(page, cases[i].marks[k]);
        free(page);
    }
}
END_TEST

START_TEST(of_many_connections_forty_are_drawn_and_three_have_a_time)
{
    struct buf events;
    buf_init(&events, 65536);
    for (int i = 0; i < 60; i++)
        (void)buf_printf(
            &events, "{'t':%d,'event':'tcp.connect','host':'mx%d.d.example','addr':'192.0.2.10','result':'refused'}\n",
            i * 30, i);
    char *page = page_of(TEACH(""), buf_cstr(&events), "relay");
    ck_assert_uint_eq(count_of(page, "<path d=\"M"), 40);
    ck_assert_uint_eq(count_of(page, "<text x="), 3);
    free(page);
    buf_fini(&events);
}
END_TEST

START_TEST(questions_hide_their_answers_and_a_lesson_leads_to_the_next)
{
    char *page =
        page_of(TEACH("  lesson: 1\n  story: |\n    One.\n    Two <b>.\n  watch: The 250.\n  quiz:\n"
                      "    - {question: Who & why?, choices: [the relay, \"<i>\"], answer: b, because: It is so}\n"),
                GOOD(0, 1), "relay");
    expect_in(page, "<title>A &amp; B</title>");
    expect_in(page, " · lesson 1 of 12: Store and forward: 250 is a promise</p>");
    expect_in(page, "<p class=\"story\">One. Two &lt;b&gt;.</p>");
    expect_in(page, "<strong>Watch</strong> The 250.");
    expect_in(page, "<h2>Who &amp; why?</h2>\n<ol><li>the relay</li><li>&lt;i&gt;</li></ol>\n"
                    "<details><summary>The answer</summary><p><strong>b</strong>: It is so</p></details>");
    expect_in(page, "<p>Lesson 2, “Later”: greylisting: <code>relaylab explain retry/greylist-basic</code></p>");
    ck_assert_ptr_null(strstr(page, "<p>Try:")); /* lesson 1 begins with another scenario */
    free(page);
    page = page_of(TEACH("  lesson: 12\n"), "", "relay");
    expect_in(page, "<p>All lessons: <code>relaylab course</code></p>");
    free(page);
    page = page_of(TEACH(""), "", "relay");
    expect_in(page, "<p class=\"soft\"><code>test/one</code></p>");
    expect_in(page, "<p>All lessons: <code>relaylab course</code></p>");
    ck_assert_uint_eq(count_of(page, "class=\"card quiz\""), 0);
    free(page);
}
END_TEST

START_TEST(the_target_is_named_as_text_and_what_was_checked_has_its_result)
{
    char *page = page_of(TEACH(""), "", "relay");
    expect_in(page, "is one of them, it is Relaylab&#39;s own. The times");
    expect_in(page,
              "<li><span class=\"pill fail\">inconclusive</span> must: It arrives <a href=\"https://www.rfc-editor.org/"
              "rfc/rfc5321#section-6.1\">RFC5321 §6.1</a> · seen: ");
    expect_in(page, "<p class=\"soft\">must, should and may say how strongly the RFC asks for it. inconclusive: ");
    free(page);
    page = page_of(TEACH(""),
                   "{'t':0,'event':'msg.submitted','msg':'m1','n':1,'to':['bob@d.example']}\n" TEST_CONNECT(
                       1, 1, "mx.d.example") TEST_DELIVERED(1, 1, "bob@d.example"),
                   "<x>");
    expect_in(page, "is one of them, it is &lt;x&gt;. The times");
    expect_in(page, "<span class=\"pill pass\">pass</span> must: It arrives ");
    free(page);
}
END_TEST

/* Each kind of text that a peer or a client can choose. */
START_TEST(no_text_of_a_peer_is_markup)
{
    static const char evil[] = "<script>x</script>]]>\\u001b[31m\\u202e&\\\"";
    static const char *const cases[] = {
        "{'t':0,'event':'msg.handed','msg':'m1','n':1,'from':'%s','to':['%s']}\n",
        "{'t':0,'event':'dns.answer','qname':'%s','qtype':'MX','rcode':'NOERROR','answers':['x 1 IN MX 10 %s']}\n",
        "{'t':0,'event':'dns.answer','qname':'%s','qtype':'MX','rcode':'%s'}\n",
        "{'t':0,'event':'tcp.connect','host':'%s','addr':'%s','result':'refused'}\n",
        TEST_CONNECT(0, 1, "mx") "{'t':0,'event':'smtp.command','conn':1,'verb':'%s','line':'%s'}\n",
        TEST_CONNECT(0, 1, "mx") "{'t':0,'event':'smtp.reply','conn':1,'verb':'EHLO','code':250,'text':'%s\\n%s'}\n",
        TEST_CONNECT(0, 1, "mx") "{'t':0,'event':'tls.fail','conn':1,'host':'%s','text':'%s'}\n",
        TEST_CONNECT(0, 1, "mx") "{'t':0,'event':'dsn.seen','conn':1,'to':'%s','subject':'%s','recipients':[]}\n",
        TEST_CONNECT(0, 1, "mx") "{'t':0,'event':'dsn.seen','conn':1,'to':'x','recipients':[{'rcpt':'%s','status':"
                                 "'%s'}]}\n",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf events;
        buf_init(&events, 65536);
        for (const char *c = cases[i]; *c != '\0'; c++) {
            bool here = c[0] == '%' && c[1] == 's';
            (void)(here ? buf_add_cstr(&events, evil) : buf_add_char(&events, *c));
            c += here;
        }
        char *page = page_of(TEACH(""), buf_cstr(&events), "relay");
        ck_assert_msg(strstr(page, "<script") == NULL && strchr(page, '\033') == NULL && strstr(page, "]]>") == NULL &&
                          strstr(page, "\xe2\x80\xae") == NULL,
                      "case %zu:\n%.2000s", i, strstr(page, "<main"));
        ck_assert_msg(strstr(page, "&lt;script&gt;x&lt;/script&gt;]]&gt;\\x1B[31m\\u202E&amp;&quot;") != NULL,
                      "case %zu:\n%.2000s", i, strstr(page, "<main"));
        free(page);
        buf_fini(&events);
    }
}
END_TEST

START_TEST(a_page_that_does_not_fit_is_refused)
{
    struct test_run run;
    struct telling telling;
    struct buf out;
    test_run_begin(&run, TEACH(""), GOOD(0, 1));
    telling_make(&telling, &run.trial.facts, &(struct telling_view){.preamble = true, .message = true});
    struct page_input input = {run.trial.scenario, "relay", &telling, &run.trial.judgement, false};
    buf_init(&out, 1000);
    ck_assert(!page_write(&input, &out));
    buf_fini(&out);
    telling_fini(&telling);
    test_run_end(&run);
}
END_TEST

SUITE(explain_page, each_fold_is_closed_wherever_it_ends, the_clock_has_a_mark_for_each_connection,
      of_many_connections_forty_are_drawn_and_three_have_a_time,
      questions_hide_their_answers_and_a_lesson_leads_to_the_next,
      the_target_is_named_as_text_and_what_was_checked_has_its_result, no_text_of_a_peer_is_markup,
      a_page_that_does_not_fit_is_refused)
