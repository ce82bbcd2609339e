#include "warp/lines.h"

#include <string.h>

#include "lib/testing/suite.h"

static struct lines lines;
static char got[1024];

static void on_line(void *arg, const char *line)
{
    ck_assert_ptr_eq(arg, got);
    (void)strncat(got, line, sizeof got - strlen(got) - 2);
    (void)strncat(got, "|", 2);
}

static void receive(const char *piece)
{
    size_t len = strlen(piece);
    ck_assert_uint_le(lines.len + len, sizeof lines.text);
    memcpy(lines.text + lines.len, piece, len);
    lines.len += len;
    lines_take(&lines, on_line, got);
}

static void begin(void)
{
    lines.len = 0;
    got[0] = '\0';
}

START_TEST(lines_are_taken_as_they_end)
{
    begin();
    receive("kill tar");
    ck_assert_str_eq(got, "");
    receive("get\nstart target\nact");
    ck_assert_str_eq(got, "kill target|start target|");
    ck_assert_uint_eq(lines.len, 3);
    receive("ion x\n\n");
    ck_assert_str_eq(got, "kill target|start target|action x||");
    ck_assert_uint_eq(lines.len, 0);
}
END_TEST

START_TEST(a_line_that_is_too_long_is_dropped)
{
    char piece[sizeof lines.text + 1];
    begin();
    memset(piece, 'x', sizeof piece - 1);
    piece[sizeof piece - 1] = '\0';
    receive(piece);
    ck_assert_uint_eq(lines.len, 0);
    receive("stop target\n");
    ck_assert_str_eq(got, "stop target|");
    begin();
    piece[sizeof piece - 2] = '\n'; /* the longest that fits */
    receive(piece);
    ck_assert_uint_eq(strlen(got), sizeof lines.text);
}
END_TEST

SUITE(lines, lines_are_taken_as_they_end, a_line_that_is_too_long_is_dropped)
