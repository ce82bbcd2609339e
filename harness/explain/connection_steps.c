/* A connection of the relay to a host, from its first line to its end, with the reports that it brings. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/explain/telling_work.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define RECIPIENTS_TOLD 3 /* of a report */
#define DNS_PORT        53

/* ---- reports ---- */

static void add_field(struct telling *telling, int64_t t_ns, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    struct step *step = telling_step(telling, STEP_FIELD, t_ns, "%s: %s", name, value);
    step->key = arena_strdup(telling->arena, name);
    step->verb = arena_strdup(telling->arena, value);
}

static void add_recipient(struct telling *telling, int64_t t_ns, const struct json *one)
{
    add_field(telling, t_ns, "Final-Recipient", json_get_str(one, "rcpt", NULL));
    add_field(telling, t_ns, "Action", json_get_str(one, "action", NULL));
    add_field(telling, t_ns, "Status", json_get_str(one, "status", NULL));
    add_field(telling, t_ns, "Remote-MTA", json_get_str(one, "remote_mta", NULL));
    add_field(telling, t_ns, "Diagnostic-Code", json_get_str(one, "diagnostic", NULL));
    add_field(telling, t_ns, "Will-Retry-Until", json_get_str(one, "will_retry_until", NULL));
}

static void add_report(struct walk *w, const struct trace_event *event)
{
    const struct json *json = event->json, *recipients = trace_value(json, FIELD_RECIPIENTS);
    struct telling *telling = w->telling;
    size_t count = json_count(recipients);
    bool failed = strcmp(trace_str(json, FIELD_ACTION, ""), "failed") == 0;
    const char *to = trace_str(json, FIELD_TO, json_as_str(json_at(trace_value(json, FIELD_TO), 0), "?"));
    struct transaction txn = sessions_transaction(&w->facts->sessions, trace_int(json, FIELD_TXN, 0));
    int64_t code = trace_int(txn.eod, FIELD_CODE, 0);
    struct step *step = telling_step(telling, STEP_EVENT, event->t_ns, "The report for %s%s said: “%s”.", to,
                                     code >= 400   ? ", which was just refused,"
                                     : code >= 200 ? ", which was just delivered,"
                                                   : "",
                                     trace_str(json, FIELD_SUBJECT, ""));
    step->key = trace_bool(json, FIELD_REPORT, false) ? "report" : "text";
    add_field(telling, event->t_ns, "Reporting-MTA", json_get_str(trace_value(json, FIELD_FORM), "mta", NULL));
    for (size_t i = 0; i < count && i < RECIPIENTS_TOLD; i++)
        add_recipient(telling, event->t_ns, json_at(recipients, i));
    if (count > RECIPIENTS_TOLD)
        (void)telling_step(telling, STEP_NOTE, event->t_ns, "and the same fields for %zu more recipients",
                           count - RECIPIENTS_TOLD);
    w->waiting -= failed ? (int64_t)count : 0;
}

/* ---- connections ---- */

/* OpenSSL names alerts after the version that brought them, also in TLS 1.3: "sslv3 alert bad certificate". */
static const char *tls_reason(const char *text)
{
    static const char *const versions[] = {"sslv3 alert ", "tlsv1 alert ", "tlsv13 alert "};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++)
        if (strncmp(text, versions[i], strlen(versions[i])) == 0)
            return text + strlen(versions[i]);
    return text;
}

static void add_tls(struct telling *telling, const struct trace_event *event)
{
    struct step *step;
    if (event->kind == TRACE_TLS_DONE) {
        step = telling_step(telling, STEP_NOTE, event->t_ns, "TLS handshake: %s",
                            trace_str(event->json, FIELD_VERSION, "done"));
        step->key = "done";
    } else {
        const char *text = trace_str(event->json, FIELD_TEXT, "");
        step = telling_step(telling, STEP_NOTE, event->t_ns, "The TLS handshake fails: %s", tls_reason(text));
        step->key = text;
        step->trouble = true;
    }
    step->verb = "TLS";
}

