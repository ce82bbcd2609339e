#include "sim/trace/reader.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/base/open.h"

#define LINE_BYTES_MAX (1024 * 1024)
#define EVENTS_MAX     4000000
#define TIME_MAX_S     3155760000.0 /* 100 years, as durations have */

static int add_event(struct trace_log *log, struct json *json, struct err *err)
{
    double t = trace_real(json, FIELD_T, 0);
    int rc = ERR_OK;
    if (!json_is_map(json))
        rc = err_set(err, ERR_INVALID, "an event is an object, such as {\"t\": 1.5, \"event\": …}");
    else if (!(fabs(t) <= TIME_MAX_S))
        rc = err_set(err, ERR_INVALID, "`t` is more than 100 years from the start");
    else if (log->count == EVENTS_MAX)
        rc = err_set(err, ERR_TOO_BIG, "more than %d events", EVENTS_MAX);
    if (rc != ERR_OK) {
        json_free(json);
        return rc;
    }
    if (log->count == log->room) {
        log->room = log->room > 0 ? 2 * log->room : 256;
        log->events = mem_realloc(log->events, log->room, sizeof *log->events);
    }
    struct trace_event *event = &log->events[log->count++];
    event->kind = trace_kind_of(trace_str(json, FIELD_EVENT, ""));
    event->json = json;
    event->event = trace_str(json, FIELD_EVENT, "");
    event->t_ns = (int64_t)llround(t * 1e6) * 1000;
    return ERR_OK;
}

static int take_line(struct trace_log *log, struct slice line, struct err *err)
{
    struct json *json;
    int rc = json_parse(line, &json, err);
    if (rc != ERR_OK)
        return rc;
    if (log->header != NULL)
        return add_event(log, json, err);
    log->header = json;
    if (json_get_int(json, "trace", 0) != 1)
        return err_set(err, ERR_INVALID, "not a trace of version 1");
    return ERR_OK;
}

/* The message of each transaction, which is known from its RCPTs on, goes to all of its events. */
static void fill_in_messages(struct trace_log *log)
{
    size_t txns = 0;
    for (size_t i = 0; i < log->count; i++) {
        int64_t txn = trace_int(log->events[i].json, FIELD_TXN, 0);
        if (txn > 0 && txn < EVENTS_MAX && (size_t)txn >= txns)
            txns = (size_t)txn + 1;
    }
    const struct json **of = mem_zalloc((txns + 1) * sizeof(const struct json *));
    for (size_t i = 0; i < log->count; i++) {
        int64_t txn = trace_int(log->events[i].json, FIELD_TXN, 0);
        if (txn > 0 && (size_t)txn < txns && of[txn] == NULL && trace_value(log->events[i].json, FIELD_MSG) != NULL)
            of[txn] = log->events[i].json;
    }
    for (size_t i = 0; i < log->count; i++) {
        struct json *json = log->events[i].json;
        int64_t txn = trace_int(json, FIELD_TXN, 0);
        if (txn <= 0 || (size_t)txn >= txns || of[txn] == NULL || trace_value(json, FIELD_MSG) != NULL)
            continue;
        json_set_str(json, trace_field_rows[FIELD_MSG].name, trace_str(of[txn], FIELD_MSG, ""));
        json_set_int(json, trace_field_rows[FIELD_N].name, trace_int(of[txn], FIELD_N, 1));
    }
    free(of);
}

/* The next line, without its end, in `line`, which has room for LINE_BYTES_MAX + 2. *len 0: the end of the file. */
static int next_line(FILE *file, char *line, size_t *len, struct err *err)
{
    *len = 0;
    for (int c; (c = getc_unlocked(file)) != EOF;) {
        line[(*len)++] = (char)c;
        if (c == '\n')
            return ERR_OK;
        if (*len > LINE_BYTES_MAX)
            return err_set(err, ERR_TOO_BIG, "a line of more than %d bytes", LINE_BYTES_MAX);
    }
    return ferror(file) ? err_errno(err, "cannot be read") : ERR_OK;
}

static int take_lines(struct trace_log *out, FILE *file, size_t *number, struct err *err)
{
    char *line = mem_alloc(LINE_BYTES_MAX + 2);
    int rc = ERR_OK;
    for (size_t len; rc == ERR_OK;) {
        (*number)++;
        rc = next_line(file, line, &len, err);
        if (rc != ERR_OK || len == 0)
            break;
        rc = take_line(out, slice_make(line, len), err);
    }
    free(line);
    return rc;
}

int trace_read_file(struct trace_log *out, FILE *file, const char *name, struct err *err)
{
    size_t number = 0;
    *out = (struct trace_log){0};
    int rc = take_lines(out, file, &number, err);
    if (rc != ERR_OK)
        rc = err_prefix(err, "%s:%zu", name, number);
    else if (out->header == NULL)
        rc = err_set(err, ERR_INVALID, "%s is empty", name);
    if (rc != ERR_OK) {
        trace_log_fini(out);
        return rc;
    }
    fill_in_messages(out);
    out->index = trace_index_new(out);
    return ERR_OK;
}

int trace_read(struct trace_log *out, const char *path, struct err *err)
{
    FILE *file;
    *out = (struct trace_log){0};
    int rc = open_input(path, &file, err);
    if (rc != ERR_OK)
        return rc;
    rc = trace_read_file(out, file, path, err);
    (void)fclose(file);
    return rc;
}

