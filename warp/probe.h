/*
 * Whether packets are on their way. The kernel may pass on what a send on loopback has begun to one of its own threads,
 * and then all processes sleep although one is about to be woken. Packets of one CPU are delivered in order, and the
 * whole tree is kept on one: once a datagram to oneself has arrived, all before it have arrived, too.
 *
 * The socket is made by the coordinator and inherited by all. Header-only, since both halves of warp use it.
 */
#ifndef RL_WARP_PROBE_H
#define RL_WARP_PROBE_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "warp/shm.h"

/* A socket that talks to itself, on descriptor WARP_PROBE_FD. Without one (no loopback here), all counts as quiet. */
static inline void probe_open(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 &&
        getsockname(fd, (struct sockaddr *)&at, &len) == 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
        (void)dup2(fd, WARP_PROBE_FD);
    if (fd >= 0)
        close(fd);
}

/* True when nothing was under way. Otherwise it has arrived by now, and its receiver must be looked at again. */
static inline bool probe_quiet(void)
{
    char byte = 0;
    struct timespec limit = {1, 0};
    struct pollfd arrival = {WARP_PROBE_FD, POLLIN, 0};
    int saved = errno;
    bool quiet = true;
    if (syscall(SYS_sendto, WARP_PROBE_FD, &byte, 1, MSG_DONTWAIT, NULL, 0) == 1 &&
        syscall(SYS_recvfrom, WARP_PROBE_FD, &byte, 1, MSG_DONTWAIT, NULL, NULL) != 1) {
        quiet = false;
        syscall(SYS_ppoll, &arrival, 1, &limit, NULL, 0);
        syscall(SYS_recvfrom, WARP_PROBE_FD, &byte, 1, MSG_DONTWAIT, NULL, NULL);
    }
    errno = saved;
    return quiet;
}

#endif
