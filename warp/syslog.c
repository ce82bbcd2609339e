#include "warp/syslog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/control.h"
#include "lib/base/mem.h"

#define MESSAGE_MAX 8192
#define STAMP       16 /* "Jan  1 00:00:00 " of RFC 3164 */

/* By way of a descriptor: the folder's path may be longer than a socket's name. */
static bool bind_at(int fd, const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    const char *name = strrchr(path, '/') + 1;
    char *folder = mem_strndup(path, (size_t)(name - path));
    int there = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    (void)snprintf(at.sun_path, sizeof at.sun_path, "/proc/self/fd/%d/%s", there, name);
    bool good = there >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && chmod(at.sun_path, 0666) == 0;
    if (there >= 0)
        close(there);
    return good;
}

int syslog_open(struct syslog *log, const char *file, const char *at, struct err *err)
{
    *log = (struct syslog){.fd = -1};
    if (file == NULL)
        return ERR_OK;
    log->out = fopen(file, "ae");
    log->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool good = log->out != NULL && log->fd >= 0 && bind_at(log->fd, at);
    int rc = good ? ERR_OK : err_errno(err, "cannot make /dev/log of the run");
    if (rc != ERR_OK)
        syslog_close(log);
    return rc;
}

/* "<20>Jan  1 00:00:00 postfix/smtpd[12]: text" without the number and the time. */
static const char *text_of(char *message)
{
    const char *text = message[0] == '<' ? strchr(message, '>') : NULL;
    text = text != NULL ? text + 1 : message;
    if (strlen(text) > STAMP && text[3] == ' ' && text[9] == ':' && text[12] == ':')
        text += STAMP;
    return text;
}

void syslog_drain(struct syslog *log)
{
    char message[MESSAGE_MAX + 1];
    for (ssize_t n; log->fd >= 0 && (n = recv(log->fd, message, MESSAGE_MAX, MSG_DONTWAIT)) >= 0;) {
        for (ssize_t i = 0; i < n; i++)
            message[i] = (char)(message[i] != '\0' ? message[i] : ' ');
        message[n] = '\0';
        control_replace(message, ' ');
        fprintf(log->out, "%s\n", text_of(message));
        (void)fflush(log->out);
    }
}

void syslog_close(struct syslog *log)
{
    syslog_drain(log);
    if (log->fd >= 0)
        close(log->fd);
    if (log->out != NULL)
        (void)fclose(log->out);
    *log = (struct syslog){.fd = -1};
}
