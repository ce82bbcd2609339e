/* The stream's life, its ends, reading and writing; its TLS is in stream_tls.c. */
#include "lib/io/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/io/stream_internal.h"

#define READ_BYTES 16384
#define WIRE_MAX   (4 * 1024 * 1024) /* ciphertext waiting: above any out_max with TLS overhead */

const char *stream_end_name(enum stream_end end)
{
    static const char *const names[] = {"eof",         "reset",    "refused", "unreachable", "timed out",
                                        "tls failure", "overflow", "flushed", "error"};
    return names[end];
}

static void destroy(struct stream *s)
{
    tls_free(s->tls);
    tls_ctx_free(s->next_ctx);
    free(s->next_name);
    buf_fini(&s->in);
    buf_fini(&s->out);
    buf_fini(&s->wire);
    free(s);
}

/* Brackets round every callback: true when the stream still lives after it. */
void stream_enter(struct stream *s)
{
    s->calls++;
}

bool stream_leave(struct stream *s)
{
    s->calls--;
    if (s->dead && s->calls == 0)
        destroy(s);
    else if (!s->dead)
        return true;
    return false;
}

void stream_set_interest(struct stream *s)
{
    unsigned interest = 0;
    if (!s->connecting && !s->paused && !s->tls_wanted && !s->peer_closed && !s->ended && s->in.len < s->in.max)
        interest |= LOOP_READ;
    bool has_output = s->wire.len > 0 || (s->tls == NULL && s->out.len > 0);
    if (s->connecting || (has_output && s->write_error == 0))
        interest |= LOOP_WRITE;
    watch_set(&s->watch, s->ended ? 0 : interest);
}

void stream_plan_end(struct stream *s, enum stream_end end, int error)
{
    if (s->ended || s->end_pending)
        return;
    s->end_pending = true;
    s->end = end;
    s->end_error = error;
    watch_set(&s->watch, 0);
    timer_set_after(&s->soon, 0);
}

/* Reports the end; the stream may be gone afterwards. */
static void tell_end(struct stream *s)
{
    s->end_pending = false;
    s->ended = true;
    watch_set(&s->watch, 0);
    timer_stop(&s->soon);
    stream_enter(s);
    s->ops->on_end(s->arg, s->end, s->end_error);
    (void)stream_leave(s);
}

static enum stream_end end_of_errno(int error)
{
    switch (error) {
    case ECONNREFUSED:
        return STREAM_END_REFUSED;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EACCES:
    case EPERM:
    case EADDRNOTAVAIL:
        return STREAM_END_UNREACHABLE;
    case ETIMEDOUT:
        return STREAM_END_TIMEOUT;
    case ECONNRESET:
    case EPIPE:
        return STREAM_END_RESET;
    default:
        return STREAM_END_ERROR;
    }
}

/* ---- the end of the input ---- */

/* The owner is notified once it has all that was read: now, or in `soon`. */
static void end_input(struct stream *s, enum stream_end end, int error)
{
    bool told_now = !s->paused && !s->offer_again && (end != STREAM_END_EOF || s->ops->on_eof == NULL);
    s->peer_closed = true;
    s->input_end = end;
    s->input_error = error;
    if (told_now)
        stream_plan_end(s, end, error);
    else
        timer_set_after(&s->soon, 0);
}

/* ---- writing ---- */

/* A peer that closed may have said why: a reply to a message that it did not want to read to its end. */
static void stop_writing(struct stream *s, int error)
{
    s->write_error = error;
    if (s->closing)
        stream_plan_end(s, end_of_errno(error), error);
    else if (s->peer_closed)
        end_input(s, end_of_errno(error), error);
    else
        stream_set_interest(s);
}

/* False when no more can be written. */
bool stream_send_buf(struct stream *s, struct buf *buf)
{
    while (buf->len > 0) {
        ssize_t n = send(s->fd, buf->data, buf->len, MSG_NOSIGNAL);
        if (n >= 0) {
            buf_consume(buf, (size_t)n);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return true;
        } else if (errno != EINTR) {
            stop_writing(s, errno);
            return false;
        }
    }
    return true;
}

