#include "sim/trace/writer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/base/open.h"

#define LINE_MAX_BYTES  (1024 * 1024)
#define TRACE_BYTES_MAX ((uint64_t)1024 * 1024 * 1024)

struct trace {
    FILE *file;
    struct buf line;
    int64_t (*now)(void *arg);
    void *now_arg;
    void (*before)(void *arg);
    void *before_arg;
    bool in_before;
    int64_t t0_ns;
    uint64_t seq, bytes;
    bool failed;
    int error;
};

static void put_line(struct trace *trace)
{
    (void)buf_add_char(&trace->line, '\n');
    trace->bytes += trace->line.len;
    if (trace->bytes > TRACE_BYTES_MAX) {
        trace->failed = true;
        trace->error = EFBIG;
        return;
    }
    if (fwrite(trace->line.data, 1, trace->line.len, trace->file) != trace->line.len) {
        trace->failed = true;
        trace->error = errno;
    }
}

static void put_header(struct trace *trace, const struct trace_header *header)
{
    struct json *json = json_new_object();
    json_set_int(json, "trace", 1);
    json_set_str(json, "scenario", header->scenario);
    json_set_str(json, "case", header->case_name);
    json_set_int(json, "seed", (int64_t)header->seed);
    json_set_str(json, "target", header->target);
    json_set_int(json, "start", header->start_ns / 1000000000);
    json_set_int(json, "until", header->until_ns / 1000000000);
    buf_reset(&trace->line);
    (void)json_write(json, &trace->line);
    json_free(json);
    put_line(trace);
}

int trace_open(struct trace **out, const char *path, const struct trace_header *header, int64_t (*now)(void *),
               void *arg, struct err *err)
{
    FILE *file;
    int rc = open_output(path, &file, err);
    if (rc != ERR_OK)
        return rc;
    struct trace *trace = mem_zalloc(sizeof *trace);
    *trace = (struct trace){.file = file, .now = now, .now_arg = arg, .t0_ns = header->start_ns};
    buf_init(&trace->line, LINE_MAX_BYTES);
    put_header(trace, header);
    *out = trace;
    return ERR_OK;
}

void trace_set_before(struct trace *trace, void (*before)(void *), void *arg)
{
    trace->before = before;
    trace->before_arg = arg;
}

void trace_set_zero(struct trace *trace, int64_t t0_ns)
{
    trace->t0_ns = t0_ns;
}

int64_t trace_zero_ns(const struct trace *trace)
{
    return trace->t0_ns;
}

static void put_time(struct buf *out, int64_t ns)
{
    uint64_t us = (uint64_t)(ns < 0 ? -ns : ns) / 1000;
    (void)buf_printf(out, "{\"t\":%s%" PRIu64 ".%06" PRIu64, ns < 0 ? "-" : "", us / 1000000, us % 1000000);
}

static void set_text(struct json *json, const char *key, const char *value)
{
    if (value != NULL)
        json_set_str(json, key, value);
}

static void set_number(struct json *json, const char *key, int64_t value)
{
    if (value != 0)
        json_set_int(json, key, value);
}

static struct json *fixed_keys(const struct trace_fields *f, enum trace_kind kind, uint64_t seq)
{
    struct json *json = json_new_object();
    json_set_int(json, "seq", (int64_t)seq);
    json_set_str(json, "event", trace_event_rows[kind].name);
    set_number(json, "conn", f->conn);
    set_number(json, "txn", f->txn);
    set_text(json, "host", f->host);
    set_text(json, "peer", f->peer);
    set_text(json, "msg", f->msg);
    set_number(json, "n", f->n);
    set_text(json, "rcpt", f->rcpt);
    set_number(json, "round", f->round);
    if (f->tls != TRACE_TLS_NONE)
        json_set_bool(json, "tls", f->tls == TRACE_ENCRYPTED);
    set_number(json, "code", f->code);
    set_text(json, "verb", f->verb);
    if (f->has_bytes)
        json_set_int(json, "bytes", f->bytes);
    return json;
}

static void check_fields(enum trace_kind kind, const struct json *json)
{
    for (void *it = json_iter(json); it != NULL; it = json_next(json, it))
        rl_assert(trace_carries(kind, trace_field_of(json_iter_key(it))));
}

void trace_emit(struct trace *trace, enum trace_kind kind, const struct trace_fields *fields, struct json *extra)
{
    if (trace->before != NULL && !trace->in_before) {
        trace->in_before = true;
        trace->before(trace->before_arg);
        trace->in_before = false;
    }
    int64_t at = fields->at_ns != 0 ? fields->at_ns : trace->now(trace->now_arg);
    rl_assert(kind < TRACE_KINDS);
    struct json *json = fixed_keys(fields, kind, ++trace->seq);
    for (void *it = json_iter(extra); it != NULL; it = json_next(extra, it))
        json_set(json, json_iter_key(it), json_dup(json_iter_value(it)));
    json_free(extra);
    check_fields(kind, json);
    struct buf rest;
    buf_init(&rest, LINE_MAX_BYTES);
    (void)json_write(json, &rest);
    json_free(json);
    buf_reset(&trace->line);
    put_time(&trace->line, at - trace->t0_ns);
    (void)buf_add_char(&trace->line, ',');
    (void)buf_add_slice(&trace->line, slice_from(buf_slice(&rest), 1));
    buf_fini(&rest);
    if (!trace->line.overflow)
        put_line(trace);
    else
        trace->failed = true;
}

int trace_close(struct trace *trace, struct err *err)
{
    if (fclose(trace->file) != 0 && !trace->failed) {
        trace->failed = true;
        trace->error = errno;
    }
    bool failed = trace->failed;
    errno = trace->error;
    buf_fini(&trace->line);
    free(trace);
    return failed ? err_errno(err, "the trace could not be written") : ERR_OK;
}
