#include "relay/operator/ask.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/buf.h"

#define LINE_MAX_BYTES ((size_t)1024 * 1024)
#define READ_BYTES     ((size_t)64 * 1024)

static int refused(const char *path, struct err *err)
{
    if (errno == ENOENT)
        return err_set(err, ERR_SYSTEM, "no relay answers on %s: there is no such socket (is the relay running?)",
                       path);
    if (errno == ECONNREFUSED)
        return err_set(err, ERR_SYSTEM,
                       "no relay answers on %s: the one that made this socket has ended; start it again", path);
    if (errno == EACCES)
        return err_set(err, ERR_SYSTEM, "%s belongs to the relay's user; run this as that user, or as root", path);
    return err_errno(err, "no relay answers on %s", path);
}

static int connect_to(const char *path, struct err *err)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof at.sun_path)
        return err_set(err, ERR_INVALID, "the socket's path %s is too long", path);
    memcpy(at.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_errno(err, "cannot create a socket");
    if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
        return fd;
    int rc = refused(path, err);
    close(fd);
    return rc;
}

static int send_request(int fd, const struct json *request, struct err *err)
{
    struct buf line;
    int rc = ERR_OK;
    buf_init(&line, LINE_MAX_BYTES);
    (void)(json_write(request, &line) && buf_add_char(&line, '\n'));
    while (rc == ERR_OK && line.len > 0) {
        ssize_t n = send(fd, line.data, line.len, MSG_NOSIGNAL);
        if (n >= 0)
            buf_consume(&line, (size_t)n);
        else if (errno != EINTR)
            rc = err_errno(err, "cannot send the request");
    }
    buf_fini(&line);
    return rc;
}

/* ---- the answer ---- */

struct reading {
    void (*on_line)(void *arg, const struct json *line);
    void *arg;
    struct json *end;
};

static int take_line(struct reading *reading, struct slice line, struct err *err)
{
    struct json *json;
    int rc = json_parse(line, &json, err);
    if (rc != ERR_OK)
        return err_set(err, ERR_PROTOCOL, "the relay's answer is not understood; is it of another version?");
    const char *error = json_get_str(json, "error", NULL);
    if (error != NULL)
        rc = err_set(err, ERR_PROTOCOL, "%s", error);
    else if (json_get(json, "end") != NULL)
        reading->end = json_dup(json_get(json, "end"));
    else
        reading->on_line(reading->arg, json);
    json_free(json);
    return rc;
}

static int take_lines(struct reading *reading, struct buf *in, struct err *err)
{
    struct slice rest = buf_slice(in);
    int rc = ERR_OK;
    while (rc == ERR_OK && reading->end == NULL && slice_find(rest, '\n') < rest.len)
        rc = take_line(reading, slice_cut(&rest, '\n'), err);
    buf_consume(in, in->len - rest.len);
    return rc;
}

static int read_answer(int fd, struct reading *reading, struct err *err)
{
    struct buf in;
    int rc = ERR_OK;
    buf_init(&in, LINE_MAX_BYTES);
    while (rc == ERR_OK && reading->end == NULL) {
        size_t room;
        char *at = buf_reserve(&in, READ_BYTES, &room);
        ssize_t n = at != NULL ? read(fd, at, room) : -1;
        if (at == NULL)
            rc = err_set(err, ERR_PROTOCOL, "the relay's answer has a line of more than %zu octets", LINE_MAX_BYTES);
        else if (n < 0 && errno != EINTR)
            rc = err_errno(err, "the relay's answer broke off");
        else if (n == 0)
            rc = err_set(err, ERR_SYSTEM,
                         "the relay's answer broke off: it ended, or this program did not read for long");
        else if (n > 0) {
            buf_commit(&in, (size_t)n);
            rc = take_lines(reading, &in, err);
        }
    }
    buf_fini(&in);
    return rc;
}

int ask(const char *socket, const struct json *request, void (*on_line)(void *, const struct json *), void *arg,
        struct json **end, struct err *err)
{
    struct reading reading = {on_line, arg, NULL};
    int fd = connect_to(socket, err);
    if (fd < 0)
        return fd;
    int rc = send_request(fd, request, err);
    if (rc == ERR_OK)
        rc = read_answer(fd, &reading, err);
    close(fd);
    if (rc == ERR_OK)
        *end = reading.end;
    else
        json_free(reading.end);
    return rc;
}
