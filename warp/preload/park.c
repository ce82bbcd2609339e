/* The one place where a process stops to wait. */
#include "warp/preload/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "warp/turn.h"

int64_t deadline_after(int64_t length_ns)
{
    int64_t at;
    if (__builtin_add_overflow(now_ns(), length_ns, &at))
        return WARP_NEVER;
    return at;
}

/* Hands the turn on and sleeps until it comes back. Returns true when a signal handler ran meanwhile. */
static bool hand_on(void)
{
    struct warp_slot *me = my_slot();
    uint32_t next = turn_next(warp, warp_slot);
    bool handled = false;
    if (next == warp_slot)
        return false;
    atomic_store(&me->go, 0);
    turn_give(warp, next);
    for (;;) {
        int why = turn_await(me, INT64_C(3600) * 1000000000);
        if (why == 0)
            return handled;
        if (why == EINTR)
            handled = true;
    }
}

/* A due alarm becomes a real SIGALRM, handled before kill returns. */
static bool ring_alarm(void)
{
    struct warp_slot *me = my_slot();
    if (me->alarm_ns > now_ns())
        return false;
    me->alarm_ns = me->alarm_interval_ns > 0 ? me->alarm_ns + me->alarm_interval_ns : WARP_NEVER;
    syscall(SYS_kill, syscall(SYS_getpid), SIGALRM);
    return true;
}

/* One look round: 0 = nothing yet, else the wait is over with *got and errno as the caller shall see them. */
static bool is_over(int (*attempt)(void *), void *arg, int64_t deadline_ns, bool handled, int *got)
{
    int saved = errno;
    bool rang = ring_alarm();
    *got = attempt != NULL ? attempt(arg) : 0;
    if (*got != 0)
        return true;
    errno = saved;
    if (now_ns() >= deadline_ns)
        return true;
    if (!rang && !handled)
        return false;
    *got = -1;
    errno = EINTR;
    return true;
}

int park(int (*attempt)(void *arg), void *arg, int64_t deadline_ns)
{
    struct warp_slot *me = my_slot();
    bool handled = false;
    int got;
    warp->idle = 0; /* it comes here from work */
    me->deadline_ns = deadline_ns;
    for (bool first = true; !is_over(attempt, arg, deadline_ns, handled, &got); first = false) {
        if (!first)
            turn_idle(warp);
        if (now_ns() < deadline_ns && now_ns() < me->alarm_ns)
            handled = hand_on();
    }
    me->deadline_ns = WARP_NEVER;
    warp->idle = 0;
    return got;
}

struct fd_wait {
    struct pollfd pollfd;
};

static int try_fd(void *arg)
{
    struct fd_wait *wait = arg;
    struct timespec zero = {0, 0};
    long n = syscall(SYS_ppoll, &wait->pollfd, 1, &zero, NULL, 0);
    return n != 0; /* an error is the real call's to tell */
}

int park_for_fd(int fd, short events)
{
    if (!participant())
        return 0;
    int flags = (int)syscall(SYS_fcntl, fd, F_GETFL);
    if (flags < 0 || (flags & O_NONBLOCK) != 0)
        return 0;
    struct fd_wait wait = {{fd, events, 0}};
    return park(try_fd, &wait, WARP_NEVER) < 0 ? -1 : 0;
}
