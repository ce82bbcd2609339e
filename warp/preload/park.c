/* The one place where a process stops to wait. */
#include "warp/preload/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "warp/turn.h"

#define NS 1000000000

int64_t deadline_after(int64_t length_ns)
{
    int64_t at;
    if (__builtin_add_overflow(now_ns(), length_ns, &at))
        return WARP_NEVER;
    return at;
}

bool timespec_valid(const struct timespec *ts)
{
    return ts->tv_sec >= 0 && ts->tv_nsec >= 0 && ts->tv_nsec < NS;
}

int64_t timespec_ns(const struct timespec *ts)
{
    int64_t ns;
    if (__builtin_mul_overflow((int64_t)ts->tv_sec, (int64_t)NS, &ns) ||
        __builtin_add_overflow(ns, (int64_t)ts->tv_nsec, &ns))
        return WARP_NEVER;
    return ns;
}

/* The clocks differ from CLOCK_REALTIME by a constant. */
int64_t deadline_at(clockid_t clock, const struct timespec *instant)
{
    struct timespec there;
    int64_t ns = timespec_ns(instant);
    (void)clock_gettime(clock, &there);
    return ns == WARP_NEVER ? ns : ns - (timespec_ns(&there) - now_ns());
}

/* Hands the turn on and sleeps until it comes back. */
static void hand_on(void)
{
    struct warp_slot *me = my_slot();
    uint32_t next = turn_next(warp, warp_slot);
    if (next == warp_slot)
        return;
    atomic_store(&me->go, 0);
    turn_give(warp, next);
    while (turn_await(me, INT64_C(3600) * 1000000000) != 0)
        continue;
}

/* A due alarm becomes a real SIGALRM, which stays pending until the wait has ended. */
static void ring_alarm(void)
{
    struct warp_slot *me = my_slot();
    if (me->alarm_ns > now_ns())
        return;
    me->alarm_ns = me->alarm_interval_ns > 0 ? me->alarm_ns + me->alarm_interval_ns : WARP_NEVER;
    syscall(SYS_kill, syscall(SYS_getpid), SIGALRM);
}

/* Whether a pending signal would run a handler, or end the process, under this mask. */
static bool would_deliver(const sigset_t *mask)
{
    sigset_t pending;
    if (sigpending(&pending) != 0 || sigisemptyset(&pending))
        return false;
    for (int signo = 1; signo < _NSIG; signo++) {
        struct sigaction action;
        if (sigismember(&pending, signo) != 1 || sigismember(mask, signo) != 0 || sigaction(signo, NULL, &action) != 0)
            continue;
        bool ignored = action.sa_handler == SIG_IGN ||
                       (action.sa_handler == SIG_DFL && (signo == SIGCHLD || signo == SIGURG || signo == SIGWINCH));
        if (!ignored)
            return true;
    }
    return false;
}

/* One look round: false = nothing yet, else the wait is over with *got and errno as the caller shall see them. */
static bool is_over(const struct wait_op *op, void *arg, int64_t deadline_ns, const sigset_t *mask, int *got)
{
    int saved = errno;
    ring_alarm();
    *got = op != NULL ? op->ask(arg) : 0;
    if (*got != 0)
        return true;
    errno = saved;
    if (would_deliver(mask)) {
        *got = -1;
        errno = EINTR;
        return true;
    }
    return now_ns() >= deadline_ns;
}

/*
 * All signals are blocked while a process is parked: one that comes meanwhile stays pending, ends the wait when the
 * turn has come back, and is handled then. So handlers run in turn too, and none can slip between two steps.
 */
int park_lockstep(const struct wait_op *op, void *arg, int64_t deadline_ns, const sigset_t *mask)
{
    struct warp_slot *me = my_slot();
    sigset_t all, before;
    int got;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    warp->idle = 0; /* it comes here from work */
    me->deadline_ns = deadline_ns;
    for (bool first = true; !is_over(op, arg, deadline_ns, mask != NULL ? mask : &before, &got); first = false) {
        if (!first)
            turn_idle(warp);
        if (now_ns() < deadline_ns && now_ns() < me->alarm_ns)
            hand_on();
    }
    me->deadline_ns = WARP_NEVER;
    warp->idle = 0;
    int saved = errno;
    if (mask != NULL)
        sigprocmask(SIG_SETMASK, mask, NULL); /* handlers that only this mask lets through run here */
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = saved;
    return got;
}

int park(const struct wait_op *op, void *arg, int64_t deadline_ns, const sigset_t *mask)
{
    return (tolerant() ? park_tolerant : park_lockstep)(op, arg, deadline_ns, mask);
}

struct fd_wait {
    struct pollfd pollfd;
};

static int try_fd(void *arg)
{
    struct fd_wait *wait = arg;
    struct timespec zero = {0, 0};
    long n = syscall(SYS_ppoll, &wait->pollfd, 1, &zero, NULL, 0);
    return n != 0; /* the real call reports an error */
}

static int block_fd(void *arg, const sigset_t *mask)
{
    struct fd_wait *wait = arg;
    return (int)syscall(SYS_ppoll, &wait->pollfd, 1, NULL, mask, _NSIG / 8);
}

static const struct wait_op fd_op = {try_fd, block_fd, "socket"};

int park_for_fd(int fd, short events)
{
    if (!covered())
        return 0;
    int64_t deadline = limit_deadline(fd, events);
    if (tolerant() && deadline == WARP_NEVER)
        return 0;
    int flags = (int)syscall(SYS_fcntl, fd, F_GETFL);
    if (flags < 0 || (flags & O_NONBLOCK) != 0)
        return 0;
    struct fd_wait wait = {{fd, events, 0}};
    int got = park(&fd_op, &wait, deadline, NULL);
    if (got == 0)
        errno = EAGAIN;
    return got > 0 ? 0 : -1;
}

int park_for_connect(int fd, int64_t deadline_ns)
{
    struct fd_wait wait = {{fd, POLLOUT, 0}};
    int got = park(&fd_op, &wait, deadline_ns, NULL);
    if (got == 0)
        errno = ETIMEDOUT;
    return got > 0 ? 0 : -1;
}
