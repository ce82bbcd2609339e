#include "relay/ingress/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "relay/log/event.h"

#define IN_MAX     (128 * 1024)
#define OUT_MAX    (512 * 1024)
#define CLOSE_TIME (30 * NS_PER_S)

static void act(struct session *session, enum server_event event);
static void drive(struct session *session, struct buf *in);

void session_end(struct session *session)
{
    event_log(session->ingress->log, EVENT_SESSION_CLOSED, log_str("client", session->client_text),
              log_int("messages", session->messages), log_str("why", session->why));
    timer_stop(&session->timer);
    auth_cancel(session->ingress->auth, &session->question);
    timer_stop(&session->step);
    stream_free(session->stream);
    intake_end(&session->intake);
    server_fini(&session->server);
    principal_fini(&session->principal);
    clients_leave(&session->ingress->clients, session->client);
    list_remove(&session->ingress->sessions, &session->link);
    tls_ctx_free(session->tls_ctx);
    config_free(session->config);
    free(session);
}

static void send_replies(struct session *session)
{
    if (session->server.out.len > 0)
        (void)stream_write(session->stream, buf_slice(&session->server.out));
    buf_reset(&session->server.out);
}

static void wait_for_command(struct session *session)
{
    session->data_until_ns = 0;
    timer_set_after(&session->timer, session->config->timeouts.session_ns);
}

static void wait_for_data(struct session *session)
{
    int64_t now_ns = loop_now_ns(session->ingress->loop);
    int64_t silent_until_ns = now_ns + session->config->timeouts.session_ns;
    if (session->data_until_ns == 0)
        session->data_until_ns = now_ns + session->config->timeouts.data_ns;
    timer_set_at(&session->timer, silent_until_ns < session->data_until_ns ? silent_until_ns : session->data_until_ns);
}

/* Whatever it has authenticated as before. */
static void become_client(struct session *session)
{
    struct principal client = principal_of_client(session->trusted);
    principal_move(&session->principal, &client);
}

/* ---- what the core asks for ---- */

static void log_auth(const struct session *session, enum auth_answer answer)
{
    const struct ingress *ingress = session->ingress;
    const char *user = session->server.sasl.user;
    if (answer == AUTH_GOOD)
        event_log(ingress->log, EVENT_SESSION_AUTH, log_str("client", session->client_text),
                  log_str("user", session->principal.account), log_str("key", session->principal.key));
    else
        event_log(ingress->log, EVENT_SESSION_AUTH_FAILED, log_str("client", session->client_text),
                  log_str("user", access_knows(ingress->access, user) ? user : "unknown user"),
                  log_str("why", answer == AUTH_WRONG ? "wrong user or password" : "too many attempts; not checked"));
}

static void answer_auth(struct session *session, enum auth_answer answer)
{
    if (answer == AUTH_GOOD)
        principal_move(&session->principal, &session->question.principal);
    log_auth(session, answer);
    if (answer == AUTH_LATER)
        server_auth_later(&session->server);
    else
        server_auth_result(&session->server, answer == AUTH_GOOD);
}

static void on_auth_answer(void *arg, enum auth_answer answer)
{
    struct session *session = arg;
    session->waits_for_auth = false;
    answer_auth(session, answer);
    if (session->server.pending == SERVER_CLOSE) { /* one error too many */
        act(session, SERVER_CLOSE);
        return;
    }
    send_replies(session);
    wait_for_command(session);
    stream_resume(session->stream);
}

static void find_keys(struct session *session)
{
    struct sasl_keys keys;
    struct server *server = &session->server;
    if (!auth_may_guess(session->ingress->auth, session->client->address)) {
        log_auth(session, AUTH_LATER);
        server_auth_later(server);
        return;
    }
    access_find_keys(session->ingress->access, server->sasl.user, &keys);
    server_auth_keys(server, &keys);
    explicit_bzero(&keys, sizeof keys);
}

