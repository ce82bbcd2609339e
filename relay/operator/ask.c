#include "relay/operator/ask.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "relay/operator/reading.h"

#define REQUEST_MAX ((size_t)1024 * 1024)
#define READ_BYTES  ((size_t)64 * 1024)

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
    buf_init(&line, REQUEST_MAX);
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

static int read_answer(int fd, struct reading *reading, struct err *err)
{
    int rc = ERR_OK;
    while (rc == ERR_OK && reading->end == NULL) {
        size_t room;
        char *at = buf_reserve(&reading->in, READ_BYTES, &room);
        ssize_t n = read(fd, at, room);
        if (n < 0 && errno != EINTR)
            rc = err_errno(err, "the relay's answer broke off");
        else if (n == 0)
            rc = err_set(err, ERR_SYSTEM,
                         "the relay's answer broke off: it ended, or this program did not read for long");
        else if (n > 0) {
            buf_commit(&reading->in, (size_t)n);
            rc = reading_feed(reading, err);
        }
    }
    return rc;
}

int ask(const char *socket, const struct json *request, void (*on_line)(void *, const struct json *), void *arg,
        struct json **end, struct err *err)
{
    struct reading reading;
    int fd = connect_to(socket, err);
    if (fd < 0)
        return fd;
    reading_init(&reading, on_line, arg);
    int rc = send_request(fd, request, err);
    if (rc == ERR_OK)
        rc = read_answer(fd, &reading, err);
    close(fd);
    if (rc == ERR_OK) {
        *end = reading.end;
        reading.end = NULL;
    }
    reading_fini(&reading);
    return rc;
}
