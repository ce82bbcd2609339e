#include "sim/client/clients.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/list.h"
#include "lib/base/mem.h"
#include "lib/io/stream.h"
#include "sim/client/compose.h"
#include "sim/client/submit.h"
#include "sim/mx/octets.h"
#include "sim/trace/content.h"

#define CONNECTIONS_AT_ONCE 10
#define COMMANDS_AT_ONCE    100 /* each may go on for as long as its message is under way */
#define HELO                "client.example"

struct client {
    struct clients *clients;
    const struct submission *submission;
    struct stream *stream; /* NULL: a command */
    unsigned number;       /* of the command; 0 = none */
    struct tls_ctx *tls;
    struct submit submit;
    char *message;
    struct timer timer;
    struct list_link link;
};

struct clients {
    struct sim *sim;
    struct client_settings settings;
    size_t next;       /* of `order` */
    unsigned commands; /* so many were run */
    size_t *order;     /* submissions by time */
    struct timer timer;
    struct list active;
};

/* ---- one client ---- */

static void record(struct client *c, enum trace_kind kind, const char *rcpt, struct json *extra)
{
    struct trace_fields f = {
        .msg = c->submission->id, .n = c->submission->n, .rcpt = rcpt, .code = c->submit.code, .verb = c->submit.verb};
    trace_emit(c->clients->sim->trace, kind, &f, extra);
}

/* What was submitted, to hold against what arrives. */
static void write_content(const struct client *c, struct json *extra)
{
    struct octets octets = {0};
    octets_feed(&octets, c->submit.message);
    octets_write(&octets, OCTETS_TEXT_LINE, extra);
    content_write(c->submit.message, extra);
}

static struct json *envelope(const struct client *c)
{
    struct json *extra = json_new_object(), *to = json_new_array();
    json_set_str(extra, "from", c->submission->from);
    for (size_t i = 0; i < c->submission->to_count; i++)
        if (c->submit.accepted[i])
            json_push(to, json_new_str(c->submission->to[i]));
    json_set(extra, "to", to);
    return extra;
}

/* From now on the target may deliver it, whatever it replies later. */
static void record_handed(struct client *c)
{
    struct sim *sim = c->clients->sim;
    const struct submission *s = c->submission;
    struct trace_fields f = {.msg = s->id, .n = s->n};
    struct json *extra = envelope(c);
    char *token = mem_printf("%s.%s.%u", sim->run, s->id, s->n);
    json_set_str(extra, "token", token);
    free(token);
    write_content(c, extra);
    trace_emit(sim->trace, TRACE_MSG_HANDED, &f, extra);
    rounds_handed(sim->rounds, s->id, s->n, sim_t_ns(sim));
    c->clients->settings.on_handed(c->clients->settings.arg, s);
}

static void record_accepted(struct client *c)
{
    struct sim *sim = c->clients->sim;
    c->submit.verb = NULL;
    record(c, TRACE_MSG_SUBMITTED, NULL, envelope(c));
    rounds_submitted(sim->rounds, c->submission->id, c->submission->n, sim_t_ns(sim));
}

static void record_refused(struct client *c, const char *rcpt)
{
    struct json *extra = json_new_object();
    json_set(extra, "text", json_new_bytes(slice_cstr(c->submit.text)));
    record(c, TRACE_MSG_REFUSED, rcpt, extra);
    rounds_refused(c->clients->sim->rounds, c->submission->id, c->submission->n, rcpt, sim_t_ns(c->clients->sim));
}

static void start_due(struct clients *clients);

static void end_client(struct client *c)
{
    struct clients *clients = c->clients;
    timer_stop(&c->timer);
    if (c->stream != NULL)
        stream_free(c->stream);
    tls_ctx_free(c->tls);
    submit_fini(&c->submit);
    free(c->message);
    list_remove(&clients->active, &c->link);
    free(c);
}

static void end_and_go_on(struct client *c)
{
    struct clients *clients = c->clients;
    end_client(c);
    start_due(clients);
}

static void flush(struct client *c)
{
    if (c->submit.out.len > 0)
        (void)stream_write(c->stream, buf_slice(&c->submit.out));
    buf_reset(&c->submit.out);
}

static int64_t now_ns(const struct client *c)
{
    return loop_now_ns(c->clients->sim->loop);
}

static void start_tls(struct client *c)
{
    if (pki_client(c->clients->sim->pki, &c->tls, NULL) == ERR_OK)
        (void)stream_start_tls(c->stream, c->tls, TLS_CLIENT, WORLD_TARGET_NAME);
}

