/* How far a suite is, over time: on a terminal, and in a log. */
#include "harness/suite/progress.h"

#include <stdlib.h>

#include "lib/testing/suite.h"

START_TEST(a_terminal_has_one_line_and_a_log_a_line_every_thirty_seconds)
{
    static const struct {
        enum progress_kind kind;
        int64_t at_s[3]; /* when something is done */
        const char *text;
    } cases[] = {
        {PROGRESS_NONE, {0, 30, 90}, ""},
        {PROGRESS_LINES, {1, 2, 29}, ""},
        {PROGRESS_LINES, {1, 30, 59}, "2/4 done, 2 failed, about 30 s left\n"},
        {PROGRESS_LINES, {31, 60, 61}, "1/4 done, 1 failed, about 94 s left\n3/4 done, 3 failed, about 21 s left\n"},
        {PROGRESS_ONE_LINE,
         {0, 10, 30},
         "\r\033[K0/4 done, 0 failed\r\033[K1/4 done, 1 failed\r\033[K2/4 done, 2 failed, about 10 s left"
         "\r\033[K3/4 done, 3 failed, about 10 s left\r\033[K"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = NULL;
        size_t len;
        FILE *out = open_memstream(&text, &len);
        struct progress progress;
        int64_t began_ns = 100 * NS_PER_S;
        progress_begin(&progress, cases[i].kind, 4, out, began_ns);
        for (unsigned k = 0; k < 3; k++)
            progress_show(&progress, k + 1, k + 1, began_ns + cases[i].at_s[k] * NS_PER_S);
        progress_show(&progress, 4, 4, began_ns + 1000 * NS_PER_S); /* the summary says it */
        progress_clear(&progress);
        (void)fclose(out);
        ck_assert_str_eq(text, cases[i].text);
        free(text);
    }
}
END_TEST

SUITE(progress, a_terminal_has_one_line_and_a_log_a_line_every_thirty_seconds)