static bool all_sent(const struct stream *s)
{
    return s->out.len == 0 && s->wire.len == 0 && !s->tls_wanted;
}

static void finish_flush(struct stream *s)
{
    if ((!s->closing && !s->half_closing) || !all_sent(s))
        return;
    stream_send_close_notify(s);
    if (s->half_closing)
        (void)shutdown(s->fd, SHUT_WR); /* fails when the peer is gone: reading reports that */
    s->half_closing = false;
    if (s->closing)
        stream_plan_end(s, STREAM_END_FLUSHED, 0);
}

static void flush(struct stream *s)
{
    if (s->connecting || s->ended || s->end_pending || s->write_error != 0)
        return;
    bool had = !all_sent(s);
    if (s->tls == NULL) {
        if (!stream_send_buf(s, &s->out))
            return;
        if (s->tls_wanted && s->out.len == 0)
            stream_begin_tls(s);
    }
    if (s->tls != NULL && !stream_send_encrypted(s))
        return;
    finish_flush(s);
    stream_set_interest(s);
    if (had && all_sent(s) && s->ops->on_drained != NULL && !s->end_pending) {
        stream_enter(s);
        s->ops->on_drained(s->arg);
        (void)stream_leave(s);
    }
}

/* ---- reading ---- */

bool stream_offer(struct stream *s)
{
    if (s->in.len == 0)
        return true;
    stream_enter(s);
    s->ops->on_data(s->arg, &s->in);
    return stream_leave(s);
}

void stream_on_peer_end(struct stream *s)
{
    s->peer_closed = true;
    if (s->write_error != 0)
        end_input(s, end_of_errno(s->write_error), s->write_error);
    else if (s->tls != NULL && tls_state(s->tls) == TLS_HANDSHAKE)
        stream_plan_end(s, STREAM_END_TLS, 0);
    else if (!s->closing)
        end_input(s, STREAM_END_EOF, 0);
    stream_set_interest(s);
}

static void tell_input_end(struct stream *s)
{
    if (!s->peer_closed || s->input_ended || s->paused || s->closing || s->end_pending)
        return;
    s->input_ended = true;
    if (s->input_end != STREAM_END_EOF || s->ops->on_eof == NULL) {
        stream_plan_end(s, s->input_end, s->input_error);
        return;
    }
    stream_enter(s);
    s->ops->on_eof(s->arg);
    (void)stream_leave(s);
}

static void on_readable(struct stream *s)
{
    char block[READ_BYTES];
    size_t room = s->in.max - s->in.len;
    if (s->closing)
        s->in.len = 0; /* its owner reads no more */
    size_t want = s->tls != NULL || room > sizeof block ? sizeof block : room;
    ssize_t n = recv(s->fd, block, want, 0);
    if (n < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            end_input(s, end_of_errno(errno), errno);
            stream_set_interest(s);
        }
        return;
    }
    if (n == 0) {
        stream_on_peer_end(s);
        return;
    }
    if (s->closing)
        return;
    if (s->tls != NULL) {
        if (!stream_take_ciphertext(s, slice_make(block, (size_t)n)))
            return;
    } else {
        (void)buf_add(&s->in, block, (size_t)n);
        if (!stream_offer(s))
            return;
    }
    stream_set_interest(s);
    timer_set_after(&s->soon, 0);
}

/* ---- the driver ---- */

static bool on_connect_result(struct stream *s)
{
    int error = 0;
    socklen_t len = sizeof error;
    (void)getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len);
    s->connecting = false;
    if (error != 0) {
        stream_plan_end(s, end_of_errno(error), error);
        return false;
    }
    stream_set_interest(s);
    stream_enter(s);
    if (s->ops->on_connected != NULL)
        s->ops->on_connected(s->arg);
    return stream_leave(s);
}

static void on_ready(void *arg, unsigned ready)
{
    struct stream *s = arg;
    stream_enter(s);
    if (s->connecting) {
        (void)on_connect_result(s);
    } else {
        if ((ready & LOOP_WRITE) != 0)
            flush(s);
        if ((ready & LOOP_READ) != 0 && !s->dead && !s->end_pending && !s->ended)
            on_readable(s);
    }
    (void)stream_leave(s);
}