static void check_auth(struct session *session)
{
    const struct sasl *sasl = &session->server.sasl;
    struct auth *auth = session->ingress->auth;
    struct ip client = session->client->address;
    session->question = (struct auth_question){.on_answer = on_auth_answer, .arg = session};
    enum auth_answer answer =
        sasl->proof == SASL_BY_PASSWORD
            ? auth_ask(auth, &session->question, client, sasl->user, sasl->password)
            : auth_take_proof(auth, &session->question, client, sasl->user, sasl->proof == SASL_PROVED);
    session->waits_for_auth = answer == AUTH_PENDING;
    if (!session->waits_for_auth)
        answer_auth(session, answer);
}

/* A message that is stored over several turns has its next one soon. */
static void store_some(void *arg)
{
    struct session *session = arg;
    session->storing = !intake_go_on(&session->intake);
    session->waits_for_commit = !session->storing;
    if (session->storing)
        timer_set_after(&session->step, 0);
    else
        session_settle(session);
}

static void refuse_message(struct session *session, const struct refusal *refusal)
{
    event_log(session->ingress->log, EVENT_MESSAGE_REFUSED, log_str("client", session->client_text),
              log_str("user", session->principal.account),
              log_str("from", session->server.txn.envelope.mail.reverse_path), log_str("why", refusal->text));
    server_message_result(&session->server, refusal, NULL);
}

static void take_message(struct session *session)
{
    struct ingress *ingress = session->ingress;
    const struct server *server = &session->server;
    const struct refusal *refusal = server->data_over_budget ? NULL : session_ask_rules(session, RULE_MESSAGE);
    if (refusal != NULL) {
        refuse_message(session, refusal);
        return;
    }
    timer_stop(&session->timer);
    session_spend(session);
    struct intake_origin origin = {.source = {session->client_text, session->principal.account},
                                   .helo = server->helo,
                                   .esmtp = server->esmtp,
                                   .tls = server->tls,
                                   .submission = server->settings.submission};
    if (server->data_over_budget)
        intake_refuse(&session->intake, ingress->queue, &origin, &server->txn.envelope, INTAKE_OVER_BUDGET);
    else
        intake_accept(&session->intake, ingress->queue, &origin, &server->txn.envelope, buf_slice(&server->txn.body));
    store_some(session);
}

static void act(struct session *session, enum server_event event)
{
    switch (event) {
    case SERVER_NOTHING:
        break;
    case SERVER_MAIL:
        server_mail_result(&session->server, session_ask_rules(session, RULE_MAIL));
        break;
    case SERVER_RCPT:
        server_rcpt_result(&session->server, session_ask_rules(session, RULE_RCPT));
        break;
    case SERVER_START_TLS:
        send_replies(session);
        (void)stream_start_tls(session->stream, session->tls_ctx, TLS_SERVER, NULL);
        break;
    case SERVER_FIND_KEYS:
        find_keys(session);
        break;
    case SERVER_CHECK_AUTH:
        check_auth(session);
        break;
    case SERVER_MESSAGE:
        take_message(session);
        break;
    case SERVER_CLOSE:
        session->closing = true;
        auth_cancel(session->ingress->auth, &session->question);
        if (session->server.foreign != NULL) {
            (void)snprintf(session->foreign, sizeof session->foreign, "speaks %s", session->server.foreign);
            session->why = session->foreign;
        }
        if (session->why == NULL)
            session->why = server_why_closed(&session->server);
        send_replies(session);
        timer_set_after(&session->timer, CLOSE_TIME); /* for a client that does not read its last replies */
        stream_close_after_flush(session->stream);
        break;
    }
}

/* The core stops when its replies fill `out`: once they are handed over it continues with what is left. */
static void drive(struct session *session, struct buf *in)
{
    enum server_event event;
    size_t before;
    do {
        before = in->len;
        while ((event = server_feed(&session->server, in)) == SERVER_MAIL || event == SERVER_RCPT)
            act(session, event); /* at once: commands that are pipelined get their replies together */
        act(session, event);
        if (!session->closing)
            send_replies(session);
    } while (!session->closing && in->len < before &&
             (session->server.pending == SERVER_NOTHING || session->server.pending == SERVER_CLOSE));
}

