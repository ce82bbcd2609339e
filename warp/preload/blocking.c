/* Calls that block without a time limit on a descriptor or a child: the process parks without a deadline. */
#include "warp/preload/preload.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

EXPORT ssize_t read(int fd, void *to, size_t len)
{
    return park_for_fd(fd, POLLIN) != 0 ? -1 : syscall(SYS_read, fd, to, len);
}

ssize_t __read_chk(int fd, void *to, size_t len, size_t size);
EXPORT ssize_t __read_chk(int fd, void *to, size_t len, size_t size)
{
    if (len > size)
        die("read() beyond its buffer");
    return read(fd, to, len);
}

EXPORT ssize_t readv(int fd, const struct iovec *to, int count)
{
    return park_for_fd(fd, POLLIN) != 0 ? -1 : syscall(SYS_readv, fd, to, count);
}

EXPORT ssize_t recvfrom(int fd, void *restrict to, size_t len, int flags, __SOCKADDR_ARG from,
                        socklen_t *restrict from_len)
{
    socklen_t size = room(from_len);
    ssize_t got;
    do { /* again, when the datagram came from outside the run */
        if ((flags & MSG_DONTWAIT) == 0 && park_for_fd(fd, POLLIN) != 0)
            return -1;
        if (from_len != NULL)
            *from_len = size;
        got = syscall(SYS_recvfrom, fd, to, len, flags, from.__sockaddr__, from_len);
    } while (got >= 0 && is_stranger(from.__sockaddr__, size, from_len));
    if (got >= 0)
        to_world(from.__sockaddr__, size, from_len);
    return got;
}

ssize_t __recvfrom_chk(int fd, void *restrict to, size_t len, size_t size, int flags, __SOCKADDR_ARG from,
                       socklen_t *restrict from_len);
EXPORT ssize_t __recvfrom_chk(int fd, void *restrict to, size_t len, size_t size, int flags, __SOCKADDR_ARG from,
                              socklen_t *restrict from_len)
{
    if (len > size)
        die("recvfrom() beyond its buffer");
    return recvfrom(fd, to, len, flags, from, from_len);
}

EXPORT ssize_t recv(int fd, void *to, size_t len, int flags)
{
    return recvfrom(fd, to, len, flags, (__SOCKADDR_ARG){NULL}, NULL);
}

ssize_t __recv_chk(int fd, void *to, size_t len, size_t size, int flags);
EXPORT ssize_t __recv_chk(int fd, void *to, size_t len, size_t size, int flags)
{
    if (len > size)
        die("recv() beyond its buffer");
    return recv(fd, to, len, flags);
}

EXPORT ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
    socklen_t size = msg->msg_name != NULL ? msg->msg_namelen : 0;
    size_t control = msg->msg_controllen;
    ssize_t got;
    do {
        if ((flags & MSG_DONTWAIT) == 0 && park_for_fd(fd, POLLIN) != 0)
            return -1;
        msg->msg_namelen = size;
        msg->msg_controllen = control;
        got = syscall(SYS_recvmsg, fd, msg, flags);
    } while (got >= 0 && is_stranger(msg->msg_name, size, &msg->msg_namelen));
    if (got >= 0)
        to_world(msg->msg_name, size, &msg->msg_namelen);
    return got;
}

EXPORT int recvmmsg(int fd, struct mmsghdr *msgs, unsigned count, int flags, struct timespec *timeout)
{
    socklen_t sizes[UIO_MAXIOV];
    count = count < UIO_MAXIOV ? count : UIO_MAXIOV; /* as in the kernel */
    for (unsigned i = 0; i < count; i++)
        sizes[i] = msgs[i].msg_hdr.msg_namelen;
    int got = (int)syscall(SYS_recvmmsg, fd, msgs, count, flags, timeout);
    for (int i = 0; i < got; i++)
        to_world(msgs[i].msg_hdr.msg_name, sizes[i], &msgs[i].msg_hdr.msg_namelen);
    return got;
}

/* Connections of other programs of this machine do not belong to the run. */
static bool is_connection_of_stranger(int fd)
{
    struct sockaddr_storage peer;
    socklen_t len = sizeof peer;
    return warp != NULL && warp->block != 0 && syscall(SYS_getpeername, fd, &peer, &len) == 0 &&
           is_stranger((struct sockaddr *)&peer, sizeof peer, &len);
}

EXPORT int accept4(int fd, __SOCKADDR_ARG peer, socklen_t *restrict len, int flags)
{
    socklen_t size = room(len);
    int got;
    for (;;) {
        if (park_for_fd(fd, POLLIN) != 0)
            return -1;
        if (len != NULL)
            *len = size;
        got = (int)syscall(SYS_accept4, fd, peer.__sockaddr__, len, flags);
        if (got < 0 || !is_connection_of_stranger(got))
            break;
        syscall(SYS_close, got);
    }
    if (got >= 0)
        to_world(peer.__sockaddr__, size, len);
    return got;
}

EXPORT int accept(int fd, __SOCKADDR_ARG peer, socklen_t *restrict len)
{
    return accept4(fd, peer, len, 0);
}

EXPORT ssize_t write(int fd, const void *from, size_t len)
{
    crash_point(WARP_CRASH_WRITE, fd);
    return park_for_fd(fd, POLLOUT) != 0 ? -1 : syscall(SYS_write, fd, from, len);
}

/* ---- children ---- */

struct child_wait {
    pid_t pid;
    int *status;
    int options;
    struct rusage *usage;
};

static int try_child(void *arg)
{
    struct child_wait *wait = arg;
    return (int)syscall(SYS_wait4, wait->pid, wait->status, wait->options | WNOHANG, wait->usage);
}

EXPORT pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
    if (!participant() || (options & WNOHANG) != 0)
        return (pid_t)syscall(SYS_wait4, pid, status, options, usage);
    struct child_wait wait = {pid, status, options, usage};
    static const struct wait_op op = {try_child, NULL, "wait4"};
    return park_lockstep(&op, &wait, WARP_NEVER, NULL);
}

EXPORT pid_t waitpid(pid_t pid, int *status, int options)
{
    return wait4(pid, status, options, NULL);
}

EXPORT pid_t wait(int *status)
{
    return wait4(-1, status, 0, NULL);
}

EXPORT pid_t wait3(int *status, int options, struct rusage *usage)
{
    return wait4(-1, status, options, usage);
}

struct id_wait {
    idtype_t type;
    id_t id;
    siginfo_t *info;
    int options;
};

/* waitid reports "nothing yet" by a zero si_pid. 2 means "done", since 0 means "park". */
static int try_id(void *arg)
{
    struct id_wait *wait = arg;
    wait->info->si_pid = 0;
    if (syscall(SYS_waitid, wait->type, wait->id, wait->info, wait->options | WNOHANG, NULL) != 0)
        return -1;
    return wait->info->si_pid != 0 ? 2 : 0;
}

EXPORT int waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
    siginfo_t own;
    if (!participant() || (options & WNOHANG) != 0)
        return (int)syscall(SYS_waitid, type, id, info, options, NULL);
    struct id_wait wait = {type, id, info != NULL ? info : &own, options};
    static const struct wait_op op = {try_id, NULL, "waitid"};
    return park_lockstep(&op, &wait, WARP_NEVER, NULL) == 2 ? 0 : -1;
}
