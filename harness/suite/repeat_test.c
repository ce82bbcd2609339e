#include "harness/suite/repeat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/testing/suite.h"

static void put(char path[32], const char *text)
{
    (void)snprintf(path, 32, "/tmp/relaylab-repeat-XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

/* wanted NULL: no difference is expected */
static void compare_traces(const char *first, const char *again, const char *wanted)
{
    char x[32], y[32];
    put(x, first);
    put(y, again);
    char *differ = repeat_traces_differ(x, y);
    unlink(x);
    unlink(y);
    if (wanted == NULL)
        ck_assert_ptr_null(differ);
    else
        ck_assert_str_eq(differ, wanted);
    free(differ);
}

START_TEST(traces_differ_from_their_first_different_line_on)
{
    compare_traces("a\nb\n", "a\nb\n", NULL);
    compare_traces("a\nb\nc\n", "a\nx\nc\n", "a different trace from line 2: x instead of b");
    compare_traces("a\nb\n", "a\n", "a different trace from line 2: its end instead of b");
    compare_traces("a\n", "a\nb\n", "a different trace from line 2: b instead of its end");
    compare_traces("a\n", "a", "a different trace from line 1: a instead of a"); /* cut off */
    compare_traces("", "a\n", "a different trace from line 1: a instead of its end");
}
END_TEST

static void compare_records(const char *first, const char *again, const char *wanted)
{
    struct json *x, *y;
    ck_assert_int_eq(json_parse(slice_cstr(first), &x, NULL), ERR_OK);
    ck_assert_int_eq(json_parse(slice_cstr(again), &y, NULL), ERR_OK);
    char *differ = repeat_records_differ(x, y);
    json_free(x);
    json_free(y);
    if (wanted == NULL)
        ck_assert_ptr_null(differ);
    else
        ck_assert_str_eq(differ, wanted);
    free(differ);
}

START_TEST(records_differ_by_attempts_and_verdicts_alone)
{
    const char *first = "{\"real_ms\":1,\"timeline\":[{\"t\":1},{\"t\":2}],\"verdicts\":[\"pass\"]}";
    compare_records(first, "{\"real_ms\":2,\"timeline\":[{\"t\":1},{\"t\":2}],\"verdicts\":[\"pass\"]}", NULL);
    compare_records(first, "{\"timeline\":[{\"t\":1},{\"t\":3}],\"verdicts\":[\"pass\"]}",
                    "other attempts: {\"t\":3} instead of {\"t\":2}");
    compare_records(first, "{\"timeline\":[{\"t\":1}],\"verdicts\":[\"pass\"]}",
                    "other attempts: nothing instead of {\"t\":2}");
    compare_records(first, "{\"timeline\":[{\"t\":1},{\"t\":2}],\"verdicts\":[\"fail\"]}",
                    "other verdicts: \"fail\" instead of \"pass\"");
}
END_TEST

SUITE(repeat, traces_differ_from_their_first_different_line_on, records_differ_by_attempts_and_verdicts_alone)