static void handle(struct client *c, enum submit_event event)
{
    if (event == SUBMIT_HANDED)
        record_handed(c);
    flush(c);
    switch (event) {
    case SUBMIT_NOTHING:
    case SUBMIT_HANDED: /* recorded before it left */
        break;
    case SUBMIT_START_TLS:
        start_tls(c);
        break;
    case SUBMIT_REFUSED_RCPT:
        record_refused(c, c->submit.refused_rcpt);
        break;
    case SUBMIT_ACCEPTED:
        record_accepted(c);
        break;
    case SUBMIT_REFUSED:
        record_refused(c, NULL);
        break;
    case SUBMIT_OVER:
        end_and_go_on(c);
        return;
    }
    if (c->submit.deadline_ns != INT64_MAX)
        timer_set_at(&c->timer, c->submit.deadline_ns);
}

static void on_connected(void *arg)
{
    struct client *c = arg;
    if (c->submission->manner.via == PORT_SUBMISSIONS)
        start_tls(c); /* before any word: RFC 8314 §3.3 */
    timer_set_at(&c->timer, c->submit.deadline_ns);
}

static void on_data(void *arg, struct buf *in)
{
    struct client *c = arg;
    enum submit_event event;
    do {
        event = submit_feed(&c->submit, in, now_ns(c));
        bool over = event == SUBMIT_OVER;
        handle(c, event);
        if (over)
            return;
    } while (event == SUBMIT_REFUSED_RCPT || event == SUBMIT_HANDED || event == SUBMIT_ACCEPTED ||
             event == SUBMIT_REFUSED);
}

static void on_tls(void *arg, const struct tls_info *info)
{
    struct client *c = arg;
    (void)info;
    handle(c, submit_tls_started(&c->submit, now_ns(c)));
}

static void on_end(void *arg, enum stream_end end, int error)
{
    struct client *c = arg;
    char why[128];
    (void)snprintf(why, sizeof why, "the connection to the target ended (%s%s%s)", stream_end_name(end),
                   error != 0 ? ": " : "", error != 0 ? strerror(error) : "");
    if (submit_lost(&c->submit, why) == SUBMIT_REFUSED)
        record_refused(c, NULL);
    end_and_go_on(c);
}

static void record_silent(const struct client *c)
{
    const struct clients *clients = c->clients;
    struct json *extra = json_new_object();
    json_set_int(extra, "port", clients->settings.ports[c->submission->manner.via]);
    json_set_str(extra, "text", "no answer within the time that RFC 5321 4.5.3.2 allows");
    struct trace_fields f = {.msg = c->submission->id, .n = c->submission->n, .verb = submit_waits_for(&c->submit)};
    trace_emit(clients->sim->trace, TRACE_TARGET_SILENT, &f, extra);
}

/* RFC 5321 §4.5.3.2: this long, and no answer. */
static void on_timeout(void *arg)
{
    struct client *c = arg;
    struct clients *clients = c->clients;
    if (c->submit.step == SUBMIT_QUIT) { /* the message is safe, or refused; silence now costs nothing */
        end_and_go_on(c);
        return;
    }
    record_silent(c);
    end_client(c);
    clients->settings.on_silent(clients->settings.arg);
}

static const struct stream_ops stream_ops = {
    .on_connected = on_connected, .on_data = on_data, .on_tls = on_tls, .on_end = on_end};

/* Clients do not log in at the port for relaying. */
static const char *user_of(const struct client_settings *settings, const struct submission *submission)
{
    if (submission->manner.via == PORT_SMTP)
        return NULL;
    return submission->manner.as != NULL ? submission->manner.as : settings->user;
}

static const char *password_of(const struct clients *clients, const struct submission *submission)
{
    return submission->manner.as != NULL ? scenario_password(clients->sim->scenario, submission->manner.as)
                                         : clients->settings.password;
}

static struct client *new_client(struct clients *clients, const struct submission *submission)
{
    const struct client_settings *settings = &clients->settings;
    struct client *c = mem_zalloc(sizeof *c);
    size_t len;
    c->clients = clients;
    c->submission = submission;
    c->message = compose_message(clients->sim, submission, &len);
    timer_init(&c->timer, clients->sim->loop, on_timeout, c);
    submit_init(&c->submit, submission, HELO, user_of(settings, submission), password_of(clients, submission),
                slice_make(c->message, len), loop_now_ns(clients->sim->loop));
    list_append(&clients->active, &c->link);
    return c;
}

