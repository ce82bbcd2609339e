/* How a command is answered: the world's word on it, what the reply does to the session, and `then`. */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "sim/mx/parts.h"

/* A host that resets or falls silent without its own reply drops the one that it would have given. */
static bool is_lost(const struct mx_session *s)
{
    const struct decision *d = &s->decision;
    return (d->then == THEN_RESET || d->then == THEN_STALL) && d->reply.code == 0 && d->raw == NULL;
}

/* Whether any reply was sent. */
static bool speak(struct mx_session *s, int64_t t_ns)
{
    if (is_lost(s) || (s->decision.raw == NULL && s->reply.code == 0))
        return false;
    if (s->decision.raw != NULL)
        session_write_raw(s, t_ns);
    else
        session_write_reply(s, t_ns);
    return true;
}

/* ---- what a reply does to the session ---- */

/* What the reply says is what the host offers. */
static void take_ehlo(struct mx_session *s)
{
    struct slice lines = slice_cstr(s->reply.text);
    session_end_transaction(s);
    s->starttls_offered = s->auth_offered = false;
    while (lines.len > 0) {
        struct slice line = slice_cut(&lines, '\n');
        if (s->decision.raw != NULL && line.len > 4) /* the code is part of it */
            line = slice_head(slice_from(line, 4), slice_find(slice_from(line, 4), '\r'));
        struct slice word = slice_cut(&line, ' ');
        s->starttls_offered = s->starttls_offered || slice_ieq_cstr(word, "STARTTLS");
        s->auth_offered = s->auth_offered || slice_ieq_cstr(slice_cut(&word, '='), "AUTH"); /* "AUTH=PLAIN", too */
    }
}

static void take_starttls(struct mx_session *s, bool said, int64_t t_ns)
{
    bool go = said && s->reply.code / 100 == 2; /* a client reads the first digit (RFC 5321 §4.2) */
    if (!go || s->decision.then != THEN_CONTINUE)
        return;
    session_say(s, s->decision.inject, t_ns);
    session_start_handshake(s, t_ns);
}

static void take_rcpt(struct mx_session *s)
{
    s->rcpts = mem_realloc(s->rcpts, s->rcpt_count + 1, sizeof(char *));
    s->rcpts[s->rcpt_count++] = s->rcpt_now;
    s->rcpt_now = NULL;
}

void session_take_message(struct mx_session *s, bool said)
{
    bool good = said && s->reply.code / 100 == 2;
    bool keeps = s->decision.keep == KEEP_YES || (s->decision.keep == KEEP_AS_REPLIED && good);
    if (keeps && s->rcpt_count > 0) {
        struct mx_message message = {s->sender, s->rcpts, s->rcpt_count, buf_slice(&s->body), s->txn, s->reply.code};
        s->callbacks.keep(s->callbacks.arg, &message);
    }
    session_end_transaction(s);
}

static void take_effect(struct mx_session *s, bool said, int64_t t_ns)
{
    bool good = s->reply.code / 100 == 2;
    switch (s->stage) {
    case STAGE_EHLO:
        take_ehlo(s);
        break;
    case STAGE_HELO:
    case STAGE_RSET:
        session_end_transaction(s);
        break;
    case STAGE_STARTTLS:
        take_starttls(s, said, t_ns);
        break;
    case STAGE_AUTH:
        s->auth = s->auth || s->reply.code == 235;
        break;
    case STAGE_MAIL: /* one within a transaction is refused, and leaves it open */
        if (!good && !s->in_transaction)
            session_end_transaction(s);
        s->in_transaction = s->in_transaction || good;
        break;
    case STAGE_RCPT:
        if (good)
            take_rcpt(s);
        break;
    case STAGE_DATA:
        s->in_data = s->reply.code == 354;
        break;
    case STAGE_BODY:
        s->body_answered = s->body_answered || said;
        break;
    case STAGE_EOD:
        session_take_message(s, said);
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

/* ---- the way from the one to the other ---- */

static void forget_command(struct mx_session *s)
{
    free(s->rcpt_now);
    s->rcpt_now = NULL;
    s->msg_now = NULL;
    s->n_now = s->round_now = 0;
}

void session_release(struct mx_session *s, int64_t t_ns)
{
    s->waiting = false;
    s->release_ns = INT64_MAX;
    bool said = speak(s, t_ns);
    take_effect(s, said, t_ns);
    take_then(s);
    forget_command(s);
}

struct situation session_situation(const struct mx_session *s, enum stage stage, int64_t t_ns)
{
    uint64_t received = s->body.len;
    return (struct situation){.host = s->host,
                              .stage = stage,
                              .connection = s->connection,
                              .message = s->messages,
                              .attempt = s->rcpt_now != NULL ? s->round_now : s->attempt,
                              .txn = s->txn,
                              .size = (int64_t)(received > 0 ? received : s->declared_size),
                              .client = s->client,
                              .helo = s->helo,
                              .sender = s->sender,
                              .rcpt = s->rcpt_now,
                              .verb = s->reply.verb,
                              .tls = s->tls,
                              .auth = s->auth,
                              .t_ns = t_ns};
}

/* Puts the world's words in the place of the host's. */
static void overrule(struct mx_session *s)
{
    const struct decision *d = &s->decision;
    if (d->reply.code != 0)
        session_set_reply(s, s->reply.verb, d->reply.code, "%s", d->reply.text);
    else if (d->raw != NULL)
        session_set_reply(s, s->reply.verb, session_raw_code(*d->raw), "%.*s", SLICE_ARG(*d->raw));
    else if (d->announce != NULL && s->stage == STAGE_EHLO)
        session_set_offers(s, d->announce);
}

static void decide(struct mx_session *s, enum stage stage, int64_t t_ns)
{
    struct situation situation = session_situation(s, stage, t_ns);
    s->stage = stage;
    world_decide(s->world, &situation, &s->decision);
    session_record_rules(s, &s->decision);
    overrule(s);
}

static void carry_out(struct mx_session *s, int64_t t_ns)
{
    if (s->decision.blackhole) {
        s->stalled = true;
        forget_command(s);
    } else if (s->decision.delay_ns > 0) {
        s->waiting = true;
        s->release_ns = t_ns + s->decision.delay_ns;
    } else {
        session_release(s, t_ns);
    }
}

void session_answer(struct mx_session *s, enum stage stage, int64_t t_ns)
{
    decide(s, stage, t_ns);
    carry_out(s, t_ns);
}

bool session_answer_connect(struct mx_session *s, int64_t t_ns)
{
    decide(s, STAGE_CONNECT, t_ns);
    if (s->decision.refuse) { /* it came in one burst with others, before the door could be shut */
        s->event = MX_RESET;
        s->closed = true;
        return true;
    }
    if (s->decision.fired_count > 0)
        carry_out(s, t_ns);
    return s->decision.fired_count > 0;
}

void session_answer_idle(struct mx_session *s, int64_t t_ns)
{
    session_set_silence(s, "idle");
    decide(s, STAGE_IDLE, t_ns);
    session_release(s, t_ns);
}
