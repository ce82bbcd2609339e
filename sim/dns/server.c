#include "sim/dns/server.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/list.h"
#include "lib/base/mem.h"
#include "lib/io/socket.h"
#include "sim/dns/book.h"
#include "sim/dns/tcp.h"

#define A_TURN   64 /* datagrams of one turn */
#define HELD_MAX 1000

struct dns_server {
    struct sim *sim;
    struct dns_book *book;
    struct dns_tcp *tcp;
    int fd;
    struct watch watch;
    struct list held; /* answers that are not due yet */
};

/* Where an answer goes. */
struct route {
    enum dns_transport transport;
    struct ip_port from; /* DNS_TCP: the address alone */
    unsigned conn;       /* DNS_TCP */
};

struct held {
    struct dns_server *server;
    struct route route;
    struct dns_reply reply;
    struct timer timer;
    struct list_link link;
};

static void record(struct dns_server *server, enum trace_kind kind, const struct route *route, struct json *extra)
{
    char peer[IP_TEXT_MAX];
    struct trace_fields fields = {.peer = ip_format(route->from.ip, peer)};
    json_set_str(extra, "proto", route->transport == DNS_TCP ? "tcp" : "udp");
    trace_emit(server->sim->trace, kind, &fields, extra);
}

static struct json *describe(const struct dns_reply *reply)
{
    struct json *extra = json_new_object();
    json_set(extra, "qname", json_new_str(reply->qname));
    json_set_str(extra, "qtype", reply->qtype);
    return extra;
}

static void record_answer(struct dns_server *server, const struct route *route, const struct dns_reply *reply)
{
    struct json *extra = describe(reply);
    json_set_str(extra, "rcode", reply->rcode);
    json_set(extra, "answers", json_dup(reply->answers));
    if (reply->truncated)
        json_set_bool(extra, "truncated", true);
    if (reply->fault != NULL)
        json_set_str(extra, "fault", reply->fault);
    record(server, TRACE_DNS_ANSWER, route, extra);
    rounds_dns_answer(server->sim->rounds, &(struct rounds_answer){.qname = reply->qname,
                                                                   .qtype = reply->qtype,
                                                                   .rcode = reply->rcode,
                                                                   .fault = reply->fault,
                                                                   .records = json_count(reply->answers)});
}

static void answer(struct dns_server *server, const struct route *route, const struct dns_reply *reply)
{
    struct sockaddr_storage to;
    socklen_t to_len = ip_to_sockaddr(route->from, &to);
    record_answer(server, route, reply);
    if (route->transport == DNS_TCP)
        dns_tcp_send(server->tcp, route->conn, reply);
    else if (reply->bytes != NULL)
        (void)sendto(server->fd, reply->bytes, reply->ending == DNS_CUT ? reply->len / 2 : reply->len, 0,
                     (const struct sockaddr *)&to, to_len);
}

/* ---- late answers ---- */

static void drop(struct held *held)
{
    list_remove(&held->server->held, &held->link);
    timer_stop(&held->timer);
    dns_reply_fini(&held->reply);
    free(held);
}

static void on_due(void *arg)
{
    struct held *held = arg;
    answer(held->server, &held->route, &held->reply);
    drop(held);
}

/* Takes ownership of the reply. */
static void hold(struct dns_server *server, const struct route *route, struct dns_reply *reply)
{
    struct held *held = mem_zalloc(sizeof *held);
    *held = (struct held){.server = server, .route = *route, .reply = *reply};
    list_append(&server->held, &held->link);
    timer_init(&held->timer, server->sim->loop, on_due, held);
    timer_set_after(&held->timer, reply->delay_ns);
}

/* ---- questions ---- */

static void take(struct dns_server *server, struct slice question, const struct route *route)
{
    struct dns_reply reply;
    int64_t t_ns = sim_t_ns(server->sim);
    if (!dns_book_answer(server->book, question, route->transport, t_ns, &reply))
        return;
    record(server, TRACE_DNS_QUERY, route, describe(&reply));
    rounds_dns(server->sim->rounds, reply.qname, t_ns);
    if (reply.delay_ns > 0 && server->held.count < HELD_MAX) {
        hold(server, route, &reply);
        return;
    }
    answer(server, route, &reply);
    dns_reply_fini(&reply);
}

static void on_tcp_question(void *arg, struct slice question, unsigned conn, struct ip peer)
{
    struct route route = {.transport = DNS_TCP, .from = {peer, 0}, .conn = conn};
    take(arg, question, &route);
}

static void on_ready(void *arg, unsigned ready)
{
    struct dns_server *server = arg;
    char bytes[DNS_QUESTION_MAX + 1];
    (void)ready;
    for (int i = 0; i < A_TURN; i++) {
        struct route route = {.transport = DNS_UDP};
        struct sockaddr_storage from;
        socklen_t len = sizeof from;
        ssize_t n = recvfrom(server->fd, bytes, sizeof bytes, MSG_DONTWAIT, (struct sockaddr *)&from, &len);
        if (n < 0)
            return;
        if (ip_from_sockaddr((const struct sockaddr *)&from, &route.from))
            take(server, slice_make(bytes, (size_t)n), &route);
    }
}

/* ---- life ---- */

static int open_udp(struct dns_server *server, struct ip_port at, struct err *err)
{
    char text[IP_TEXT_MAX];
    server->fd = socket_bind(SOCK_DGRAM, at);
    if (server->fd < 0)
        return err_errno(err, "cannot serve DNS on %s port %u", ip_format(at.ip, text), at.port);
    watch_init(&server->watch, server->sim->loop, server->fd, on_ready, server);
    watch_set(&server->watch, LOOP_READ);
    return ERR_OK;
}

int dns_server_start(struct dns_server **out, struct sim *sim, struct ip_port at, struct err *err)
{
    struct dns_server *server = mem_zalloc(sizeof *server);
    *server = (struct dns_server){.sim = sim, .fd = -1};
    list_init(&server->held);
    watch_init(&server->watch, sim->loop, -1, on_ready, server);
    int rc = dns_book_new(&server->book, sim->scenario, err);
    if (rc == ERR_OK)
        rc = open_udp(server, at, err);
    if (rc == ERR_OK)
        rc = dns_tcp_start(&server->tcp, sim, at, on_tcp_question, server, err);
    if (rc == ERR_OK)
        *out = server;
    else
        dns_server_stop(server);
    return rc;
}

void dns_server_stop(struct dns_server *server)
{
    if (server == NULL)
        return;
    LIST_EACH_SAFE (struct held, link, held, next, &server->held)
        drop(held);
    dns_tcp_stop(server->tcp);
    watch_stop(&server->watch);
    if (server->fd >= 0)
        close(server->fd);
    dns_book_free(server->book);
    free(server);
}
