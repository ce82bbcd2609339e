/* Whole files, and what only looks like one. */
#include "lib/io/file.h"
#include "lib/testing/suite.h"

START_TEST(a_file_without_an_end_is_too_big)
{
    struct buf out;
    struct err err = {0};
    buf_init(&out, 1000);
    ck_assert_int_eq(file_read("/dev/zero", &out, &err), ERR_TOO_BIG);
    buf_fini(&out);
}
END_TEST

SUITE(file, a_file_without_an_end_is_too_big)
