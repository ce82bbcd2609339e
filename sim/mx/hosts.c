#include "sim/mx/hosts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/list.h"
#include "lib/base/mem.h"
#include "lib/io/socket.h"
#include "lib/io/stream.h"
#include "sim/mx/mailbox.h"
#include "sim/mx/session.h"

#define IN_MAX  (256 * 1024)
#define OUT_MAX (2 * 1024 * 1024)
#define BACKLOG 512

enum door { DOOR_OPEN, DOOR_REFUSING, DOOR_BLACKHOLE, DOOR_UNSET };

struct listener {
    struct hosts_of_world *hosts;
    const struct host *host;
    struct tls_ctx *tls;
    enum door door;
    int fd, filler;
    struct watch watch;
    struct timer timer; /* the next change that time alone brings */
    unsigned connections;
};

struct connection {
    struct hosts_of_world *hosts;
    struct listener *listener;
    struct stream *stream;
    struct mx_session session;
    struct timer timer;
    char client[IP_TEXT_MAX];
    bool handshaking, closing, resetting;
    struct list_link link;
};

struct hosts_of_world {
    struct sim *sim;
    struct listener *listeners;
    size_t count;
    struct list connections;
};

/* ---- connections ---- */

static void record(void *arg, enum trace_kind kind, struct trace_fields *fields, struct json *extra)
{
    struct connection *c = arg;
    trace_emit(c->hosts->sim->trace, kind, fields, extra);
}

static void keep(void *arg, const struct mx_message *message)
{
    struct connection *c = arg;
    mailbox_keep(c->hosts->sim, c->listener->host, c->session.conn, c->session.tls, message);
}

static void record_event(struct connection *c, enum trace_kind kind, struct json *extra)
{
    struct trace_fields f = {.conn = c->session.conn, .host = c->listener->host->name, .peer = c->client};
    trace_emit(c->hosts->sim->trace, kind, &f, extra);
}

static void record_close(struct connection *c, const char *by, const char *how)
{
    struct json *extra = json_new_object();
    json_set_str(extra, "by", by);
    json_set_str(extra, "how", how);
    record_event(c, TRACE_TCP_CLOSE, extra);
    rounds_closed(c->hosts->sim->rounds, c->session.conn, sim_t_ns(c->hosts->sim));
}

static void end_connection(struct connection *c, bool reset)
{
    timer_stop(&c->timer);
    if (reset)
        stream_reset(c->stream);
    else
        stream_free(c->stream);
    mx_session_fini(&c->session);
    list_remove(&c->hosts->connections, &c->link);
    free(c);
}

static void reset(struct connection *c)
{
    record_close(c, "host", "reset");
    end_connection(c, true);
}

/* What was sent before a reset must arrive: an immediate RST would discard it. */
static void reset_after_flush(struct connection *c)
{
    c->closing = c->resetting = true;
    timer_stop(&c->timer);
    if (stream_pending(c->stream) == 0)
        reset(c);
}

static void on_drained(void *arg)
{
    struct connection *c = arg;
    if (c->resetting)
        reset(c);
}

static void act(struct connection *c, enum mx_event event)
{
    if (c->session.out.len > 0) {
        (void)stream_write(c->stream, buf_slice(&c->session.out));
        buf_reset(&c->session.out);
    }
    if (event == MX_RESET) {
        reset_after_flush(c);
        return;
    }
    if (event == MX_CLOSE) {
        c->closing = true;
        timer_stop(&c->timer);
        stream_close_after_flush(c->stream);
        return;
    }
    if (event == MX_START_TLS) {
        c->handshaking = true;
        record_event(c, TRACE_TLS_START, NULL);
        (void)stream_start_tls(c->stream, c->listener->tls, TLS_SERVER, NULL);
    }
    int64_t deadline = mx_session_deadline_ns(&c->session);
    if (deadline != INT64_MAX)
        timer_set_after(&c->timer, deadline - sim_t_ns(c->hosts->sim));
    else
        timer_stop(&c->timer);
}

static void on_data(void *arg, struct buf *in)
{
    struct connection *c = arg;
    if (c->closing)
        buf_reset(in);
    else
        act(c, mx_session_feed(&c->session, in, sim_t_ns(c->hosts->sim)));
}

/* A delay is over: the session continues with what has come meanwhile. */
static void on_timer(void *arg)
{
    struct connection *c = arg;
    struct buf nothing;
    buf_init(&nothing, 1);
    enum mx_event event = mx_session_feed(&c->session, &nothing, sim_t_ns(c->hosts->sim));
    buf_fini(&nothing);
    struct stream *stream = c->stream;
    bool goes_on = event == MX_NOTHING || event == MX_START_TLS;
    act(c, event);
    if (goes_on)
        stream_resume(stream);
}

