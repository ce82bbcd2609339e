#include "relay/ingress/ingress.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/base/list.h"
#include "lib/base/mem.h"
#include "lib/io/stream.h"
#include "relay/ingress/auth.h"
#include "relay/message/prepare.h"
#include "relay/smtp/server.h"

#define IN_MAX       (128 * 1024)
#define OUT_MAX      (512 * 1024)
#define HEADER_ROOM  8192 /* what prepare_message may add */
#define CLOSE_TIME   (30 * NS_PER_S)
#define ACCEPT_PAUSE NS_PER_S
#define BACKLOG      128

struct listener {
    struct ingress *ingress;
    const struct config_listen *settings;
    int fd;
    struct watch watch;
    struct timer pause; /* until descriptors may be free again */
};

struct session {
    struct ingress *ingress;
    struct stream *stream;
    struct server server;
    struct timer timer;
    struct in_addr client;
    char client_text[INET_ADDRSTRLEN];
    char queue_id[QUEUE_ID_MAX + 1];
    enum server_verdict verdict; /* of the message that waits for the commit */
    bool waits_for_commit;
    bool closing;
    struct list_link link;
};

struct ingress {
    const struct config *config;
    struct loop *loop;
    struct queue *queue;
    struct log *log;
    struct auth *auth;
    struct tls_ctx *tls;
    struct listener *listeners;
    size_t listener_count;
    struct list sessions;
};

static void drive(struct session *session, struct buf *in);

static void end_session(struct session *session)
{
    timer_stop(&session->timer);
    stream_free(session->stream);
    server_fini(&session->server);
    list_remove(&session->ingress->sessions, &session->link);
    free(session);
}

static void send_replies(struct session *session)
{
    if (session->server.out.len > 0)
        (void)stream_write(session->stream, buf_slice(&session->server.out));
    buf_reset(&session->server.out);
}

static void wait_for_client(struct session *session)
{
    timer_set_after(&session->timer, session->ingress->config->timeouts.session_ns);
}

/* ---- what the core asks for ---- */

static void check_auth(struct session *session)
{
    struct ingress *ingress = session->ingress;
    struct server *server = &session->server;
    bool good = auth_check(ingress->auth, server->auth_user, server->auth_password, loop_now_ns(ingress->loop));
    log_event(ingress->log, good ? LOG_INFO : LOG_WARN, good ? "auth.accepted" : "auth.refused",
              log_str("user", server->auth_user), log_str("client", session->client_text));
    server_auth_result(server, good);
}

static bool write_to_queue(struct session *session, struct buf *body)
{
    struct server_transaction *txn = &session->server.txn;
    struct server *server = &session->server;
    struct err err;
    struct prepare_info info = {.hostname = session->ingress->config->hostname,
                                .queue_id = session->queue_id,
                                .helo = server->helo,
                                .client_address = session->client_text,
                                .recipient = txn->recipient_count == 1 ? txn->recipients[0] : NULL,
                                .esmtp = server->esmtp,
                                .tls = server->tls,
                                .authenticated = server->user != NULL,
                                .submission = server->settings.submission,
                                .wall_ns = loop_wall_ns(session->ingress->loop)};
    return prepare_message(&info, buf_slice(&txn->body), body) &&
           queue_add(session->ingress->queue, session->queue_id, txn->reverse_path, txn->recipients,
                     txn->recipient_count, txn->eight_bit, buf_slice(body), &err) == ERR_OK;
}

static enum server_verdict take_message(struct session *session)
{
    struct ingress *ingress = session->ingress;
    struct server_transaction *txn = &session->server.txn;
    struct buf body;
    if (prepare_count_received(buf_slice(&txn->body)) >= (unsigned)ingress->config->limits.received_fields)
        return SERVER_LOOP;
    if (!queue_has_room(ingress->queue, txn->recipient_count, txn->body.len))
        return SERVER_STORE_FULL;
    queue_new_id(ingress->queue, session->queue_id);
    buf_init(&body, txn->body.len + HEADER_ROOM);
    bool stored = write_to_queue(session, &body);
    buf_fini(&body);
    return stored ? SERVER_STORED : SERVER_STORE_FAILED;
}

