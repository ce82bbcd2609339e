#include "sim/mx/session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

#define COMMAND_MAX  4096
#define BODY_MAX     (64 * 1024 * 1024)
#define OUT_MAX      (1024 * 1024)
#define RCPTS_MAX    10000
#define PIECE        (64 * 1024) /* of a line of the message that does not end */
#define SIZE_DEFAULT (UINT64_C(50) * 1024 * 1024)

void mx_session_init(struct mx_session *session)
{
    buf_init(&session->out, OUT_MAX);
    buf_init(&session->body, BODY_MAX);
    session->release_ns = INT64_MAX;
}

static void end_transaction(struct mx_session *s)
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
    s->body_too_big = false;
    buf_reset(&s->body);
}

void mx_session_fini(struct mx_session *s)
{
    end_transaction(s);
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

/* ---- the trace ---- */

static struct trace_fields fields_of(const struct mx_session *s)
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

static void record_command(struct mx_session *s, const char *verb, struct slice line)
{
    struct trace_fields f = fields_of(s);
    struct json *extra = json_new_object();
    f.verb = verb;
    json_set(extra, "line", json_new_bytes(slice_head(line, line.len < 512 ? line.len : 512)));
    s->callbacks.record(s->callbacks.arg, "smtp.command", &f, extra);
}

static void record_rules(struct mx_session *s)
{
    for (unsigned i = 0; i < s->decision.fired_count; i++) {
        const struct fired *fired = &s->decision.fired[i];
        struct trace_fields f = fields_of(s);
        struct json *extra = json_new_object();
        json_set_int(extra, "rule", fired->number);
        json_set_str(extra, "at", stage_name((enum stage)fired->rule->at));
        json_set_str(extra, "effect", fired->effect);
        json_set_int(extra, "count", fired->count);
        s->callbacks.record(s->callbacks.arg, "rule.fired", &f, extra);
    }
}

/* ---- replies ---- */

__attribute__((format(printf, 4, 5))) static void set_reply(struct mx_session *s, const char *verb, int code,
                                                            const char *fmt, ...)
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

static void write_reply(struct mx_session *s)
{
    struct slice rest = slice_cstr(s->reply.text);
    struct slice line = slice_cut(&rest, '\n');
    while (rest.len > 0) {
        (void)buf_printf(&s->out, "%03d-%.*s\r\n", s->reply.code, SLICE_ARG(line));
        line = slice_cut(&rest, '\n');
    }
    (void)buf_printf(&s->out, "%03d%s%.*s\r\n", s->reply.code, line.len > 0 ? " " : "", SLICE_ARG(line));
    struct trace_fields f = fields_of(s);
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
    end_transaction(s);
}

static void take_effect(struct mx_session *s, bool said)
{
    bool good = s->reply.code / 100 == 2;
    switch (s->stage) {
    case STAGE_EHLO:
    case STAGE_HELO:
    case STAGE_RSET:
        end_transaction(s);
        break;
    case STAGE_STARTTLS:
        if (s->reply.code == 220)
            s->event = MX_START_TLS;
        break;
    case STAGE_MAIL:
        s->in_transaction = good;
        if (!good)
            end_transaction(s);
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

static void release(struct mx_session *s)
{
    s->waiting = false;
    s->release_ns = INT64_MAX;
    /* `{at: eod, keep: yes, then: reset}`: the message is kept, and the reply is lost. */
    bool lost = s->decision.then == THEN_RESET && s->decision.reply.code == 0;
    if (s->decision.then == THEN_STALL && s->decision.reply.code == 0)
        lost = true;
    if (!lost)
        write_reply(s);
    take_effect(s, !lost);
    take_then(s);
    forget_command(s);
}

/* The world's word on what was to be answered, and then the answer, at once or later. */
static void answer(struct mx_session *s, enum stage stage, int64_t t_ns)
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
    record_rules(s);
    if (s->decision.reply.code != 0)
        set_reply(s, s->reply.verb, s->decision.reply.code, "%s", s->decision.reply.text);
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
    release(s);
}

/* ---- commands ---- */

static void on_ehlo(struct mx_session *s, struct slice args, int64_t t_ns)
{
    struct buf offers;
    buf_init(&offers, OUT_MAX);
    (void)buf_printf(&offers, "%s", s->host->name);
    free(s->helo);
    s->helo = slice_dup(slice_trim(args));
    uint64_t size = s->host->limits.size > 0 ? s->host->limits.size : SIZE_DEFAULT;
    if (s->host->ehlo_seen) {
        for (size_t i = 0; i < s->host->ehlo.count; i++)
            (void)buf_printf(&offers, "\n%s", ((const char **)s->host->ehlo.items)[i]);
    } else {
        (void)buf_printf(&offers, "\nPIPELINING\nSIZE %llu\n8BITMIME\nENHANCEDSTATUSCODES%s", (unsigned long long)size,
                         s->tls ? "" : "\nSTARTTLS");
    }
    set_reply(s, "EHLO", 250, "%s", buf_cstr(&offers));
    buf_fini(&offers);
    answer(s, STAGE_EHLO, t_ns);
}

static void on_helo(struct mx_session *s, struct slice args, int64_t t_ns)
{
    free(s->helo);
    s->helo = slice_dup(slice_trim(args));
    set_reply(s, "HELO", 250, "%s", s->host->name);
    answer(s, STAGE_HELO, t_ns);
}

static bool offers_starttls(const struct mx_session *s)
{
    bool offered = !s->host->ehlo_seen;
    for (size_t i = 0; i < s->host->ehlo.count; i++)
        offered = offered || slice_ieq_cstr(slice_cstr(((const char **)s->host->ehlo.items)[i]), "STARTTLS");
    return offered && !s->tls;
}

static void on_starttls(struct mx_session *s, struct slice args, int64_t t_ns)
{
    (void)args;
    if (offers_starttls(s))
        set_reply(s, "STARTTLS", 220, "2.0.0 Ready to start TLS");
    else
        set_reply(s, "STARTTLS", 503, "5.5.1 STARTTLS was not offered");
    answer(s, STAGE_STARTTLS, t_ns);
}

/* What stands between < and >; the command's parameters are left in *rest. */
static char *cut_path(struct slice *rest, const char *word)
{
    *rest = slice_trim(*rest);
    if (!slice_istarts(*rest, word))
        return NULL;
    *rest = slice_trim(slice_from(*rest, strlen(word)));
    size_t end = slice_find(*rest, '>');
    if (rest->len == 0 || rest->ptr[0] != '<' || end == rest->len)
        return NULL;
    char *path = slice_dup(slice_make(rest->ptr + 1, end - 1));
    *rest = slice_from(*rest, end + 1);
    return path;
}

static bool too_big(const struct mx_session *s, struct slice parameters)
{
    while (s->host->limits.size > 0 && parameters.len > 0) {
        struct slice one = slice_cut(&parameters, ' ');
        uint64_t size;
        if (slice_istarts(one, "SIZE=") && slice_to_u64(slice_from(one, 5), UINT64_MAX, &size))
            return size > s->host->limits.size;
    }
    return false;
}

static void on_mail(struct mx_session *s, struct slice args, int64_t t_ns)
{
    char *path = cut_path(&args, "FROM:");
    if (path == NULL)
        set_reply(s, "MAIL", 501, "5.5.4 Syntax: MAIL FROM:<reverse-path>");
    else if (s->helo == NULL || s->in_transaction)
        set_reply(s, "MAIL", 503, s->helo == NULL ? "5.5.1 EHLO first" : "5.5.1 A transaction is open");
    else if (too_big(s, args))
        set_reply(s, "MAIL", 552, "5.3.4 The message is too big");
    else
        set_reply(s, "MAIL", 250, "2.1.0 Sender ok");
    if (s->in_transaction || path == NULL) {
        free(path);
    } else {
        s->sender = path;
        s->messages++;
    }
    answer(s, STAGE_MAIL, t_ns);
}

static void identify(struct mx_session *s, int64_t t_ns)
{
    const struct submission *one = scenario_submission(s->scenario, s->sender != NULL ? s->sender : "", s->rcpt_now);
    if (one == NULL)
        return;
    s->msg_now = one->id;
    s->n_now = one->n;
    s->round_now = rounds_rcpt(s->rounds, s->conn, one->id, one->n, s->rcpt_now, t_ns);
}

static void on_rcpt(struct mx_session *s, struct slice args, int64_t t_ns)
{
    (void)args; /* was cut by dispatch, for the trace */
    if (s->rcpt_now == NULL)
        set_reply(s, "RCPT", 501, "5.5.4 Syntax: RCPT TO:<forward-path>");
    else if (!s->in_transaction)
        set_reply(s, "RCPT", 503, "5.5.1 MAIL first");
    else if (s->rcpt_count >= RCPTS_MAX ||
             (s->host->limits.rcpts > 0 && s->rcpt_count >= (size_t)s->host->limits.rcpts))
        set_reply(s, "RCPT", 452, "4.5.3 Too many recipients");
    else
        set_reply(s, "RCPT", 250, "2.1.5 Recipient ok");
    answer(s, STAGE_RCPT, t_ns);
}

static void on_data(struct mx_session *s, struct slice args, int64_t t_ns)
{
    (void)args;
    if (s->rcpt_count == 0)
        set_reply(s, "DATA", s->in_transaction ? 554 : 503,
                  s->in_transaction ? "5.5.1 No valid recipients" : "5.5.1 MAIL and RCPT first");
    else
        set_reply(s, "DATA", 354, "End the message with a dot on a line by itself");
    answer(s, STAGE_DATA, t_ns);
}

static void on_rset(struct mx_session *s, struct slice args, int64_t t_ns)
{
    (void)args;
    set_reply(s, "RSET", 250, "2.0.0 Reset");
    answer(s, STAGE_RSET, t_ns);
}

static void on_noop(struct mx_session *s, struct slice args, int64_t t_ns)
{
    (void)args;
    set_reply(s, "NOOP", 250, "2.0.0 Ok");
    answer(s, STAGE_NOOP, t_ns);
}

static void on_quit(struct mx_session *s, struct slice args, int64_t t_ns)
{
    (void)args;
    set_reply(s, "QUIT", 221, "2.0.0 Bye");
    answer(s, STAGE_QUIT, t_ns);
}

static const struct {
    const char *verb;
    void (*run)(struct mx_session *s, struct slice args, int64_t t_ns);
} verbs[] = {{"EHLO", on_ehlo}, {"HELO", on_helo}, {"STARTTLS", on_starttls}, {"MAIL", on_mail}, {"RCPT", on_rcpt},
             {"DATA", on_data}, {"RSET", on_rset}, {"NOOP", on_noop},         {"QUIT", on_quit}};

static void dispatch(struct mx_session *s, struct slice line, int64_t t_ns)
{
    struct slice args = line, verb = slice_cut(&args, ' ');
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (!slice_ieq_cstr(verb, verbs[i].verb))
            continue;
        if (verbs[i].run == on_mail && !s->in_transaction && s->helo != NULL)
            s->txn = ++*s->txn_counter;
        if (verbs[i].run == on_rcpt) {
            s->rcpt_now = cut_path(&args, "TO:");
            if (s->rcpt_now != NULL)
                identify(s, t_ns);
        }
        record_command(s, verbs[i].verb, line);
        verbs[i].run(s, args, t_ns);
        return;
    }
    record_command(s, "?", line);
    set_reply(s, "?", 500, "5.5.2 Command not known");
    answer(s, STAGE_ANY, t_ns);
}

/* ---- the message ---- */

static void end_of_data(struct mx_session *s, int64_t t_ns)
{
    struct trace_fields f = fields_of(s);
    f.bytes = (int64_t)s->body.len;
    f.has_bytes = true;
    s->in_data = false;
    s->callbacks.record(s->callbacks.arg, "smtp.data", &f, NULL);
    bool big = s->body_too_big || (s->host->limits.size > 0 && s->body.len > s->host->limits.size);
    if (big)
        set_reply(s, "eod", 552, "5.3.4 The message is too big");
    else
        set_reply(s, "eod", 250, "2.0.0 Queued");
    answer(s, STAGE_EOD, t_ns);
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
    }
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
    if (end == bytes.len) { /* what cannot be a command ends the session */
        set_reply(s, "?", 500, "5.5.2 Line too long");
        write_reply(s);
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
    dispatch(s, command, t_ns);
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
    set_reply(s, "banner", 220, "%s %s", s->host->name, s->host->banner != NULL ? s->host->banner : "ESMTP");
    s->stage = STAGE_BANNER;
    world_decide(s->world, &situation, &s->decision);
    if (s->decision.refuse || s->decision.blackhole) {
        /* It came in one burst with others, before the door could be shut: the nearest thing to what was wanted. */
        record_rules(s);
        s->event = s->decision.refuse ? MX_RESET : MX_NOTHING;
        s->closed = s->decision.refuse;
        s->stalled = s->decision.blackhole;
        return take_event(s);
    }
    if (s->decision.reply.code != 0 || s->decision.delay_ns > 0 || s->decision.then_seen) {
        record_rules(s);
        if (s->decision.reply.code != 0)
            set_reply(s, "banner", s->decision.reply.code, "%s", s->decision.reply.text);
        s->waiting = s->decision.delay_ns > 0;
        s->release_ns = t_ns + s->decision.delay_ns;
        if (!s->waiting)
            release(s);
    } else {
        answer(s, STAGE_BANNER, t_ns);
    }
    return take_event(s);
}

enum mx_event mx_session_feed(struct mx_session *s, struct buf *in, int64_t t_ns)
{
    if (s->waiting && t_ns >= s->release_ns)
        release(s);
    while (!s->waiting && !s->stalled && !s->closed && s->event == MX_NOTHING)
        if (!(s->in_data ? take_data_line(s, in, t_ns) : take_command(s, in, t_ns)))
            break;
    return take_event(s);
}

enum mx_event mx_session_tls_started(struct mx_session *s)
{
    end_transaction(s);
    free(s->helo);
    s->helo = NULL;
    s->tls = true;
    return MX_NOTHING;
}