static void add_close(struct telling *telling, const struct trace_event *event)
{
    const char *by = trace_str(event->json, FIELD_BY, "host"), *how = trace_str(event->json, FIELD_HOW, "close");
    bool reset = strcmp(how, "reset") == 0;
    struct step *step =
        telling_step(telling, STEP_NOTE, event->t_ns, "%s", reset ? "The connection breaks." : "The connection ends.");
    step->key = arena_printf(telling->arena, "%s %s", how, by);
    step->verb = "WIRE";
    step->trouble = reset;
}

/* The header of the first message, so that envelope and message can be told apart. */
static void add_message(struct walk *w, const struct trace_event *event)
{
    const struct json *header = trace_value(event->json, FIELD_HEADER);
    if (w->message_shown || json_count(header) == 0)
        return;
    w->message_shown = true;
    telling_step(w->telling, STEP_NOTE, event->t_ns, "The header of the message that the server has now:")->key =
        "message";
    for (size_t i = 0; i < json_count(header); i++) {
        const char *field = json_as_str(json_at(header, i), "");
        struct step *step = telling_step(w->telling, STEP_FIELD, event->t_ns, "%s", field);
        step->is_header = true;
        step->key = arena_printf(w->telling->arena, "%.*s", (int)strcspn(field, ":"), field);
    }
}

/* The server has the message, and the client does not know it. */
static void add_accepted(struct walk *w, const struct trace_event *event)
{
    struct transaction txn = sessions_transaction(&w->facts->sessions, trace_int(event->json, FIELD_TXN, 0));
    int64_t code = trace_int(txn.eod, FIELD_CODE, 0);
    if (code < 200 || code / 100 == 4) /* after a 5 the client does not send it again */
        telling_step(w->telling, STEP_NOTE, event->t_ns, "The server has kept the message.")->key = "kept";
    else if (w->shows_message)
        add_message(w, event);
}

static const char *gloss_verb(const struct trace_event *event)
{
    const char *verb = trace_str(event->json, FIELD_VERB, "?"), *line = trace_str(event->json, FIELD_LINE, "");
    if (strcmp(verb, "MAIL") == 0 && strcasestr(line, "<>") != NULL)
        return "MAIL <>";
    if (strcmp(verb, "AUTH") == 0 && strncasecmp(line, "AUTH", 4) != 0)
        return strcmp(line, "*") == 0 ? "*" : "AUTH reply";
    return verb;
}

/* "alice@sender.example" of "MAIL FROM:<alice@sender.example> SIZE=454". */
static void note_sender(struct walk *w, const char *line)
{
    const char *from = strchr(line, '<');
    char *address = from != NULL ? mem_strndup(from + 1, strcspn(from + 1, ">")) : mem_strdup("");
    w->unasked = telling_unasked(w->facts->scenario, address);
    free(address);
}

static void add_command(struct walk *w, const struct trace_event *event)
{
    const char *verb = trace_str(event->json, FIELD_VERB, "?");
    struct step *step =
        telling_step(w->telling, STEP_CLIENT, event->t_ns, "%s", trace_str(event->json, FIELD_LINE, ""));
    step->verb = gloss_verb(event);
    step->ends_preamble = strcmp(verb, "MAIL") == 0;
    step->pipelined = trace_bool(event->json, FIELD_PIPELINED, false);
    if (step->ends_preamble)
        note_sender(w, step->text);
}

static void add_reply(struct walk *w, const struct trace_event *event)
{
    const struct json *json = event->json;
    size_t from = w->telling->count;
    telling_reply(w->telling, event->t_ns, trace_str(json, FIELD_VERB, "?"), (int)trace_int(json, FIELD_CODE, 0),
                  trace_str(json, FIELD_TEXT, ""));
    for (size_t i = from; i < w->telling->count; i++)
        w->telling->steps[i].unasked = w->unasked;
}

