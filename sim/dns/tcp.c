#include "sim/dns/tcp.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/base/list.h"
#include "lib/base/mem.h"
#include "lib/io/socket.h"
#include "lib/io/stream.h"
#include "sim/dns/framing.h"

#define BACKLOG         64
#define CONNECTIONS_MAX 64
#define IN_MAX          4096
#define OUT_MAX         (256 * 1024)
#define IDLE            (10 * NS_PER_S)

struct dns_tcp {
    struct sim *sim;
    dns_tcp_fn *on_question;
    void *arg;
    int fd;
    struct watch watch;
    struct list connections;
    unsigned conns; /* given out so far */
};

struct connection {
    struct dns_tcp *tcp;
    unsigned number;
    struct ip peer;
    struct stream *stream;
    struct timer idle;
    bool broken;    /* nothing more is answered */
    bool resetting; /* by the timer: a reply may be requested inside on_data */
    struct list_link link;
};

/* Its stream is ended. */
static void forget_connection(struct connection *c)
{
    timer_stop(&c->idle);
    list_remove(&c->tcp->connections, &c->link);
    free(c);
}

static void end_connection(struct connection *c)
{
    stream_free(c->stream);
    forget_connection(c);
}

static void on_data(void *arg, struct buf *in)
{
    struct connection *c = arg;
    char question[DNS_QUESTION_MAX];
    size_t len = 0;
    enum framing framing = FRAMING_MORE;
    while (!c->broken && (framing = framing_take(in, question, &len)) == FRAMING_QUESTION) {
        timer_set_after(&c->idle, IDLE);
        c->tcp->on_question(c->tcp->arg, slice_make(question, len), c->number, c->peer);
    }
    if (c->broken || framing == FRAMING_BROKEN) {
        buf_reset(in);
        c->broken = true;
        if (!c->resetting)
            stream_close_after_flush(c->stream);
    }
}

static void on_end(void *arg, enum stream_end end, int error)
{
    (void)end;
    (void)error;
    end_connection(arg);
}

static void on_idle(void *arg)
{
    struct connection *c = arg;
    c->broken = true;
    if (!c->resetting) {
        stream_close_after_flush(c->stream);
        return;
    }
    stream_reset(c->stream);
    forget_connection(c);
}

static const struct stream_ops stream_ops = {.on_data = on_data, .on_end = on_end};

static void start_connection(struct dns_tcp *tcp, int fd, struct ip peer)
{
    static const struct stream_limits limits = {IN_MAX, OUT_MAX};
    struct connection *c = mem_zalloc(sizeof *c);
    *c = (struct connection){.tcp = tcp, .number = ++tcp->conns, .peer = peer};
    c->stream = stream_new(tcp->sim->loop, fd, &limits, &stream_ops, c);
    timer_init(&c->idle, tcp->sim->loop, on_idle, c);
    timer_set_after(&c->idle, IDLE);
    list_append(&tcp->connections, &c->link);
}

static void on_connection(void *arg, unsigned ready)
{
    struct dns_tcp *tcp = arg;
    struct ip_port peer;
    int fd;
    (void)ready;
    while ((fd = socket_accept(tcp->fd, &peer)) >= 0) {
        if (tcp->connections.count < CONNECTIONS_MAX)
            start_connection(tcp, fd, peer.ip);
        else
            close(fd);
    }
}

static void send_reply(struct connection *c, const struct dns_reply *reply)
{
    struct buf framed;
    buf_init(&framed, DNS_TCP_ANSWER_MAX + 2);
    if (reply->bytes != NULL && framing_add(&framed, reply->bytes, reply->len)) {
        size_t len = reply->ending == DNS_CUT ? 2 + reply->len / 2 : framed.len;
        (void)stream_write(c->stream, slice_head(buf_slice(&framed), len));
    }
    buf_fini(&framed);
    if (reply->ending == DNS_STAYS)
        return;
    c->broken = true;
    c->resetting = reply->ending == DNS_RESET;
    timer_set_after(&c->idle, 0);
}

void dns_tcp_send(struct dns_tcp *tcp, unsigned conn, const struct dns_reply *reply)
{
    LIST_EACH_SAFE (struct connection, link, c, next, &tcp->connections)
        if (c->number == conn && !c->broken)
            send_reply(c, reply);
}

int dns_tcp_start(struct dns_tcp **out, struct sim *sim, struct ip_port at, dns_tcp_fn *on_question, void *arg,
                  struct err *err)
{
    int fd = socket_bind(SOCK_STREAM, at);
    if (fd < 0 || listen(fd, BACKLOG) != 0) {
        int rc = err_errno(err, "cannot serve DNS over TCP on port %u", at.port);
        if (fd >= 0)
            close(fd);
        return rc;
    }
    struct dns_tcp *tcp = mem_zalloc(sizeof *tcp);
    *tcp = (struct dns_tcp){.sim = sim, .on_question = on_question, .arg = arg, .fd = fd};
    list_init(&tcp->connections);
    watch_init(&tcp->watch, sim->loop, fd, on_connection, tcp);
    watch_set(&tcp->watch, LOOP_READ);
    *out = tcp;
    return ERR_OK;
}

void dns_tcp_stop(struct dns_tcp *tcp)
{
    if (tcp == NULL)
        return;
    LIST_EACH_SAFE (struct connection, link, c, next, &tcp->connections)
        end_connection(c);
    watch_stop(&tcp->watch);
    close(tcp->fd);
    free(tcp);
}