static void on_tls(void *arg, const struct tls_info *info)
{
    struct connection *c = arg;
    struct json *extra = json_new_object();
    json_set_str(extra, "version", info->version);
    c->handshaking = false;
    record_event(c, TRACE_TLS_DONE, extra);
    act(c, mx_session_tls_started(&c->session));
}

static void on_end(void *arg, enum stream_end end, int error)
{
    struct connection *c = arg;
    (void)error;
    if (end == STREAM_END_TLS || c->handshaking) {
        struct json *extra = json_new_object();
        struct tls_info info = {0};
        (void)stream_tls_info(c->stream, &info);
        json_set_str(extra, "text", info.failure[0] != '\0' ? info.failure : "the target ended the handshake");
        record_event(c, TRACE_TLS_FAIL, extra);
    }
    record_close(c, end == STREAM_END_FLUSHED ? "host" : "target", end == STREAM_END_RESET ? "reset" : "close");
    end_connection(c, false);
}

static const struct stream_ops stream_ops = {
    .on_data = on_data, .on_tls = on_tls, .on_drained = on_drained, .on_end = on_end};

static void start_connection(struct listener *listener, int fd, struct ip client)
{
    static const struct stream_limits limits = {IN_MAX, OUT_MAX};
    struct hosts_of_world *hosts = listener->hosts;
    struct sim *sim = hosts->sim;
    struct connection *c = mem_zalloc(sizeof *c);
    struct mx_session *s = &c->session;
    c->hosts = hosts;
    c->listener = listener;
    (void)ip_format(client, c->client);
    mx_session_init(s);
    s->scenario = sim->scenario;
    s->host = listener->host;
    s->world = sim->world;
    s->rounds = sim->rounds;
    s->callbacks = (struct mx_callbacks){record, keep, c};
    s->txn_counter = &sim->txns;
    s->conn = ++sim->conns;
    s->connection = ++listener->connections;
    s->client = c->client;
    timer_init(&c->timer, sim->loop, on_timer, c);
    c->stream = stream_new(sim->loop, fd, &limits, &stream_ops, c);
    list_append(&hosts->connections, &c->link);
    struct json *extra = json_new_object();
    char addr[IP_TEXT_MAX];
    json_set_str(extra, "addr", ip_format(listener->host->addr, addr));
    json_set_int(extra, "port", scenario_port(sim->scenario, listener->host));
    json_set_str(extra, "result", "ok");
    record_event(c, TRACE_TCP_CONNECT, extra);
    rounds_connect(sim->rounds, s->conn, s->host->name, sim_t_ns(sim));
    act(c, mx_session_start(s, sim_t_ns(sim)));
}

/* ---- listeners ---- */

static void close_door(struct listener *listener)
{
    watch_stop(&listener->watch);
    if (listener->filler >= 0)
        close(listener->filler);
    if (listener->fd >= 0)
        close(listener->fd);
    listener->fd = listener->filler = -1;
}

static struct ip_port address_of(const struct listener *listener)
{
    int port = scenario_port(listener->hosts->sim->scenario, listener->host);
    return (struct ip_port){listener->host->addr, (uint16_t)port};
}

static int open_socket(struct listener *listener, int backlog, struct err *err)
{
    struct ip_port at = address_of(listener);
    char text[IP_TEXT_MAX];
    listener->fd = socket_bind(SOCK_STREAM, at);
    if (listener->fd < 0 || listen(listener->fd, backlog) != 0)
        return err_errno(err, "cannot listen as %s on %s port %d", listener->host->name, ip_format(at.ip, text),
                         at.port);
    return ERR_OK;
}

/* One connection of our own fills a backlog of 0; later SYN packets are dropped. */
static int fill_backlog(struct listener *listener, struct err *err)
{
    struct sockaddr_storage at;
    socklen_t len = ip_to_sockaddr(address_of(listener), &at);
    listener->filler = socket(at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener->filler < 0)
        return err_errno(err, "cannot create a socket");
    if (connect(listener->filler, (struct sockaddr *)&at, len) != 0 && errno != EINPROGRESS)
        return err_errno(err, "cannot turn %s into a black hole", listener->host->name);
    return ERR_OK;
}

static void on_connection(void *arg, unsigned ready);

static int set_door(struct listener *listener, enum door door, struct err *err)
{
    if (door == listener->door)
        return ERR_OK;
    close_door(listener);
    listener->door = door;
    int rc = ERR_OK;
    if (door != DOOR_REFUSING)
        rc = open_socket(listener, door == DOOR_BLACKHOLE ? 0 : BACKLOG, err);
    if (rc == ERR_OK && door == DOOR_BLACKHOLE)
        rc = fill_backlog(listener, err);
    if (rc == ERR_OK && door == DOOR_OPEN) {
        watch_init(&listener->watch, listener->hosts->sim->loop, listener->fd, on_connection, listener);
        watch_set(&listener->watch, LOOP_READ);
    }
    return rc;
}

