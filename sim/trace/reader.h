/*
 * The reader of a trace: its events in order, with what only later events show filled in: every event of a transaction
 * carries the message that its RCPTs or its token name. Unknown keys are kept, unknown events too.
 * Limits: lines of 1 MiB, 4,000,000 events, times within 100 years of the start. What exceeds them is an error with its
 * line.
 */
#ifndef RL_SIM_TRACE_READER_H
#define RL_SIM_TRACE_READER_H

#include <stdint.h>
#include <stdio.h>

#include "lib/base/err.h"
#include "lib/text/json.h"
#include "sim/scenario/model.h"
#include "sim/trace/index.h"
#include "sim/trace/rounds.h"
#include "sim/trace/vocabulary.h"

struct trace_event {
    int64_t t_ns;
    enum trace_kind kind; /* TRACE_KINDS: not one of this program's */
    const char *event;    /* its name */
    struct json *json;    /* all of it, msg and n filled in */
};

struct trace_log {
    struct json *header;
    struct trace_event *events;
    size_t count, room;
    struct trace_index *index;
};

int trace_read(struct trace_log *out, const char *path, struct err *err);
/* The same of an open file, which stays open; errors show `name`. */
int trace_read_file(struct trace_log *out, FILE *file, const char *name, struct err *err);
void trace_log_fini(struct trace_log *log);

/* A field of an event's `json`; the fallback when it is absent or of another type. `event` NULL: the fallback. */
const struct json *trace_value(const struct json *event, enum trace_field field); /* NULL: absent */
const char *trace_str(const struct json *event, enum trace_field field, const char *fallback);
int64_t trace_int(const struct json *event, enum trace_field field, int64_t fallback);
double trace_real(const struct json *event, enum trace_field field, double fallback);
bool trace_bool(const struct json *event, enum trace_field field, bool fallback);

/* The rounds of all recipients, counted from the trace. Freed with rounds_free. */
struct rounds *trace_count_rounds(const struct trace_log *log, const struct scenario *scenario);

#endif
