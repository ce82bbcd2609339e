/*
 * Time limits that sockets carry (SO_RCVTIMEO, SO_SNDTIMEO): the kernel never sees them; the calls that block look them
 * up and park until then. They do not pass through dup, accept or exec.
 */
#include "warp/preload/preload.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>

#define LIMITED_FDS 4096

static int64_t limits_ns[LIMITED_FDS][2]; /* to receive, to send; 0 = none */

static bool is_limit(int fd, int level, int name, socklen_t len)
{
    return covered() && fd >= 0 && fd < LIMITED_FDS && level == SOL_SOCKET &&
           (name == SO_RCVTIMEO || name == SO_SNDTIMEO) && len >= sizeof(struct timeval);
}

EXPORT int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
    if (!is_limit(fd, level, name, len) || value == NULL)
        return (int)syscall(SYS_setsockopt, fd, level, name, value, len);
    const struct timeval *limit = value;
    if (limit->tv_usec < 0 || limit->tv_usec >= 1000000) {
        errno = EDOM;
        return -1;
    }
    limits_ns[fd][name == SO_SNDTIMEO] = (int64_t)limit->tv_sec * 1000000000 + (int64_t)limit->tv_usec * 1000;
    return 0;
}

EXPORT int getsockopt(int fd, int level, int name, void *restrict value, socklen_t *restrict len)
{
    if (len == NULL || !is_limit(fd, level, name, *len))
        return (int)syscall(SYS_getsockopt, fd, level, name, value, len);
    int64_t ns = limits_ns[fd][name == SO_SNDTIMEO];
    *(struct timeval *)value = (struct timeval){ns / 1000000000, ns % 1000000000 / 1000};
    *len = sizeof(struct timeval);
    return 0;
}

int64_t limit_deadline(int fd, short events)
{
    int64_t ns = fd >= 0 && fd < LIMITED_FDS ? limits_ns[fd][events == POLLOUT] : 0;
    return ns > 0 ? deadline_after(ns) : WARP_NEVER;
}

void limits_forget_fd(int fd)
{
    if (fd >= 0 && fd < LIMITED_FDS)
        limits_ns[fd][0] = limits_ns[fd][1] = 0;
}
