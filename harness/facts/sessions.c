#include "harness/facts/sessions.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

/* Numbers in a trace are dense; one that is larger than the trace is that of no session. */
static size_t number_of(const struct trace_log *log, const struct trace_event *event, enum trace_field field)
{
    int64_t number = trace_int(event->json, field, 0);
    return number > 0 && (uint64_t)number <= log->count ? (size_t)number : 0;
}

static size_t highest(const struct trace_log *log, enum trace_field field)
{
    size_t most = 0;
    for (size_t i = 0; i < log->count; i++) {
        size_t number = number_of(log, &log->events[i], field);
        most = number > most ? number : most;
    }
    return most;
}

static void add_failed(struct sessions *out, size_t i)
{
    const struct trace_event *event = &out->log->events[i];
    if (out->failed_count == out->failed_room) {
        out->failed_room = out->failed_room > 0 ? 2 * out->failed_room : 16;
        out->failed = mem_realloc(out->failed, out->failed_room, sizeof *out->failed);
    }
    out->failed[out->failed_count++] = (struct failed_connect){.event = i,
                                                               .host = trace_str(event->json, FIELD_HOST, "?"),
                                                               .how = trace_str(event->json, FIELD_RESULT, "?"),
                                                               .t_ns = event->t_ns,
                                                               .give_up_ns = INT64_MAX};
}

/* The oldest unanswered connect to this address that is still waiting. */
static void give_up(struct sessions *out, const struct trace_event *event)
{
    for (size_t i = out->failed_count; i > 0; i--) {
        struct failed_connect *one = &out->failed[i - 1];
        if (strcmp(one->how, "dropped") == 0 && one->give_up_ns == INT64_MAX &&
            strcmp(one->host, trace_str(event->json, FIELD_HOST, "?")) == 0) {
            one->give_up_ns = event->t_ns;
            return;
        }
    }
}

static void take_connect(struct sessions *out, size_t i)
{
    const struct trace_event *event = &out->log->events[i];
    const char *how = trace_str(event->json, FIELD_RESULT, "ok");
    if (strcmp(how, "given-up") == 0)
        give_up(out, event);
    else if (strcmp(how, "ok") != 0 && trace_value(event->json, FIELD_HOST) != NULL)
        add_failed(out, i);
}

static bool goes_on_after(const char *verb)
{
    static const char *const verbs[] = {"EHLO", "STARTTLS", "RSET", "NOOP"};
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verb, verbs[i]) == 0)
            return true;
    return false;
}

static void wait_for(struct session *session, const char *verb, int64_t t_ns)
{
    session->waiting = verb;
    session->waiting_ns = t_ns;
}

static void take_reply(struct sessions *out, struct session *session, const struct trace_event *event)
{
    const char *verb = trace_str(event->json, FIELD_VERB, "");
    size_t txn = number_of(out->log, event, FIELD_TXN);
    wait_for(session, NULL, event->t_ns);
    if (strcmp(verb, "QUIT") == 0)
        return;
    session->last_reply = event->json;
    if (session->refusal == NULL && trace_int(event->json, FIELD_CODE, 0) >= 400 && !goes_on_after(verb))
        session->refusal = event->json;
    if (txn > 0 && strcmp(verb, "DATA") == 0)
        out->transactions[txn].data = event->json;
    if (txn > 0 && strcmp(verb, "eod") == 0)
        out->transactions[txn].eod = event->json;
}

static void take_dot(struct sessions *out, struct session *session, const struct trace_event *event)
{
    size_t txn = number_of(out->log, event, FIELD_TXN);
    wait_for(session, "eod", event->t_ns);
    if (txn > 0 && out->transactions[txn].eod == NULL)
        out->transactions[txn].dot = true;
}

static void take_event(struct sessions *out, struct session *session, const struct trace_event *event)
{
    if (event->kind == TRACE_SMTP_REPLY)
        take_reply(out, session, event);
    else if (event->kind == TRACE_SMTP_COMMAND) {
        wait_for(session, trace_str(event->json, FIELD_VERB, "?"), event->t_ns);
        session->named = session->named ||
                         (trace_value(event->json, FIELD_RCPT) != NULL && trace_value(event->json, FIELD_MSG) != NULL);
    } else if (event->kind == TRACE_SMTP_DATA)
        take_dot(out, session, event);
    else if (event->kind == TRACE_SMTP_ACCEPTED)
        session->messages++;
    else if (event->kind == TRACE_TLS_DONE)
        session->tls = trace_str(event->json, FIELD_VERSION, "TLS");
    else if (event->kind == TRACE_TLS_FAIL)
        session->tls_failure = trace_str(event->json, FIELD_TEXT, "");
    else if (event->kind == TRACE_TCP_CLOSE) {
        session->close_ns = event->t_ns;
        session->reset = strcmp(trace_str(event->json, FIELD_HOW, ""), "reset") == 0;
        session->closed_by_host = strcmp(trace_str(event->json, FIELD_BY, ""), "host") == 0;
    }
}

static void begin(struct session *session, int64_t conn, const struct trace_event *event, size_t i)
{
    *session = (struct session){.conn = conn,
                                .host = trace_str(event->json, FIELD_HOST, "?"),
                                .open_ns = event->t_ns,
                                .close_ns = INT64_MAX,
                                .first = i,
                                .last = i,
                                .waiting = "banner",
                                .waiting_ns = event->t_ns};
}

void sessions_make(struct sessions *out, const struct trace_log *log)
{
    *out = (struct sessions){.log = log, .count = highest(log, FIELD_CONN) + 1};
    out->transaction_count = highest(log, FIELD_TXN) + 1;
    out->list = mem_zalloc(out->count * sizeof *out->list);
    out->transactions = mem_zalloc(out->transaction_count * sizeof *out->transactions);
    out->next = mem_alloc((log->count + 1) * sizeof *out->next);
    for (size_t i = 0; i < log->count; i++) {
        const struct trace_event *event = &log->events[i];
        size_t conn = number_of(log, event, FIELD_CONN);
        out->next[i] = NO_EVENT;
        if (event->kind == TRACE_TCP_CONNECT && conn == 0)
            take_connect(out, i);
        if (conn == 0)
            continue;
        struct session *session = &out->list[conn];
        if (session->conn == 0)
            begin(session, (int64_t)conn, event, i);
        else
            out->next[session->last] = i;
        session->last = i;
        take_event(out, session, event);
    }
}

void sessions_fini(struct sessions *sessions)
{
    free(sessions->list);
    free(sessions->transactions);
    free(sessions->failed);
    free(sessions->next);
    *sessions = (struct sessions){0};
}

const struct session *sessions_get(const struct sessions *sessions, int64_t conn)
{
    if (conn <= 0 || (uint64_t)conn >= sessions->count || sessions->list[conn].conn == 0)
        return NULL;
    return &sessions->list[conn];
}

size_t sessions_next(const struct sessions *sessions, size_t event)
{
    return sessions->next[event];
}

struct transaction sessions_transaction(const struct sessions *sessions, int64_t txn)
{
    if (txn <= 0 || (uint64_t)txn >= sessions->transaction_count)
        return (struct transaction){0};
    return sessions->transactions[txn];
}