static void add_line(struct walk *w, const struct trace_event *event)
{
    const struct json *json = event->json;
    struct telling *telling = w->telling;
    if (event->kind == TRACE_SMTP_COMMAND)
        add_command(w, event);
    else if (event->kind == TRACE_SMTP_REPLY)
        add_reply(w, event);
    else if (event->kind == TRACE_SMTP_DATA)
        telling_step(telling, STEP_CLIENT, event->t_ns, "(%" PRId64 " octets: header, empty line, text) .",
                     trace_int(json, FIELD_BYTES, 0))
            ->verb = "eod";
    else if (event->kind == TRACE_TLS_DONE || event->kind == TRACE_TLS_FAIL)
        add_tls(telling, event);
    else if (event->kind == TRACE_SMTP_ACCEPTED)
        add_accepted(w, event);
    else if (event->kind == TRACE_DSN_SEEN)
        add_report(w, event);
    else if (event->kind == TRACE_TCP_CLOSE)
        add_close(telling, event);
}

/* A client that keeps its connection open for a while before it says QUIT: other things happen meanwhile. */
static bool is_idle_end(const struct trace_event *event, int64_t before_ns)
{
    return event->kind == TRACE_SMTP_COMMAND && event->t_ns - before_ns >= NS_PER_S &&
           strcmp(trace_str(event->json, FIELD_VERB, ""), "QUIT") == 0;
}

/* The lines from `at` to the end of the connection, or to its idle end. */
static void add_lines(struct walk *w, size_t at)
{
    const struct trace_event *events = w->facts->log->events;
    int64_t before_ns = events[at].t_ns;
    for (size_t i = at; i != NO_EVENT; i = sessions_next(&w->facts->sessions, i)) {
        if (is_idle_end(&events[i], before_ns))
            return;
        w->done[i] = true;
        add_line(w, &events[i]);
        before_ns = events[i].t_ns;
    }
}

static struct step *add_connect(struct walk *w, const struct trace_event *event, const char *how)
{
    const struct json *json = event->json;
    const char *host = trace_str(json, FIELD_HOST, "?");
    struct block *block = telling_block(w->telling, BLOCK_CONNECTION, event->t_ns);
    block->client = "the relay";
    block->server = host;
    block->conn = trace_int(json, FIELD_CONN, 0);
    if (trace_int(json, FIELD_PORT, 0) == DNS_PORT)
        return telling_step(w->telling, STEP_CONNECT, event->t_ns, "The relay asks the DNS again over TCP, address %s.",
                            trace_str(json, FIELD_ADDR, "?"));
    return telling_step(w->telling, STEP_CONNECT, event->t_ns, "The relay %s %s, address %s, port %" PRId64 ".", how,
                        host, trace_str(json, FIELD_ADDR, "?"), trace_int(json, FIELD_PORT, 0));
}

void telling_connection(struct walk *w, size_t at)
{
    const struct trace_log *log = w->facts->log;
    const struct trace_event *event = &log->events[at];
    const char *result = trace_str(event->json, FIELD_RESULT, "?");
    bool good = strcmp(result, "ok") == 0;
    if (strcmp(result, "given-up") == 0) {
        telling_block(w->telling, BLOCK_CONNECTION, event->t_ns)->goes_on = true;
        struct step *step = telling_step(w->telling, STEP_NOTE, event->t_ns, "The relay stops waiting for %s.",
                                         trace_str(event->json, FIELD_HOST, "?"));
        step->verb = "WIRE";
        step->key = result;
        return;
    }
    struct step *step = add_connect(w, event, good ? "connects to" : "tries to connect to");
    step->verb = "WIRE";
    step->key = result;
    step->trouble = !good;
    if (good)
        add_lines(w, at);
}

void telling_connection_end(struct walk *w, size_t at)
{
    const struct trace_event *event = &w->facts->log->events[at];
    const struct telling *telling = w->telling;
    int64_t conn = trace_int(event->json, FIELD_CONN, 0);
    bool follows = telling->block_count > 0 && telling->blocks[telling->block_count - 1].conn == conn;
    struct block *block = telling_block(w->telling, BLOCK_CONNECTION, event->t_ns);
    block->goes_on = true;
    block->conn = conn;
    if (!follows)
        (void)telling_step(w->telling, STEP_NOTE, event->t_ns,
                           "On the connection to %s, which is still open:", trace_str(event->json, FIELD_HOST, "?"));
    size_t from = w->telling->count;
    add_lines(w, at);
    if (from < w->telling->count)
        w->telling->steps[from].late = true;
}
