/* JUnit, TAP, GitHub and Markdown: each result in each format, whole. */
#include <stdlib.h>
#include <string.h>

#include "harness/report/list.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"

#define HEAD(scenario, case_, result)                                                                                  \
    "{\"scenario\":\"" scenario "\",\"case\":" case_ ",\"title\":\"Title\",\"file\":\"a.yaml\",\"target\":\"x\","      \
    "\"result\":\"" result "\",\"real_ms\":1500,\"virtual_s\":60"
#define RUN(scenario, case_, result, more) HEAD(scenario, case_, result) more "}"
#define VERDICTS(list)                     ",\"verdicts\":[" list "]"
#define V(verdict, more)                                                                                               \
    "{\"verdict\":\"" verdict "\",\"level\":\"must\",\"sentence\":\"It holds\",\"clauses\":\"RFC1\",\"line\":7,"       \
    "\"wanted\":\"w\",\"seen\":\"s\"" more "}"
#define OTHER(verdict) "{\"verdict\":\"" verdict "\",\"sentence\":\"It stays\",\"seen\":\"s\"}"
#define KNOWN(as)      ",\"expected\":\"" as "\",\"reason\":\"issue 17\""

static struct buf out;

static void write(bool (*report)(const struct json *, struct buf *), const char *records)
{
    struct json *json = NULL;
    struct err err = {0};
    char *list = mem_printf("[%s]", records);
    ck_assert_msg(json_parse(slice_cstr(list), &json, &err) == ERR_OK, "%s", err.text);
    buf_init(&out, 1024 * 1024);
    ck_assert(report(json, &out));
    json_free(json);
    free(list);
}

static void expect_part(bool (*report)(const struct json *, struct buf *), const char *records, const char *part)
{
    write(report, records);
    ck_assert_msg(strstr(buf_cstr(&out), part) != NULL, "no\n%s\nin\n%s", part, buf_cstr(&out));
    buf_fini(&out);
}

static void expect_whole(bool (*report)(const struct json *, struct buf *), const char *records, const char *whole)
{
    write(report, records);
    ck_assert_msg(strcmp(buf_cstr(&out), whole) == 0, "got\n%s\nwanted\n%s", buf_cstr(&out), whole);
    buf_fini(&out);
}

/* ---- JUnit ---- */

#define PROPERTIES(causes)                                                                                             \
    "    <properties>\n      <property name=\"target\" value=\"x\"/>\n      <property name=\"virtual_s\" "             \
    "value=\"60\"/>\n" causes "    </properties>\n"
#define CAUSE_OF_HOLDS                 "      <property name=\"cause\" value=\"it-holds-aceae7df\"/>\n"
#define DECLARATION                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define XML(counts)                    DECLARATION "<testsuites name=\"relaylab\" " counts ">\n"
#define SUITE_OF(name, counts, causes) "  <testsuite name=\"" name "\" " counts " time=\"1.500\">\n" PROPERTIES(causes)

#define CASE(name, rest) "    <testcase classname=\"" name "\" name=\"It holds\" time=\"0.000\">" rest "</testcase>\n"

START_TEST(junit_has_a_suite_a_run_and_a_case_a_sentence)
{
    expect_whole(report_junit, "", XML("tests=\"0\" failures=\"0\" errors=\"0\" skipped=\"0\"") "</testsuites>\n");
    expect_whole(
        report_junit,
        RUN("a/b", "\"c\"", "fail",
            ",\"happened\":[\"x dropped m1.\"]" VERDICTS(V("pass", "") "," V("fail", ",\"because\":\"b\"") "," V(
                "unsupported", ""))) "," RUN("a/d", "null", "pass", VERDICTS(V("warn", ""))),
        XML("tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"1\"") SUITE_OF(
            "a/b (c)", "tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\"", CAUSE_OF_HOLDS) CASE("a/b (c)", "")
            CASE("a/b (c)",
                 "\n      <failure message=\"expected w; got s\">fail: It holds (RFC1)&#10;expected: w&#10;got: s&#10;"
                 "because: b&#10;x dropped m1.</failure>\n    ")
                CASE("a/b (c)", "<skipped message=\"s\"/>") "  </testsuite>\n" SUITE_OF(
                    "a/d", "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\"", "")
                    CASE("a/d", "\n      <system-out>warn: It holds (RFC1)&#10;expected: w&#10;got: "
                                "s</system-out>\n    ") "  </testsuite>\n</testsuites>\n");
}
END_TEST

