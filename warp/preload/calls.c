/* syscall(): programs that go past libc's functions by number meet virtual time all the same. */
#include "warp/preload/preload.h"

#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/time.h>

#undef syscall

/* ---- futex ---- */

struct futex_call {
    long a[6];
    bool absolute;
};

static int block_futex_call(void *arg, const sigset_t *mask)
{
    struct futex_call *call = arg;
    sigset_t before;
    raw_syscall(SYS_rt_sigprocmask, SIG_SETMASK, (long)mask, (long)&before, _NSIG / 8, 0, 0);
    int got = (int)raw_syscall(SYS_futex, call->a[0], call->a[1], call->a[2], 0, call->a[4], call->a[5]);
    int saved = errno;
    raw_syscall(SYS_rt_sigprocmask, SIG_SETMASK, (long)&before, 0, _NSIG / 8, 0, 0);
    errno = saved;
    return got == 0 ? 1 : -1;
}

/* A wait with a limit; all other operations are the kernel's. */
static long futex_call(const long a[6])
{
    static const struct wait_op op = {NULL, block_futex_call};
    struct futex_call call = {{a[0], a[1], a[2], a[3], a[4], a[5]}, (a[1] & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET};
    const struct timespec *limit = (const struct timespec *)(uintptr_t)a[3];
    bool waits = (a[1] & FUTEX_CMD_MASK) == FUTEX_WAIT || call.absolute;
    if (!tolerant() || !waits || limit == NULL)
        return raw_syscall(SYS_futex, a[0], a[1], a[2], a[3], a[4], a[5]);
    clockid_t clock = (a[1] & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    int64_t deadline = call.absolute ? deadline_at(clock, limit) : deadline_after(timespec_ns(limit));
    call.a[1] &= ~(long)FUTEX_CLOCK_REALTIME; /* of use with a limit only */
    int got = park(&op, &call, deadline, NULL);
    if (got == 0)
        errno = ETIMEDOUT;
    return got > 0 ? 0 : -1;
}

/* ---- the others: by their functions, which are libwarp's own ---- */

#define PTR(type, n) ((type)(uintptr_t)a[n])
#define ADDRESS(n)   ((__SOCKADDR_ARG){PTR(struct sockaddr *, n)})

/* All that carries an address: by number there is no way out of the world either. */
static long socket_call(long number, const long a[6])
{
    int fd = (int)a[0];
    __CONST_SOCKADDR_ARG to = {PTR(const struct sockaddr *, 1)}, receiver = {PTR(const struct sockaddr *, 4)};
    switch (number) {
    case SYS_socket:
        return socket(fd, (int)a[1], (int)a[2]);
    case SYS_bind:
        return bind(fd, to, (socklen_t)a[2]);
    case SYS_listen:
        return listen(fd, (int)a[1]);
    case SYS_connect:
        return connect(fd, to, (socklen_t)a[2]);
    case SYS_getsockname:
        return getsockname(fd, ADDRESS(1), PTR(socklen_t *, 2));
    case SYS_getpeername:
        return getpeername(fd, ADDRESS(1), PTR(socklen_t *, 2));
    case SYS_accept:
        return accept(fd, ADDRESS(1), PTR(socklen_t *, 2));
    case SYS_accept4:
        return accept4(fd, ADDRESS(1), PTR(socklen_t *, 2), (int)a[3]);
    case SYS_sendto:
        return sendto(fd, PTR(const void *, 1), (size_t)a[2], (int)a[3], receiver, (socklen_t)a[5]);
    case SYS_recvfrom:
        return recvfrom(fd, PTR(void *, 1), (size_t)a[2], (int)a[3], ADDRESS(4), PTR(socklen_t *, 5));
    case SYS_sendmsg:
        return sendmsg(fd, PTR(const struct msghdr *, 1), (int)a[2]);
    case SYS_recvmsg:
        return recvmsg(fd, PTR(struct msghdr *, 1), (int)a[2]);
    case SYS_sendmmsg:
        return sendmmsg(fd, PTR(struct mmsghdr *, 1), (unsigned)a[2], (int)a[3]);
    case SYS_recvmmsg:
        return recvmmsg(fd, PTR(struct mmsghdr *, 1), (unsigned)a[2], (int)a[3], PTR(struct timespec *, 4));
    default:
        return raw_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    }
}

EXPORT long syscall(long number, ...)
{
    long a[6];
    va_list ap;
    va_start(ap, number);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(ap, long);
    va_end(ap);
    if (warp == NULL)
        return raw_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    switch (number) {
    case SYS_clock_gettime:
        return clock_gettime((clockid_t)a[0], PTR(struct timespec *, 1));
    case SYS_gettimeofday:
        return gettimeofday(PTR(struct timeval *, 0), NULL);
    case SYS_time:
        return time(PTR(time_t *, 0));
    case SYS_nanosleep:
        return nanosleep(PTR(const struct timespec *, 0), PTR(struct timespec *, 1));
    case SYS_poll:
        return poll(PTR(struct pollfd *, 0), (nfds_t)a[1], (int)a[2]);
    case SYS_ppoll:
        return ppoll(PTR(struct pollfd *, 0), (nfds_t)a[1], PTR(const struct timespec *, 2), PTR(const sigset_t *, 3));
    case SYS_epoll_wait:
        return epoll_wait((int)a[0], PTR(struct epoll_event *, 1), (int)a[2], (int)a[3]);
    case SYS_epoll_pwait:
        return epoll_pwait((int)a[0], PTR(struct epoll_event *, 1), (int)a[2], (int)a[3], PTR(const sigset_t *, 4));
    case SYS_futex:
        return futex_call(a);
    case SYS_close:
        return close((int)a[0]);
    case SYS_close_range:
        return close_range((unsigned)a[0], (unsigned)a[1], (int)a[2]);
    case SYS_io_uring_setup: /* its waits could not be taken over; programs fall back to epoll */
        errno = ENOSYS;
        return -1;
    default:
        return socket_call(number, a);
    }
}
