/* Waits with a time limit: each is "ask with zero timeout when it is my turn; else park until the deadline". */
#include "warp/preload/preload.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define NS 1000000000

static int64_t deadline_of(const struct timespec *timeout)
{
    return timeout == NULL ? WARP_NEVER : deadline_after(timespec_ns(timeout));
}

/* ---- poll ---- */

struct poll_wait {
    struct pollfd *fds;
    nfds_t count;
};

static int try_poll(void *arg)
{
    struct poll_wait *wait = arg;
    struct timespec zero = {0, 0};
    return (int)syscall(SYS_ppoll, wait->fds, wait->count, &zero, NULL, 0);
}

static int block_poll(void *arg, const sigset_t *mask)
{
    struct poll_wait *wait = arg;
    return (int)syscall(SYS_ppoll, wait->fds, wait->count, NULL, mask, _NSIG / 8);
}

static const struct wait_op poll_op = {try_poll, block_poll, "poll"};

EXPORT int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    if (!covered())
        return (int)syscall(SYS_ppoll, fds, count, timeout, mask, _NSIG / 8);
    if (timeout != NULL && !timespec_valid(timeout)) {
        errno = EINVAL;
        return -1;
    }
    struct poll_wait wait = {fds, count};
    if (timeout != NULL && timespec_ns(timeout) == 0)
        return try_poll(&wait);
    return park(&poll_op, &wait, deadline_of(timeout), mask);
}

EXPORT int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    struct timespec ts = {timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000};
    return ppoll(fds, count, timeout_ms < 0 ? NULL : &ts, NULL);
}

int __poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t size);
EXPORT int __poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t size)
{
    (void)size;
    return poll(fds, count, timeout_ms);
}

int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask, size_t size);
EXPORT int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask,
                       size_t size)
{
    (void)size;
    return ppoll(fds, count, timeout, mask);
}

/* ---- select ---- */

struct select_wait {
    int count;
    fd_set *sets[3];
    fd_set wanted[3];
};

static int try_select(void *arg)
{
    struct select_wait *wait = arg;
    struct timespec zero = {0, 0};
    for (int i = 0; i < 3; i++)
        if (wait->sets[i] != NULL)
            *wait->sets[i] = wait->wanted[i];
    return (int)syscall(SYS_pselect6, wait->count, wait->sets[0], wait->sets[1], wait->sets[2], &zero, NULL);
}

static int block_select(void *arg, const sigset_t *mask)
{
    struct select_wait *wait = arg;
    struct {
        const sigset_t *mask;
        size_t size;
    } data = {mask, _NSIG / 8};
    for (int i = 0; i < 3; i++)
        if (wait->sets[i] != NULL)
            *wait->sets[i] = wait->wanted[i];
    return (int)syscall(SYS_pselect6, wait->count, wait->sets[0], wait->sets[1], wait->sets[2], NULL, &data);
}

static const struct wait_op select_op = {try_select, block_select, "select"};

EXPORT int pselect(int count, fd_set *restrict reads, fd_set *restrict writes, fd_set *restrict excepts,
                   const struct timespec *restrict timeout, const sigset_t *restrict mask)
{
    if (!covered()) {
        struct timespec copy = timeout != NULL ? *timeout : (struct timespec){0, 0};
        struct {
            const sigset_t *mask;
            size_t size;
        } data = {mask, _NSIG / 8};
        return (int)syscall(SYS_pselect6, count, reads, writes, excepts, timeout != NULL ? &copy : NULL, &data);
    }
    if (count < 0 || count > FD_SETSIZE || (timeout != NULL && !timespec_valid(timeout))) {
        errno = EINVAL;
        return -1;
    }
    struct select_wait wait = {.count = count, .sets = {reads, writes, excepts}};
    for (int i = 0; i < 3; i++)
        if (wait.sets[i] != NULL)
            wait.wanted[i] = *wait.sets[i];
    return park(&select_op, &wait, deadline_of(timeout), mask);
}

EXPORT int select(int count, fd_set *restrict reads, fd_set *restrict writes, fd_set *restrict excepts,
                  struct timeval *restrict timeout)
{
    if (timeout == NULL)
        return pselect(count, reads, writes, excepts, NULL, NULL);
    struct timespec ts = {timeout->tv_sec, timeout->tv_usec * 1000};
    return pselect(count, reads, writes, excepts, &ts, NULL);
}

/* ---- epoll ---- */

struct epoll_wait_op {
    int fd;
    struct epoll_event *events;
    int max;
};

static int try_epoll(void *arg)
{
    struct epoll_wait_op *wait = arg;
    return (int)syscall(SYS_epoll_pwait, wait->fd, wait->events, wait->max, 0, NULL, 0);
}

static int block_epoll(void *arg, const sigset_t *mask)
{
    struct epoll_wait_op *wait = arg;
    return (int)syscall(SYS_epoll_pwait, wait->fd, wait->events, wait->max, -1, mask, _NSIG / 8);
}

