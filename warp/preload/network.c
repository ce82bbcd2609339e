/* Sockets: uniform TCP settings, the log of connects, and no way out of the world, which may be a block of loopback. */
#include "warp/preload/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TCP_BUFFER_BYTES  32768 /* the kernel doubles it */
#define TCP_SEGMENT_BYTES 4096
#define TRACKED_FDS       4096
#define BACKLOG_LEAST     1024                        /* of listeners */
#define SYN_LIMIT_NS      (INT64_C(127) * 1000000000) /* the kernel gives up a connect after six retries */

static struct warp_connect dropped[TRACKED_FDS]; /* port 0 = none */

/*
 * Octets in flight show at a zero-timeout poll only without Nagle; fixed buffers make reads break alike. Segments are
 * small against the buffers: one of the loopback interface has 64 KiB, and a receiver announces no window smaller than
 * a segment (RFC 9293 §3.8.6.2). The sender would then wait for its window probe, by a timer in real time, while
 * virtual time goes on to the next deadline.
 */
EXPORT int socket(int domain, int type, int protocol)
{
    int fd = (int)syscall(SYS_socket, domain, type, protocol);
    if (fd < 0 || warp == NULL || (domain != AF_INET && domain != AF_INET6) || (type & 0xf) != SOCK_STREAM)
        return fd;
    int on = 1, bytes = TCP_BUFFER_BYTES, segment = TCP_SEGMENT_BYTES;
    syscall(SYS_setsockopt, fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    syscall(SYS_setsockopt, fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    return fd;
}

static int type_of(int fd)
{
    int type = 0;
    socklen_t len = sizeof type;
    syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, &type, &len);
    return type;
}

/* 0.0.0.0, and :: of a socket that accepts IPv4, too, is the home address: it must neither shadow the world's other
 * hosts nor be reached from beyond. :: of a socket for IPv6 alone is ::1 in a block, which has no other IPv6 address.
 */
static void home_for_any(int fd, union ip_address *to)
{
    uint32_t addr;
    bool ipv4 = ip_has_ipv4(to, &addr);
    if (ipv4 ? addr != 0 : !IN6_IS_ADDR_UNSPECIFIED(&to->in6.sin6_addr))
        return;
    if (ipv4 || !is_ipv6_only(fd)) {
        if (warp->home != 0)
            ip_set_ipv4(to, warp->home);
    } else if (warp->block != 0) {
        to->in6.sin6_addr = in6addr_loopback;
    }
}

EXPORT int bind(int fd, __CONST_SOCKADDR_ARG at, socklen_t len)
{
    struct real_address real;
    union ip_address to;
    if (warp == NULL || !ip_copy(at.__sockaddr__, len, &to))
        return (int)syscall(SYS_bind, fd, at.__sockaddr__, len);
    home_for_any(fd, &to);
    if (!to_real(&to.any, len < sizeof to ? len : sizeof to, &real)) {
        errno = EADDRINUSE;
        return -1;
    }
    if (warp->block != 0 && real.at != &real.space.any) {
        errno = EADDRNOTAVAIL; /* an address of the machine itself */
        return -1;
    }
    int on = 1; /* what lingers in TIME_WAIT, of this run or of another in its block, does so in real time */
    if (to.in.sin_port != 0 && type_of(fd) == SOCK_STREAM)
        syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    allow_mapped(fd, &to);
    return (int)syscall(SYS_bind, fd, real.at, real.len);
}

EXPORT int getsockname(int fd, __SOCKADDR_ARG at, socklen_t *restrict len)
{
    socklen_t size = room(len);
    int got = (int)syscall(SYS_getsockname, fd, at.__sockaddr__, len);
    if (got == 0)
        to_world(at.__sockaddr__, size, len);
    return got;
}

EXPORT int getpeername(int fd, __SOCKADDR_ARG at, socklen_t *restrict len)
{
    socklen_t size = room(len);
    int got = (int)syscall(SYS_getpeername, fd, at.__sockaddr__, len);
    if (got == 0)
        to_world(at.__sockaddr__, size, len);
    return got;
}

static void note_port(uint16_t port)
{
    uint32_t at = atomic_load(&warp->port_count);
    while (at < WARP_PORTS && !atomic_compare_exchange_weak(&warp->port_count, &at, at + 1))
        continue;
    if (at < WARP_PORTS)
        atomic_store(&warp->ports[at], port);
}

/* What does not fit into the queue is dropped, and sent again a second later: of real time. A queue of 0 is meant: the
 * director's black holes drop all. */
static int long_enough(int backlog)
{
    return covered() && backlog > 0 && backlog < BACKLOG_LEAST ? BACKLOG_LEAST : backlog;
}

EXPORT int listen(int fd, int backlog)
{
    bind_source(fd, NULL, 0); /* else the kernel would choose all addresses of the machine */
    int got = (int)syscall(SYS_listen, fd, long_enough(backlog));
    struct sockaddr_storage at;
    socklen_t len = sizeof at;
    if (got != 0 || !covered() || my_role() != WARP_ROLE_TARGET ||
        getsockname(fd, (__SOCKADDR_ARG){(struct sockaddr *)&at}, &len) != 0)
        return got;
    if (at.ss_family == AF_INET)
        note_port(ntohs(((struct sockaddr_in *)&at)->sin_port));
    else if (at.ss_family == AF_INET6)
        note_port(ntohs(((struct sockaddr_in6 *)&at)->sin6_port));
    return got;
}

/* False for anything but an IP address. An IPv4-mapped IPv6 address is the IPv4 address. */
static bool describe(const struct sockaddr *to, socklen_t len, struct warp_connect *out)
{
    union ip_address at;
    uint32_t addr;
    if (!ip_copy(to, len, &at))
        return false;
    *out = (struct warp_connect){.t_ns = (uint64_t)now_ns(), .role = my_role(), .port = ntohs(at.in.sin_port)};
    out->family = ip_has_ipv4(&at, &addr) ? 4 : 6;
    if (out->family == 4) {
        addr = htonl(addr);
        memcpy(out->addr, &addr, sizeof addr);
    } else {
        memcpy(out->addr, &at.in6.sin6_addr, sizeof at.in6.sin6_addr);
    }
    return true;
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
    uint64_t at = atomic_fetch_add(&warp->connect_count, 1);
    atomic_store(&what->number, 0);
    warp->connects[at % WARP_CONNECTS] = *what;
    atomic_store(&warp->connects[at % WARP_CONNECTS].number, at + 1);
    if (result != WARP_CONNECT_OK) /* no other process would notify the director: the coordinator does */
        atomic_store(&warp->wanted, 1);
}

/* True when the call must fail with ENETUNREACH, before any packet leaves. */
static bool denied(int fd, const struct sockaddr *to, socklen_t len)
{
    struct warp_connect what;
    if (warp == NULL || !describe(to, len, &what) || inside_world(&what))
        return false;
    what.udp = type_of(fd) != SOCK_STREAM;
    if (covered()) /* in lockstep only the holder of the turn may write */
        record(&what, WARP_CONNECT_DENIED);
    errno = ENETUNREACH;
    return true;
}

static struct tcp_info tcp_look(int fd)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof info;
    if (syscall(SYS_getsockopt, fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
        return (struct tcp_info){0};
    return info;
}

static uint8_t tcp_state(int fd)
{
    return tcp_look(fd).tcpi_state;
}

/* What the host offered in its SYN, and how long that took, is known also after it has reset the connection. */
static bool was_accepted(const struct tcp_info *info)
{
    return info->tcpi_options != 0 || info->tcpi_rtt != 0;
}

/* Loopback answers inside the call, so the socket's state right after it is the result. */
static void record_tcp(int fd, struct warp_connect *what, int got, int error)
{
    if (got != 0 && error != EINPROGRESS) {
        record(what, error == ECONNREFUSED ? WARP_CONNECT_REFUSED
                     : error == ECONNRESET ? WARP_CONNECT_OK /* accepted, and then reset */
                                           : WARP_CONNECT_UNREACHABLE);
        return;
    }
    struct tcp_info info = tcp_look(fd);
    switch (info.tcpi_state) {
    case TCP_SYN_SENT:
        record(what, WARP_CONNECT_DROPPED);
        if (fd < TRACKED_FDS)
            dropped[fd] = *what;
        break;
    case TCP_CLOSE:
        record(what, was_accepted(&info) ? WARP_CONNECT_OK : WARP_CONNECT_REFUSED);
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

/* Reports it to the program and the log; the program waits when its socket blocks. */
static int connect_tcp(int fd, const struct real_address *real, struct warp_connect *what)
{
    int flags = (int)syscall(SYS_fcntl, fd, F_GETFL);
    int got = connect_parked(fd, real->at, real->len);
    int error = got == 0 ? 0 : errno;
    record_tcp(fd, what, got, error);
    if (error == EINPROGRESS && (flags & O_NONBLOCK) == 0) {
        int64_t own = limit_deadline(fd, POLLOUT), kernels = deadline_after(SYN_LIMIT_NS);
        if (park_for_connect(fd, own < kernels ? own : kernels) != 0)
            return -1;
        socklen_t error_len = sizeof error;
        syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_ERROR, &error, &error_len);
        got = error == 0 ? 0 : -1;
    }
    errno = error;
    return got;
}

static int refused(struct warp_connect *what)
{
    if (covered())
        record(what, WARP_CONNECT_REFUSED);
    errno = ECONNREFUSED;
    return -1;
}

EXPORT int connect(int fd, __CONST_SOCKADDR_ARG to, socklen_t len)
{
    struct warp_connect what;
    struct real_address real;
    if (warp == NULL || !describe(to.__sockaddr__, len, &what))
        return (int)syscall(SYS_connect, fd, to.__sockaddr__, len);
    if (denied(fd, to.__sockaddr__, len))
        return -1;
    if (!to_real(to.__sockaddr__, len, &real))
        return refused(&what);
    bind_source(fd, to.__sockaddr__, len);
    if (!covered() || type_of(fd) != SOCK_STREAM)
        return (int)syscall(SYS_connect, fd, real.at, real.len);
    return connect_tcp(fd, &real, &what);
}

/* False when the message must not leave, with errno. */
static bool address_message(int fd, const struct sockaddr *to, socklen_t len, struct real_address *real)
{
    real->at = to;
    real->len = len;
    if (warp == NULL || to == NULL)
        return true;
    if (denied(fd, to, len))
        return false;
    if (!to_real(to, len, real)) {
        errno = ECONNREFUSED;
        return false;
    }
    if (real->at != to)
        bind_source(fd, to, len);
    return true;
}

EXPORT ssize_t sendto(int fd, const void *from, size_t len, int flags, __CONST_SOCKADDR_ARG to, socklen_t to_len)
{
    struct real_address real;
    if (warp != NULL && (flags & MSG_FASTOPEN) != 0) {
        errno = EOPNOTSUPP; /* as where it is switched off: programs then connect, and the log sees them */
        return -1;
    }
    if (!address_message(fd, to.__sockaddr__, to_len, &real))
        return -1;
    if ((flags & MSG_DONTWAIT) == 0 && park_for_fd(fd, POLLOUT) != 0)
        return -1;
    return syscall(SYS_sendto, fd, from, len, flags, real.at, real.len);
}

EXPORT ssize_t send(int fd, const void *from, size_t len, int flags)
{
    return sendto(fd, from, len, flags, (__CONST_SOCKADDR_ARG){NULL}, 0);
}

EXPORT ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
    struct real_address real;
    struct msghdr out = *msg;
    if (!address_message(fd, msg->msg_name, msg->msg_namelen, &real))
        return -1;
    out.msg_name = (void *)(uintptr_t)real.at;
    out.msg_namelen = real.len;
    if ((flags & MSG_DONTWAIT) == 0 && park_for_fd(fd, POLLOUT) != 0)
        return -1;
    return syscall(SYS_sendmsg, fd, &out, flags);
}

EXPORT int sendmmsg(int fd, struct mmsghdr *msgs, unsigned count, int flags)
{
    unsigned sent = 0;
    for (ssize_t n; sent < count && (n = sendmsg(fd, &msgs[sent].msg_hdr, flags)) >= 0; sent++)
        msgs[sent].msg_len = (unsigned)n;
    return sent > 0 || count == 0 ? (int)sent : -1;
}

EXPORT int close(int fd)
{
    if (warp != NULL && (fd == WARP_FD || fd == WARP_PROBE_FD))
        return 0; /* not the program's own */
    crash_point(WARP_CRASH_CLOSE, fd);
    limits_forget_fd(fd);
    timers_forget_fd(fd);
    if (covered() && fd >= 0 && fd < TRACKED_FDS && dropped[fd].port != 0) {
        struct warp_connect what = dropped[fd];
        dropped[fd].port = 0;
        what.t_ns = (uint64_t)now_ns();
        if (tcp_state(fd) == TCP_SYN_SENT)
            record(&what, WARP_CONNECT_GIVEN_UP);
    }
    return (int)syscall(SYS_close, fd);
}
