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
    if ((flags & MSG_DONTWAIT) == 0 && park_for_fd(fd, POLLIN) != 0)
        return -1;
    return syscall(SYS_recvfrom, fd, to, len, flags, from.__sockaddr__, from_len);
}

EXPORT ssize_t recv(int fd, void *to, size_t len, int flags)
{
    return recvfrom(fd, to, len, flags, (__SOCKADDR_ARG){NULL}, NULL);
}

EXPORT ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
    if ((flags & MSG_DONTWAIT) == 0 && park_for_fd(fd, POLLIN) != 0)
        return -1;
    return syscall(SYS_recvmsg, fd, msg, flags);
}

EXPORT int accept4(int fd, __SOCKADDR_ARG peer, socklen_t *restrict len, int flags)
{
    return park_for_fd(fd, POLLIN) != 0 ? -1 : (int)syscall(SYS_accept4, fd, peer.__sockaddr__, len, flags);
}

EXPORT int accept(int fd, __SOCKADDR_ARG peer, socklen_t *restrict len)
{
    return accept4(fd, peer, len, 0);
}

EXPORT ssize_t write(int fd, const void *from, size_t len)
{
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
    return park(try_child, &wait, WARP_NEVER);
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

/* waitid tells "nothing yet" by a zero si_pid. 2 stands for "done", since 0 means "park". */
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
    return park(try_id, &wait, WARP_NEVER) == 2 ? 0 : -1;
}