/* Of one verdict: the counts of its suite, and a part of its case. */
START_TEST(junit_counts_what_is_not_as_expected_and_skips_what_is_known)
{
    static const struct {
        const char *record, *counts, *part;
    } cases[] = {
        {RUN("a", "null", "pass", VERDICTS(V("pass", ""))), "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\"",
         CASE("a", "")},
        {RUN("a", "null", "fail", VERDICTS(V("inconclusive", ""))),
         "tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\"", "<failure message"},
        {RUN("a", "null", "pass", VERDICTS(V("not checked", ""))),
         "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\"", CASE("a", "<skipped message=\"s\"/>")},
        {RUN("a", "null", "pass", VERDICTS(V("note", ""))), "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\"",
         "<system-out>note: "},
        {RUN("a", "null", "pass", VERDICTS(V("fail", KNOWN("fail")))),
         "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\"", CASE("a", "<skipped message=\"issue 17\"/>")},
        {RUN("a", "null", "pass", VERDICTS(V("warn", KNOWN("warn")))),
         "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\"", CASE("a", "<skipped message=\"issue 17\"/>")},
        /* it was to fail, and passes: the entry has to go */
        {RUN("a", "null", "fail", VERDICTS(V("pass", KNOWN("fail")))),
         "tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\"", "&#10;the baseline says: fail (issue 17)</failure>"},
        {RUN("a", "null", "fail", VERDICTS(V("unsupported", KNOWN("fail")))),
         "tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\"", "<failure"},
        {RUN("a", "null", "pass", VERDICTS(V("pass", KNOWN("pass")))),
         "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\"", CASE("a", "")},
        {RUN("a", "null", "fail", VERDICTS(V("warn", KNOWN("fail")))),
         "tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\"", "<failure"},
        {RUN("a", "null", "trouble", ",\"what\":\"crashed\""), "tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\"",
         "name=\"Title\" time=\"1.500\">\n      <error message=\"crashed\">crashed</error>\n    </testcase>\n"},
        {RUN("a", "null", "trouble", ",\"what\":\"crashed\"" KNOWN("trouble")),
         "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\"",
         "name=\"Title\" time=\"1.500\"><skipped message=\"issue 17\"/></testcase>\n"},
        {RUN("a", "null", "unsupported", ",\"what\":\"the target lacks dsn\""),
         "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\"", "<skipped message=\"the target lacks dsn\"/>"},
        {RUN("a", "null", "untried", ",\"what\":\"not tried: x\""),
         "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\"", "<skipped message=\"not tried: x\"/>"},
        {RUN("a", "null", "unstable", ",\"what\":\"two runs differ\"" VERDICTS(V("pass", ""))),
         "tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\"",
         "<failure message=\"two runs differ\">two runs differ</failure>"},
        {RUN("a", "null", "pass", ",\"notes\":[\"it <wakes> often\"]" VERDICTS("")),
         "tests=\"0\" failures=\"0\" errors=\"0\" skipped=\"0\"",
         "<system-out>note: it &lt;wakes&gt; often</system-out>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *suite = mem_printf("  <testsuite name=\"a\" %s time", cases[i].counts);
        char *all = mem_printf("<testsuites name=\"relaylab\" %s>\n", cases[i].counts);
        expect_part(report_junit, cases[i].record, suite);
        expect_part(report_junit, cases[i].record, all); /* CI systems add up these */
        expect_part(report_junit, cases[i].record, cases[i].part);
        free(all);
        free(suite);
    }
}
END_TEST

/* ---- TAP ---- */

