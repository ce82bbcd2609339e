#include "lib/text/log.h"

#include <stdlib.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/text/json.h"

#define LINE_MAX_BYTES 65536

struct log {
    int fd;
    enum log_level threshold;
};

struct log *log_new(int fd, enum log_level threshold)
{
    struct log *log = mem_zalloc(sizeof *log);
    *log = (struct log){fd, threshold};
    return log;
}

void log_free(struct log *log)
{
    free(log);
}

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
        (void)!write(log->fd, line.data, line.len);
    buf_fini(&line);
    json_free(object);
}
