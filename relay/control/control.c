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
#include "relay/control/answer.h"

#define CLIENTS_MAX  16
#define BACKLOG      128
#define PENDING_LOW  ((size_t)64 * 1024) /* no more lines are made while more than this waits to be read */
#define CLIENT_TIME  (30 * NS_PER_S)
#define ACCEPT_PAUSE NS_PER_S

struct control {
    struct loop *loop;
    struct queue *queue;
    struct access *access;
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
    struct answer *answer;
    bool asked, waits_for_commit;
    struct list_link link;
};

/* ---- clients ---- */

static void end_client(struct client_of_control *client)
{
    timer_stop(&client->timer);
    answer_free(client->answer);
    stream_free(client->stream);
    list_remove(&client->control->clients, &client->link);
    free(client);
}

static void finish(struct client_of_control *client)
{
    answer_free(client->answer);
    client->answer = NULL;
    stream_close_after_flush(client->stream);
}

static void pump(struct client_of_control *client)
{
    struct buf line;
    bool more = true;
    buf_init(&line, ANSWER_LINE_MAX);
    while (stream_pending(client->stream) < PENDING_LOW && (more = answer_next(client->answer, &line))) {
        (void)stream_write(client->stream, buf_slice(&line));
        buf_reset(&line);
    }
    buf_fini(&line);
    if (!more)
        finish(client);
}

static void refuse(struct client_of_control *client, const char *words)
{
    struct buf line;
    buf_init(&line, ANSWER_LINE_MAX);
    answer_error(&line, words);
    (void)stream_write(client->stream, buf_slice(&line));
    buf_fini(&line);
    stream_close_after_flush(client->stream);
}

static void on_request(struct client_of_control *client, struct slice line)
{
    struct control_request request;
    struct err err;
    if (control_request_parse(line, &request, &err) != ERR_OK) {
        refuse(client, err.text);
        return;
    }
    client->answer = answer_new(client->control->queue, client->control->access, &request);
    client->waits_for_commit = answer_is_change(client->answer);
    if (!client->waits_for_commit)
        pump(client);
}

static void on_data(void *arg, struct buf *in)
{
    struct client_of_control *client = arg;
    size_t end = slice_find(buf_slice(in), '\n');
    if (client->asked) {
        buf_reset(in);
        return;
    }
    if (end == in->len && in->len < in->max)
        return; /* a request without an end runs into the timer */
    client->asked = true;
    if (end == in->len)
        refuse(client, "the request is too long");
    else
        on_request(client, slice_head(buf_slice(in), end));
}

static void answer_after_commit(void *arg)
{
    struct control *control = arg;
    LIST_EACH (struct client_of_control, link, client, &control->clients)
        if (client->waits_for_commit) {
            client->waits_for_commit = false;
            pump(client);
        }
}

static void on_drained(void *arg)
{
    struct client_of_control *client = arg;
    if (client->answer == NULL || client->waits_for_commit)
        return;
    timer_set_after(&client->timer, CLIENT_TIME);
    pump(client);
}

static void on_end(void *arg, enum stream_end end, int error)
{
    (void)end;
    (void)error;
    end_client(arg);
}

/* A client that has closed its half waits for its answer. */
static void on_eof(void *arg)
{
    struct client_of_control *client = arg;
    if (!client->asked)
        stream_close_after_flush(client->stream);
}

static void on_time(void *arg)
{
    end_client(arg);
}

static const struct stream_ops stream_ops = {
    .on_data = on_data, .on_eof = on_eof, .on_drained = on_drained, .on_end = on_end};

/* ---- the listener ---- */

static void listen_again(void *arg)
{
    struct control *control = arg;
    watch_set(&control->watch, LOOP_READ);
}

static void on_connection(void *arg, unsigned ready)
{
    static const struct stream_limits limits = {CONTROL_REQUEST_MAX, PENDING_LOW + ANSWER_LINE_MAX};
    struct control *control = arg;
    (void)ready;
    int fd = accept4(control->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        watch_set(&control->watch, 0);
        timer_set_after(&control->pause, ACCEPT_PAUSE);
        return;
    }
    struct client_of_control *client = mem_zalloc(sizeof *client);
    client->control = control;
    client->stream = stream_new(control->loop, fd, &limits, &stream_ops, client);
    timer_init(&client->timer, control->loop, on_time, client);
    timer_set_after(&client->timer, CLIENT_TIME);
    list_append(&control->clients, &client->link);
    if (control->clients.count > CLIENTS_MAX) {
        client->asked = true;
        refuse(client, "too many control connections are open; try again");
    }
}

static bool is_answered(const struct sockaddr_un *at)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool answered = fd >= 0 && connect(fd, (const struct sockaddr *)at, sizeof *at) == 0;
    if (fd >= 0)
        close(fd);
    return answered;
}

/* Only a socket that an earlier relay left is removed. */
static bool is_something_else(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0 && !S_ISSOCK(info.st_mode);
}

static int bind_socket(struct control *control, const struct sockaddr_un *at, struct err *err)
{
    if (is_answered(at))
        return err_set(err, ERR_INVALID, "another relay listens on %s; stop it first", control->path);
    if (is_something_else(at->sun_path))
        return err_set(err, ERR_INVALID, "%s exists and is not a socket; choose another path for `control`",
                       control->path);
    (void)unlink(at->sun_path);
    mode_t before = umask(0177);
    int rc = bind(control->fd, (const struct sockaddr *)at, sizeof *at);
    (void)umask(before);
    if (rc != 0 || listen(control->fd, BACKLOG) != 0)
        return err_errno(err, "cannot listen on the control socket %s", control->path);
    return ERR_OK;
}

int control_start(struct control **out, const char *path, struct loop *loop, struct queue *queue, struct access *access,
                  struct err *err)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof at.sun_path)
        return err_set(err, ERR_INVALID,
                       "control: the path %s is longer than %zu bytes, the limit for a UNIX socket's path", path,
                       sizeof at.sun_path - 1);
    memcpy(at.sun_path, path, strlen(path));
    struct control *control = mem_zalloc(sizeof *control);
    *control = (struct control){.loop = loop, .queue = queue, .access = access, .path = mem_strdup(path)};
    list_init(&control->clients);
    control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int rc = control->fd < 0 ? err_errno(err, "cannot create a socket") : bind_socket(control, &at, err);
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
    loop_in_phase(loop, LOOP_ANSWER, answer_after_commit, control);
    *out = control;
    return ERR_OK;
}

void control_stop(struct control *control)
{
    if (control == NULL)
        return;
    LIST_EACH_SAFE (struct client_of_control, link, client, next, &control->clients)
        end_client(client);
    timer_stop(&control->pause);
    watch_stop(&control->watch);
    close(control->fd);
    (void)unlink(control->path);
    free(control->path);
    free(control);
}