void session_stop(struct session *session)
{
    session->why = "the relay is stopping";
    server_hang_up(&session->server, "The relay is stopping");
    act(session, SERVER_CLOSE);
}

/* What a message that is not stored is refused with. */
static const struct refusal *const refusals[INTAKE_VERDICTS] = {
    [INTAKE_FULL] = &(const struct refusal){452, "4.3.1", "The queue is full, please try again later"},
    [INTAKE_SHARE_USED] =
        &(const struct refusal){452, "4.3.1", "Too much of your mail is waiting in the queue, please try again later"},
    [INTAKE_FAILED] = &(const struct refusal){451, "4.3.0", "The message could not be stored, please try again later"},
    [INTAKE_LOOP] = &(const struct refusal){554, "5.4.6", "Too many Received fields: this message is in a loop"},
    [INTAKE_BIG_HEADER] =
        &(const struct refusal){552, "5.3.4", "The header section has more than 1 MiB or 10000 fields"},
    [INTAKE_OVER_BUDGET] = &rule_room.refusal,
};

void session_answer_all(void *arg)
{
    struct ingress *ingress = arg;
    LIST_EACH_SAFE (struct session, link, session, next, &ingress->sessions) {
        if (!session->waits_for_commit)
            continue;
        session->waits_for_commit = false;
        enum intake_verdict verdict = intake_verdict(&session->intake);
        intake_log(&session->intake, ingress->log, session->tls.version);
        session->messages += verdict == INTAKE_STORED;
        if (session->gone) {
            session_end(session);
            continue;
        }
        server_message_result(&session->server, refusals[verdict], session->intake.queue_id);
        intake_end(&session->intake);
        wait_for_command(session);
        send_replies(session);
        if (ingress->draining)
            session_stop(session);
        stream_resume(session->stream);
    }
}

/* ---- stream callbacks ---- */

static void on_data(void *arg, struct buf *in)
{
    struct session *session = arg;
    if (session->closing) {
        buf_reset(in);
        return;
    }
    if (session->server.pending != SERVER_NOTHING)
        return; /* TLS or the commit is under way: what comes now waits, or is dropped with the plaintext */
    uint64_t commands = session->server.commands;
    drive(session, in);
    if (session->closing)
        return;
    if (session->storing || session->waits_for_commit || session->waits_for_auth)
        stream_pause(session->stream); /* what is pipelined after the dot, or after AUTH, waits for its reply */
    else if (session->server.mode == SERVER_DATA || session->server.mode == SERVER_CHUNK)
        wait_for_data(session);
    else if (session->server.commands != commands || session->data_until_ns != 0)
        wait_for_command(session); /* a part of one gets no more time */
}

static void greet(struct session *session)
{
    server_greet(&session->server);
    send_replies(session);
}

static void on_tls(void *arg, const struct tls_info *info)
{
    struct session *session = arg;
    uint8_t binding[SASL_BINDING_BYTES];
    session->tls = *info;
    if (stream_tls_exporter(session->stream, binding))
        server_bind(&session->server, binding);
    wait_for_command(session);
    event_log(session->ingress->log, EVENT_SESSION_TLS, log_str("client", session->client_text),
              log_str("tls", info->version), log_str("cipher", info->cipher));
    if (session->server.pending == SERVER_START_TLS) {
        become_client(session);
        server_tls_started(&session->server);
    } else {
        greet(session); /* TLS was there before the first word */
    }
}

static void on_end(void *arg, enum stream_end end, int error)
{
    struct session *session = arg;
    struct tls_info info = {0};
    (void)error;
    if (end == STREAM_END_TLS) {
        (void)stream_tls_info(session->stream, &info);
        event_log(session->ingress->log, EVENT_SESSION_TLS_FAILED, log_str("client", session->client_text),
                  log_str("why", info.failure));
    }
    if (session->why == NULL)
        session->why = stream_end_name(end);
    session->gone =
        session->storing || session->waits_for_commit; /* the outcome of its message is still to be logged */
    timer_stop(&session->timer);
    if (!session->gone)
        session_end(session);
}