static void start_connection(struct clients *clients, const struct submission *submission)
{
    struct stream_limits limits = {65536,
                                   (size_t)submission->size * 2 + submission->manner.message.len * 2 + 1024 * 1024};
    const struct client_settings *settings = &clients->settings;
    struct sim *sim = clients->sim;
    struct ip_port to = {settings->target, settings->ports[submission->manner.via]}, from = {settings->source, 0};
    struct err err;
    struct client *c = new_client(clients, submission);
    if (stream_connect(&c->stream, sim->loop, &to, &from, &limits, &stream_ops, c, &err) != ERR_OK) {
        (void)submit_lost(&c->submit, err.text);
        record_refused(c, NULL);
        end_client(c);
    }
}

/* ---- the target's own command ---- */

static void start_command(struct clients *clients, const struct submission *submission)
{
    struct client *c = new_client(clients, submission);
    struct err err;
    c->number = ++clients->commands;
    if (command_write(&clients->settings.command, c->number, submission, c->submit.message, &err) != ERR_OK) {
        (void)submit_lost(&c->submit, err.text);
        record_refused(c, NULL);
        end_client(c);
        return;
    }
    for (size_t i = 0; i < submission->to_count; i++)
        c->submit.accepted[i] = true;
    record_handed(c);
    target_link_submit(clients->settings.link, c->number);
}

static struct client *client_of_command(struct clients *clients, unsigned number)
{
    LIST_EACH (struct client, link, c, &clients->active)
        if (c->number == number)
            return c;
    return NULL;
}

void clients_command_ended(struct clients *clients, unsigned number, int status)
{
    struct client *c = client_of_command(clients, number);
    if (c == NULL)
        return;
    c->submit.verb = "submit";
    c->submit.code = status < 0 ? 128 - status : status;
    command_last_words(&clients->settings.command, number, c->submit.text, sizeof c->submit.text);
    if (status == 0)
        record_accepted(c);
    else
        record_refused(c, NULL);
    end_and_go_on(c);
}

static bool goes_through_command(const struct clients *clients, const struct submission *submission)
{
    const struct client_settings *settings = &clients->settings;
    int via = submission->manner.via;
    return (via == VIA_SENDMAIL || (via == PORT_SUBMISSION && settings->ports[PORT_SUBMISSION] == 0)) &&
           settings->command.words != NULL && settings->link != NULL;
}

/* Whether there is room for one more of its kind: those under way hold up only others of their kind. */
static bool has_room(const struct clients *clients, bool command)
{
    size_t count = 0;
    LIST_EACH (struct client, link, c, &clients->active)
        count += (c->number != 0) == command;
    return count < (command ? COMMANDS_AT_ONCE : CONNECTIONS_AT_ONCE);
}

static void start_one(struct clients *clients, const struct submission *submission)
{
    if (goes_through_command(clients, submission))
        start_command(clients, submission);
    else
        start_connection(clients, submission);
}

/* ---- the story's clock ---- */

static void start_due(struct clients *clients)
{
    const struct scenario *scenario = clients->sim->scenario;
    while (clients->next < scenario->story_count) {
        const struct submission *next = &scenario->story[clients->order[clients->next]];
        if (!has_room(clients, goes_through_command(clients, next)))
            return;
        int64_t wait = next->t_ns - sim_t_ns(clients->sim);
        if (wait > 0) {
            timer_set_after(&clients->timer, wait);
            return;
        }
        clients->next++;
        start_one(clients, next);
    }
}

static void on_time(void *arg)
{
    start_due(arg);
}

static void sort_by_time(struct clients *clients)
{
    const struct scenario *scenario = clients->sim->scenario;
    clients->order = mem_zalloc((scenario->story_count + 1) * sizeof *clients->order);
    for (size_t i = 0; i < scenario->story_count; i++) {
        size_t at = i;
        for (; at > 0 && scenario->story[clients->order[at - 1]].t_ns > scenario->story[i].t_ns; at--)
            clients->order[at] = clients->order[at - 1];
        clients->order[at] = i;
    }
}

struct clients *clients_new(struct sim *sim, const struct client_settings *settings)
{
    struct clients *clients = mem_zalloc(sizeof *clients);
    clients->sim = sim;
    clients->settings = *settings;
    list_init(&clients->active);
    timer_init(&clients->timer, sim->loop, on_time, clients);
    sort_by_time(clients);
    return clients;
}

void clients_start(struct clients *clients)
{
    start_due(clients);
}

void clients_free(struct clients *clients)
{
    if (clients == NULL)
        return;
    LIST_EACH_SAFE (struct client, link, c, next, &clients->active)
        end_client(c);
    timer_stop(&clients->timer);
    free(clients->order);
    free(clients);
}
