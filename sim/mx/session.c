#include "sim/mx/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/mx/parts.h"

#define COMMAND_MAX 4096
#define BODY_MAX    (64 * 1024 * 1024)
#define PIECE       (64 * 1024) /* of a line of the message that does not end */

void mx_session_init(struct mx_session *session)
{
    buf_init(&session->out, MX_OUT_MAX);
    pacer_init(&session->pacer, MX_OUT_MAX);
    buf_init(&session->body, BODY_MAX);
    session->release_ns = session->idle_ns = INT64_MAX;
}

void session_end_transaction(struct mx_session *s)
{
    for (size_t i = 0; i < s->rcpt_count; i++)
        free(s->rcpts[i]);
    free(s->rcpts);
    free(s->sender);
    s->rcpts = NULL;
    s->rcpt_count = 0;
    s->sender = NULL;
    s->in_transaction = false;
    s->txn = 0;
    s->body_too_big = s->body_early = s->body_answered = false;
    s->body_seen = (struct octets){0};
    s->declared_size = 0;
    s->attempt = 0;
    buf_reset(&s->body);
}

void mx_session_fini(struct mx_session *s)
{
    session_end_transaction(s);
    free(s->helo);
    free(s->rcpt_now);
    free(s->reply.text);
    pacer_fini(&s->pacer);
    buf_fini(&s->out);
    buf_fini(&s->body);
}

int64_t mx_session_deadline_ns(const struct mx_session *session)
{
    int64_t pieces = pacer_deadline_ns(&session->pacer);
    int64_t own = session->waiting ? session->release_ns : session->idle_ns;
    return pieces < own ? pieces : own;
}

/* ---- the message ---- */

static void end_of_data(struct mx_session *s, int64_t t_ns)
{
    struct trace_fields f = session_fields(s);
    f.bytes = (int64_t)s->body.len;
    f.has_bytes = true;
    s->in_data = false;
    struct json *extra = json_new_object();
    octets_write(&s->body_seen, OCTETS_TEXT_LINE, extra);
    if (s->body_early)
        json_set_bool(extra, "pipelined", true);
    s->callbacks.record(s->callbacks.arg, TRACE_SMTP_DATA, &f, extra);
    if (s->body_answered) { /* that reply stands for the whole message */
        session_take_message(s, true);
        return;
    }
    bool big = s->body_too_big || (s->host->limits.size > 0 && s->body.len > s->host->limits.size);
    if (big)
        session_set_reply(s, "eod", 552, "5.3.4 The message is too big");
    else
        session_set_reply(s, "eod", 250, "2.0.0 Queued");
    session_answer(s, STAGE_EOD, t_ns);
}

/* A well-behaved host sends nothing here; one that does gives its reply to the message early. */
static void in_mid_body(struct mx_session *s, int64_t t_ns)
{
    session_set_silence(s, "eod");
    session_answer(s, STAGE_BODY, t_ns);
}

/* One line of the message; dots unstuffed (RFC 5321 §4.5.2). False when more octets are needed. */
static bool take_data_line(struct mx_session *s, struct buf *in, int64_t t_ns)
{
    struct slice bytes = buf_slice(in);
    size_t end = slice_find(bytes, '\n');
    bool whole = end < bytes.len;
    if (!whole && bytes.len < PIECE)
        return false;
    struct slice line = whole ? slice_head(bytes, end + 1) : bytes;
    bool dot = !s->mid_line && slice_eq_cstr(line, ".\r\n");
    if (!dot) {
        struct slice octets = !s->mid_line && line.ptr[0] == '.' ? slice_from(line, 1) : line;
        s->body_too_big = !buf_add_slice(&s->body, octets) || s->body_too_big;
        octets_feed(&s->body_seen, octets);
    }
    s->body_early = s->body_early || s->early > 0;
    s->mid_line = !whole;
    buf_consume(in, line.len);
    if (dot)
        end_of_data(s, t_ns);
    else if (!s->body_answered)
        in_mid_body(s, t_ns);
    return true;
}

static bool take_command(struct mx_session *s, struct buf *in, int64_t t_ns)
{
    struct slice bytes = buf_slice(in);
    size_t end = slice_find(bytes, '\n');
    if (end == bytes.len && bytes.len < COMMAND_MAX)
        return false;
    s->command_early = s->early > 0;
    s->line_seen = (struct octets){0};
    octets_feed(&s->line_seen, slice_head(bytes, end < bytes.len ? end + 1 : end));
    if (end == bytes.len) { /* what cannot be a command ends the session */
        session_record_command(s, "?", bytes);
        session_set_reply(s, "?", 500, "5.5.2 Line too long");
        session_interject(s, t_ns);
        s->event = MX_CLOSE;
        s->closed = true;
        return false;
    }
    struct slice line = slice_head(bytes, end);
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    char *copy = slice_dup(line);
    struct slice command = slice_make(copy, line.len);
    buf_consume(in, end + 1);
    if (s->auth_lines > 0)
        session_auth_line(s, command, t_ns);
    else
        session_command(s, command, t_ns);
    free(copy);
    return true;
}

