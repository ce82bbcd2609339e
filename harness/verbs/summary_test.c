/* The last line of a run, and its exit status. */
#include <stdlib.h>
#include <string.h>

#include "harness/verbs/summary.h"
#include "harness/verbs/verbs.h"
#include "lib/testing/suite.h"

START_TEST(the_summary_names_what_there_was_and_the_status_is_that_of_the_worst)
{
    static const struct {
        struct suite_result result;
        int code;
        const char *line;
    } cases[] = {
        {{.as_expected = 3}, EXIT_AS_EXPECTED, "3 passed, 0 failed, 0 unsupported\n"},
        {{.as_expected = 3, .warned = 2}, EXIT_AS_EXPECTED, "3 passed, 0 failed, 0 unsupported; 2 with warnings\n"},
        {{.as_expected = 3, .known = 1}, EXIT_AS_EXPECTED, "2 passed, 0 failed, 1 known, 0 unsupported\n"},
        {{.as_expected = 3, .known = 1, .warned = 2},
         EXIT_AS_EXPECTED,
         "2 passed, 0 failed, 1 known, 0 unsupported; 2 with warnings\n"},
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
        int code = summary_print(&cases[i].result, out);
        ck_assert_int_eq(fclose(out), 0);
        ck_assert_msg(code == cases[i].code, "case %zu: status %d", i, code);
        ck_assert_msg(strcmp(text, cases[i].line) == 0, "case %zu: %s", i, text);
        free(text);
    }
}
END_TEST

SUITE(summary, the_summary_names_what_there_was_and_the_status_is_that_of_the_worst)
