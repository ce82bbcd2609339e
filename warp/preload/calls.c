/* syscall(): programs that bypass libc's functions by number still get virtual time. */
#include "warp/preload/preload.h"

#include <errno.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <sys/timerfd.h>

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
    mask_enter(mask, &before);
    int got = (int)raw_syscall(SYS_futex, call->a[0], call->a[1], call->a[2], 0, call->a[4], call->a[5]);
    mask_leave(&before);
    return got == 0 ? 1 : -1;
}

/* A wait with a limit; all other operations are the kernel's. */
static long futex_call(const long a[6])
{
    static const struct wait_op op = {NULL, block_futex_call, "futex"};
    struct futex_call call = {{a[0], a[1], a[2], a[3], a[4], a[5]}, (a[1] & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET};
    const struct timespec *limit = (const struct timespec *)(uintptr_t)a[3];
    bool waits = (a[1] & FUTEX_CMD_MASK) == FUTEX_WAIT || call.absolute;
    if (!tolerant() || !waits || limit == NULL)
        return raw_syscall(SYS_futex, a[0], a[1], a[2], a[3], a[4], a[5]);
    clockid_t clock = (a[1] & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    int64_t deadline = call.absolute ? deadline_at(clock, limit) : deadline_after(timespec_ns(limit));
    call.a[1] &= ~(long)FUTEX_CLOCK_REALTIME; /* useful only with a limit */
    int got = park(&op, &call, deadline, NULL);
    if (got == 0)
        errno = ETIMEDOUT;
    return got > 0 ? 0 : -1;
}

/* ---- the others: by their functions, which are libwarp's own ---- */

#define PTR(type, n) ((type)(uintptr_t)a[n])
#define ADDRESS(n)   ((__SOCKADDR_ARG){PTR(struct sockaddr *, n)})

/* pselect6 reaches its mask through a pointer. */
static int select_call(const long a[6])
{
    const struct {
        const sigset_t *mask;
        size_t size;
    } *data = PTR(const void *, 5);
    return pselect((int)a[0], PTR(fd_set *, 1), PTR(fd_set *, 2), PTR(fd_set *, 3), PTR(const struct timespec *, 4),
                   data != NULL ? data->mask : NULL);
}

/* libc returns the errors of this one as its value. */
static long sleep_call(const long a[6])
{
    int why = clock_nanosleep((clockid_t)a[0], (int)a[1], PTR(const struct timespec *, 2), PTR(struct timespec *, 3));
    if (why != 0)
        errno = why;
    return why == 0 ? 0 : -1;
}

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

/* Other kinds of waits and timers. */
static long timer_call(long number, const long a[6])
{
    switch (number) {
    case SYS_alarm:
        return alarm((unsigned)a[0]);
    case SYS_setitimer:
        return setitimer((__itimer_which_t)a[0], PTR(const struct itimerval *, 1), PTR(struct itimerval *, 2));
    case SYS_getitimer:
        return getitimer((__itimer_which_t)a[0], PTR(struct itimerval *, 1));
    case SYS_timerfd_create:
        return timerfd_create((int)a[0], (int)a[1]);
    case SYS_timerfd_settime:
        return timerfd_settime((int)a[0], (int)a[1], PTR(const struct itimerspec *, 2), PTR(struct itimerspec *, 3));
    case SYS_timerfd_gettime:
        return timerfd_gettime((int)a[0], PTR(struct itimerspec *, 1));
    case SYS_rt_sigtimedwait:
        return sigtimedwait(PTR(const sigset_t *, 0), PTR(siginfo_t *, 1), PTR(const struct timespec *, 2));
    case SYS_rt_sigaction:
        return sigaction_call(a);
    case SYS_signalfd4:
        return signalfd((int)a[0], PTR(const sigset_t *, 1), (int)a[3]);
    case SYS_signalfd:
        return signalfd((int)a[0], PTR(const sigset_t *, 1), 0);
    case SYS_mq_timedsend:
        return mq_timedsend((mqd_t)a[0], PTR(const char *, 1), (size_t)a[2], (unsigned)a[3],
                            PTR(const struct timespec *, 4));
    case SYS_mq_timedreceive:
        return mq_timedreceive((mqd_t)a[0], PTR(char *, 1), (size_t)a[2], PTR(unsigned *, 3),
                               PTR(const struct timespec *, 4));
    case SYS_semtimedop:
        return semtimedop((int)a[0], PTR(struct sembuf *, 1), (size_t)a[2], PTR(const struct timespec *, 3));
    case SYS_setsockopt:
        return setsockopt((int)a[0], (int)a[1], (int)a[2], PTR(const void *, 3), (socklen_t)a[4]);
    case SYS_getsockopt:
        return getsockopt((int)a[0], (int)a[1], (int)a[2], PTR(void *, 3), PTR(socklen_t *, 4));
    case SYS_read:
        return read((int)a[0], PTR(void *, 1), (size_t)a[2]);
    case SYS_write:
        return write((int)a[0], PTR(const void *, 1), (size_t)a[2]);
    case SYS_getrandom:
        return getrandom(PTR(void *, 0), (size_t)a[1], (unsigned)a[2]);
    case SYS_execve:
        return execve(PTR(const char *, 0), PTR(char **, 1), PTR(char **, 2));
    case SYS_timer_create: /* the kernel's handles are not ours */
        errno = ENOSYS;
        return -1;
    default:
        return socket_call(number, a);
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
    case SYS_clock_nanosleep:
        return sleep_call(a);
    case SYS_select:
        return select((int)a[0], PTR(fd_set *, 1), PTR(fd_set *, 2), PTR(fd_set *, 3), PTR(struct timeval *, 4));
    case SYS_pselect6:
        return select_call(a);
    case SYS_poll:
        return poll(PTR(struct pollfd *, 0), (nfds_t)a[1], (int)a[2]);
    case SYS_ppoll:
        return ppoll(PTR(struct pollfd *, 0), (nfds_t)a[1], PTR(const struct timespec *, 2), PTR(const sigset_t *, 3));
    case SYS_epoll_wait:
        return epoll_wait((int)a[0], PTR(struct epoll_event *, 1), (int)a[2], (int)a[3]);
    case SYS_epoll_pwait:
        return epoll_pwait((int)a[0], PTR(struct epoll_event *, 1), (int)a[2], (int)a[3], PTR(const sigset_t *, 4));
    case SYS_epoll_pwait2:
        return epoll_pwait2((int)a[0], PTR(struct epoll_event *, 1), (int)a[2], PTR(const struct timespec *, 3),
                            PTR(const sigset_t *, 4));
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
        return timer_call(number, a);
    }
}
