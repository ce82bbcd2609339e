#include "sim/mx/session.h"

#include <stdlib.h>
#include <string.h>

#include "sim/mx/parts.h"

#define COMMAND_MAX 4096
#define BODY_MAX    (64 * 1024 * 1024)
#define PIECE       (64 * 1024) /* of a line of the message that does not end */

void mx_session_init(struct mx_session *session)
{
    buf_init(&session->out, MX_OUT_MAX);
    buf_init(&session->body, BODY_MAX);
    session->release_ns = INT64_MAX;
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
    s->body_too_big = s->body_early = false;
    s->body_seen = (struct octets){0};
    buf_reset(&s->body);
}

void mx_session_fini(struct mx_session *s)
{
    session_end_transaction(s);
    free(s->helo);
    free(s->rcpt_now);
    free(s->reply.text);
    buf_fini(&s->out);
    buf_fini(&s->body);
}

int64_t mx_session_deadline_ns(const struct mx_session *session)
{
    return session->waiting ? session->release_ns : INT64_MAX;
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
    s->callbacks.record(s->callbacks.arg, "smtp.data", &f, extra);
    bool big = s->body_too_big || (s->host->limits.size > 0 && s->body.len > s->host->limits.size);
    if (big)
        session_set_reply(s, "eod", 552, "5.3.4 The message is too big");
    else
        session_set_reply(s, "eod", 250, "2.0.0 Queued");
    session_answer(s, STAGE_EOD, t_ns);
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
        session_write_reply(s);
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
    session_command(s, command, t_ns);
    free(copy);
    return true;
}

static enum mx_event take_event(struct mx_session *s)
{
    enum mx_event event = s->event;
    s->event = MX_NOTHING;
    return event;
}

enum mx_event mx_session_start(struct mx_session *s, int64_t t_ns)
{
    struct situation situation = {
        .host = s->host, .stage = STAGE_CONNECT, .connection = s->connection, .client = s->client, .t_ns = t_ns};
    session_set_reply(s, "banner", 220, "%s %s", s->host->name, s->host->banner != NULL ? s->host->banner : "ESMTP");
    s->stage = STAGE_BANNER;
    world_decide(s->world, &situation, &s->decision);
    if (s->decision.refuse || s->decision.blackhole) {
        /* It came in one burst with others, before the door could be shut: the nearest thing to what was wanted. */
        session_record_rules(s);
        s->event = s->decision.refuse ? MX_RESET : MX_NOTHING;
        s->closed = s->decision.refuse;
        s->stalled = s->decision.blackhole;
        return take_event(s);
    }
    if (s->decision.reply.code != 0 || s->decision.delay_ns > 0 || s->decision.then_seen) {
        session_record_rules(s);
        if (s->decision.reply.code != 0)
            session_set_reply(s, "banner", s->decision.reply.code, "%s", s->decision.reply.text);
        s->waiting = s->decision.delay_ns > 0;
        s->release_ns = t_ns + s->decision.delay_ns;
        if (!s->waiting)
            session_release(s);
    } else {
        session_answer(s, STAGE_BANNER, t_ns);
    }
    return take_event(s);
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

/* What comes behind QUIT gets no answer, but the trace tells of it. */
static void record_behind_quit(struct mx_session *s, struct buf *in)
{
    if (!s->closed || s->stage != STAGE_QUIT || in->len == 0)
        return;
    s->command_early = true;
    s->line_seen = (struct octets){0};
    session_record_command(s, "?", slice_head(buf_slice(in), slice_find(buf_slice(in), '\r')));
}

enum mx_event mx_session_feed(struct mx_session *s, struct buf *in, int64_t t_ns)
{
    if (s->waiting && in->len > s->early)
        s->early = in->len;
    if (s->waiting && t_ns >= s->release_ns)
        session_release(s);
    while (!s->waiting && !s->stalled && !s->closed && s->event == MX_NOTHING)
        if (!take_line(s, in, t_ns))
            break;
    record_behind_quit(s, in);
    return take_event(s);
}

enum mx_event mx_session_tls_started(struct mx_session *s)
{
    session_end_transaction(s);
    free(s->helo);
    s->helo = NULL;
    s->tls = true;
    s->early = 0;
    return MX_NOTHING;
}
