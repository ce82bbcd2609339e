/* How a command is answered: the world's word on it, the reply, what it does to the session, and `then`. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/mem.h"
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

void session_record_rules(struct mx_session *s)
{
    for (unsigned i = 0; i < s->decision.fired_count; i++) {
        const struct fired *fired = &s->decision.fired[i];
        struct trace_fields f = session_fields(s);
        struct json *extra = json_new_object();
        json_set_int(extra, "rule", fired->number);
        json_set_str(extra, "at", stage_name((enum stage)fired->rule->at));
        json_set_str(extra, "effect", fired->effect);
        json_set_int(extra, "count", fired->count);
        s->callbacks.record(s->callbacks.arg, "rule.fired", &f, extra);
    }
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

void session_write_reply(struct mx_session *s)
{
    struct slice rest = slice_cstr(s->reply.text);
    struct slice line = slice_cut(&rest, '\n');
    while (rest.len > 0) {
        (void)buf_printf(&s->out, "%03d-%.*s\r\n", s->reply.code, SLICE_ARG(line));
        line = slice_cut(&rest, '\n');
    }
    (void)buf_printf(&s->out, "%03d%s%.*s\r\n", s->reply.code, line.len > 0 ? " " : "", SLICE_ARG(line));
    struct trace_fields f = session_fields(s);
    struct json *extra = json_new_object();
    f.code = s->reply.code;
    f.verb = s->reply.verb;
    json_set_str(extra, "text", s->reply.text);
    s->callbacks.record(s->callbacks.arg, "smtp.reply", &f, extra);
}

/* ---- what a reply does to the session ---- */

static void take_rcpt(struct mx_session *s)
{
    s->rcpts = mem_realloc(s->rcpts, s->rcpt_count + 1, sizeof(char *));
    s->rcpts[s->rcpt_count++] = s->rcpt_now;
    s->rcpt_now = NULL;
}

/* A host that never got to say 2yz has not taken the message, unless the rule says that it keeps it. */
static void take_message(struct mx_session *s, bool said)
{
    bool good = said && s->reply.code / 100 == 2;
    if (s->decision.keep == KEEP_YES || (s->decision.keep == KEEP_AS_REPLIED && good)) {
        struct mx_message message = {s->sender, s->rcpts, s->rcpt_count, buf_slice(&s->body), s->txn, s->reply.code};
        s->callbacks.keep(s->callbacks.arg, &message);
    }
    session_end_transaction(s);
}

static void take_effect(struct mx_session *s, bool said)
{
    bool good = s->reply.code / 100 == 2;
    switch (s->stage) {
    case STAGE_EHLO:
    case STAGE_HELO:
    case STAGE_RSET:
        session_end_transaction(s);
        break;
    case STAGE_STARTTLS:
        if (s->reply.code == 220)
            s->event = MX_START_TLS;
        break;
    case STAGE_MAIL:
        s->in_transaction = good;
        if (!good)
            session_end_transaction(s);
        break;
    case STAGE_RCPT:
        if (good)
            take_rcpt(s);
        break;
    case STAGE_DATA:
        s->in_data = s->reply.code == 354;
        break;
    case STAGE_EOD:
        take_message(s, said);
        break;
    case STAGE_QUIT:
        s->event = MX_CLOSE;
        break;
    default:
        break;
    }
}

static void take_then(struct mx_session *s)
{
    enum then then = s->decision.then;
    if (!s->decision.then_seen && s->reply.code == 421)
        then = THEN_CLOSE; /* RFC 5321 §3.8 */
    if (then == THEN_CLOSE)
        s->event = MX_CLOSE;
    else if (then == THEN_RESET)
        s->event = MX_RESET;
    else if (then == THEN_STALL)
        s->stalled = true;
    s->closed = s->event == MX_CLOSE || s->event == MX_RESET;
}

static void forget_command(struct mx_session *s)
{
    free(s->rcpt_now);
    s->rcpt_now = NULL;
    s->msg_now = NULL;
    s->n_now = s->round_now = 0;
}

void session_release(struct mx_session *s)
{
    s->waiting = false;
    s->release_ns = INT64_MAX;
    /* `{at: eod, keep: yes, then: reset}`: the message is kept, and the reply is lost. */
    bool lost = s->decision.then == THEN_RESET && s->decision.reply.code == 0;
    if (s->decision.then == THEN_STALL && s->decision.reply.code == 0)
        lost = true;
    if (!lost)
        session_write_reply(s);
    take_effect(s, !lost);
    take_then(s);
    forget_command(s);
}

/* The world's word on what was to be answered, and then the answer, at once or later. */
void session_answer(struct mx_session *s, enum stage stage, int64_t t_ns)
{
    struct situation situation = {.host = s->host,
                                  .stage = stage,
                                  .connection = s->connection,
                                  .message = s->messages,
                                  .client = s->client,
                                  .helo = s->helo,
                                  .sender = s->sender,
                                  .rcpt = s->rcpt_now,
                                  .verb = s->reply.verb,
                                  .tls = s->tls,
                                  .t_ns = t_ns};
    s->stage = stage;
    world_decide(s->world, &situation, &s->decision);
    session_record_rules(s);
    if (s->decision.reply.code != 0)
        session_set_reply(s, s->reply.verb, s->decision.reply.code, "%s", s->decision.reply.text);
    if (s->decision.blackhole) {
        s->stalled = true;
        forget_command(s);
        return;
    }
    if (s->decision.delay_ns > 0) {
        s->waiting = true;
        s->release_ns = t_ns + s->decision.delay_ns;
        return;
    }
    session_release(s);
}
