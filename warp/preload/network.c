/* Sockets: uniform TCP settings, the log of connects, and no way out of the world. */
#include "warp/preload/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TCP_BUFFER_BYTES 32768 /* the kernel doubles it */
#define TRACKED_FDS      4096

static struct warp_connect dropped[TRACKED_FDS]; /* port 0 = none */

/* Bytes in flight show at a zero-timeout poll only without Nagle; fixed buffers make reads break alike. */
EXPORT int socket(int domain, int type, int protocol)
{
    int fd = (int)syscall(SYS_socket, domain, type, protocol);
    if (fd < 0 || warp == NULL || (domain != AF_INET && domain != AF_INET6) || (type & 0xf) != SOCK_STREAM)
        return fd;
    int on = 1, bytes = TCP_BUFFER_BYTES;
    syscall(SYS_setsockopt, fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    return fd;
}

EXPORT int listen(int fd, int backlog)
{
    int got = (int)syscall(SYS_listen, fd, backlog);
    struct sockaddr_storage at;
    socklen_t len = sizeof at;
    if (got != 0 || !participant() || my_slot()->role != WARP_ROLE_TARGET || warp->port_count == WARP_PORTS ||
        syscall(SYS_getsockname, fd, &at, &len) != 0)
        return got;
    if (at.ss_family == AF_INET)
        warp->ports[warp->port_count++] = ntohs(((struct sockaddr_in *)&at)->sin_port);
    else if (at.ss_family == AF_INET6)
        warp->ports[warp->port_count++] = ntohs(((struct sockaddr_in6 *)&at)->sin6_port);
    return got;
}

/* False for anything but an IP address. */
static bool describe(const struct sockaddr *to, socklen_t len, struct warp_connect *out)
{
    *out = (struct warp_connect){.t_ns = (uint64_t)now_ns(), .role = my_slot()->role};
    if (to != NULL && to->sa_family == AF_INET && len >= sizeof(struct sockaddr_in)) {
        const struct sockaddr_in *in = (const void *)to;
        out->family = 4;
        out->port = ntohs(in->sin_port);
        memcpy(out->addr, &in->sin_addr, 4);
        return true;
    }
    if (to != NULL && to->sa_family == AF_INET6 && len >= sizeof(struct sockaddr_in6)) {
        const struct sockaddr_in6 *in = (const void *)to;
        out->family = 6;
        out->port = ntohs(in->sin6_port);
        memcpy(out->addr, &in->sin6_addr, 16);
        return true;
    }
    return false;
}

static bool same_net(const struct warp_net *net, const struct warp_connect *to)
{
    if (net->family != to->family)
        return false;
    for (int bit = 0; bit < net->bits; bit++) {
        uint8_t mask = (uint8_t)(0x80 >> (bit % 8));
        if ((net->addr[bit / 8] & mask) != (to->addr[bit / 8] & mask))
            return false;
    }
    return true;
}

static bool inside_world(const struct warp_connect *to)
{
    if (warp->world_count == 0)
        return true;
    for (uint32_t i = 0; i < warp->world_count; i++)
        if (same_net(&warp->world[i], to))
            return true;
    return false;
}

static void record(struct warp_connect *what, enum warp_connect_result result)
{
    if (what->role == WARP_ROLE_DIRECTOR)
        return; /* the director knows what it does itself */
    what->result = (uint8_t)result;
    uint64_t at = atomic_load(&warp->connect_count);
    warp->connects[at % WARP_CONNECTS] = *what;
    atomic_store(&warp->connect_count, at + 1);
    if (result != WARP_CONNECT_OK) /* nobody else would tell the director: the coordinator does */
        atomic_store(&warp->wanted, 1);
}

/* True when the call must fail with ENETUNREACH, before any packet leaves. */
static bool denied(int fd, const struct sockaddr *to, socklen_t len)
{
    struct warp_connect what;
    if (!participant() || !describe(to, len, &what) || inside_world(&what))
        return false;
    int type = SOCK_STREAM;
    socklen_t type_len = sizeof type;
    syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, &type, &type_len);
    what.udp = type != SOCK_STREAM;
    record(&what, WARP_CONNECT_DENIED);
    errno = ENETUNREACH;
    return true;
}