/* The client has closed its half: it may wait for the replies to what it sent before. */
static void on_eof(void *arg)
{
    struct session *session = arg;
    session->why = stream_end_name(STREAM_END_EOF);
    act(session, SERVER_CLOSE);
}

static const struct stream_ops stream_ops = {.on_data = on_data, .on_tls = on_tls, .on_eof = on_eof, .on_end = on_end};

static const char *why_timed_out(const struct session *session)
{
    if (session->data_until_ns == 0)
        return "no command in time";
    bool late = session->data_until_ns <= loop_now_ns(session->ingress->loop);
    return late ? "the message came too slowly" : "no data in time within a message";
}

static void on_timeout(void *arg)
{
    struct session *session = arg;
    if (session->closing) {
        session_end(session);
        return;
    }
    session->why = why_timed_out(session);
    server_hang_up(&session->server, "Timeout, closing");
    act(session, SERVER_CLOSE);
}

/* ---- new sessions ---- */

/* Why it may not begin; NULL = it may. */
static const char *find_refusal(const struct session *session)
{
    const struct ingress *ingress = session->ingress;
    const struct config *config = session->config;
    if (access_is_banned(ingress->access, session->client->address))
        return "too many wrong passwords";
    if (session->client->sessions > (size_t)config->limits.sessions_per_client)
        return "too many sessions of this client";
    return ingress->sessions.count > (size_t)config->limits.sessions ? "too many sessions in total" : NULL;
}

/* Ends it then. */
static bool is_refused(struct session *session)
{
    const char *why = find_refusal(session);
    if (why == NULL)
        return false;
    bool banned = access_is_banned(session->ingress->access, session->client->address);
    session->why = banned ? "too many wrong passwords" : "too many sessions";
    event_log(session->ingress->log, EVENT_SESSION_REFUSED, log_str("client", session->client_text),
              log_str("why", why));
    if (session->server.settings.implicit_tls) { /* no word can be said before the handshake */
        session_end(session);
        return true;
    }
    server_hang_up(&session->server, banned ? "Too many wrong passwords" : "Too many sessions");
    act(session, SERVER_CLOSE);
    return true;
}

void session_start(void *arg, const struct config_listen *door, int fd, struct ip address)
{
    static const struct stream_limits limits = {IN_MAX, OUT_MAX};
    struct ingress *ingress = arg;
    const struct config *config = ingress->config;
    struct session *session = mem_zalloc(sizeof *session);
    struct client *client = clients_join(&ingress->clients, address);
    session->trusted = config_trusts(config, address);
    struct server_settings settings = {.hostname = config->hostname,
                                       .budget = &client->budget,
                                       .submission = door->role != LISTEN_RELAY,
                                       .implicit_tls = door->role == LISTEN_SUBMISSIONS,
                                       .tls_available = ingress->tls != NULL,
                                       .without = config_without(config),
                                       .has_keys = access_has_keys(ingress->access),
                                       .size_max = config->limits.message_size,
                                       .recipients_max = (unsigned)config->limits.recipients,
                                       .errors_max = (unsigned)config->limits.errors,
                                       .idle_commands_max = (unsigned)config->limits.idle_commands};
    session->ingress = ingress;
    session->config = config_ref(config);
    session->tls_ctx = ingress->tls != NULL ? tls_ctx_ref(ingress->tls) : NULL;
    session->client = client;
    become_client(session);
    (void)ip_format(address, session->client_text);
    server_init(&session->server, &settings);
    timer_init(&session->timer, ingress->loop, on_timeout, session);
    timer_init(&session->step, ingress->loop, store_some, session);
    session->stream = stream_new(ingress->loop, fd, &limits, &stream_ops, session);
    list_append(&ingress->sessions, &session->link);
    if (is_refused(session))
        return;
    event_log(ingress->log, EVENT_SESSION_OPENED, log_str("client", session->client_text), log_int("port", door->port));
    wait_for_command(session);
    if (settings.implicit_tls)
        (void)stream_start_tls(session->stream, session->tls_ctx, TLS_SERVER, NULL);
    else
        greet(session);
}
