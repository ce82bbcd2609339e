#include "sim/dns/server.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "sim/dns/book.h"

#define DATAGRAM_MAX 4096
#define A_TURN       64 /* questions of one turn */

struct dns_server {
    struct sim *sim;
    struct dns_book *book;
    int fd;
    struct watch watch;
};

static void record(struct dns_server *server, const char *event, const char *peer, const struct dns_reply *reply)
{
    struct json *extra = json_new_object();
    json_set(extra, "qname", json_new_str(reply->qname));
    json_set_str(extra, "qtype", reply->qtype);
    if (event[4] == 'a') {
        json_set_str(extra, "rcode", reply->rcode);
        json_set(extra, "answers", json_dup(reply->answers));
    }
    json_set_str(extra, "proto", "udp");
    trace_emit(server->sim->trace, event, &(struct trace_fields){.peer = peer}, extra);
}

static void answer(struct dns_server *server, struct slice question, const struct sockaddr_in *from)
{
    struct dns_reply reply;
    char peer[INET_ADDRSTRLEN];
    (void)inet_ntop(AF_INET, &from->sin_addr, peer, sizeof peer);
    if (!dns_book_answer(server->book, question, sim_t_ns(server->sim), &reply))
        return;
    record(server, "dns.query", peer, &reply);
    rounds_dns(server->sim->rounds, reply.qname, sim_t_ns(server->sim));
    record(server, "dns.answer", peer, &reply);
    if (reply.bytes != NULL)
        (void)sendto(server->fd, reply.bytes, reply.len, 0, (const struct sockaddr *)from, sizeof *from);
    dns_reply_fini(&reply);
}

static void on_ready(void *arg, unsigned ready)
{
    struct dns_server *server = arg;
    char bytes[DATAGRAM_MAX];
    (void)ready;
    for (int i = 0; i < A_TURN; i++) {
        struct sockaddr_in from;
        socklen_t len = sizeof from;
        ssize_t n = recvfrom(server->fd, bytes, sizeof bytes, MSG_DONTWAIT, (struct sockaddr *)&from, &len);
        if (n < 0)
            return;
        answer(server, slice_make(bytes, (size_t)n), &from);
    }
}

int dns_server_start(struct dns_server **out, struct sim *sim, struct in_addr addr, uint16_t port, struct err *err)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = addr, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_errno(err, "cannot make a socket");
    if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0) {
        int rc = err_errno(err, "cannot serve DNS on %s port %u", inet_ntoa(addr), port);
        close(fd);
        return rc;
    }
    struct dns_server *server = mem_zalloc(sizeof *server);
    *server = (struct dns_server){.sim = sim, .fd = fd, .book = dns_book_new(sim->scenario)};
    watch_init(&server->watch, sim->loop, fd, on_ready, server);
    watch_set(&server->watch, LOOP_READ);
    *out = server;
    return ERR_OK;
}

void dns_server_stop(struct dns_server *server)
{
    if (server == NULL)
        return;
    watch_stop(&server->watch);
    close(server->fd);
    dns_book_free(server->book);
    free(server);
}
