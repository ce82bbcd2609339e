/* Whole files, and what only looks like one. */
#include "lib/io/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/testing/suite.h"

START_TEST(a_file_is_read_up_to_the_buffer_s_maximum)
{
    char path[] = "/tmp/relaylab-file-XXXXXX", octets[1000];
    struct buf out;
    struct err err = {0};
    int fd = mkstemp(path);
    memset(octets, 'x', sizeof octets);
    buf_init(&out, sizeof octets);
    ck_assert_int_eq(write(fd, octets, sizeof octets), sizeof octets);
    ck_assert_int_eq(file_read(path, &out, &err), ERR_OK);
    ck_assert_uint_eq(out.len, sizeof octets);
    buf_reset(&out);
    ck_assert_int_eq(write(fd, octets, 1), 1);
    ck_assert_int_eq(file_read(path, &out, &err), ERR_TOO_BIG);
    buf_fini(&out);
    close(fd);
    (void)unlink(path);
}
END_TEST

START_TEST(a_device_without_an_end_is_not_read)
{
    struct buf out;
    struct err err = {0};
    buf_init(&out, 1000);
    ck_assert_int_eq(file_read("/dev/zero", &out, &err), ERR_INVALID);
    ck_assert_msg(strstr(err.text, "it is a character device") != NULL, "%s", err.text);
    buf_fini(&out);
}
END_TEST

SUITE(file, a_file_is_read_up_to_the_buffer_s_maximum, a_device_without_an_end_is_not_read)
