/*
 * The event log: one JSON object a line on a descriptor, typed fields instead of sentences.
 *
 *     log_event(log, LOG_INFO, "delivery.deferred", log_str("rcpt", rcpt), log_int("code", 451));
 *
 * Every line: {"time":"2030-01-01T00:05:00.000Z","level":"info","event":"…", fields in the order given}. Untrusted text
 * is escaped here, once. Secrets are never given to it. A log that cannot be written never stops the program, and never
 * makes it wait: what a pipe or socket does not accept at once is kept, at most LOG_KEPT_MAX octets, and written by a
 * later call. Lines that find no room are dropped and counted.
 */
#ifndef RL_TEXT_LOG_H
#define RL_TEXT_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/slice.h"

struct log;

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
enum log_kind { LOG_END, LOG_STR, LOG_SLICE, LOG_INT, LOG_BOOL };

struct log_field {
    enum log_kind kind;
    const char *name;
    const char *str;
    struct slice slice;
    int64_t num;
};

#define LOG_KEPT_MAX (256 * 1024)

struct log *log_new(int fd, enum log_level threshold); /* fd is borrowed */
void log_free(struct log *log);                        /* what is still kept, and cannot be written now, is lost */

/* Writes what was kept, as far as that does not wait. False when some is left. */
bool log_flush(struct log *log);
/* How many lines were dropped since the last call; 0 for as long as none can be written. */
uint64_t log_take_dropped(struct log *log);

/* fields ended by LOG_END; use the helpers. log may be NULL (no log). Time is the wall clock. */
void log_write(struct log *log, enum log_level level, const char *event, const struct log_field *fields);
#define log_event(log, level, event, ...)                                                                              \
    log_write((log), (level), (event), (const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ){.kind = LOG_END}})

static inline struct log_field log_str(const char *name, const char *value)
{
    return (struct log_field){.kind = LOG_STR, .name = name, .str = value};
}
static inline struct log_field log_slice(const char *name, struct slice value)
{
    return (struct log_field){.kind = LOG_SLICE, .name = name, .slice = value};
}
static inline struct log_field log_int(const char *name, int64_t value)
{
    return (struct log_field){.kind = LOG_INT, .name = name, .num = value};
}
static inline struct log_field log_bool(const char *name, int value)
{
    return (struct log_field){.kind = LOG_BOOL, .name = name, .num = value != 0};
}

#endif
