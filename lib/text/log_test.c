/* The event log on a pipe that is not read. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/testing/suite.h"
#include "lib/text/json.h"
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

/* The event of the last line of a file; empty when that is not a whole object. */
static const char *last_line(const char *path)
{
    static char line[1024], event[64];
    FILE *file = fopen(path, "re");
    struct json *json = NULL;
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file) != NULL)
        continue;
    (void)fclose(file);
    event[0] = '\0';
    if (json_parse(slice_cstr(line), &json, NULL) == ERR_OK)
        (void)snprintf(event, sizeof event, "%s", json_get_str(json, "event", ""));
    json_free(json);
    return event;
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

START_TEST(a_socket_that_is_not_read_makes_nothing_wait)
{
    int ends[2];
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    fill_and_drain(ends[1], ends[0]);
}
END_TEST

START_TEST(what_does_not_fit_on_the_disk_is_counted_and_cuts_no_other_line)
{
    char path[] = "/tmp/relaylab-log-XXXXXX";
    const struct sigaction ignored = {.sa_handler = SIG_IGN}, usual = {.sa_handler = SIG_DFL};
    struct rlimit before, small;
    bool whole;
    int fd = mkstemp(path);
    struct log *log = log_new(fd, LOG_INFO);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){1000, before.rlim_max};
    ck_assert_int_eq(sigaction(SIGXFSZ, &ignored, NULL), 0); /* the write fails instead, as on a full disk */
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (int i = 0; i < 100; i++)
        log_event(log, LOG_INFO, "test.line", log_int("n", i));
    ck_assert_uint_eq(log_take_dropped(log), 0); /* it could not be written */
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert_int_eq(sigaction(SIGXFSZ, &usual, NULL), 0);
    log_event(log, LOG_INFO, "test.last");
    uint64_t dropped = log_take_dropped(log);
    ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
    unsigned lines = read_lines(fd, &whole);
    ck_assert(whole);
    ck_assert_uint_eq(lines + dropped, 100 + 2); /* the last one, and that of which a part was written and lost */
    ck_assert_str_eq(last_line(path), "test.last");
    log_free(log);
    (void)close(fd);
    (void)unlink(path);
}
END_TEST

SUITE(log, what_does_not_fit_on_the_disk_is_counted_and_cuts_no_other_line,
      a_pipe_that_is_not_read_makes_nothing_wait_and_what_is_lost_is_counted,
      a_socket_that_is_not_read_makes_nothing_wait)
