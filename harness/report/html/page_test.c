/* What the page says first: how the suite ended, why runs failed, how each ended; and the ids of its parts. */
#include <stdlib.h>
#include <string.h>

#include "harness/report/html/page.h"
#include "harness/report/record/status.h"
#include "harness/report/list.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"

#define RUN(scenario, result, more) "{\"scenario\":\"" scenario "\",\"target\":\"x\",\"result\":\"" result "\"" more "}"
#define VERDICTS(list)              ",\"verdicts\":[" list "]"
#define FAIL(seen)                                                                                                     \
    "{\"verdict\":\"fail\",\"id\":\"once\",\"level\":\"must\",\"sentence\":\"It arrives once\",\"wanted\":\"a copy\"," \
    "\"seen\":\"" seen "\"}"
#define KNOWN "{\"verdict\":\"fail\",\"id\":\"k\",\"sentence\":\"K\",\"expected\":\"fail\",\"reason\":\"issue 17\"}"
#define WARN  "{\"verdict\":\"warn\",\"id\":\"w\",\"sentence\":\"W\"}"

static struct json *parse(const char *text)
{
    struct json *json = NULL;
    struct err err = {0};
    ck_assert_msg(json_parse(slice_cstr(text), &json, &err) == ERR_OK, "%s: %s", text, err.text);
    return json;
}

/* The caller's. */
static char *page_of(const char *records_text)
{
    struct buf out;
    char *list = mem_printf("[%s]", records_text);
    struct json *records = parse(list);
    buf_init(&out, 1024 * 1024);
    ck_assert(report_html(records, &out));
    char *text = mem_strdup(buf_cstr(&out));
    buf_fini(&out);
    json_free(records);
    free(list);
    return text;
}

static void expect_in(const char *records, const char *words)
{
    char *page = page_of(records), *body = strstr(page, "<body>");
    ck_assert_msg(strstr(body, words) != NULL, "lacks `%s`:\n%.4000s", words, body);
    free(page);
}

static void expect_order(const char *records, const char *const *words)
{
    char *page = page_of(records);
    const char *at = strstr(page, "<body>");
    for (; *words != NULL; words++) {
        at = strstr(at, *words);
        ck_assert_msg(at != NULL, "`%s` is missing, or earlier", *words);
    }
    free(page);
}

START_TEST(a_run_has_one_status)
{
    static const struct {
        const char *record;
        enum status status;
    } cases[] = {
        {RUN("a", "pass", VERDICTS("")), STATUS_PASSED},
        {RUN("a", "pass", VERDICTS(WARN)), STATUS_WARNED},
        {RUN("a", "pass", VERDICTS(WARN "," KNOWN)), STATUS_KNOWN},
        {RUN("a", "fail", VERDICTS(KNOWN "," FAIL("none"))), STATUS_FAILED},
        {RUN("a", "unstable", ""), STATUS_FAILED},
        {RUN("a", "trouble", ""), STATUS_ERROR},
        {RUN("a", "trouble", ",\"expected\":\"trouble\",\"reason\":\"r\""), STATUS_KNOWN},
        {RUN("a", "fail", ",\"expected\":\"fail\",\"reason\":\"r\""), STATUS_FAILED},
        {RUN("a", "unsupported", ""), STATUS_UNSUPPORTED},
        {RUN("a", "untried", ""), STATUS_UNTRIED},
        {RUN("a", "later", ""), STATUS_FAILED}, /* of a newer relaylab */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json *record = parse(cases[i].record);
        ck_assert_msg(status_of(record) == cases[i].status, "case %zu", i);
        json_free(record);
    }
}
END_TEST

