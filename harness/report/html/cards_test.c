/* Cards of causes, chips that filter, and what the search reads, with text that means harm. */
#include <stdlib.h>
#include <string.h>

#include "harness/report/html/page.h"
#include "harness/report/record/status.h"
#include "harness/report/list.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"

#define RUN(scenario, target, result, more)                                                                            \
    "{\"scenario\":\"" scenario "\",\"target\":\"" target "\",\"file\":\"f.yaml\",\"result\":\"" result "\"" more "}"
#define FAIL(sentence, more)                                                                                           \
    "{\"verdict\":\"fail\",\"id\":\"v\",\"level\":\"must\",\"sentence\":\"" sentence "\"" more "}"
#define BROKEN(scenario, more) RUN(scenario, "x", "fail", ",\"verdicts\":[" FAIL("It holds", more) "]")

/* The caller's: of the body. */
static char *page_of(const char *list)
{
    struct json *records = NULL;
    struct err err = {0};
    struct buf out;
    char *array = mem_printf("[%s]", list);
    ck_assert_msg(json_parse(slice_cstr(array), &records, &err) == ERR_OK, "%s: %s", array, err.text);
    buf_init(&out, 8 * 1024 * 1024);
    ck_assert(report_html(records, &out));
    char *text = mem_strdup(strstr(buf_cstr(&out), "<body>"));
    buf_fini(&out);
    json_free(records);
    free(array);
    return text;
}

/* The part of the page that begins with `from`, up to and with `to`. The caller's. */
static char *part_of(const char *list, const char *from, const char *to)
{
    char *page = page_of(list), *begin = strstr(page, from), *end = begin != NULL ? strstr(begin, to) : NULL;
    ck_assert_msg(end != NULL, "no `%s` with `%s` after it", from, to);
    char *part = mem_strndup(begin, (size_t)(end - begin) + strlen(to));
    free(page);
    return part;
}

static void expect_part(const char *list, const char *from, const char *to, const char *wanted)
{
    char *part = part_of(list, from, to);
    ck_assert_msg(strcmp(part, wanted) == 0, "got:\n%.1500s\nwanted:\n%.1500s", part, wanted);
    free(part);
}

static size_t count_of(const char *text, const char *what)
{
    size_t n = 0;
    for (; (text = strstr(text, what)) != NULL; text += strlen(what))
        n++;
    return n;
}