static void on_soon(void *arg)
{
    struct stream *s = arg;
    if (s->end_pending) {
        tell_end(s);
        return;
    }
    stream_enter(s);
    if (s->offer_again && !s->paused && !s->dead) {
        s->offer_again = false;
        if (stream_offer(s) && s->tls != NULL && tls_can_write(s->tls))
            (void)stream_take_plaintext(s);
    }
    if (!s->dead)
        tell_input_end(s);
    if (!s->dead)
        flush(s);
    (void)stream_leave(s);
}

static struct stream *make(struct loop *loop, int fd, const struct stream_limits *limits, const struct stream_ops *ops,
                           void *arg)
{
    struct stream *s = mem_zalloc(sizeof *s);
    s->loop = loop;
    s->fd = fd;
    s->ops = ops;
    s->arg = arg;
    buf_init(&s->in, limits->in_max);
    buf_init(&s->out, limits->out_max);
    buf_init(&s->wire, WIRE_MAX);
    watch_init(&s->watch, loop, fd, on_ready, s);
    timer_init(&s->soon, loop, on_soon, s);
    return s;
}

struct stream *stream_new(struct loop *loop, int fd, const struct stream_limits *limits, const struct stream_ops *ops,
                          void *arg)
{
    (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    struct stream *s = make(loop, fd, limits, ops, arg);
    stream_set_interest(s);
    return s;
}

int stream_connect(struct stream **out, struct loop *loop, const struct ip_port *to, const struct ip_port *from,
                   const struct stream_limits *limits, const struct stream_ops *ops, void *arg, struct err *err)
{
    struct sockaddr_storage there, here;
    socklen_t there_len = ip_to_sockaddr(*to, &there), here_len = from != NULL ? ip_to_sockaddr(*from, &here) : 0;
    int fd = socket(there.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_errno(err, "cannot create a socket");
    int error = 0;
    if (from != NULL && bind(fd, (struct sockaddr *)&here, here_len) != 0)
        error = errno;
    else if (connect(fd, (struct sockaddr *)&there, there_len) != 0 && errno != EINPROGRESS)
        error = errno;
    struct stream *s = make(loop, fd, limits, ops, arg);
    s->connecting = true;
    if (error != 0)
        stream_plan_end(s, end_of_errno(error), error);
    else
        stream_set_interest(s);
    *out = s;
    return ERR_OK;
}

void stream_free(struct stream *s)
{
    if (s == NULL || s->dead)
        return;
    s->dead = s->ended = true;
    watch_stop(&s->watch);
    timer_stop(&s->soon);
    close(s->fd);
    if (s->calls == 0)
        destroy(s);
}

void stream_close_after_flush(struct stream *s)
{
    s->closing = true;
    timer_set_after(&s->soon, 0);
}

void stream_end_writing(struct stream *s)
{
    s->half_closing = true;
    timer_set_after(&s->soon, 0);
}

void stream_reset(struct stream *s)
{
    struct linger hard = {1, 0};
    (void)setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    stream_free(s);
}

bool stream_write(struct stream *s, struct slice bytes)
{
    if (s->ended || s->end_pending)
        return false;
    if (!buf_add_slice(&s->out, bytes)) {
        stream_plan_end(s, STREAM_END_OVERFLOW, 0);
        return false;
    }
    if (!timer_pending(&s->soon))
        timer_set_after(&s->soon, 0);
    return true;
}

size_t stream_pending(const struct stream *s)
{
    return s->out.len + s->wire.len;
}

void stream_pause(struct stream *s)
{
    s->paused = true;
    stream_set_interest(s);
}

void stream_resume(struct stream *s)
{
    s->paused = false;
    s->offer_again = s->in.len > 0;
    if ((s->offer_again || s->peer_closed) && !s->end_pending && !s->ended)
        timer_set_after(&s->soon, 0);
    stream_set_interest(s);
}