START_TEST(the_page_begins_with_how_the_suite_ended)
{
    static const char *const cases[][2] = {
        {RUN("a", "pass", VERDICTS("")), "<h1 class=\"good\">The only run passed</h1>"},
        {RUN("a", "pass", VERDICTS("")) "," RUN("b", "pass", VERDICTS(WARN)), ">All 2 runs passed</h1>"},
        {RUN("a", "pass", VERDICTS(KNOWN)) "," RUN("b", "pass", VERDICTS("")),
         ">No new failures: 1 run passed, and 1 has known failures</h1>"},
        {RUN("a", "unsupported", ""), ">Nothing ran</h1>"},
        {RUN("a", "fail", VERDICTS(FAIL("none"))), "<h1 class=\"bad\">1 of 1 run failed, for 1 reason</h1>"},
        {RUN("a", "fail", VERDICTS(FAIL("none"))) "," RUN("b", "fail", VERDICTS(FAIL("two"))),
         ">2 of 2 runs failed, for 2 reasons</h1>"},
        {RUN("a", "trouble", ",\"what\":\"w\"") "," RUN("b", "pass", ""),
         ">1 of 2 runs could not run, for 1 reason</h1>"},
        {RUN("a", "fail", VERDICTS(FAIL("none"))) "," RUN("b", "trouble", ",\"what\":\"w\""),
         ">1 of 2 runs failed and 1 could not run, for 2 reasons</h1>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_in(cases[i][0], cases[i][1]);
}
END_TEST

START_TEST(the_title_names_failures_and_target)
{
    static const char *const cases[][2] = {
        {RUN("a", "pass", ""), "<title>Passed · x · Relaylab</title>"},
        {RUN("a", "fail", "") "," RUN("b", "fail", ""), "<title>2 failed · x · Relaylab</title>"},
        {RUN("a", "fail", "") "," RUN("b", "trouble", ""), "<title>1 failed · 1 could not run · x · Relaylab</title>"},
        {RUN("a", "pass", "") ",{\"scenario\":\"a\",\"target\":\"y\",\"result\":\"pass\"}",
         "<title>Passed · several targets · Relaylab</title>"},
        {"{\"scenario\":\"a\",\"target\":\"</title>\",\"result\":\"pass\"}",
         "<title>Passed · &lt;/title&gt; · Relaylab</title>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *page = page_of(cases[i][0]);
        ck_assert_msg(strstr(page, cases[i][1]) != NULL, "case %zu:\n%.700s", i, page);
        free(page);
    }
}
END_TEST

#define SUITE_OF(more) ",\"suite\":{\"relaylab\":\"0.1\"" more "}"
#define BEGAN(time)    ",\"began\":\"2026-11-30T" time "Z\""

START_TEST(the_head_says_what_was_run_each_once)
{
    static const char *const cases[][2] = {
        {RUN("a", "pass", ""), "<p class=\"about\"><strong>x</strong> · 1 run · 0s of mail</p>\n</header>"},
        {RUN("a", "pass",
             ",\"seed\":7" SUITE_OF(",\"commit\":\"abc\",\"target_version\":\"<3>\"" BEGAN(
                 "12:34:56") ",\"command\":\"relaylab run '<'\"")) "," RUN("b", "pass",
                                                                           ",\"seed\":7" SUITE_OF(
                                                                               ",\"commit\":\"abc\",\"target_version\":"
                                                                               "\"<3>\"" BEGAN(
                                                                                   "12:30:00") ",\"command\":"
                                                                                               "\"relaylab run '<'\"")),
         "<p class=\"about\"><strong>x</strong> &lt;3&gt; · Relaylab 0.1 (abc) · <time "
         "datetime=\"2026-11-30T12:30:00Z\">2026-11-30 12:30 UTC</time> · seed 7 · 2 runs · 0s of mail · baseline: "
         "none</p>\n<p class=\"about\"><code>relaylab run &#39;&lt;&#39;</code></p>"},
        {RUN("a", "pass", ",\"seed\":7" SUITE_OF(",\"baseline\":\"b.yaml\"")) "," RUN(
             "b", "pass", ",\"seed\":8" SUITE_OF(BEGAN("odd"))),
         "<strong>x</strong> · Relaylab 0.1 · several seeds · 2 runs · 0s of mail · baseline: b.yaml, none</p>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_in(cases[i][0], cases[i][1]);
}
END_TEST

START_TEST(causes_come_before_runs_and_failures_before_passes)
{
    static const char *const order[] = {"<h1",
                                        "id=\"cause:once-",
                                        "It arrives once",
                                        "What happened: x lost it.",
                                        "<dd class=\"wanted\">a copy</dd>",
                                        "<dd class=\"got\">none</dd>",
                                        "<a href=\"#x/b/failing\">b/failing</a>",
                                        "<a href=\"#x/c/failing\">c/failing</a>",
                                        "value=\"failed\"/> <strong>2</strong> failed",
                                        "value=\"passed\"/> <strong>1</strong> passed",
                                        "id=\"x/b/failing\" data-s=\"failed\"",
                                        "id=\"x/c/failing\" data-s=\"failed\"",
                                        "id=\"x/a/passing\" data-s=\"passed\"",
                                        NULL};
    expect_order(RUN("a/passing", "pass", VERDICTS("")) "," RUN(
                     "b/failing", "fail",
                     ",\"happened\":[\"x lost it.\"]" VERDICTS(FAIL("none"))) "," RUN("c/failing", "fail",
                                                                                      VERDICTS(FAIL("none"))),
                 order);
}
END_TEST

START_TEST(causes_past_the_fifth_are_folded)
{
    static const char *const order[] = {"got\">one copy here<",
                                        "got\">copy of two<",
                                        "got\">c<",
                                        "got\">d<",
                                        "got\">e<",
                                        "<summary>2 more causes</summary>",
                                        "got\">f<",
                                        "got\">g<",
                                        NULL};
    expect_order(
        RUN("a", "fail", VERDICTS(FAIL("one copy here"))) "," RUN("b", "fail", VERDICTS(FAIL("copy of two"))) "," RUN(
            "c", "fail",
            VERDICTS(FAIL("c"))) "," RUN("d", "fail",
                                         VERDICTS(FAIL(
                                             "d"))) "," RUN("e", "fail",
                                                            VERDICTS(FAIL(
                                                                "e"))) "," RUN("f", "fail",
                                                                               VERDICTS(FAIL(
                                                                                   "f"))) "," RUN("g", "fail",
                                                                                                  VERDICTS(FAIL("g"))),
        order);
}
END_TEST

START_TEST(a_known_failure_shows_its_reason_before_the_run_is_opened)
{
    static const char *const order[] = {"data-s=\"known\"", "<summary>", "known: issue 17", "</summary>", NULL};
    expect_order(RUN("a", "pass", VERDICTS(KNOWN)), order);
}
END_TEST

START_TEST(in_a_run_broken_sentences_come_first_and_passes_are_folded)
{
    static const char *const order[] = {
        "class=\"body\"", "It arrives once", ">K <", ">W <", "<summary>1 passed</summary>", ">P <", NULL};
    expect_order(
        RUN("a", "fail", VERDICTS("{\"verdict\":\"pass\",\"sentence\":\"P\"}," WARN "," KNOWN "," FAIL("none"))),
        order);
}
END_TEST

START_TEST(what_needs_the_script_is_hidden_without_it)
{
    expect_in(RUN("a", "pass", ""), "<label class=\"find\" hidden=\"\">");
}
END_TEST

#define LINES(opening) opening ",[1,\"C\",\"mail FROM:<a@b>\"],[1,\"S\",\"250 ok\"]"
#define OPENING        "[0,\"S\",\"220 mx\"],[0,\"C\",\"EHLO x\"],[0,\"S\",\"250-mx\"],[0,\"S\",\"250 SIZE\"]"
#define SHORT          "[0,\"S\",\"220 mx\"],[0,\"C\",\"EHLO x\"]"

START_TEST(what_a_connection_says_again_is_named_and_not_shown)
{
    static const struct {
        const char *first, *second, *named;
    } cases[] = {
        {LINES(OPENING), LINES(OPENING) ",[2,\"C\",\"QUIT\"]", "the session opens with the same 4 lines"},
        {LINES(OPENING), LINES(OPENING), "</time>the same 6 lines"},
        {LINES(OPENING), LINES(OPENING ",[0,\"S\",\"250 x\"]"), NULL},
        {LINES(SHORT), LINES(SHORT) ",[2,\"C\",\"QUIT\"]", NULL}, /* not worth it */
        {SHORT, SHORT, NULL},
        {OPENING, OPENING, "</time>the same 4 lines"},
        {OPENING, OPENING ",[0,\"C\",\"QUIT\"]", NULL}, /* the first ended there */
        {LINES(OPENING), LINES("[0,\"C\",\"220 mx\"],[0,\"C\",\"EHLO x\"],[0,\"S\",\"250-mx\"],[0,\"S\",\"250 SIZE\"]"),
         NULL}, /* another speaker */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *record =
            mem_printf("{\"scenario\":\"a\",\"target\":\"x\",\"result\":\"pass\",\"verdicts\":[],\"connections\":{"
                       "\"list\":[{\"conn\":1,\"lines\":[%s]},{\"conn\":4,\"lines\":[%s]}]}}",
                       cases[i].first, cases[i].second);
        char *page = page_of(record);
        const char *same = strstr(page, " lines as <a href=\"#x/a@1\">connection 1</a>");
        ck_assert_msg((same != NULL) == (cases[i].named != NULL), "case %zu", i);
        ck_assert_msg(same == NULL || strstr(page, cases[i].named) != NULL, "case %zu", i);
        free(page);
        free(record);
    }
}
END_TEST

START_TEST(mark_row_and_transcript_of_a_contact_share_a_key)
{
    static const char *const order[] = {"<g transform=",
                                        " data-c=\"7\" data-t=\"105\" data-n=\"1\">",
                                        " data-c=\"t109.5\" data-t=\"109.5\" data-n=\"2\">",
                                        "<tr data-c=\"7\">",
                                        "<tr data-c=\"t109.5\">",
                                        "<details class=\"connection\" data-c=\"7\"",
                                        NULL};
    expect_order(RUN("a", "pass",
                     VERDICTS("") ",\"behaviour\":{\"messages\":[{\"handed\":100,\"rcpt\":\"b@d\",\"attempts\":["
                                  "{\"t\":5,\"hosts\":[{\"t\":5,\"host\":\"mx\",\"conn\":7,\"code\":451}]},"
                                  "{\"t\":9.5,\"hosts\":[{\"t\":9.5,\"host\":\"mx\",\"failure\":\"refused\"}]}]}]},"
                                  "\"connections\":{\"list\":[{\"conn\":7,\"lines\":[]}]}"),
                 order);
}
END_TEST

#define JUDGED(place) "{\"verdict\":\"fail\",\"id\":\"once\",\"sentence\":\"It arrives <once>\",\"at\":1" place "}"
#define TALKS                                                                                                          \
    ",\"connections\":{\"list\":[{\"conn\":1,\"lines\":[" LINES(OPENING) "]},{\"conn\":4,\"lines\":[" LINES(           \
        OPENING) "]}]}"

START_TEST(a_sentence_leads_to_its_line_and_the_line_back_to_it)
{
    static const char *const order[] = {
        "<a href=\"#x/a@4.5\">Transcript</a>",
        "<li id=\"x/a:once\" class=\"fail\" data-c=\"4\">",
        "<a class=\"at\" href=\"#x/a@4.5\">at 00:00:01</a>",
        "<a href=\"#x/a:once\"><g class=\"at fail\"",
        " data-c=\"4\" data-t=\"1\"><title>It arrives &lt;once&gt;</title>",
        "id=\"x/a@4\"",
        "→ EHLO x</p>", /* it is shown, though connection 1 said the same */
        "<p class=\"S judged\" id=\"x/a@4.5\"><a href=\"#x/a:once\">It arrives &lt;once&gt;</a>",
        NULL};
    expect_order(RUN("a", "fail", VERDICTS(JUDGED(",\"at_conn\":4,\"at_line\":5")) TALKS), order);
}
END_TEST

START_TEST(a_place_that_the_record_does_not_have_is_a_time)
{
    static const char *const places[] = {"",
                                         ",\"at_conn\":7,\"at_line\":0",
                                         ",\"at_conn\":4,\"at_line\":6",
                                         ",\"at_conn\":4,\"at_line\":-1",
                                         ",\"at_conn\":4",
                                         ",\"at_line\":1"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        char *record = mem_printf(RUN("a", "fail", VERDICTS(JUDGED("%s")) TALKS), places[i]);
        char *page = page_of(record);
        ck_assert_msg(strstr(page, "<span>at 00:00:01</span>") != NULL, "place %zu", i);
        ck_assert_msg(strstr(page, "judged\" id") == NULL, "place %zu", i);
        free(page);
        free(record);
    }
}
END_TEST

START_TEST(a_broken_sentence_without_an_event_points_to_what_decided)
{
    static const char decided[] = ",\"decided\":{\"at\":0,\"at_conn\":1,\"at_line\":2}" TALKS;
    static const struct {
        const char *verdicts;
        size_t pointers;
    } cases[] = {
        {FAIL("none"), 1},
        {WARN, 0},
        {"{\"verdict\":\"pass\",\"id\":\"p\",\"sentence\":\"P\",\"at\":1}", 0},
        {FAIL("none") "," FAIL("two"), 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *record = mem_printf(RUN("a", "fail", VERDICTS("%s") "%s"), cases[i].verdicts, decided);
        char *page = page_of(record);
        size_t pointers = 0;
        for (const char *at = page; (at = strstr(at, "<a class=\"at\" href=\"#x/a@1.2\">")) != NULL; at++)
            pointers++;
        ck_assert_msg(pointers == cases[i].pointers, "case %zu: %zu", i, pointers);
        ck_assert_msg((strstr(page, "id=\"x/a@1.2\"") != NULL) == (pointers > 0), "case %zu", i);
        free(page);
        free(record);
    }
}
END_TEST

START_TEST(equal_answers_of_the_dns_are_one_row_with_all_their_times)
{
    static const char *const order[] = {
        "DNS: 4 answers",
        "<tr><td>00:00:00, 00:05:00 (2 times)</td><td>MX d</td><td>NOERROR</td><td>1 mx</td></tr>",
        "<tr><td>00:00:01</td><td>MX d</td><td>SERVFAIL</td><td></td></tr>",
        "<tr><td>00:10:00</td><td>MX d</td><td>NOERROR</td><td>2 mx</td></tr>",
        "</table>",
        NULL};
    expect_order(
        RUN("a", "pass",
            VERDICTS(
                "") ",\"lookups\":{\"count\":4,\"list\":[[0,\"MX\",\"d\",\"NOERROR\",[\"1 mx\"]],[1,\"MX\",\"d\","
                    "\"SERVFAIL\",[]],[300,\"MX\",\"d\",\"NOERROR\",[\"1 mx\"]],[600,\"MX\",\"d\",\"NOERROR\",[\"2 "
                    "mx\"]]]}"),
        order);
}
END_TEST

START_TEST(ids_name_what_they_belong_to_and_are_unique)
{
    static const char *const wanted[] = {"x/a/b", "x/a/b(c)", "x/a/b~2", "x/-b-onclick---", "x/a/b~3"};
    struct json *records = parse("[" RUN("a/b", "pass", "") "," RUN("a/b", "pass", ",\"case\":\"c\"") "," RUN(
        "a/b", "pass", "") "," RUN("<b onclick=\\\"~", "pass", "") "," RUN("a/b", "pass", "") "]");
    struct anchors anchors;
    anchors_make(&anchors, records);
    ck_assert_uint_eq(anchors.count, 5);
    for (size_t i = 0; i < anchors.count; i++)
        ck_assert_str_eq(anchors.ids[i], wanted[i]);
    anchors_free(&anchors);
    json_free(records);
}
END_TEST

START_TEST(a_link_leads_to_each_expectation)
{
    struct json *verdicts = parse("[" WARN "," FAIL("none") "," WARN ",{\"verdict\":\"fail\",\"id\":\"a b\"}]");
    static const char *const wanted[] = {"w", "once", "w~2", "a-b"};
    char name[ANCHOR_MAX];
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        anchor_of_verdict(name, verdicts, i);
        ck_assert_str_eq(name, wanted[i]);
    }
    json_free(verdicts);
    expect_in(RUN("a", "fail", VERDICTS(FAIL("none"))), "<li id=\"x/a:once\"");
}
END_TEST

SUITE(page, a_broken_sentence_without_an_event_points_to_what_decided,
      a_sentence_leads_to_its_line_and_the_line_back_to_it, a_place_that_the_record_does_not_have_is_a_time,
      equal_answers_of_the_dns_are_one_row_with_all_their_times, what_a_connection_says_again_is_named_and_not_shown,
      mark_row_and_transcript_of_a_contact_share_a_key, a_known_failure_shows_its_reason_before_the_run_is_opened,
      a_link_leads_to_each_expectation, a_run_has_one_status, causes_come_before_runs_and_failures_before_passes,
      causes_past_the_fifth_are_folded, ids_name_what_they_belong_to_and_are_unique,
      in_a_run_broken_sentences_come_first_and_passes_are_folded, the_page_begins_with_how_the_suite_ended,
      the_title_names_failures_and_target, the_head_says_what_was_run_each_once,
      what_needs_the_script_is_hidden_without_it)
