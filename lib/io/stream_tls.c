/* The TLS side of a stream: from the request to start, through the handshake, to records of both directions. */
#include <stdio.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/io/stream_internal.h"

#define WIRE_ENOUGH (64 * 1024) /* ciphertext waiting: then no more is made */

void stream_begin_tls(struct stream *s)
{
    struct err err;
    s->tls_wanted = false;
    buf_reset(&s->in); /* plaintext is never read as if it came encrypted */
    int rc = tls_new(&s->tls, s->next_ctx, s->next_role, s->next_name, &err);
    tls_ctx_free(s->next_ctx);
    s->next_ctx = NULL;
    if (rc != ERR_OK) {
        (void)snprintf(s->failed_info.failure, sizeof s->failed_info.failure, "%s", err.text);
        stream_plan_end(s, STREAM_END_TLS, 0);
        return;
    }
    (void)tls_feed(s->tls, slice_make(NULL, 0)); /* a client sends first */
    tls_pull(s->tls, &s->wire);
}

/* Encrypts no more than a peer that does not read may make us hold: the rest waits in `out`, which has its limit. */
static bool encrypt(struct stream *s)
{
    while (tls_can_write(s->tls) && s->out.len > 0 && s->wire.len < WIRE_ENOUGH) {
        size_t part = s->out.len < WIRE_ENOUGH ? s->out.len : WIRE_ENOUGH;
        if (tls_write(s->tls, slice_make(s->out.data, part)) != ERR_OK) {
            stream_plan_end(s, STREAM_END_TLS, 0);
            return false;
        }
        buf_consume(&s->out, part);
        tls_pull(s->tls, &s->wire);
    }
    tls_pull(s->tls, &s->wire);
    return true;
}

/* False when the stream has broken. */
bool stream_send_encrypted(struct stream *s)
{
    do {
        if (!encrypt(s) || !stream_send_buf(s, &s->wire))
            return false;
    } while (s->wire.len == 0 && s->out.len > 0 && tls_can_write(s->tls));
    return true;
}

void stream_send_close_notify(struct stream *s)
{
    if (s->tls == NULL || !tls_can_write(s->tls))
        return;
    tls_shutdown(s->tls);
    tls_pull(s->tls, &s->wire);
    (void)stream_send_buf(s, &s->wire);
}

static bool after_handshake(struct stream *s)
{
    struct tls_info info;
    if (s->tls_told || tls_state(s->tls) == TLS_HANDSHAKE)
        return true;
    s->tls_told = true;
    tls_info(s->tls, &info);
    stream_enter(s);
    if (s->ops->on_tls != NULL)
        s->ops->on_tls(s->arg, &info);
    return stream_leave(s);
}

/* What the TLS engine has: false when the stream is gone or broken. What does not fit into `in` stays there: it is read
 * on for as long as the owner takes it. */
bool stream_take_plaintext(struct stream *s)
{
    bool good = true;
    for (size_t before = SIZE_MAX; good && s->in.len != before;) {
        before = s->in.len;
        good = tls_read(s->tls, &s->in);
        if (good && s->in.len != before && !stream_offer(s))
            return false;
    }
    tls_pull(s->tls, &s->wire);
    if (!good) {
        (void)stream_send_buf(s, &s->wire); /* the alert */
        stream_plan_end(s, STREAM_END_TLS, 0);
        return false;
    }
    if (tls_state(s->tls) == TLS_CLOSED && !s->peer_closed)
        stream_on_peer_end(s);
    return true;
}

/* One block of ciphertext: false when the stream is gone or broken. */
bool stream_take_ciphertext(struct stream *s, struct slice bytes)
{
    bool good = tls_feed(s->tls, bytes) == ERR_OK;
    tls_pull(s->tls, &s->wire);
    if (!good) {
        (void)stream_send_buf(s, &s->wire); /* the alert */
        stream_plan_end(s, STREAM_END_TLS, 0);
        return false;
    }
    return after_handshake(s) && stream_take_plaintext(s);
}

size_t stream_start_tls(struct stream *s, struct tls_ctx *ctx, enum tls_role role, const char *name)
{
    size_t discarded = s->in.len;
    rl_assert(s->tls == NULL && !s->tls_wanted);
    buf_reset(&s->in);
    s->tls_wanted = true;
    s->next_ctx = tls_ctx_ref(ctx);
    s->next_role = role;
    s->next_name = name != NULL ? mem_strdup(name) : NULL;
    stream_set_interest(s);
    if (!timer_pending(&s->soon))
        timer_set_after(&s->soon, 0);
    return discarded;
}

bool stream_tls_info(const struct stream *s, struct tls_info *out)
{
    if (s->tls == NULL) {
        *out = s->failed_info;
        return false;
    }
    tls_info(s->tls, out);
    return true;
}

bool stream_tls_exporter(const struct stream *s, uint8_t out[TLS_EXPORTER_BYTES])
{
    return s->tls != NULL && tls_exporter(s->tls, out);
}
