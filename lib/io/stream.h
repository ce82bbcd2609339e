/*
 * A byte stream over a connected (or connecting) non-blocking socket, unencrypted at first and, once TLS is started,
 * encrypted. It reads into a bounded buffer and hands that to its owner, who consumes what it can use; it writes from a
 * bounded buffer. It knows no protocol. Deadlines are the owner's timers.
 *
 * Life: made by stream_new/stream_connect, freed by stream_free, which is safe inside any of its
 * callbacks (memory goes at the end of the turn). on_end comes once, after which no callback comes;
 * the owner then calls stream_free. Back-pressure: when the input buffer is full, reading pauses
 * until the owner consumes (call stream_resume after consuming outside on_data).
 *
 * The end of the input does not overtake it: whatever the peer did after its last octet, all that was read is handed
 * over before the end is reported, to a paused owner when it resumes. A peer that has closed its half may still read:
 * an owner with on_eof goes on writing.
 */
#ifndef RL_IO_STREAM_H
#define RL_IO_STREAM_H

#include <stdbool.h>

#include "lib/base/buf.h"
#include "lib/base/ip.h"
#include "lib/io/loop.h"
#include "lib/io/tls.h"

struct stream;

enum stream_end {
    STREAM_END_EOF,         /* the peer closed normally (FIN, or close_notify) */
    STREAM_END_RESET,       /* ECONNRESET, EPIPE */
    STREAM_END_REFUSED,     /* connect: ECONNREFUSED */
    STREAM_END_UNREACHABLE, /* connect: ENETUNREACH, EHOSTUNREACH, EACCES… */
    STREAM_END_TIMEOUT,     /* the kernel's own ETIMEDOUT */
    STREAM_END_TLS,         /* handshake or record layer failed; see stream_tls_info */
    STREAM_END_OVERFLOW,    /* the write buffer would exceed its limit */
    STREAM_END_FLUSHED,     /* stream_close_after_flush has done its work */
    STREAM_END_ERROR,       /* any other errno */
};

const char *stream_end_name(enum stream_end end); /* "eof", "reset", "refused", … */

struct stream_ops {
    void (*on_connected)(void *arg);                        /* stream_connect only; may be NULL */
    void (*on_data)(void *arg, struct buf *in);             /* consume from in; may be left non-empty */
    void (*on_tls)(void *arg, const struct tls_info *info); /* handshake finished well */
    /* The peer has closed its half, and all is handed over: write, then stream_close_after_flush. NULL: on_end(EOF). */
    void (*on_eof)(void *arg);
    void (*on_drained)(void *arg);                             /* all written bytes are in the kernel; may be NULL */
    void (*on_end)(void *arg, enum stream_end end, int error); /* error: errno or 0 */
};

struct stream_limits {
    size_t in_max;  /* bytes buffered for the owner, plaintext */
    size_t out_max; /* bytes waiting to be written */
};

/* Takes ownership of fd (made non-blocking). */
struct stream *stream_new(struct loop *loop, int fd, const struct stream_limits *limits, const struct stream_ops *ops,
                          void *arg);
/* Starts a connect; from may be NULL (any source address). Failures that connect() returns at once are reported through
 * on_end in the next turn, never from inside this call. ERR_SYSTEM when no socket could be made. */
int stream_connect(struct stream **out, struct loop *loop, const struct ip_port *to, const struct ip_port *from,
                   const struct stream_limits *limits, const struct stream_ops *ops, void *arg, struct err *err);
void stream_free(struct stream *stream);              /* closes at once; what was not yet sent is lost */
void stream_close_after_flush(struct stream *stream); /* sends what waits (and close_notify), then on_end(FLUSHED) */
void stream_end_writing(struct stream *stream);       /* sends what waits, close_notify and FIN; reading goes on */
void stream_reset(struct stream *stream);             /* RST to the peer, then as stream_free */

bool stream_write(struct stream *stream,
                  struct slice bytes);              /* false (and on_end OVERFLOW in the next turn) when too much */
size_t stream_pending(const struct stream *stream); /* bytes not yet in the kernel */
void stream_resume(struct stream *stream);
void stream_pause(struct stream *stream); /* no more reading until stream_resume */

/* STARTTLS in place. All plaintext still in the input buffer is discarded (RFC 3207 §4.2, §6): returns how many bytes
 * that were. Bytes written before are sent unencrypted first. */
size_t stream_start_tls(struct stream *stream, struct tls_ctx *ctx, enum tls_role role, const char *name);
bool stream_tls_info(const struct stream *stream, struct tls_info *out);
bool stream_tls_exporter(const struct stream *stream, uint8_t out[TLS_EXPORTER_BYTES]); /* tls_exporter */

#endif
