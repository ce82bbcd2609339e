/* The event log on a pipe that is not read. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/testing/suite.h"
#include "lib/text/log.h"

#define LINES 20000

/* Reads what is there, and counts lines. */
static unsigned read_lines(int fd, bool *whole)
{
    char block[4096];
    ssize_t n;
    unsigned lines = 0;
    char last = '\n';
    while ((n = read(fd, block, sizeof block)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            lines += block[i] == '\n';
        last = block[n - 1];
    }
    *whole = last == '\n';
    return lines;
}

static void fill_and_drain(int in, int out)
{
    struct log *log = log_new(in, LOG_INFO);
    unsigned lines = 0;
    bool whole;
    for (int i = 0; i < LINES; i++) /* would wait for a reader, if a write could wait */
        log_event(log, LOG_INFO, "test.line", log_int("n", i));
    ck_assert(!log_flush(log));
    uint64_t dropped = log_take_dropped(log);
    ck_assert_uint_gt(dropped, 0);
    ck_assert_uint_eq(log_take_dropped(log), 0);
    ck_assert_int_eq(fcntl(out, F_SETFL, O_NONBLOCK), 0);
    do {
        lines += read_lines(out, &whole);
    } while (!log_flush(log));
    lines += read_lines(out, &whole);
    ck_assert(whole);
    ck_assert_uint_eq(lines + dropped, LINES);
    log_event(log, LOG_INFO, "test.last");
    ck_assert_uint_eq(read_lines(out, &whole), 1);
    log_free(log);
}

START_TEST(a_pipe_that_is_not_read_makes_nothing_wait_and_what_is_lost_is_counted)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    fill_and_drain(ends[1], ends[0]);
    ck_assert_int_eq(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0); /* others may share it */
}
END_TEST

START_TEST(so_does_a_socket)
{
    int ends[2];
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    fill_and_drain(ends[1], ends[0]);
}
END_TEST

SUITE(log, a_pipe_that_is_not_read_makes_nothing_wait_and_what_is_lost_is_counted, so_does_a_socket)
