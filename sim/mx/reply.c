/* What a simulated MX host says: its replies, made, written at the host's pace, and recorded in the trace. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/mx/parts.h"

/* ---- the trace ---- */

struct trace_fields session_fields(const struct mx_session *s)
{
    return (struct trace_fields){.conn = s->conn,
                                 .txn = s->txn,
                                 .host = s->host->name,
                                 .peer = s->client,
                                 .msg = s->msg_now,
                                 .n = s->n_now,
                                 .rcpt = s->rcpt_now,
                                 .round = s->round_now,
                                 .tls = s->tls ? TRACE_ENCRYPTED : TRACE_CLEAR};
}

void session_record_rules(struct mx_session *s, const struct decision *decision)
{
    for (unsigned i = 0; i < decision->fired_count; i++) {
        const struct fired *fired = &decision->fired[i];
        struct trace_fields f = session_fields(s);
        struct json *extra = json_new_object();
        json_set_int(extra, "rule", fired->number);
        json_set_str(extra, "at", stage_name((enum stage)fired->rule->at));
        json_set_str(extra, "effect", fired->effect);
        json_set_int(extra, "count", fired->count);
        s->callbacks.record(s->callbacks.arg, TRACE_RULE_FIRED, &f, extra);
    }
}

static void record_reply(struct mx_session *s, struct json *text)
{
    struct trace_fields f = session_fields(s);
    struct json *extra = json_new_object();
    f.code = s->reply.code;
    f.verb = s->reply.verb;
    json_set(extra, "text", text);
    s->callbacks.record(s->callbacks.arg, TRACE_SMTP_REPLY, &f, extra);
}

/* ---- replies ---- */

void session_set_reply(struct mx_session *s, const char *verb, int code, const char *fmt, ...)
{
    char *text = NULL;
    va_list ap;
    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0)
        text = NULL;
    va_end(ap);
    free(s->reply.text);
    s->reply = (struct mx_reply){code, text, verb};
}

void session_set_silence(struct mx_session *s, const char *verb)
{
    free(s->reply.text);
    s->reply = (struct mx_reply){.verb = verb};
}

void session_say(struct mx_session *s, struct slice octets, int64_t t_ns)
{
    pacer_add(&s->pacer, octets, &s->host->net, s->decision.drip, t_ns);
}

void session_write_reply(struct mx_session *s, int64_t t_ns)
{
    struct buf out;
    struct slice rest = slice_cstr(s->reply.text);
    struct slice line = slice_cut(&rest, '\n');
    buf_init(&out, MX_OUT_MAX);
    while (rest.len > 0) {
        (void)buf_printf(&out, "%03d-%.*s\r\n", s->reply.code, SLICE_ARG(line));
        line = slice_cut(&rest, '\n');
    }
    bool space = line.len > 0 || s->reply.code == 334; /* RFC 4954 §4 */
    (void)buf_printf(&out, "%03d%s%.*s\r\n", s->reply.code, space ? " " : "", SLICE_ARG(line));
    record_reply(s, json_new_str(s->reply.text));
    session_say(s, buf_slice(&out), t_ns);
    buf_fini(&out);
}

static int code_of(struct slice line)
{
    int code = 0;
    for (size_t i = 0; i < 3; i++) {
        if (i >= line.len || line.ptr[i] < '0' || line.ptr[i] > '9')
            return 0;
        code = code * 10 + (line.ptr[i] - '0');
    }
    return code;
}

/*
 * What a client makes of octets that need not be a reply: the code of the last line, if it has one. Lines with
 * different codes have none: a client may rely on any of them (RFC 5321 §4.2.1).
 */
int session_raw_code(struct slice octets)
{
    struct slice line = {0};
    int code = 0, before = 0;
    bool alike = true;
    while (octets.len > 0 && slice_find(octets, '\n') < octets.len) {
        line = slice_cut(&octets, '\n');
        code = code_of(line);
        alike = alike && (code == 0 || before == 0 || code == before);
        before = code != 0 ? code : before;
    }
    return alike && (line.len <= 3 || line.ptr[3] != '-') ? code : 0;
}

void session_write_raw(struct mx_session *s, int64_t t_ns)
{
    struct slice raw = *s->decision.raw;
    record_reply(s, json_new_bytes(raw));
    session_say(s, raw, t_ns);
}

void session_interject(struct mx_session *s, int64_t t_ns)
{
    s->decision = (struct decision){0};
    session_write_reply(s, t_ns);
}