/* What the next connect is to meet. */
static int update(struct listener *listener, struct err *err)
{
    struct sim *sim = listener->hosts->sim;
    int64_t t = sim_t_ns(sim);
    struct situation next = {
        .host = listener->host, .stage = STAGE_CONNECT, .connection = listener->connections + 1, .t_ns = t};
    struct decision decision;
    world_preview(sim->world, &next, &decision);
    int64_t change = world_next_change_ns(sim->world, listener->host, t);
    if (change != INT64_MAX)
        timer_set_after(&listener->timer, change - t);
    return set_door(listener, decision.refuse ? DOOR_REFUSING : decision.blackhole ? DOOR_BLACKHOLE : DOOR_OPEN, err);
}

/* A change in mid-run that fails leaves the host refusing; what the target then sees is in the trace. */
static void update_or_refuse(struct listener *listener)
{
    struct err err;
    if (update(listener, &err) != ERR_OK)
        (void)set_door(listener, DOOR_REFUSING, &err);
}

static void on_change(void *arg)
{
    update_or_refuse(arg);
}

/* All waiting connections are accepted before the listener may be closed: the kernel has reported them to the target as
 * open. */
static void on_connection(void *arg, unsigned ready)
{
    struct listener *listener = arg;
    struct ip_port peer;
    int fd;
    (void)ready;
    while ((fd = socket_accept(listener->fd, &peer)) >= 0)
        start_connection(listener, fd, peer.ip);
    update_or_refuse(listener);
}

void hosts_connect_failed(struct hosts_of_world *hosts, const struct host *host, int64_t at_ns)
{
    struct sim *sim = hosts->sim;
    struct listener *listener = &hosts->listeners[host - sim->scenario->hosts];
    struct decision decision;
    struct situation now = {.host = host,
                            .stage = STAGE_CONNECT,
                            .connection = ++listener->connections,
                            .client = WORLD_TARGET_ADDR,
                            .t_ns = at_ns - trace_zero_ns(sim->trace)};
    world_decide(sim->world, &now, &decision);
    for (unsigned i = 0; i < decision.fired_count; i++) {
        struct json *extra = json_new_object();
        json_set_int(extra, "rule", decision.fired[i].number);
        json_set_str(extra, "at", "connect");
        json_set_str(extra, "effect", decision.fired[i].effect);
        json_set_int(extra, "count", decision.fired[i].count);
        trace_emit(sim->trace, TRACE_RULE_FIRED, &(struct trace_fields){.host = host->name, .at_ns = at_ns}, extra);
    }
    update_or_refuse(listener);
}

/* ---- life ---- */

static int start_listener(struct listener *listener, struct err *err)
{
    struct sim *sim = listener->hosts->sim;
    int rc = pki_host(sim->pki, listener->host, &listener->tls, err);
    return rc == ERR_OK ? update(listener, err) : rc;
}

int hosts_start(struct hosts_of_world **out, struct sim *sim, struct err *err)
{
    struct hosts_of_world *hosts = mem_zalloc(sizeof *hosts);
    hosts->sim = sim;
    hosts->listeners = mem_zalloc((sim->scenario->host_count + 1) * sizeof *hosts->listeners);
    list_init(&hosts->connections);
    int rc = ERR_OK;
    for (size_t i = 0; i < sim->scenario->host_count && rc == ERR_OK; i++) {
        struct listener *listener = &hosts->listeners[hosts->count++];
        *listener = (struct listener){
            .hosts = hosts, .host = &sim->scenario->hosts[i], .door = DOOR_UNSET, .fd = -1, .filler = -1};
        timer_init(&listener->timer, sim->loop, on_change, listener);
        watch_init(&listener->watch, sim->loop, -1, on_connection, listener);
        rc = start_listener(listener, err);
    }
    if (rc != ERR_OK) {
        hosts_stop(hosts);
        return rc;
    }
    *out = hosts;
    return ERR_OK;
}

void hosts_stop(struct hosts_of_world *hosts)
{
    if (hosts == NULL)
        return;
    LIST_EACH_SAFE (struct connection, link, c, next, &hosts->connections)
        end_connection(c, false);
    for (size_t i = 0; i < hosts->count; i++) {
        timer_stop(&hosts->listeners[i].timer);
        close_door(&hosts->listeners[i]);
        tls_ctx_free(hosts->listeners[i].tls);
    }
    free(hosts->listeners);
    free(hosts);
}
