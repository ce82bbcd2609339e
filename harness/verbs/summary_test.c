/* The end of a run: causes, counts and the exit status. */
#include <stdlib.h>
#include <string.h>

#include "harness/verbs/summary.h"
#include "harness/verbs/verbs.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"

START_TEST(the_summary_names_what_there_was_and_the_status_is_that_of_the_worst)
{
    static const struct {
        struct suite_result result;
        int code;
        const char *line;
    } cases[] = {
        {{.as_expected = 3}, EXIT_AS_EXPECTED, "3 passed, 0 failed, 0 unsupported\n"},
        {{.as_expected = 3, .warned = 2},
         EXIT_AS_EXPECTED,
         "3 passed, 0 failed, 0 unsupported; 2 with warnings, which -v shows\n"},
        {{.as_expected = 3, .known = 1}, EXIT_AS_EXPECTED, "2 passed, 0 failed, 1 known, 0 unsupported\n"},
        {{.as_expected = 3, .known = 1, .warned = 2},
         EXIT_AS_EXPECTED,
         "2 passed, 0 failed, 1 known, 0 unsupported; 2 with warnings, which -v shows\n"},
        {{.as_expected = 3, .unsupported = 4}, EXIT_AS_EXPECTED, "3 passed, 0 failed, 4 unsupported\n"},
        {{.as_expected = 3, .not_as_expected = 1}, EXIT_NOT_AS_EXPECTED, "3 passed, 1 failed, 0 unsupported\n"},
        {{.not_as_expected = 1}, EXIT_NOT_AS_EXPECTED, "0 passed, 1 failed, 0 unsupported\n"},
        {{.as_expected = 3, .not_as_expected = 1, .troubled = 1},
         EXIT_TROUBLE,
         "3 passed, 1 failed, 0 unsupported, 1 could not run\n"},
        {{.troubled = 3, .untried = 90, .stopped = true},
         EXIT_TROUBLE,
         "0 passed, 0 failed, 0 unsupported, 3 could not run, 90 not tried\n"},
        {{.not_as_expected = 3, .untried = 90, .stopped = true},
         EXIT_NOT_AS_EXPECTED,
         "0 passed, 3 failed, 0 unsupported, 90 not tried\n"},
        /* nothing was checked: no green result for a target that supports nothing */
        {{.unsupported = 4}, EXIT_NOTHING_RAN, "0 passed, 0 failed, 4 unsupported\n"},
        {{0}, EXIT_NOTHING_RAN, "0 passed, 0 failed, 0 unsupported\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = NULL;
        size_t len = 0;
        FILE *out = open_memstream(&text, &len);
        int code = summary_print(&cases[i].result, &(struct terminal){.out = out}, NULL);
        ck_assert_int_eq(fclose(out), 0);
        ck_assert_msg(code == cases[i].code, "case %zu: status %d", i, code);
        ck_assert_msg(strcmp(text, cases[i].line) == 0, "case %zu: %s", i, text);
        free(text);
    }
}
END_TEST

#define FAILED(scenario, sentence)                                                                                     \
    "{\"scenario\":\"" scenario "\",\"result\":\"fail\",\"virtual_s\":21600,\"verdicts\":[{\"verdict\":\"fail\","      \
    "\"level\":\"must\",\"sentence\":\"" sentence "\",\"clauses\":\"RFC1\",\"wanted\":\"w\",\"seen\":\"s\"}]}"

/* One run has said it all in the lines above. */
START_TEST(causes_come_before_the_counts_and_after_them_how_to_run_again)
{
    static const struct {
        const char *records, *text;
        int64_t real_ns;
    } cases[] = {
        {FAILED("a", "S") "," FAILED("b", "S"),
         "\n1 cause in 2 runs\n     2 runs  must    S   RFC1\n                     expected w; got s\n"
         "                     a, b\n\n"
         "0 passed, 2 failed, 0 unsupported\n12h of mail in 30 ms\nrerun what failed: again\n",
         30 * NS_PER_MS},
        {"{\"scenario\":\"a\",\"result\":\"trouble\",\"what\":\"crashed\"},{\"scenario\":\"b\",\"result\":\"unstable\","
         "\"what\":\"differs\"}",
         "\n2 causes in 2 runs\n"
         "     1 run   error   The run could not be played\n                     crashed\n                     a\n"
         "     1 run   fail    Equal runs have equal results\n                     differs\n                     b\n"
         "\n0 passed, 2 failed, 0 unsupported\nrerun what failed: again\n",
         NS_PER_S},
        {FAILED("a", "S"), "0 passed, 2 failed, 0 unsupported\n6h of mail in 30 s\n", 30 * NS_PER_S},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = NULL, *list = mem_printf("[%s]", cases[i].records);
        size_t len = 0;
        struct err err;
        struct suite_result result = {.not_as_expected = 2, .real_ns = cases[i].real_ns};
        FILE *out = open_memstream(&text, &len);
        ck_assert_int_eq(json_parse(slice_cstr(list), &result.records, &err), ERR_OK);
        (void)unsetenv("COLUMNS");
        ck_assert_int_eq(summary_print(&result, &(struct terminal){.out = out}, "again"), EXIT_NOT_AS_EXPECTED);
        ck_assert_int_eq(fclose(out), 0);
        ck_assert_str_eq(text, cases[i].text);
        json_free(result.records);
        free(list);
        free(text);
    }
}
END_TEST

SUITE(summary, causes_come_before_the_counts_and_after_them_how_to_run_again,
      the_summary_names_what_there_was_and_the_status_is_that_of_the_worst)