#define YAML(verdict, more)                                                                                            \
    "      ---\n      verdict: \"" verdict                                                                             \
    "\"\n      clauses: \"RFC1\"\n      wanted: \"w\"\n      seen: \"s\"\n" more "      ...\n"

START_TEST(tap_has_a_subtest_a_run)
{
    static const struct {
        const char *record, *tap; /* tap: after "TAP version 14\n1..1\n" */
    } cases[] = {
        {RUN("a/b", "null", "pass", VERDICTS(V("pass", "") "," V("unsupported", ""))),
         "# Subtest: a/b\n    1..2\n    ok 1 - It holds\n    ok 2 - It holds # SKIP s\nok 1 - a/b\n"},
        {RUN("a/b", "\"c\"", "fail", VERDICTS(V("fail", ",\"because\":\"b\""))),
         "# Subtest: a/b\n    1..1\n    not ok 1 - It holds\n" YAML("fail",
                                                                    "      because: \"b\"\n") "not ok 1 - a/b (c)\n"},
        {RUN("a/b", "null", "pass", VERDICTS(V("warn", ""))),
         "# Subtest: a/b\n    1..1\n    ok 1 - It holds\n" YAML("warn", "") "ok 1 - a/b\n"},
        {RUN("a/b", "null", "pass", VERDICTS(V("fail", KNOWN("fail")))),
         "# Subtest: a/b\n    1..1\n    not ok 1 - It holds # TO"
         "DO issue 17\n" YAML("fail", "") "ok 1 - a/b\n"},
        {RUN("a/b", "null", "fail", VERDICTS(V("pass", KNOWN("fail")))),
         "# Subtest: a/b\n    1..1\n    not ok 1 - It holds\nnot ok 1 - a/b\n"},
        {RUN("a/b", "null", "trouble", ",\"what\":\"crashed: \\\"x\\\"\\nsignal 11\""),
         "not ok 1 - a/b\n  ---\n  what: \"crashed: \\\"x\\\" signal 11\"\n  ...\n"},
        {RUN("a/b", "null", "trouble", ",\"what\":\"crashed\"" KNOWN("trouble")),
         "not ok 1 - a/b # TO"
         "DO issue 17\n  ---\n  what: \"crashed\"\n  ...\n"},
        {RUN("a/b", "null", "unsupported", ",\"what\":\"the target lacks #1\""),
         "ok 1 - a/b # SKIP the target lacks \\#1\n"},
        {RUN("a/b", "null", "untried", ",\"what\":\"not tried\""), "ok 1 - a/b # SKIP not tried\n"},
        {RUN("a/b", "null", "pass", ",\"notes\":[\"wakes # often\"]" VERDICTS("")),
         "# Subtest: a/b\n    1..0\n# note: wakes \\# often\nok 1 - a/b\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *whole = mem_printf("TAP version 14\n1..1\n%s", cases[i].tap);
        expect_whole(report_tap, cases[i].record, whole);
        free(whole);
    }
    expect_whole(report_tap, "", "TAP version 14\n1..0\n");
}
END_TEST

/* ---- GitHub ---- */

START_TEST(github_annotates_what_is_not_as_expected_alone)
{
    static const struct {
        const char *record, *lines;
    } cases[] = {
        {RUN("a/b", "null", "pass", VERDICTS(V("pass", "") "," V("warn", "") "," V("unsupported", ""))), ""},
        {RUN("a/b", "null", "fail", VERDICTS(V("fail", ""))),
         "::error file=a.yaml,line=7,title=a/b%3A It holds::expected w; got s (RFC1, with x)\n"},
        {RUN("a/b", "\"c,d\"", "fail", VERDICTS(V("inconclusive", ",\"because\":\"50% of\\nit: x\""))),
         "::error file=a.yaml,line=7,title=a/b (c%2Cd)%3A It holds::expected w; got s; because 50%25 of%0Ait: x (RFC1, "
         "with x)\n"},
        {RUN("a/b", "null", "pass", VERDICTS(V("fail", KNOWN("fail")))), ""},
        {RUN("a/b", "null", "fail", VERDICTS(V("pass", KNOWN("fail")))),
         "::error file=a.yaml,line=7,title=a/b%3A It holds::expected fail, as in the baseline: issue 17; got pass "
         "(RFC1, with x)\n"},
        {RUN("a/b", "null", "trouble", ",\"what\":\"crashed\""),
         "::error file=a.yaml,title=a/b%3A The run could not be played::crashed (with x)\n"},
        {RUN("a/b", "null", "trouble", ",\"what\":\"crashed\"" KNOWN("trouble")), ""},
        {RUN("a/b", "null", "unstable", ",\"what\":\"differs\"" VERDICTS(V("pass", ""))),
         "::error file=a.yaml,title=a/b%3A Equal runs have equal results::differs (with x)\n"},
        {RUN("a/b", "null", "unsupported", ",\"what\":\"lacks\""), ""},
        {RUN("a/b", "null", "untried", ",\"what\":\"not tried\""), ""},
        {"{}", ""},
        /* one a cause */
        {RUN("a/b", "null", "fail", VERDICTS(V("fail", ""))) "," RUN(
             "a/c", "null", "fail", VERDICTS(V("fail", ""))) "," RUN("a/d", "null", "fail", VERDICTS(V("fail", ""))),
         "::error file=a.yaml,line=7,title=a/b and 2 more runs%3A It holds::expected w; got s (RFC1, with x)\n"},
        {RUN("a/b", "null", "fail", VERDICTS(V("fail", "") "," OTHER("fail"))),
         "::error file=a.yaml,line=7,title=a/b%3A It holds::expected w; got s (RFC1, with x); in the same runs: It "
         "stays\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_whole(report_github, cases[i].record, cases[i].lines);
}
END_TEST

START_TEST(github_shows_ten_annotations_and_the_last_has_the_number)
{
    static const struct {
        unsigned causes, lines;
        const char *last; /* NULL = an annotation like the others */
    } cases[] = {
        {10, 10, NULL},
        {11, 10, "::error::11 causes in 11 runs, of which 9 causes are shown here\n"},
        {500, 10, "::error::500 causes in 500 runs, of which 9 causes are shown here\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf list;
        unsigned lines = 0;
        buf_init(&list, 1024 * 1024);
        for (unsigned k = 0; k < cases[i].causes; k++)
            (void)buf_printf(&list, "%s{\"scenario\":\"a\",\"verdicts\":[{\"verdict\":\"fail\",\"sentence\":\"S%u\"}]}",
                             k > 0 ? "," : "", k);
        write(report_github, buf_cstr(&list));
        for (const char *at = buf_cstr(&out); (at = strchr(at, '\n')) != NULL; at++)
            lines++;
        ck_assert_uint_eq(lines, cases[i].lines);
        ck_assert_msg((strstr(buf_cstr(&out), "::error::") != NULL) == (cases[i].last != NULL), "%s", buf_cstr(&out));
        if (cases[i].last != NULL)
            ck_assert_str_eq(strstr(buf_cstr(&out), "::error::"), cases[i].last);
        buf_fini(&out);
        buf_fini(&list);
    }
}
END_TEST

/* ---- Markdown ---- */

#define TABLE "| scenario | result | pass | fail | warn | |\n| --- | --- | --: | --: | --: | --- |\n"

#define CAUSE(runs, sentence, rest) "- " runs ", x: **" sentence "** RFC1. Expected w; got s" rest

START_TEST(markdown_has_causes_paragraphs_for_what_breaks_and_a_row_a_run)
{
    static const struct {
        const char *records, *before, *rows;
    } cases[] = {
        {RUN("a/b", "null", "pass", VERDICTS(V("pass", "") "," V("pass", "") "," V("warn", "") "," V("note", ""))), "",
         "| a/b | pass | 2 | 0 | 1 | Title |\n"},
        {RUN("a/b", "\"c|d\"", "fail", VERDICTS(V("fail", ",\"because\":\"<b>\"") "," OTHER("inconclusive"))),
         "### 1 cause in 1 run\n\n" CAUSE(
             "1 run", "It holds",
             ", because &lt;b>. In the same runs: It stays. In a/b "
             "(c\\|d).\n\n") "**a/b (c\\|d)** fail: It holds (RFC1). Expected w; got s, because &lt;b>.\n\n**a/b "
                             "(c\\|d)** inconclusive: It stays. s.\n\n",
         "| a/b (c\\|d) | fail | 0 | 2 | 0 | Title |\n"},
        {RUN("a/b", "null", "pass", VERDICTS(V("fail", KNOWN("fail")))), "", "| a/b | pass | 0 | 1 | 0 | Title |\n"},
        {RUN("a/b", "null", "trouble", ",\"what\":\"crashed\\nsignal 11\""),
         "### 1 cause in 1 run\n\n- 1 run, x: **The run could not be played**. crashed signal 11. In a/b.\n\n**a/b** "
         "could not run: crashed signal 11\n\n",
         "| a/b | trouble | 0 | 0 | 0 | Title |\n"},
        {RUN("a/b", "null", "untried", ",\"what\":\"not tried\""), "", "| a/b | not tried | 0 | 0 | 0 | Title |\n"},
        {RUN("a/b", "null", "pass", ",\"notes\":[\"it wakes & works\"]" VERDICTS("")), "",
         "| a/b | pass | 0 | 0 | 0 | Title |\n\n**a/b** note: it wakes &amp; works\n"},
        /* failures before passes, and what happened to each message */
        {RUN("a/b", "null", "pass", VERDICTS(V("pass", ""))) "," RUN(
             "a/c", "null", "fail", ",\"happened\":[\"x dropped <m1>.\",\"x kept m2.\"]" VERDICTS(V("fail", ""))),
         "### 1 cause in 1 run\n\n" CAUSE("1 run", "It holds",
                                          ". In a/c.\n\n") "**a/c** fail: It holds (RFC1). Expected "
                                                           "w; got s.\n\n- x dropped &lt;m1>.\n- x kept m2.\n\n",
         "| a/c | fail | 0 | 1 | 0 | Title |\n| a/b | pass | 1 | 0 | 0 | Title |\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *whole = mem_printf("%s" TABLE "%s", cases[i].before, cases[i].rows);
        write(report_md, cases[i].records);
        char *behaviour = strstr(buf_cstr(&out), "\n### What ");
        if (behaviour != NULL) /* what targets did is tested in behaviour_test.c */
            *behaviour = '\0';
        ck_assert_msg(strcmp(buf_cstr(&out), whole) == 0, "case %zu:\n%s\nwanted\n%s", i, buf_cstr(&out), whole);
        buf_fini(&out);
        free(whole);
    }
}
END_TEST

/* A report that is cut must not look whole. */
START_TEST(a_report_that_does_not_fit_is_an_error)
{
    bool (*const reports[])(const struct json *, struct buf *) = {report_junit, report_tap, report_github, report_md};
    static const char records[] = "[" RUN("a/b", "null", "fail", VERDICTS(V("fail", ""))) "]";
    for (size_t i = 0; i < sizeof reports / sizeof reports[0]; i++) {
        struct json *json = NULL;
        struct err err;
        ck_assert_int_eq(json_parse(slice_cstr(records), &json, &err), ERR_OK);
        buf_init(&out, 40);
        ck_assert_msg(!reports[i](json, &out), "report %zu", i);
        buf_fini(&out);
        json_free(json);
    }
}
END_TEST

SUITE(text_reports, junit_has_a_suite_a_run_and_a_case_a_sentence,
      junit_counts_what_is_not_as_expected_and_skips_what_is_known, tap_has_a_subtest_a_run,
      github_annotates_what_is_not_as_expected_alone, github_shows_ten_annotations_and_the_last_has_the_number,
      markdown_has_causes_paragraphs_for_what_breaks_and_a_row_a_run, a_report_that_does_not_fit_is_an_error)