static const struct wait_op epoll_op = {try_epoll, block_epoll, "epoll_wait"};

EXPORT int epoll_pwait2(int fd, struct epoll_event *events, int max, const struct timespec *timeout,
                        const sigset_t *mask)
{
    if (!covered())
        return (int)syscall(SYS_epoll_pwait2, fd, events, max, timeout, mask, _NSIG / 8);
    struct epoll_wait_op wait = {fd, events, max};
    if (timeout != NULL && timespec_ns(timeout) == 0)
        return try_epoll(&wait);
    return park(&epoll_op, &wait, deadline_of(timeout), mask);
}

EXPORT int epoll_pwait(int fd, struct epoll_event *events, int max, int timeout_ms, const sigset_t *mask)
{
    struct timespec ts = {timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000};
    if (!covered())
        return (int)syscall(SYS_epoll_pwait, fd, events, max, timeout_ms, mask, _NSIG / 8);
    return epoll_pwait2(fd, events, max, timeout_ms < 0 ? NULL : &ts, mask);
}

EXPORT int epoll_wait(int fd, struct epoll_event *events, int max, int timeout_ms)
{
    return epoll_pwait(fd, events, max, timeout_ms, NULL);
}

/* ---- sleeping ---- */

EXPORT int clock_nanosleep(clockid_t id, int flags, const struct timespec *length, struct timespec *left)
{
    if (!covered())
        return syscall(SYS_clock_nanosleep, id, flags, length, left) == 0 ? 0 : errno;
    if (!timespec_valid(length))
        return EINVAL;
    int64_t deadline = (flags & TIMER_ABSTIME) != 0 ? deadline_at(id, length) : deadline_of(length);
    int saved = errno;
    if (park(NULL, NULL, deadline, NULL) == 0)
        return 0;
    errno = saved;
    int64_t rest = deadline - now_ns();
    if (left != NULL && (flags & TIMER_ABSTIME) == 0)
        *left = (struct timespec){rest > 0 ? rest / NS : 0, rest > 0 ? rest % NS : 0};
    return EINTR;
}

EXPORT int nanosleep(const struct timespec *length, struct timespec *left)
{
    int why = clock_nanosleep(CLOCK_REALTIME, 0, length, left);
    if (why != 0)
        errno = why;
    return why == 0 ? 0 : -1;
}

EXPORT unsigned sleep(unsigned seconds)
{
    struct timespec length = {seconds, 0}, left = {0, 0};
    if (nanosleep(&length, &left) == 0)
        return 0;
    return (unsigned)(left.tv_sec + (left.tv_nsec > 0));
}

EXPORT int usleep(useconds_t us)
{
    struct timespec length = {us / 1000000, (long)(us % 1000000) * 1000};
    return nanosleep(&length, NULL);
}

EXPORT int pause(void)
{
    if (!covered())
        return (int)syscall(SYS_pause);
    return park(NULL, NULL, WARP_NEVER, NULL);
}

EXPORT int sigsuspend(const sigset_t *mask)
{
    if (!covered())
        return (int)syscall(SYS_rt_sigsuspend, mask, _NSIG / 8);
    return park(NULL, NULL, WARP_NEVER, mask);
}

/* ---- waiting for a signal ---- */

struct signal_wait {
    const sigset_t *set;
    siginfo_t *info;
};

static int try_signal(void *arg)
{
    struct signal_wait *wait = arg;
    struct timespec zero = {0, 0};
    int got = (int)syscall(SYS_rt_sigtimedwait, wait->set, wait->info, &zero, _NSIG / 8);
    return got < 0 && errno == EAGAIN ? 0 : got;
}

/* The wake-up signal is taken like the others, since it is blocked here too. */
static int block_signal(void *arg, const sigset_t *mask)
{
    struct signal_wait *wait = arg;
    sigset_t set = *wait->set;
    (void)mask;
    sigaddset(&set, WARP_WAKE_SIGNAL);
    int got = (int)syscall(SYS_rt_sigtimedwait, &set, wait->info, NULL, _NSIG / 8);
    if (got != WARP_WAKE_SIGNAL)
        return got;
    note_wake();
    errno = EINTR;
    return -1;
}

static const struct wait_op signal_op = {try_signal, block_signal, "sigtimedwait"};

EXPORT int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info, const struct timespec *restrict timeout)
{
    if (!covered())
        return (int)syscall(SYS_rt_sigtimedwait, set, info, timeout, _NSIG / 8);
    if (timeout != NULL && !timespec_valid(timeout)) {
        errno = EINVAL;
        return -1;
    }
    struct signal_wait wait = {set, info};
    int got = park(&signal_op, &wait, deadline_of(timeout), NULL);
    if (got == 0)
        errno = EAGAIN;
    return got > 0 ? got : -1;
}

EXPORT int sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info)
{
    return sigtimedwait(set, info, NULL);
}
