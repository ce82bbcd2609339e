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

static int64_t span_ns(const struct timespec *ts)
{
    int64_t ns;
    if (__builtin_mul_overflow((int64_t)ts->tv_sec, (int64_t)NS, &ns) ||
        __builtin_add_overflow(ns, (int64_t)ts->tv_nsec, &ns))
        return WARP_NEVER;
    return ns;
}

static int64_t deadline_of(const struct timespec *timeout)
{
    return timeout == NULL ? WARP_NEVER : deadline_after(span_ns(timeout));
}

static bool valid(const struct timespec *ts)
{
    return ts->tv_sec >= 0 && ts->tv_nsec >= 0 && ts->tv_nsec < NS;
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

EXPORT int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    if (!participant())
        return (int)syscall(SYS_ppoll, fds, count, timeout, mask, _NSIG / 8);
    if (timeout != NULL && !valid(timeout)) {
        errno = EINVAL;
        return -1;
    }
    struct poll_wait wait = {fds, count};
    if (timeout != NULL && span_ns(timeout) == 0)
        return try_poll(&wait);
    return park_under(try_poll, &wait, deadline_of(timeout), mask);
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

EXPORT int pselect(int count, fd_set *restrict reads, fd_set *restrict writes, fd_set *restrict excepts,
                   const struct timespec *restrict timeout, const sigset_t *restrict mask)
{
    if (!participant()) {
        struct timespec copy = timeout != NULL ? *timeout : (struct timespec){0, 0};
        struct {
            const sigset_t *mask;
            size_t size;
        } data = {mask, _NSIG / 8};
        return (int)syscall(SYS_pselect6, count, reads, writes, excepts, timeout != NULL ? &copy : NULL, &data);
    }
    if (count < 0 || count > FD_SETSIZE || (timeout != NULL && !valid(timeout))) {
        errno = EINVAL;
        return -1;
    }
    struct select_wait wait = {.count = count, .sets = {reads, writes, excepts}};
    for (int i = 0; i < 3; i++)
        if (wait.sets[i] != NULL)
            wait.wanted[i] = *wait.sets[i];
    return park_under(try_select, &wait, deadline_of(timeout), mask);
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

EXPORT int epoll_pwait2(int fd, struct epoll_event *events, int max, const struct timespec *timeout,
                        const sigset_t *mask)
{
    if (!participant())
        return (int)syscall(SYS_epoll_pwait2, fd, events, max, timeout, mask, _NSIG / 8);
    struct epoll_wait_op wait = {fd, events, max};
    return park_under(try_epoll, &wait, deadline_of(timeout), mask);
}

EXPORT int epoll_pwait(int fd, struct epoll_event *events, int max, int timeout_ms, const sigset_t *mask)
{
    struct timespec ts = {timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000};
    if (!participant())
        return (int)syscall(SYS_epoll_pwait, fd, events, max, timeout_ms, mask, _NSIG / 8);
    return epoll_pwait2(fd, events, max, timeout_ms < 0 ? NULL : &ts, mask);
}

EXPORT int epoll_wait(int fd, struct epoll_event *events, int max, int timeout_ms)
{
    return epoll_pwait(fd, events, max, timeout_ms, NULL);
}

/* ---- sleeping ---- */

/* The clocks differ from CLOCK_REALTIME by a constant. */
static int64_t clock_offset(clockid_t id)
{
    struct timespec there;
    (void)clock_gettime(id, &there);
    return span_ns(&there) - now_ns();
}

EXPORT int clock_nanosleep(clockid_t id, int flags, const struct timespec *length, struct timespec *left)
{
    if (!participant())
        return syscall(SYS_clock_nanosleep, id, flags, length, left) == 0 ? 0 : errno;
    if (!valid(length))
        return EINVAL;
    int64_t deadline = (flags & TIMER_ABSTIME) != 0 ? span_ns(length) - clock_offset(id) : deadline_of(length);
    int saved = errno;
    if (park(NULL, NULL, deadline) == 0)
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
    if (!participant())
        return (int)syscall(SYS_pause);
    return park(NULL, NULL, WARP_NEVER);
}

EXPORT int sigsuspend(const sigset_t *mask)
{
    if (!participant())
        return (int)syscall(SYS_rt_sigsuspend, mask, _NSIG / 8);
    return park_under(NULL, NULL, WARP_NEVER, mask);
}

/* ---- timers that virtual time does not cover: better no run than one in which they never come ---- */

EXPORT int timerfd_create(int clock, int flags)
{
    if (participant())
        die("timerfd is not covered by virtual time");
    return (int)syscall(SYS_timerfd_create, clock, flags);
}

EXPORT int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict timer)
{
    if (participant())
        die("timer_create is not covered by virtual time");
    int (*real)(clockid_t, struct sigevent *, timer_t *);
    *(void **)&real = dlsym(RTLD_NEXT, "timer_create");
    return real(clock, event, timer);
}

/* ---- alarms: the deadline stands in the slot, and park() raises the real signal ---- */

static int64_t timeval_ns(const struct timeval *tv)
{
    return (int64_t)tv->tv_sec * NS + (int64_t)tv->tv_usec * 1000;
}

static struct timeval ns_timeval(int64_t ns)
{
    return (struct timeval){ns / NS, ns % NS / 1000};
}

EXPORT int getitimer(__itimer_which_t which, struct itimerval *out)
{
    if (!participant() || which != ITIMER_REAL)
        return (int)syscall(SYS_getitimer, which, out);
    int64_t at = my_slot()->alarm_ns;
    int64_t left = at == WARP_NEVER ? 0 : at - now_ns();
    *out = (struct itimerval){ns_timeval(my_slot()->alarm_interval_ns), ns_timeval(left > 0 ? left : 0)};
    return 0;
}

EXPORT int setitimer(__itimer_which_t which, const struct itimerval *restrict set, struct itimerval *restrict old)
{
    if (!participant() || which != ITIMER_REAL)
        return (int)syscall(SYS_setitimer, which, set, old);
    if (old != NULL)
        (void)getitimer(which, old);
    int64_t first = timeval_ns(&set->it_value);
    my_slot()->alarm_ns = first > 0 ? deadline_after(first) : WARP_NEVER;
    my_slot()->alarm_interval_ns = timeval_ns(&set->it_interval);
    return 0;
}

EXPORT unsigned alarm(unsigned seconds)
{
    struct itimerval set = {.it_value = {seconds, 0}}, old = {.it_value = {0, 0}};
    if (setitimer(ITIMER_REAL, &set, &old) != 0)
        return 0;
    return (unsigned)(old.it_value.tv_sec + (old.it_value.tv_usec > 0));
}
