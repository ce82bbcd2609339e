#include "sim/client/dialogs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/list.h"
#include "lib/base/mem.h"
#include "lib/io/stream.h"
#include "sim/client/play.h"

#define IN_MAX  ((size_t)256 * 1024)
#define OUT_MAX ((size_t)16 * 1024 * 1024)

struct dialog {
    struct dialogs *dialogs;
    struct stream *stream; /* NULL once it has ended */
    struct tls_ctx *tls;
    struct play play;
    struct buf in;
    struct timer timer;
    struct list_link link;
};

struct dialogs {
    struct sim *sim;
    struct client_settings settings;
    struct list active;
};

static void record(void *arg, const char *event, int code, struct json *extra)
{
    struct dialog *d = arg;
    trace_emit(d->dialogs->sim->trace, trace_kind_of(event), &(struct trace_fields){.code = code}, extra);
}

static void end_stream(struct dialog *d, bool reset)
{
    if (d->stream == NULL)
        return;
    if (reset)
        stream_reset(d->stream);
    else
        stream_free(d->stream);
    d->stream = NULL;
}

static void end_dialog(struct dialog *d)
{
    end_stream(d, false);
    timer_stop(&d->timer);
    tls_ctx_free(d->tls);
    play_fini(&d->play);
    buf_fini(&d->in);
    list_remove(&d->dialogs->active, &d->link);
    free(d);
}

static void start_tls(struct dialog *d)
{
    buf_reset(&d->in); /* plaintext after the 220 must not be taken for encrypted data */
    if (d->tls == NULL)
        (void)pki_client(d->dialogs->sim->pki, &d->tls, NULL);
    if (d->tls != NULL)
        (void)stream_start_tls(d->stream, d->tls, TLS_CLIENT, WORLD_TARGET_NAME);
}

static void flush(struct dialog *d)
{
    if (d->stream != NULL && d->play.out.len > 0)
        (void)stream_write(d->stream, buf_slice(&d->play.out));
    buf_reset(&d->play.out);
}

static void go(struct dialog *d)
{
    enum play_event event;
    do {
        event = play_go(&d->play, &d->in, loop_now_ns(d->dialogs->sim->loop));
        flush(d);
        if (d->play.over) {
            end_dialog(d);
            return;
        }
        if (event == PLAY_START_TLS)
            start_tls(d);
        if (event == PLAY_END_WRITING && d->stream != NULL)
            stream_end_writing(d->stream);
        if (event == PLAY_CLOSE || event == PLAY_RESET) {
            end_stream(d, event == PLAY_RESET);
            play_lost(&d->play, "the client has closed");
        }
    } while (event == PLAY_CLOSE || event == PLAY_RESET || event == PLAY_END_WRITING);
    if (d->play.deadline_ns != INT64_MAX)
        timer_set_at(&d->timer, d->play.deadline_ns);
}

/* ---- callbacks ---- */

static void on_connected(void *arg)
{
    struct dialog *d = arg;
    if (d->play.script->port == PORT_SUBMISSIONS)
        start_tls(d); /* before any word: RFC 8314 §3.3 */
    else
        go(d);
}

static void on_data(void *arg, struct buf *in)
{
    struct dialog *d = arg;
    (void)buf_add_slice(&d->in, slice_head(buf_slice(in), in->len < IN_MAX - d->in.len ? in->len : IN_MAX - d->in.len));
    buf_reset(in);
    go(d);
}

static void on_tls(void *arg, const struct tls_info *info)
{
    struct dialog *d = arg;
    play_tls(&d->play, info->version);
    go(d);
}

static void on_end(void *arg, enum stream_end end, int error)
{
    struct dialog *d = arg;
    char why[128];
    (void)snprintf(why, sizeof why, "the connection ended (%s%s%s)", stream_end_name(end), error != 0 ? ": " : "",
                   error != 0 ? strerror(error) : "");
    end_stream(d, false);
    play_lost(&d->play, why);
    go(d);
}

static void on_time(void *arg)
{
    go(arg);
}

static const struct stream_ops stream_ops = {
    .on_connected = on_connected, .on_data = on_data, .on_tls = on_tls, .on_end = on_end};

/* ---- life ---- */

void dialogs_start(struct dialogs *dialogs, const struct script *script)
{
    static const struct stream_limits limits = {IN_MAX, OUT_MAX};
    const struct client_settings *settings = &dialogs->settings;
    struct sim *sim = dialogs->sim;
    struct ip_port to = {settings->target, settings->ports[script->port]}, from = {settings->source, 0};
    struct err err;
    struct dialog *d = mem_zalloc(sizeof *d);
    struct json *extra = json_new_object();
    d->dialogs = dialogs;
    buf_init(&d->in, IN_MAX);
    timer_init(&d->timer, sim->loop, on_time, d);
    play_init(&d->play, script, record, d);
    list_append(&dialogs->active, &d->link);
    json_set_int(extra, "dialog", script->n);
    json_set_int(extra, "port", settings->ports[script->port]);
    record(d, "dialog.start", 0, extra);
    if (stream_connect(&d->stream, sim->loop, &to, &from, &limits, &stream_ops, d, &err) != ERR_OK) {
        play_lost(&d->play, err.text);
        go(d);
    }
}

struct dialogs *dialogs_new(struct sim *sim, const struct client_settings *settings)
{
    struct dialogs *dialogs = mem_zalloc(sizeof *dialogs);
    dialogs->sim = sim;
    dialogs->settings = *settings;
    list_init(&dialogs->active);
    return dialogs;
}

void dialogs_free(struct dialogs *dialogs)
{
    if (dialogs == NULL)
        return;
    LIST_EACH_SAFE (struct dialog, link, d, next, &dialogs->active)
        end_dialog(d);
    free(dialogs);
}
