#include "relay/control/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/io/stream.h"
#include "lib/text/json.h"

#define CLIENTS_MAX  16
#define REQUEST_MAX  256
#define ANSWER_MAX   ((size_t)256 * 1024 * 1024)
#define CLIENT_TIME  (10 * NS_PER_S)
#define ACCEPT_PAUSE NS_PER_S

struct control {
    struct loop *loop;
    struct queue *queue;
    char *path;
    int fd;
    struct watch watch;
    struct timer pause; /* until descriptors may be free again */
    struct list clients;
};

struct client_of_control {
    struct control *control;
    struct stream *stream;
    struct timer timer;
    bool answered;
    struct list_link link;
};

/* ---- verbs ---- */

static struct json *answer_list(struct control *control)
{
    return queue_list(control->queue);
}

static struct json *answer_flush(struct control *control)
{
    struct json *json = json_new_object();
    json_set_int(json, "flushed", (int64_t)queue_flush(control->queue));
    return json;
}

static const struct {
    const char *verb;
    struct json *(*answer)(struct control *control);
} verbs[] = {{"list", answer_list}, {"flush", answer_flush}};

static struct json *answer(struct control *control, struct slice verb)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (slice_eq_cstr(verb, verbs[i].verb))
            return verbs[i].answer(control);
    struct json *error = json_new_object();
    json_set_str(error, "error", "this relay does not know that request; relaylab-queue may be newer than it");
    return error;
}

/* ---- clients ---- */

static void end_client(struct client_of_control *client)
{
    timer_stop(&client->timer);
    stream_free(client->stream);
    list_remove(&client->control->clients, &client->link);
    free(client);
}

static void on_data(void *arg, struct buf *in)
{
    struct client_of_control *client = arg;
    size_t end = slice_find(buf_slice(in), '\n');
    if (client->answered || end == in->len)
        return; /* a request without an end runs into the timer */
    struct json *json = answer(client->control, slice_head(buf_slice(in), end));
    struct buf out;
    client->answered = true;
    buf_init(&out, ANSWER_MAX);
    if (json_write(json, &out) && buf_add_char(&out, '\n'))
        (void)stream_write(client->stream, buf_slice(&out));
    buf_fini(&out);
    json_free(json);
    stream_close_after_flush(client->stream);
}

static void on_end(void *arg, enum stream_end end, int error)
{
    (void)end;
    (void)error;
    end_client(arg);
}

static void on_time(void *arg)
{
    end_client(arg);
}

static const struct stream_ops stream_ops = {.on_data = on_data, .on_end = on_end};

static void listen_again(void *arg)
{
    struct control *control = arg;
    watch_set(&control->watch, LOOP_READ);
}

static void on_connection(void *arg, unsigned ready)
{
    static const struct stream_limits limits = {REQUEST_MAX, ANSWER_MAX};
    struct control *control = arg;
    (void)ready;
    int fd = accept4(control->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        watch_set(&control->watch, 0);
        timer_set_after(&control->pause, ACCEPT_PAUSE);
        return;
    }
    if (control->clients.count == CLIENTS_MAX) {
        close(fd);
        return;
    }
    struct client_of_control *client = mem_zalloc(sizeof *client);
    client->control = control;
    client->stream = stream_new(control->loop, fd, &limits, &stream_ops, client);
    timer_init(&client->timer, control->loop, on_time, client);
    timer_set_after(&client->timer, CLIENT_TIME);
    list_append(&control->clients, &client->link);
}

/* ---- the listener ---- */

static bool is_answered(const struct sockaddr_un *at)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool answered = fd >= 0 && connect(fd, (const struct sockaddr *)at, sizeof *at) == 0;
    if (fd >= 0)
        close(fd);
    return answered;
}

static int bind_socket(struct control *control, const struct sockaddr_un *at, struct err *err)
{
    if (is_answered(at))
        return err_set(err, ERR_INVALID, "another relay answers on %s; stop it first", control->path);
    (void)unlink(at->sun_path);
    mode_t before = umask(0177);
    int rc = bind(control->fd, (const struct sockaddr *)at, sizeof *at);
    (void)umask(before);
    if (rc != 0 || listen(control->fd, CLIENTS_MAX) != 0)
        return err_errno(err, "cannot listen on the control socket %s", control->path);
    return ERR_OK;
}

int control_start(struct control **out, const char *path, struct loop *loop, struct queue *queue, struct err *err)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof at.sun_path)
        return err_set(err, ERR_INVALID, "control: the path %s is longer than the %zu bytes of a UNIX socket's name",
                       path, sizeof at.sun_path - 1);
    memcpy(at.sun_path, path, strlen(path));
    struct control *control = mem_zalloc(sizeof *control);
    *control = (struct control){.loop = loop, .queue = queue, .path = mem_strdup(path)};
    list_init(&control->clients);
    control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int rc = control->fd < 0 ? err_errno(err, "cannot make a socket") : bind_socket(control, &at, err);
    if (rc != ERR_OK) {
        if (control->fd >= 0)
            close(control->fd);
        free(control->path);
        free(control);
        return rc;
    }
    watch_init(&control->watch, loop, control->fd, on_connection, control);
    timer_init(&control->pause, loop, listen_again, control);
    watch_set(&control->watch, LOOP_READ);
    *out = control;
    return ERR_OK;
}

void control_stop(struct control *control)
{
    if (control == NULL)
        return;
    LIST_EACH_SAFE(struct client_of_control, link, client, next, &control->clients)
    end_client(client);
    timer_stop(&control->pause);
    watch_stop(&control->watch);
    close(control->fd);
    (void)unlink(control->path);
    free(control->path);
    free(control);
}
