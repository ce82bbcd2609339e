/* Which findings belong to one cause, and which do not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/record/causes.h"
#include "harness/report/record/shape.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"

/* ---- shapes ---- */

static const char *shape(const char *text, char out[512])
{
    struct json *messages = NULL;
    struct err err;
    struct buf buf;
    ck_assert_int_eq(json_parse(SLICE_LIT("[{\"of\":\"big\"},{\"of\":\"m1\"}]"), &messages, &err), ERR_OK);
    buf_init(&buf, 511);
    shape_add(&buf, text, messages);
    (void)snprintf(out, 512, "%s", buf_cstr(&buf));
    buf_fini(&buf);
    json_free(messages);
    return out;
}

START_TEST(texts_that_differ_in_values_alone_have_one_shape)
{
    static const char *const same[][2] = {
        {"Status: 5.0.0, for bob@dest.example", "Status: 5.1.1, for ghost1@other.example"},
        {"the wait is 6m40s", "the wait is 1d2h"},
        {"after 00:01:07.000", "after 4d 23:59:00.000"},
        {"1 copy for bob@d.example", "3 copies for <ann@d.example>"},
        {"1 report, the first after 5m", "2 reports, the first after 0s"},
        {"m1 for bob@d.example is lost", "big for ann@d.example is lost"},
        {"mx1.dest.example 6 %", "mx2b.dest.example 93 %"},
        {"mx1.d.example 6 %", "mx1.d.example 6 %, mx2.d.example 40 %, mx3.d.example 54 %"},
        {"copies to a@d.example", "copies to a@d.example, b@d.example and c@d.example"},
        {"copies to a@d.example and b@d.example", "copies to a@d.example"},
        {"connect to 240.0.0.1 port 25", "connect to 2001:db8::1 port 587"},
        {"smtpd[123] was ended by signal 11", "smtpd[7] was ended by signal 6"},
        {"4bXk2n17zz is queued", "c0ffee0123456789 is queued"},
        {"host1 is silent", "host22 is silent"},
    };
    char a[512], b[512];
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        ck_assert_str_eq(shape(same[i][0], a), shape(same[i][1], b));
}
END_TEST

START_TEST(texts_that_say_something_else_have_different_shapes)
{
    static const char *const different[][2] = {
        {"Content-Type is multipart/mixed", "Content-Type is text/plain"},
        {"none", "none; 2 other reports with Action: delayed"},
        {"Status: 5.0.0, for bob@d.example", "Status: none, for bob@d.example"},
        {"no copies for bob@d.example", "1 copy for bob@d.example"},
        {"RCPT answered with 550 5.1.1 No such user", "RCPT answered with 550 5.1.1 Blocked"},
        {"8BITMIME was not offered", "SMTPUTF8 was not offered"},
        {"m1 is lost", "mail is lost"},
        {"the reverse-path is <>", "the reverse-path is <a@d.example>"},
        {"sent to a@d.example, from b@d.example", "sent to a@d.example"},
    };
    char a[512], b[512];
    for (size_t i = 0; i < sizeof different / sizeof different[0]; i++)
        ck_assert_str_ne(shape(different[i][0], a), shape(different[i][1], b));
}
END_TEST