START_TEST(a_card_has_the_rows_that_say_something)
{
    static const char *const cases[][2] = {
        {"", "<dl class=\"difference\"></dl>"},
        {",\"wanted\":\"a\"", "<dl class=\"difference\"><dt>expected</dt><dd class=\"wanted\">a</dd></dl>"},
        {",\"wanted\":\"a\",\"seen\":\"b\",\"because\":\"<c>\"",
         "<dl class=\"difference\"><dt>expected</dt><dd class=\"wanted\">a</dd><dt>got</dt><dd class=\"got\">b</dd>"
         "<dt>because</dt><dd class=\"because\">&lt;c&gt;</dd></dl>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *list = mem_printf(BROKEN("a/b", "%s"), cases[i][0]);
        expect_part(list, "<dl class=\"difference\">", "</dl>", cases[i][1]);
        free(list);
    }
}
END_TEST

START_TEST(the_head_of_a_card_counts_runs_and_names_the_target_only_among_several)
{
    static const char *const cases[][2] = {
        {BROKEN("a", ""), "<h3><span class=\"pill fail\">must</span> It holds <span class=\"about\">1 run</span></h3>"},
        {BROKEN("a", ",\"clauses\":\"RFC1\"") "," BROKEN("b", ",\"clauses\":\"RFC1\""),
         "<h3><span class=\"pill fail\">must</span> It holds <span class=\"about\"><a "
         "href=\"https://www.rfc-editor.org/rfc/rfc1\">RFC1</a> · 2 runs</span></h3>"},
        {BROKEN("a", "") "," RUN("a", "<y>", "pass", ""),
         "<h3><span class=\"pill fail\">must</span> It holds <span class=\"about\">1 run · x</span></h3>"},
        {RUN("a", "x", "trouble", ",\"what\":\"w\""),
         "<h3>The run could not be played <span class=\"about\">1 run</span></h3>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_part(cases[i][0], "<h3>", "</h3>", cases[i][1]);
}
END_TEST

START_TEST(what_happened_has_three_sentences_of_the_first_run)
{
    expect_part(RUN("a", "x", "fail", ",\"happened\":[\"1 <\",\"2\",\"3\",\"4\"],\"verdicts\":[" FAIL("S", "") "]"),
                "<p>What happened", "<dl", "<p>What happened: 1 &lt;</p>\n<p>2</p>\n<p>3</p>\n<dl");
}
END_TEST

START_TEST(other_sentences_of_the_same_runs_are_named_with_their_results)
{
    expect_part(RUN("a", "x", "fail",
                    ",\"verdicts\":[" FAIL("S", "") "," FAIL("<T>", "") ",{\"verdict\":\"inconclusive\",\"sentence\":"
                                                                        "\"U\"}]"),
                "<p class=\"also\">", "</p>",
                "<p class=\"also\">In the same runs: &lt;T&gt; (fail); U (inconclusive)</p>");
}
END_TEST

START_TEST(runs_past_the_twelfth_are_folded)
{
    for (int runs = 12; runs <= 14; runs += 2) {
        struct buf list;
        buf_init(&list, 65536);
        for (int i = 0; i < runs; i++)
            (void)buf_printf(&list, "%s" BROKEN("a/%d", ""), i > 0 ? "," : "", i);
        char *card = part_of(buf_cstr(&list), "<article class=\"cause\"", "</article>");
        ck_assert_uint_eq(count_of(card, "<li><a href=\"#x/a/"), (size_t)runs);
        ck_assert_uint_eq(count_of(card, "<details><summary>2 more</summary>"), runs > 12);
        ck_assert_ptr_nonnull(strstr(card, "<li><a href=\"#x/a/11\">a/11</a></li>\n</ul>"));
        free(card);
        buf_fini(&list);
    }
}
END_TEST

/* What a reader copies to run it again: as the shell needs it, and as text. */
START_TEST(a_card_says_how_to_rerun_its_first_run)
{
    static const char *const cases[][2] = {
        {BROKEN("a", ""), "<code>relaylab run --target x f.yaml</code>"},
        {RUN("a", "x", "fail",
             ",\"target_option\":\"./x.yaml\",\"seed\":7,\"case\":\"<c>\",\"verdicts\":[" FAIL("S", "") "]"),
         "<code>relaylab run --target ./x.yaml --seed 7 --case &lt;c&gt; f.yaml</code>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_part(cases[i][0], "<code>", "</code>", cases[i][1]);
}
END_TEST

START_TEST(a_card_has_the_entries_that_make_its_cause_known)
{
    static const char *const cases[][2] = {
        {RUN("a/b", "x", "fail", ",\"case\":\"c\",\"verdicts\":[" FAIL("S", "") "]") "," RUN(
             "d", "x", "fail", ",\"verdicts\":[" FAIL("S", "") "]"),
         "<code>a/b(c)#v: {verdict: fail, reason: \"\"}\nd#v: {verdict: fail, reason: \"\"}\n</code>"},
        {RUN("a", "x", "fail",
             ",\"verdicts\":[" FAIL("S", "") ",{\"verdict\":\"inconclusive\",\"id\":\"<i>\",\"sentence\":\"U\"}]"),
         "<code>a#v: {verdict: fail, reason: \"\"}\na#&lt;i&gt;: {verdict: inconclusive, reason: \"\"}\n</code>"},
        {RUN("a", "x", "trouble", ",\"what\":\"w\""), "<code>a: {verdict: trouble, reason: \"\"}\n</code>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *known = part_of(cases[i][0], "<details class=\"known\">", "</details>");
        ck_assert_msg(strstr(known, cases[i][1]) != NULL, "case %zu:\n%s", i, known);
        free(known);
    }
}
END_TEST

/* A pass against a baseline has an entry already. */
START_TEST(an_unexpected_pass_has_no_entry_to_add)
{
    char *page = page_of(RUN("a", "x", "fail",
                             ",\"verdicts\":[{\"verdict\":\"pass\",\"id\":\"v\",\"sentence\":\"S\",\"expected\":"
                             "\"fail\",\"reason\":\"r\"}]"));
    ck_assert_uint_eq(count_of(page, "<article class=\"cause\""), 1);
    ck_assert_uint_eq(count_of(page, "<details class=\"known\">"), 0);
    free(page);
}
END_TEST

#define CONTACT(t, more) "{\"t\":" t ",\"hosts\":[{\"t\":" t ",\"host\":\"mx1.dest.example\"" more "}]}"
#define MESSAGES(attempts)                                                                                             \
    ",\"behaviour\":{\"messages\":[{\"rcpt\":\"b@d\",\"attempts\":[" attempts                                          \
    "]}],\"dsns\":[{\"t\":900,\"conn\":9,\"to\":"                                                                      \
    "\"a@s\",\"report\":{\"subject\":\"delayed\"}}]}"

START_TEST(a_card_draws_what_happened_when)
{
    static const char *const wanted[] = {"<text class=\"lane\" x=\"0\" y=\"39\">story, sender</text>",
                                         ">mx1.dest.examp…</text>",
                                         "<g class=\"at\"><path d=\"M",
                                         "href=\"#m:1\"",
                                         "href=\"#m:3\"",
                                         "href=\"#m:5\""};
    char *svg = part_of(RUN("a", "x", "fail",
                            ",\"verdicts\":[" FAIL("S", ",\"at\":900") "]" MESSAGES(CONTACT(
                                "0", ",\"conn\":1,\"code\":451") "," CONTACT("300", ",\"failure\":\"refused\""))),
                        "<svg class=\"small\"", "</svg>");
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        ck_assert_msg(count_of(svg, wanted[i]) == 1, "`%s` in\n%s", wanted[i], svg);
    ck_assert_uint_eq(count_of(svg, ">DNS<"), 0); /* a host was tried */
    free(svg);
}
END_TEST

START_TEST(a_card_leads_to_the_bounce)
{
    char *page = page_of(RUN("a", "x", "fail", ",\"verdicts\":[" FAIL("S", "") "]" MESSAGES("")));
    ck_assert_uint_eq(count_of(page, "<a href=\"#x/a@report-1\">Report text</a>"), 1);
    ck_assert_uint_eq(count_of(page, "<details class=\"report\" id=\"x/a@report-1\">"), 1);
    free(page);
}
END_TEST

START_TEST(chips_count_each_status_that_there_is)
{
    static const struct {
        const char *list;
        size_t chips;
        const char *words;
    } cases[] = {
        {RUN("a", "x", "pass", ""), 1, "value=\"passed\"/> <strong>1</strong> passed</label>"},
        {RUN("a", "x", "pass", "") "," RUN("b", "x", "pass", ""), 1, "value=\"passed\"/> <strong>2</strong> passed"},
        {RUN("a", "x", "pass", "") "," BROKEN("b", "") "," RUN("c", "x", "unsupported", "") "," RUN("d", "x", "trouble",
                                                                                                    ""),
         4, "value=\"failed\"/> <strong>1</strong> failed</label>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *form = part_of(cases[i].list, "<form class=\"filters\">", "</fieldset>");
        ck_assert_msg(count_of(form, "type=\"checkbox\"") == cases[i].chips, "case %zu:\n%s", i, form);
        ck_assert_msg(strstr(form, cases[i].words) != NULL, "case %zu:\n%s", i, form);
        free(form);
    }
}
END_TEST

/* The search reads what stands between these two; a text that ends it early would become markup, and not be found. */
START_TEST(what_is_searched_cannot_be_ended_by_a_peer)
{
    static const char evil[] = "</noscript><script>x</script></template>--></textarea>]]>";
    char *list =
        mem_printf(RUN("a", "x", "fail",
                       ",\"happened\":[\"%s\"],\"notes\":[\"%s\"],\"teach\":{\"story\":\"%s\",\"watch\":\"%s\"},"
                       "\"verdicts\":[" FAIL("%s", ",\"seen\":\"%s\",\"wanted\":\"%s\",\"because\":\"%s\"") "]"),
                   evil, evil, evil, evil, evil, evil, evil, evil);
    char *page = part_of(list, "<main>", "</main>");
    ck_assert_uint_eq(count_of(page, HTML_LAZY_BEGIN), 1);
    ck_assert_uint_eq(count_of(page, HTML_LAZY_END), 1);
    ck_assert_uint_eq(count_of(page, "<script"), 0);
    ck_assert_uint_eq(count_of(page, "</textarea>"), 0);
    const char *heavy = strstr(page, HTML_LAZY_BEGIN), *end = strstr(page, HTML_LAZY_END);
    ck_assert(heavy != NULL && end != NULL && heavy < end);
    char *searched = mem_strndup(heavy, (size_t)(end - heavy));
    ck_assert_uint_ge(count_of(searched, "&lt;/noscript&gt;&lt;script&gt;x&lt;/script&gt;"), 8);
    free(searched);
    free(page);
    free(list);
}
END_TEST

SUITE(cards, a_card_has_the_rows_that_say_something,
      the_head_of_a_card_counts_runs_and_names_the_target_only_among_several,
      what_happened_has_three_sentences_of_the_first_run, other_sentences_of_the_same_runs_are_named_with_their_results,
      a_card_has_the_entries_that_make_its_cause_known, an_unexpected_pass_has_no_entry_to_add,
      a_card_draws_what_happened_when, a_card_leads_to_the_bounce, runs_past_the_twelfth_are_folded,
      a_card_says_how_to_rerun_its_first_run, chips_count_each_status_that_there_is,
      what_is_searched_cannot_be_ended_by_a_peer)