static void act(struct session *session, enum server_event event)
{
    switch (event) {
    case SERVER_NOTHING:
        break;
    case SERVER_START_TLS:
        send_replies(session);
        (void)stream_start_tls(session->stream, session->ingress->tls, TLS_SERVER, NULL);
        break;
    case SERVER_CHECK_AUTH:
        check_auth(session);
        break;
    case SERVER_MESSAGE:
        session->verdict = take_message(session);
        session->waits_for_commit = true;
        break;
    case SERVER_CLOSE:
        session->closing = true;
        send_replies(session);
        timer_set_after(&session->timer, CLOSE_TIME); /* for a client that does not read its last replies */
        stream_close_after_flush(session->stream);
        break;
    }
}

static void drive(struct session *session, struct buf *in)
{
    enum server_event event;
    do {
        event = server_feed(&session->server, in);
        act(session, event);
    } while (event == SERVER_CHECK_AUTH && !session->closing);
    if (!session->closing)
        send_replies(session);
}

/* The end of the turn, behind the queue's commit. */
static void answer_after_commit(void *arg)
{
    struct ingress *ingress = arg;
    bool failed = queue_failed(ingress->queue);
    LIST_EACH_SAFE(struct session, link, session, next, &ingress->sessions)
    {
        if (!session->waits_for_commit)
            continue;
        session->waits_for_commit = false;
        if (failed && session->verdict == SERVER_STORED)
            session->verdict = SERVER_STORE_FAILED;
        server_message_result(&session->server, session->verdict, session->queue_id);
        send_replies(session);
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
        return; /* TLS or the commit is under way: what comes now waits, or is dropped with the clear text */
    wait_for_client(session);
    drive(session, in);
    if (session->waits_for_commit)
        stream_pause(session->stream); /* what is pipelined behind the dot waits for the 250 */
}

static void on_tls(void *arg, const struct tls_info *info)
{
    struct session *session = arg;
    (void)info;
    server_tls_started(&session->server);
}

static void on_end(void *arg, enum stream_end end, int error)
{
    struct session *session = arg;
    (void)error;
    if (end == STREAM_END_TLS)
        log_event(session->ingress->log, LOG_WARN, "session.tls_failed", log_str("client", session->client_text));
    end_session(session);
}

static const struct stream_ops stream_ops = {.on_data = on_data, .on_tls = on_tls, .on_end = on_end};

static void on_silence(void *arg)
{
    struct session *session = arg;
    if (session->closing) {
        end_session(session);
        return;
    }
    server_hang_up(&session->server, "Timeout, closing");
    act(session, SERVER_CLOSE);
}

/* ---- listeners ---- */

static size_t sessions_of(const struct ingress *ingress, struct in_addr client)
{
    size_t count = 0;
    LIST_EACH(struct session, link, session, &ingress->sessions)
    count += session->client.s_addr == client.s_addr;
    return count;
}

static void start_session(struct listener *listener, int fd, struct in_addr client)
{
    static const struct stream_limits limits = {IN_MAX, OUT_MAX};
    struct ingress *ingress = listener->ingress;
    const struct config *config = ingress->config;
    struct session *session = mem_zalloc(sizeof *session);
    struct server_settings settings = {.hostname = config->hostname,
                                       .submission = listener->settings->role == LISTEN_SUBMISSION,
                                       .trusted = config_trusts(config, client),
                                       .tls_available = ingress->tls != NULL,
                                       .size_max = config->limits.message_size,
                                       .recipients_max = (unsigned)config->limits.recipients,
                                       .errors_max = (unsigned)config->limits.errors};
    session->ingress = ingress;
    session->client = client;
    (void)inet_ntop(AF_INET, &client, session->client_text, sizeof session->client_text);
    server_init(&session->server, &settings);
    timer_init(&session->timer, ingress->loop, on_silence, session);
    session->stream = stream_new(ingress->loop, fd, &limits, &stream_ops, session);
    size_t before = sessions_of(ingress, client);
    list_append(&ingress->sessions, &session->link);
    if (ingress->sessions.count > (size_t)config->limits.sessions ||
        before >= (size_t)config->limits.sessions_per_client) {
        server_hang_up(&session->server, "Too many sessions");
        act(session, SERVER_CLOSE);
        return;
    }
    server_greet(&session->server);
    send_replies(session);
    wait_for_client(session);
}

static void listen_again(void *arg)
{
    struct listener *listener = arg;
    watch_set(&listener->watch, LOOP_READ);
}

/* Without a descriptor the connection cannot be taken, nor refused: it waits in the backlog, and the loop goes on. */
static void pause_listener(struct listener *listener, int error)
{
    log_event(listener->ingress->log, LOG_ERROR, "listen.accept_failed", log_str("error", strerror(error)));
    watch_set(&listener->watch, 0);
    timer_set_after(&listener->pause, ACCEPT_PAUSE);
}

static void on_connection(void *arg, unsigned ready)
{
    struct listener *listener = arg;
    struct sockaddr_in peer;
    socklen_t len = sizeof peer;
    (void)ready;
    int fd = accept4(listener->fd, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0)
        start_session(listener, fd, peer.sin_addr);
    else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
        pause_listener(listener, errno);
}

static int open_listener(struct listener *listener, struct err *err)
{
    const struct config_listen *settings = listener->settings;
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_addr = settings->address, .sin_port = htons((uint16_t)settings->port)};
    char text[INET_ADDRSTRLEN];
    int on = 1;
    (void)inet_ntop(AF_INET, &settings->address, text, sizeof text);
    listener->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener->fd < 0)
        return err_errno(err, "cannot make a socket");
    (void)setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener->fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener->fd, BACKLOG) != 0)
        return err_errno(err, "cannot listen on %s port %d", text, (int)settings->port);
    watch_init(&listener->watch, listener->ingress->loop, listener->fd, on_connection, listener);
    timer_init(&listener->pause, listener->ingress->loop, listen_again, listener);
    watch_set(&listener->watch, LOOP_READ);
    return ERR_OK;
}