/* The client's part of a handshake that is to fail. */
static bool take_hello(struct mx_session *s, struct buf *in, int64_t t_ns)
{
    if (in->len == 0)
        return false;
    buf_reset(in);
    s->waiting = s->hello_delay_ns > 0;
    s->release_ns = t_ns + s->hello_delay_ns;
    if (!s->waiting)
        session_fail_handshake(s, t_ns);
    return false;
}

/* ---- in and out ---- */

/* What is due leaves; what happens to the connection waits for the last of it. */
static enum mx_event take_event(struct mx_session *s, int64_t t_ns)
{
    enum mx_event event = s->event;
    pacer_take(&s->pacer, &s->out, t_ns);
    if (!pacer_is_empty(&s->pacer))
        return MX_NOTHING;
    s->event = MX_NOTHING;
    return event;
}

static bool listens(const struct mx_session *s)
{
    return !s->waiting && !s->stalled && !s->closed && s->event == MX_NOTHING;
}

/* How long the client may be silent from now on. */
static void arm_idle(struct mx_session *s, int64_t t_ns)
{
    struct situation situation = session_situation(s, STAGE_IDLE, t_ns);
    struct decision silent;
    s->idle_ns = INT64_MAX;
    if (!listens(s) || s->hello_awaited != TLS_FAULT_NONE)
        return;
    world_preview(s->world, &situation, &silent);
    if (silent.fired_count > 0)
        s->idle_ns = t_ns + silent.delay_ns;
}

enum mx_event mx_session_start(struct mx_session *s, int64_t t_ns)
{
    char stream[32];
    (void)snprintf(stream, sizeof stream, "net %u", s->conn);
    prng_fork(&s->pacer.prng, world_prng(s->world), stream);
    session_set_reply(s, "banner", 220, "%s %s", s->host->name, s->host->banner != NULL ? s->host->banner : "ESMTP");
    if (!session_answer_connect(s, t_ns))
        session_answer(s, STAGE_BANNER, t_ns);
    arm_idle(s, t_ns);
    return take_event(s, t_ns);
}

/* A delay or a silence has lasted long enough. True when there was one. */
static bool take_time(struct mx_session *s, int64_t t_ns)
{
    if (s->waiting && t_ns >= s->release_ns) {
        s->waiting = false;
        if (s->hello_awaited != TLS_FAULT_NONE)
            session_fail_handshake(s, t_ns);
        else
            session_release(s, t_ns);
        return true;
    }
    if (listens(s) && t_ns >= s->idle_ns) {
        session_answer_idle(s, t_ns);
        return true;
    }
    return false;
}

/* A command or a line of the message. False when more octets are needed. */
static bool take_line(struct mx_session *s, struct buf *in, int64_t t_ns)
{
    size_t before = in->len;
    bool was_in_data = s->in_data;
    if (!(was_in_data ? take_data_line(s, in, t_ns) : take_command(s, in, t_ns)))
        return false;
    size_t taken = before - in->len;
    if (was_in_data && s->in_data)
        s->early = s->early > taken ? s->early - taken : 0;
    else
        s->early = in->len; /* a reply is due only now */
    return true;
}

static bool take_octets(struct mx_session *s, struct buf *in, int64_t t_ns)
{
    if (s->hello_awaited != TLS_FAULT_NONE)
        return take_hello(s, in, t_ns);
    return take_line(s, in, t_ns);
}

/* What comes after QUIT gets no answer, but the trace records it. */
static void record_behind_quit(struct mx_session *s, struct buf *in)
{
    if (!s->closed || s->stage != STAGE_QUIT || in->len == 0)
        return;
    s->command_early = true;
    s->line_seen = (struct octets){0};
    session_record_command(s, "?", slice_head(buf_slice(in), slice_find(buf_slice(in), '\r')));
}

/* A reply is on its way that a client waits for unless it pipelines. The message waits for the 354, and for no more. */
static bool reply_is_due(const struct mx_session *s)
{
    bool leaving = !pacer_is_empty(&s->pacer);
    return s->in_data ? leaving && !s->body_answered : leaving || s->waiting;
}

enum mx_event mx_session_feed(struct mx_session *s, struct buf *in, int64_t t_ns)
{
    bool something = in->len > 0;
    if (reply_is_due(s) && in->len > s->early)
        s->early = in->len;
    something = take_time(s, t_ns) || something;
    while (listens(s) && take_octets(s, in, t_ns)) {
    }
    record_behind_quit(s, in);
    if (something)
        arm_idle(s, t_ns);
    return take_event(s, t_ns);
}

enum mx_event mx_session_tls_started(struct mx_session *s)
{
    session_end_transaction(s);
    free(s->helo);
    s->helo = NULL;
    s->tls = true;
    s->early = 0;
    s->starttls_offered = s->auth_offered = false;
    return MX_NOTHING;
}