static uint8_t tcp_state(int fd)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof info;
    if (syscall(SYS_getsockopt, fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
        return 0;
    return info.tcpi_state;
}

/* Loopback answers inside the call, so the socket's state right behind it is the result. */
static void record_tcp(int fd, struct warp_connect *what, int got, int error)
{
    if (got != 0 && error != EINPROGRESS) {
        record(what, error == ECONNREFUSED ? WARP_CONNECT_REFUSED : WARP_CONNECT_UNREACHABLE);
        return;
    }
    switch (tcp_state(fd)) {
    case TCP_SYN_SENT:
        record(what, WARP_CONNECT_DROPPED);
        if (fd < TRACKED_FDS)
            dropped[fd] = *what;
        break;
    case TCP_CLOSE:
        record(what, WARP_CONNECT_REFUSED);
        break;
    default:
        record(what, WARP_CONNECT_OK);
    }
}

/* A blocking connect is made non-blocking and waited for in virtual time. */
static int connect_parked(int fd, const struct sockaddr *to, socklen_t len)
{
    int flags = (int)syscall(SYS_fcntl, fd, F_GETFL);
    if (flags < 0 || (flags & O_NONBLOCK) != 0)
        return (int)syscall(SYS_connect, fd, to, len);
    syscall(SYS_fcntl, fd, F_SETFL, flags | O_NONBLOCK);
    int got = (int)syscall(SYS_connect, fd, to, len);
    int error = got == 0 ? 0 : errno;
    syscall(SYS_fcntl, fd, F_SETFL, flags);
    if (error == EINPROGRESS && tcp_state(fd) != TCP_SYN_SENT) {
        socklen_t error_len = sizeof error;
        syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_ERROR, &error, &error_len);
    }
    errno = error;
    return error == 0 ? 0 : -1;
}

EXPORT int connect(int fd, __CONST_SOCKADDR_ARG to, socklen_t len)
{
    struct warp_connect what;
    if (!participant() || !describe(to.__sockaddr__, len, &what))
        return (int)syscall(SYS_connect, fd, to.__sockaddr__, len);
    if (denied(fd, to.__sockaddr__, len))
        return -1;
    int type = 0;
    socklen_t type_len = sizeof type;
    syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, &type, &type_len);
    if (type != SOCK_STREAM)
        return (int)syscall(SYS_connect, fd, to.__sockaddr__, len);
    int flags = (int)syscall(SYS_fcntl, fd, F_GETFL);
    int got = connect_parked(fd, to.__sockaddr__, len);
    int error = got == 0 ? 0 : errno;
    record_tcp(fd, &what, got, error);
    if (error == EINPROGRESS && (flags & O_NONBLOCK) == 0) {
        if (park_for_fd(fd, POLLOUT) != 0)
            return -1;
        socklen_t error_len = sizeof error;
        syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_ERROR, &error, &error_len);
        got = error == 0 ? 0 : -1;
    }
    errno = error;
    return got;
}

EXPORT ssize_t sendto(int fd, const void *from, size_t len, int flags, __CONST_SOCKADDR_ARG to, socklen_t to_len)
{
    if (to.__sockaddr__ != NULL && denied(fd, to.__sockaddr__, to_len))
        return -1;
    if ((flags & MSG_DONTWAIT) == 0 && park_for_fd(fd, POLLOUT) != 0)
        return -1;
    return syscall(SYS_sendto, fd, from, len, flags, to.__sockaddr__, to_len);
}

EXPORT ssize_t send(int fd, const void *from, size_t len, int flags)
{
    return sendto(fd, from, len, flags, (__CONST_SOCKADDR_ARG){NULL}, 0);
}

EXPORT ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
    if (msg->msg_name != NULL && denied(fd, msg->msg_name, msg->msg_namelen))
        return -1;
    if ((flags & MSG_DONTWAIT) == 0 && park_for_fd(fd, POLLOUT) != 0)
        return -1;
    return syscall(SYS_sendmsg, fd, msg, flags);
}

EXPORT int close(int fd)
{
    if (warp != NULL && fd == WARP_FD)
        return 0; /* not the program's own */
    if (participant() && fd >= 0 && fd < TRACKED_FDS && dropped[fd].port != 0) {
        struct warp_connect what = dropped[fd];
        dropped[fd].port = 0;
        what.t_ns = (uint64_t)now_ns();
        if (tcp_state(fd) == TCP_SYN_SENT)
            record(&what, WARP_CONNECT_GIVEN_UP);
    }
    return (int)syscall(SYS_close, fd);
}
