/* What stream.c and stream_tls.c share; no other file includes this. */
#ifndef RL_IO_STREAM_INTERNAL_H
#define RL_IO_STREAM_INTERNAL_H

#include "lib/io/stream.h"

struct stream {
    struct loop *loop;
    int fd;
    struct watch watch;
    struct timer soon; /* zero delay: flushing and ends happen in their own turn, never inside a caller */
    const struct stream_ops *ops;
    void *arg;
    struct buf in;   /* plaintext for the owner */
    struct buf out;  /* plaintext not yet encrypted or sent */
    struct buf wire; /* with TLS: ciphertext not yet sent */
    struct tls *tls;
    bool tls_wanted; /* start when `out` has been sent unencrypted */
    struct tls_ctx *next_ctx;
    enum tls_role next_role;
    char *next_name;
    struct tls_info failed_info;
    bool connecting, paused, closing, tls_told, offer_again;
    bool peer_closed; /* nothing more will be read */
    bool input_ended; /* and the owner knows it */
    enum stream_end input_end;
    int input_error;
    bool ended;       /* on_end was called */
    bool end_pending; /* to be reported in `soon` */
    int write_error;  /* the peer accepts no more; what it sent before is read, and then the end is reported */
    enum stream_end end;
    int end_error;
    unsigned calls;    /* callbacks that are under way */
    bool dead;         /* freed by the owner inside one of them */
    bool half_closing; /* a FIN goes out when all is sent */
};

/* stream.c */

/* Brackets round every callback: stream_leave returns whether the stream still lives after it. */
void stream_enter(struct stream *s);
bool stream_leave(struct stream *s);
void stream_set_interest(struct stream *s);
void stream_plan_end(struct stream *s, enum stream_end end, int error); /* on_end comes in a later turn */
bool stream_send_buf(struct stream *s, struct buf *buf);                /* false when no more can be written */
bool stream_offer(struct stream *s);                                    /* false when the stream is gone */
void stream_on_peer_end(struct stream *s);

/* stream_tls.c */

void stream_begin_tls(struct stream *s);      /* once `out` has left unencrypted */
bool stream_send_encrypted(struct stream *s); /* false when the stream has broken */
void stream_send_close_notify(struct stream *s);
/*
 * Plaintext that the TLS engine has already, and one block of ciphertext from the peer. False when the stream is gone
 * or has broken.
 */
bool stream_take_plaintext(struct stream *s);
bool stream_take_ciphertext(struct stream *s, struct slice bytes);

#endif