/* A text of any length and form is cut, not refused. */
START_TEST(a_shape_has_an_end)
{
    static const struct {
        const char *text, *shape;
    } cases[] = {{"", ""}, {" ", ""}, {",", ","}, {", , ,", ","}, {"<", "<"}, {"<>", "<>"}, {"x and", "x"}};
    char out[512], longest[2000];
    memset(longest, 'a', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    ck_assert_uint_lt(strlen(shape(longest, out)), 512);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_str_eq(shape(cases[i].text, out), cases[i].shape);
}
END_TEST

/* ---- causes ---- */

#define RUN(scenario, result, verdicts)                                                                                \
    "{\"scenario\":\"" scenario "\",\"case\":null,\"file\":\"" scenario                                                \
    ".yaml\",\"target\":\"x\",\"result\":\"" result "\",\"what\":\"\",\"verdicts\":[" verdicts "]}"
#define V(verdict, sentence, seen)                                                                                     \
    "{\"verdict\":\"" verdict "\",\"level\":\"must\",\"sentence\":\"" sentence "\",\"clauses\":\"RFC1\",\"line\":7,"   \
    "\"wanted\":\"w\",\"seen\":\"" seen "\"}"
#define TROUBLE(scenario, what)                                                                                        \
    "{\"scenario\":\"" scenario "\",\"case\":\"c\",\"target\":\"x\",\"result\":\"trouble\",\"what\":\"" what "\"}"

static struct json *records_of(const char *list)
{
    struct json *json = NULL;
    struct err err;
    char *text = mem_printf("[%s]", list);
    ck_assert_msg(json_parse(slice_cstr(text), &json, &err) == ERR_OK, "%s: %s", err.text, text);
    free(text);
    return json;
}

/* A line a cause: its result, how many sentences it has, its runs. */
static char *lines_of(const char *list)
{
    struct json *records = records_of(list), *causes = causes_of(records);
    struct buf out;
    buf_init(&out, 65536);
    for (size_t i = 0; i < json_count(causes); i++) {
        const struct json *cause = json_at(causes, i);
        (void)buf_printf(&out, "%s %s +%zu:", json_get_str(cause, "verdict", ""), json_get_str(cause, "sentence", ""),
                         json_count(json_get(cause, "also")));
        for (size_t k = 0; k < cause_count_runs(cause); k++)
            (void)buf_printf(&out, " %s", json_get_str(json_at(json_get(cause, "runs"), k), "scenario", ""));
        (void)buf_add_char(&out, '\n');
    }
    char *text = mem_strdup(buf_cstr(&out));
    buf_fini(&out);
    json_free(causes);
    json_free(records);
    return text;
}

START_TEST(findings_of_one_sentence_and_shape_are_one_cause)
{
    static const struct {
        const char *records, *lines;
    } cases[] = {
        {"", ""},
        {RUN("a", "pass", V("pass", "S", "s")), ""},
        {RUN("a", "fail", V("fail", "S", "1 copy")) "," RUN("b", "fail", V("fail", "S", "2 copies")),
         "fail S +0: a b\n"},
        /* many in one run are one run */
        {RUN("a", "fail", V("fail", "S", "1 copy") "," V("fail", "S", "2 copies")), "fail S +0: a\n"},
        /* another sentence, another thing seen, another result */
        {RUN("a", "fail", V("fail", "S", "x")) "," RUN("b", "fail", V("fail", "T", "x")),
         "fail S +0: a\nfail T +0: b\n"},
        {RUN("a", "fail", V("fail", "S", "x")) "," RUN("b", "fail", V("fail", "S", "y")),
         "fail S +0: a\nfail S +0: b\n"},
        {RUN("a", "fail", V("fail", "S", "x")) "," RUN("b", "fail", V("inconclusive", "S", "x")),
         "fail S +0: a\ninconclusive S +0: b\n"},
        /* warnings and notes do not fail */
        {RUN("a", "pass", V("warn", "S", "x") "," V("note", "T", "x") "," V("unsupported", "U", "x")), ""},
        /* the cause of most runs comes first */
        {RUN("a", "fail", V("fail", "S", "x")) "," RUN("b", "fail", V("fail", "T", "x")) "," RUN("c", "fail",
                                                                                                 V("fail", "T", "x")),
         "fail T +0: b c\nfail S +0: a\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *lines = lines_of(cases[i].records);
        ck_assert_msg(strcmp(lines, cases[i].lines) == 0, "case %zu:\n%s", i, lines);
        free(lines);
    }
}
END_TEST

START_TEST(sentences_that_break_in_exactly_the_same_runs_are_one_cause)
{
    static const struct {
        const char *records, *lines;
    } cases[] = {
        {RUN("a", "fail", V("fail", "S", "x") "," V("fail", "T", "x")) "," RUN(
             "b", "fail", V("fail", "S", "x") "," V("fail", "T", "x")),
         "fail S +1: a b\n"},
        /* a failure leads what could not be checked */
        {RUN("a", "fail", V("inconclusive", "S", "x") "," V("fail", "T", "x")), "fail T +1: a\n"},
        /* what could not be checked in other runs as well is not a cause as long as something fails in each of them */
        {RUN("a", "fail", V("inconclusive", "S", "x") "," V("fail", "T", "x")) "," RUN(
             "b", "fail", V("inconclusive", "S", "x") "," V("fail", "U", "x")),
         "fail T +0: a\nfail U +0: b\n"},
        {RUN("a", "fail", V("inconclusive", "S", "x") "," V("fail", "T", "x")) "," RUN("b", "fail",
                                                                                       V("inconclusive", "S", "x")),
         "inconclusive S +0: a b\nfail T +0: a\n"},
        {RUN("a", "fail",
             V("inconclusive", "S", "x") ",{\"verdict\":\"fail\",\"sentence\":\"T\",\"seen\":\"x\","
                                         "\"expected\":\"fail\",\"reason\":\"issue 17\"}"),
         "inconclusive S +0: a\n"}, /* a known failure is not unexpected */
        /* one more run, and they are two */
        {RUN("a", "fail", V("fail", "S", "x") "," V("fail", "T", "x")) "," RUN("b", "fail", V("fail", "T", "x")),
         "fail T +0: a b\nfail S +0: a\n"},
        /* an unexpected pass is not the reason of a failure */
        {RUN("a", "fail",
             V("fail", "S", "x") ",{\"verdict\":\"pass\",\"sentence\":\"T\",\"seen\":\"x\",\"expected\":\"fail\","
                                 "\"reason\":\"issue 17\"}"),
         "fail S +0: a\npass T +0: a\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *lines = lines_of(cases[i].records);
        ck_assert_msg(strcmp(lines, cases[i].lines) == 0, "case %zu:\n%s", i, lines);
        free(lines);
    }
}
END_TEST

START_TEST(a_crash_is_called_one)
{
    char *lines = lines_of(
        TROUBLE("a", "target-crashed: x (target) ended with signal 11") "," TROUBLE("b", "target-not-started: x"));
    ck_assert_str_eq(lines, "trouble The target crashed +0: a\ntrouble The run could not be played +0: b\n");
    free(lines);
}
END_TEST

START_TEST(runs_that_could_not_be_played_come_first_grouped_by_what_happened)
{
    char *lines = lines_of(RUN("a", "fail", V("fail", "S", "x")) "," RUN("b", "fail", V("fail", "S", "x")) "," TROUBLE(
        "c",
        "smtpd was ended by signal 11") "," TROUBLE("d",
                                                    "smtpd was ended by signal 6") "," TROUBLE("e",
                                                                                               "smtpd does not listen "
                                                                                               "on port 25") ",{"
                                                                                                             "\"scenari"
                                                                                                             "o\":"
                                                                                                             "\"f\","
                                                                                                             "\"result"
                                                                                                             "\":"
                                                                                                             "\"trouble"
                                                                                                             "\","
                                                                                                             "\"what\":"
                                                                                                             "\"x\","
                                                                                                             "\"expecte"
                                                                                                             "d\":"
                                                                                                             "\"trouble"
                                                                                                             "\","
                                                                                                             "\"reason"
                                                                                                             "\":"
                                                                                                             "\"known\""
                                                                                                             "},{"
                                                                                                             "\"scenari"
                                                                                                             "o\":"
                                                                                                             "\"g\","
                                                                                                             "\"target"
                                                                                                             "\":\"x\","
                                                                                                             "\"result"
                                                                                                             "\":"
                                                                                                             "\"unstabl"
                                                                                                             "e\","
                                                                                                             "\"what\":"
                                                                                                             "\"differs"
                                                                                                             "\","
                                                                                                             "\"verdict"
                                                                                                             "s\":[]},{"
                                                                                                             "\"scenari"
                                                                                                             "o\":"
                                                                                                             "\"h\","
                                                                                                             "\"result"
                                                                                                             "\":"
                                                                                                             "\"untried"
                                                                                                             "\"},{"
                                                                                                             "\"scenari"
                                                                                                             "o\":"
                                                                                                             "\"i\","
                                                                                                             "\"target"
                                                                                                             "\":\"x\","
                                                                                                             "\"result"
                                                                                                             "\":"
                                                                                                             "\"pass\","
                                                                                                             "\"expecte"
                                                                                                             "d\":"
                                                                                                             "\"trouble"
                                                                                                             "\","
                                                                                                             "\"reason"
                                                                                                             "\":"
                                                                                                             "\"crashes"
                                                                                                             "\","
                                                                                                             "\"verdict"
                                                                                                             "s\":[]}");
    ck_assert_str_eq(lines, "trouble The run could not be played +0: c d\n"
                            "trouble The run could not be played +0: e\n"
                            "unstable Equal runs have equal results +0: g\n"
                            "pass The baseline expects another result +0: i\n"
                            "fail S +0: a b\n");
    free(lines);
}
END_TEST

START_TEST(a_cause_has_the_finding_of_its_first_run_and_an_id_that_stays)
{
    struct json *records = records_of(RUN("a", "fail", V("fail", "It holds", "2 copies")) "," RUN(
                    "b", "fail", V("fail", "It holds", "3 copies"))),
                *later = records_of(
                    RUN("z", "fail", V("fail", "Other", "x")) "," RUN("b", "fail", V("fail", "It holds", "7 copies")));
    struct json *causes = causes_of(records), *causes_later = causes_of(later);
    const struct json *cause = json_at(causes, 0);
    ck_assert_uint_eq(json_count(causes), 1);
    ck_assert_str_eq(json_get_str(cause, "seen", ""), "2 copies");
    ck_assert_str_eq(json_get_str(cause, "wanted", ""), "w");
    ck_assert_str_eq(json_get_str(cause, "file", ""), "a.yaml");
    ck_assert_int_eq(json_get_int(cause, "line", 0), 7);
    ck_assert(cause_has_run(cause, 1) && !cause_has_run(cause, 2));
    ck_assert_ptr_nonnull(strstr(json_get_str(cause, "id", ""), "it-holds-"));
    ck_assert_uint_eq(strlen(json_get_str(cause, "id", "")), strlen("it-holds-01234567"));
    ck_assert_str_eq(json_get_str(cause, "id", ""), json_get_str(json_at(causes_later, 1), "id", ""));
    json_free(causes_later);
    json_free(causes);
    json_free(later);
    json_free(records);
}
END_TEST

START_TEST(an_unexpected_pass_names_the_entry_that_has_to_go)
{
    struct json *records = records_of(
        RUN("a", "fail",
            "{\"verdict\":\"pass\",\"sentence\":\"T\",\"wanted\":\"w\",\"seen\":\"s\",\"expected\":\"fail\",\"reason\":"
            "\"issue 17\"}"));
    struct json *causes = causes_of(records);
    ck_assert_str_eq(json_get_str(json_at(causes, 0), "wanted", ""), "fail, as in the baseline: issue 17");
    ck_assert_str_eq(json_get_str(json_at(causes, 0), "seen", ""), "pass");
    json_free(causes);
    json_free(records);
}
END_TEST

START_TEST(the_headline_counts_runs_once_and_the_list_has_three)
{
    static const struct {
        const char *records, *headline, *runs; /* of the first cause */
    } cases[] = {
        {"", "0 causes in 0 runs", ""},
        {RUN("a", "fail", V("fail", "S", "x")), "1 cause in 1 run", "a"},
        {RUN("a", "fail", V("fail", "S", "x") "," V("fail", "T", "x")) "," RUN("b", "fail", V("fail", "T", "x")),
         "2 causes in 2 runs", "a, b"},
        {TROUBLE("a", "x") "," TROUBLE("a", "x") "," TROUBLE("b", "x") "," TROUBLE("c", "x") "," TROUBLE("d", "x"),
         "1 cause in 5 runs", "a (c), b (c), c (c) and 2 more"},
        {TROUBLE("a", "x") "," TROUBLE("a", "x") "," TROUBLE("b", "x"), "1 cause in 3 runs", "a (c), b (c), a (c)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json *records = records_of(cases[i].records), *causes = causes_of(records);
        struct buf out;
        buf_init(&out, 1000);
        causes_add_headline(&out, causes);
        ck_assert_str_eq(buf_cstr(&out), cases[i].headline);
        buf_reset(&out);
        if (json_count(causes) > 0)
            cause_add_runs(&out, json_at(causes, 0));
        ck_assert_str_eq(buf_cstr(&out), cases[i].runs);
        buf_fini(&out);
        json_free(causes);
        json_free(records);
    }
}
END_TEST

SUITE(causes, texts_that_differ_in_values_alone_have_one_shape, texts_that_say_something_else_have_different_shapes,
      a_shape_has_an_end, findings_of_one_sentence_and_shape_are_one_cause,
      sentences_that_break_in_exactly_the_same_runs_are_one_cause, a_crash_is_called_one,
      runs_that_could_not_be_played_come_first_grouped_by_what_happened,
      a_cause_has_the_finding_of_its_first_run_and_an_id_that_stays, an_unexpected_pass_names_the_entry_that_has_to_go,
      the_headline_counts_runs_once_and_the_list_has_three)
