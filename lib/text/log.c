#include "lib/text/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/text/json.h"

#define LINE_MAX_BYTES 65536

struct log {
    int fd, own_fd; /* own_fd: opened for this log alone, without waiting; -1 = none */
    enum log_level threshold;
    enum { LOG_FILE, LOG_SOCKET, LOG_WAITS } kind; /* LOG_WAITS: a write may wait, unless poll(2) has said otherwise */
    struct buf kept;
    uint64_t dropped;
    bool in_line; /* what was written last is the beginning of a line */
    bool failing; /* the last write found a full disk, or a pipe without a reader */
};

/* ---- writing without waiting ---- */

/* O_NONBLOCK belongs to the open file, which others share; so it is opened once more. */
static int open_own(int fd)
{
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static void look_at(struct log *log)
{
    struct stat info;
    log->own_fd = -1;
    if (fstat(log->fd, &info) != 0 || S_ISREG(info.st_mode)) {
        log->kind = LOG_FILE;
    } else if (S_ISSOCK(info.st_mode)) {
        log->kind = LOG_SOCKET;
    } else {
        log->own_fd = open_own(log->fd);
        log->kind = log->own_fd >= 0 ? LOG_FILE : LOG_WAITS;
    }
}

static ssize_t write_some(const struct log *log, const char *octets, size_t len)
{
    struct pollfd ready = {.fd = log->fd, .events = POLLOUT};
    if (log->kind == LOG_SOCKET)
        return send(log->fd, octets, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (log->kind == LOG_FILE)
        return write(log->own_fd >= 0 ? log->own_fd : log->fd, octets, len);
    if (poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0) {
        errno = EAGAIN;
        return -1;
    }
    return write(log->fd, octets, len < PIPE_BUF ? len : PIPE_BUF); /* for which a pipe that is ready has room */
}

/* What was kept is lost: a full disk, a pipe without a reader. A line feed alone, at its beginning, ends a line that
 * was lost before. */
static void lose(struct log *log)
{
    for (size_t i = 0; i < log->kept.len; i++)
        log->dropped += log->kept.data[i] == '\n' && (i > 0 || log->kept.len == 1);
    buf_reset(&log->kept);
    log->failing = true;
}

static void note_written(struct log *log, size_t n)
{
    log->in_line = log->kept.data[n - 1] != '\n';
    log->failing = false;
    buf_consume(&log->kept, n);
}

bool log_flush(struct log *log)
{
    while (log != NULL && log->kept.len > 0) {
        ssize_t n = write_some(log, log->kept.data, log->kept.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            if (n < 0 && errno != EAGAIN)
                lose(log);
            return log->kept.len == 0;
        }
        note_written(log, (size_t)n);
    }
    return true;
}

static void keep(struct log *log, struct slice line)
{
    if (log->failing && log->in_line && log->kept.len == 0)
        (void)buf_add_char(&log->kept, '\n');
    if (line.len > LOG_KEPT_MAX - log->kept.len)
        log->dropped++;
    else
        (void)buf_add_slice(&log->kept, line);
}

uint64_t log_take_dropped(struct log *log)
{
    uint64_t dropped = log != NULL && !log->failing ? log->dropped : 0;
    if (dropped > 0)
        log->dropped = 0;
    return dropped;
}

/* ---- life ---- */

struct log *log_new(int fd, enum log_level threshold)
{
    struct log *log = mem_zalloc(sizeof *log);
    log->fd = fd;
    log->threshold = threshold;
    buf_init(&log->kept, LOG_KEPT_MAX);
    look_at(log);
    return log;
}

void log_free(struct log *log)
{
    if (log == NULL)
        return;
    (void)log_flush(log);
    if (log->own_fd >= 0)
        (void)close(log->own_fd);
    buf_fini(&log->kept);
    free(log);
}

/* ---- lines ---- */

static void format_time(char out[48])
{
    struct timespec now;
    struct tm tm;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &tm);
    size_t n = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &tm);
    (void)snprintf(out + n, 48 - n, ".%03ldZ", now.tv_nsec / 1000000);
}

static struct json *field_value(const struct log_field *field)
{
    switch (field->kind) {
    case LOG_STR:
        return json_new_str(field->str);
    case LOG_SLICE:
        return json_new_bytes(field->slice);
    case LOG_BOOL:
        return json_new_bool(field->num != 0);
    default:
        return json_new_int(field->num);
    }
}

void log_write(struct log *log, enum log_level level, const char *event, const struct log_field *fields)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    char when[48];
    struct buf line;
    if (log == NULL || level < log->threshold)
        return;
    format_time(when);
    struct json *object = json_new_object();
    json_set_str(object, "time", when);
    json_set_str(object, "level", names[level]);
    json_set_str(object, "event", event);
    for (; fields->kind != LOG_END; fields++)
        json_set(object, fields->name, field_value(fields));
    buf_init(&line, LINE_MAX_BYTES);
    if (json_write(object, &line) && buf_add_char(&line, '\n'))
        keep(log, buf_slice(&line));
    (void)log_flush(log);
    buf_fini(&line);
    json_free(object);
}