int ingress_start(struct ingress **out, const struct config *config, struct loop *loop, struct queue *queue,
                  struct log *log, struct err *err)
{
    struct ingress *ingress = mem_zalloc(sizeof *ingress);
    *ingress = (struct ingress){.config = config, .loop = loop, .queue = queue, .log = log};
    list_init(&ingress->sessions);
    ingress->auth = auth_new(config);
    ingress->listeners = mem_zalloc(config->listen.count * sizeof *ingress->listeners);
    int rc = ERR_OK;
    if (config->tls.certificate != NULL && config->tls.key != NULL)
        rc = tls_ctx_new_server(&ingress->tls, config->tls.certificate, config->tls.key, err);
    for (size_t i = 0; i < config->listen.count && rc == ERR_OK; i++) {
        struct listener *listener = &ingress->listeners[ingress->listener_count++];
        listener->ingress = ingress;
        listener->settings = &((const struct config_listen *)config->listen.items)[i];
        listener->fd = -1;
        rc = open_listener(listener, err);
    }
    if (rc != ERR_OK) {
        ingress_stop(ingress);
        return rc;
    }
    loop_at_turn_end(loop, answer_after_commit, ingress);
    *out = ingress;
    return ERR_OK;
}

static void close_listeners(struct ingress *ingress)
{
    for (size_t i = 0; i < ingress->listener_count; i++) {
        timer_stop(&ingress->listeners[i].pause);
        watch_stop(&ingress->listeners[i].watch);
        if (ingress->listeners[i].fd >= 0)
            close(ingress->listeners[i].fd);
    }
    ingress->listener_count = 0;
}

void ingress_drain(struct ingress *ingress)
{
    close_listeners(ingress);
    LIST_EACH_SAFE(struct session, link, session, next, &ingress->sessions)
    {
        if (session->closing || session->waits_for_commit)
            continue;
        server_hang_up(&session->server, "The relay is stopping");
        act(session, SERVER_CLOSE);
    }
}

bool ingress_idle(const struct ingress *ingress)
{
    return ingress->sessions.count == 0;
}

void ingress_stop(struct ingress *ingress)
{
    if (ingress == NULL)
        return;
    close_listeners(ingress);
    LIST_EACH_SAFE(struct session, link, session, next, &ingress->sessions)
    end_session(session);
    tls_ctx_free(ingress->tls);
    auth_free(ingress->auth);
    free(ingress->listeners);
    free(ingress);
}