void trace_log_fini(struct trace_log *log)
{
    for (size_t i = 0; i < log->count; i++)
        json_free(log->events[i].json);
    trace_index_free(log->index);
    free(log->events);
    json_free(log->header);
    *log = (struct trace_log){0};
}

/* ---- fields ---- */

const struct json *trace_value(const struct json *event, enum trace_field field)
{
    return json_get(event, trace_field_rows[field].name);
}

const char *trace_str(const struct json *event, enum trace_field field, const char *fallback)
{
    return json_as_str(trace_value(event, field), fallback);
}

int64_t trace_int(const struct json *event, enum trace_field field, int64_t fallback)
{
    return json_as_int(trace_value(event, field), fallback);
}

double trace_real(const struct json *event, enum trace_field field, double fallback)
{
    return json_as_real(trace_value(event, field), fallback);
}

bool trace_bool(const struct json *event, enum trace_field field, bool fallback)
{
    return json_get_bool(event, trace_field_rows[field].name, fallback);
}

/* ---- rounds ---- */

static void feed_answer(struct rounds *rounds, const struct json *json)
{
    struct rounds_answer answer = {
        .qname = trace_str(json, FIELD_QNAME, ""),
        .qtype = trace_str(json, FIELD_QTYPE, ""),
        .rcode = trace_str(json, FIELD_RCODE, ""),
        .fault = trace_str(json, FIELD_FAULT, NULL),
        .records = json_count(trace_value(json, FIELD_ANSWERS)),
    };
    rounds_dns_answer(rounds, &answer);
}

static void feed_mail(struct rounds *rounds, unsigned conn, const struct trace_event *event)
{
    struct slice line = slice_cstr(trace_str(event->json, FIELD_LINE, ""));
    line = slice_from(line, slice_find(line, '<'));
    size_t end = slice_find(line, '>');
    if (end == line.len)
        return;
    char *path = slice_dup(slice_make(line.ptr + 1, end - 1));
    rounds_mail(rounds, conn, (unsigned)trace_int(event->json, FIELD_TXN, 0), path, event->t_ns);
    free(path);
}

static void feed(struct rounds *rounds, const struct trace_event *event)
{
    const struct json *json = event->json;
    const char *host = trace_str(json, FIELD_HOST, NULL), *msg = trace_str(json, FIELD_MSG, NULL);
    const char *rcpt = trace_str(json, FIELD_RCPT, NULL), *result = trace_str(json, FIELD_RESULT, "");
    unsigned conn = (unsigned)trace_int(json, FIELD_CONN, 0), n = (unsigned)trace_int(json, FIELD_N, 1);
    if (event->kind == TRACE_MSG_HANDED && msg != NULL)
        rounds_handed(rounds, msg, n, event->t_ns);
    else if (event->kind == TRACE_MSG_SUBMITTED && msg != NULL)
        rounds_submitted(rounds, msg, n, event->t_ns);
    else if (event->kind == TRACE_MSG_REFUSED && msg != NULL)
        rounds_refused(rounds, msg, n, rcpt, event->t_ns);
    else if (event->kind == TRACE_DNS_QUERY)
        rounds_dns(rounds, trace_str(json, FIELD_QNAME, ""), event->t_ns);
    else if (event->kind == TRACE_DNS_ANSWER)
        feed_answer(rounds, json);
    else if (event->kind == TRACE_TCP_CONNECT && host != NULL && conn != 0)
        rounds_connect(rounds, conn, host, event->t_ns);
    else if (event->kind == TRACE_TCP_CONNECT && host != NULL && strcmp(result, "given-up") != 0)
        rounds_connect_failed(rounds, host, event->t_ns);
    else if (event->kind == TRACE_SMTP_COMMAND && strcmp(trace_str(json, FIELD_VERB, ""), "MAIL") == 0)
        feed_mail(rounds, conn, event);
    else if (event->kind == TRACE_SMTP_COMMAND && rcpt != NULL)
        (void)rounds_rcpt(rounds, conn, msg, n, rcpt, event->t_ns);
    else if (event->kind == TRACE_TCP_CLOSE && conn != 0)
        rounds_closed(rounds, conn, event->t_ns);
    else if (event->kind == TRACE_MSG_DELIVERED && msg != NULL && rcpt != NULL)
        rounds_delivered(rounds, msg, n, rcpt, event->t_ns);
}

static void feed_dsn(struct rounds *rounds, const struct trace_event *event)
{
    const struct json *recipients = trace_value(event->json, FIELD_RECIPIENTS);
    const char *msg = trace_str(event->json, FIELD_MSG, NULL);
    for (size_t i = 0; msg != NULL && i < json_count(recipients); i++) {
        const struct json *one = json_at(recipients, i);
        if (strcmp(json_get_str(one, "action", ""), "failed") == 0)
            rounds_bounced(rounds, msg, (unsigned)trace_int(event->json, FIELD_N, 1), json_get_str(one, "rcpt", ""),
                           event->t_ns);
    }
}

struct rounds *trace_count_rounds(const struct trace_log *log, const struct scenario *scenario)
{
    struct rounds *rounds = rounds_new(scenario);
    for (size_t i = 0; i < log->count; i++) {
        feed(rounds, &log->events[i]);
        if (log->events[i].kind == TRACE_DSN_SEEN)
            feed_dsn(rounds, &log->events[i]);
    }
    rounds_end(rounds, log->count > 0 ? log->events[log->count - 1].t_ns : 0);
    return rounds;
}
