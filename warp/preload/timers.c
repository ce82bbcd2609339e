/*
 * timerfd and POSIX timers in tolerant mode. One thread a process, made when the first timer is armed, waits for the
 * earliest of them as any thread waits, and lets it expire: a timerfd is an eventfd that it counts up (reading both
 * gives the number of expirations), a POSIX timer a signal that it queues or a function that it calls.
 *
 * A timerfd that comes through fork or exec goes on only as long as the process that armed it.
 * Limits: 64 timers a process. Lockstep has no threads, so a program that asks for a timer there is ended by name.
 */
#include "warp/preload/preload.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#define TIMERS_MAX 64
#define NS         1000000000

enum kind { KIND_FREE, KIND_FD, KIND_SIGNAL, KIND_FUNCTION, KIND_NOTHING };

struct timer {
    enum kind kind;
    clockid_t clock;
    int64_t due_ns; /* WARP_NEVER = disarmed */
    int64_t interval_ns;
    int fd;
    struct sigevent event;
    int overruns;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct timer timers[TIMERS_MAX];
static _Atomic uint32_t changes; /* the thread's futex */
static int32_t thread_of_pid;    /* in which process the thread runs; a fork has none */

/* ---- expiring ---- */

struct call {
    void (*function)(union sigval);
    union sigval value;
};

static void *call_function(void *arg)
{
    struct call call = *(struct call *)arg;
    free(arg);
    call.function(call.value);
    return NULL;
}

static void start_function(const struct sigevent *event)
{
    pthread_t thread;
    struct call *call = malloc(sizeof *call);
    if (call == NULL)
        return;
    *call = (struct call){event->sigev_notify_function, event->sigev_value};
    if (pthread_create(&thread, event->sigev_notify_attributes, call_function, call) == 0)
        (void)pthread_detach(thread);
    else
        free(call);
}

static void expire(struct timer *timer, uint64_t times)
{
    timer->overruns = times - 1 > INT_MAX ? INT_MAX : (int)(times - 1);
    if (timer->kind == KIND_FD)
        (void)!syscall(SYS_write, timer->fd, &times, sizeof times);
    else if (timer->kind == KIND_SIGNAL)
        (void)sigqueue((pid_t)syscall(SYS_getpid), timer->event.sigev_signo, timer->event.sigev_value);
    else if (timer->kind == KIND_FUNCTION)
        start_function(&timer->event);
}

/* Lets all expire that are due; returns when the next one is. */
static int64_t expire_due(void)
{
    int64_t now = now_ns(), next = WARP_NEVER;
    for (size_t i = 0; i < TIMERS_MAX; i++) {
        struct timer *timer = &timers[i];
        if (timer->kind == KIND_FREE || timer->due_ns == WARP_NEVER)
            continue;
        if (timer->due_ns <= now) {
            uint64_t times = 1;
            if (timer->interval_ns > 0)
                times += (uint64_t)((now - timer->due_ns) / timer->interval_ns);
            timer->due_ns = timer->interval_ns > 0 ? timer->due_ns + (int64_t)times * timer->interval_ns : WARP_NEVER;
            expire(timer, times);
        }
        next = timer->due_ns < next ? timer->due_ns : next;
    }
    return next;
}

struct change_wait {
    uint32_t seen;
};

static int ask_change(void *arg)
{
    return atomic_load(&changes) != ((struct change_wait *)arg)->seen;
}

static int block_for_change(void *arg, const sigset_t *mask)
{
    sigset_t before;
    mask_enter(mask, &before);
    int got = (int)syscall(SYS_futex, &changes, FUTEX_WAIT, ((struct change_wait *)arg)->seen, NULL, NULL, 0);
    mask_leave(&before);
    return got == 0 || errno == EAGAIN ? 1 : -1;
}

static void *run_timers(void *arg)
{
    static const struct wait_op op = {ask_change, block_for_change, "timer"};
    (void)arg;
    for (;;) {
        struct change_wait wait = {atomic_load(&changes)};
        pthread_mutex_lock(&lock);
        int64_t next = expire_due();
        pthread_mutex_unlock(&lock);
        (void)park(&op, &wait, next, NULL);
    }
    return NULL;
}

/* With all signals blocked: the program's handlers run on its own threads. */
static int ensure_thread(void)
{
    int32_t pid = (int32_t)syscall(SYS_getpid);
    pthread_t thread;
    sigset_t all, before;
    if (thread_of_pid == pid)
        return 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int why = pthread_create(&thread, NULL, run_timers, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (why != 0)
        return why;
    (void)pthread_detach(thread);
    thread_of_pid = pid;
    return 0;
}

/* ---- arming ---- */

static int fail(int why)
{
    errno = why;
    return -1;
}

static struct timer *take_free(enum kind kind, clockid_t clock)
{
    for (size_t i = 0; i < TIMERS_MAX; i++) {
        if (timers[i].kind != KIND_FREE)
            continue;
        timers[i] = (struct timer){.kind = kind, .clock = clock, .due_ns = WARP_NEVER, .fd = -1};
        return &timers[i];
    }
    return NULL;
}

static struct timespec as_timespec(int64_t ns)
{
    return (struct timespec){ns / NS, ns % NS};
}

static void read_setting(const struct timer *timer, struct itimerspec *out)
{
    int64_t left = timer->due_ns == WARP_NEVER ? 0 : timer->due_ns - now_ns();
    out->it_interval = as_timespec(timer->interval_ns);
    out->it_value = as_timespec(timer->due_ns != WARP_NEVER && left <= 0 ? 1 : left);
}

static int set(struct timer *timer, bool absolute, const struct itimerspec *setting, struct itimerspec *old)
{
    if (!timespec_valid(&setting->it_value) || !timespec_valid(&setting->it_interval))
        return EINVAL;
    int why = ensure_thread();
    if (why != 0)
        return why;
    if (old != NULL)
        read_setting(timer, old);
    timer->interval_ns = timespec_ns(&setting->it_interval);
    if (timespec_ns(&setting->it_value) == 0)
        timer->due_ns = WARP_NEVER;
    else if (absolute)
        timer->due_ns = deadline_at(timer->clock, &setting->it_value);
    else
        timer->due_ns = deadline_after(timespec_ns(&setting->it_value));
    atomic_fetch_add(&changes, 1);
    syscall(SYS_futex, &changes, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
    return 0;
}

/* ---- timerfd ---- */

static struct timer *of_fd(int fd)
{
    for (size_t i = 0; i < TIMERS_MAX; i++)
        if (timers[i].kind == KIND_FD && timers[i].fd == fd)
            return &timers[i];
    return NULL;
}

EXPORT int timerfd_create(int clock, int flags)
{
    if (participant())
        die("timerfd is not covered by lockstep");
    if (!tolerant())
        return (int)syscall(SYS_timerfd_create, clock, flags);
    int fd =
        eventfd(0, ((flags & TFD_NONBLOCK) != 0 ? EFD_NONBLOCK : 0) | ((flags & TFD_CLOEXEC) != 0 ? EFD_CLOEXEC : 0));
    if (fd < 0)
        return -1;
    pthread_mutex_lock(&lock);
    struct timer *timer = take_free(KIND_FD, clock);
    if (timer != NULL)
        timer->fd = fd;
    pthread_mutex_unlock(&lock);
    if (timer != NULL)
        return fd;
    syscall(SYS_close, fd);
    return fail(EMFILE);
}

/* What has expired before is forgotten, as the kernel does it. */
static void drain(int fd)
{
    struct pollfd readable = {fd, POLLIN, 0};
    struct timespec zero = {0, 0};
    uint64_t count;
    if (syscall(SYS_ppoll, &readable, 1, &zero, NULL, 0) == 1)
        (void)!syscall(SYS_read, fd, &count, sizeof count);
}

EXPORT int timerfd_settime(int fd, int flags, const struct itimerspec *setting, struct itimerspec *old)
{
    if (!tolerant())
        return (int)syscall(SYS_timerfd_settime, fd, flags, setting, old);
    pthread_mutex_lock(&lock);
    struct timer *timer = of_fd(fd);
    int why = timer != NULL ? set(timer, (flags & TFD_TIMER_ABSTIME) != 0, setting, old) : EINVAL;
    if (why == 0)
        drain(fd);
    pthread_mutex_unlock(&lock);
    return why == 0 ? 0 : fail(why);
}

EXPORT int timerfd_gettime(int fd, struct itimerspec *out)
{
    if (!tolerant())
        return (int)syscall(SYS_timerfd_gettime, fd, out);
    pthread_mutex_lock(&lock);
    struct timer *timer = of_fd(fd);
    if (timer != NULL)
        read_setting(timer, out);
    pthread_mutex_unlock(&lock);
    return timer != NULL ? 0 : fail(EINVAL);
}

void timers_forget_fd(int fd)
{
    if (!tolerant() || thread_of_pid == 0)
        return;
    pthread_mutex_lock(&lock);
    struct timer *timer = of_fd(fd);
    if (timer != NULL)
        timer->kind = KIND_FREE;
    pthread_mutex_unlock(&lock);
}

/* ---- POSIX timers: the handle is the row's number, from 1 ---- */

static struct timer *of_handle(timer_t handle)
{
    size_t number = (size_t)(uintptr_t)handle;
    if (number == 0 || number > TIMERS_MAX)
        return NULL;
    struct timer *timer = &timers[number - 1];
    return timer->kind == KIND_FREE || timer->kind == KIND_FD ? NULL : timer;
}

static enum kind kind_of(const struct sigevent *event)
{
    if (event == NULL)
        return KIND_SIGNAL;
    switch (event->sigev_notify) {
    case SIGEV_NONE:
        return KIND_NOTHING;
    case SIGEV_THREAD:
        return KIND_FUNCTION;
    default:
        return KIND_SIGNAL;
    }
}

EXPORT int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict out)
{
    if (participant())
        die("timer_create is not covered by lockstep");
    if (!tolerant())
        return REAL(timer_create)(clock, event, out);
    pthread_mutex_lock(&lock);
    struct timer *timer = take_free(kind_of(event), clock);
    if (timer != NULL) {
        if (event != NULL)
            timer->event = *event;
        else
            timer->event = (struct sigevent){.sigev_signo = SIGALRM};
        *out = (timer_t)(uintptr_t)(timer - timers + 1);
        if (event == NULL)
            timer->event.sigev_value.sival_ptr = *out;
    }
    pthread_mutex_unlock(&lock);
    return timer != NULL ? 0 : fail(EAGAIN);
}

EXPORT int timer_settime(timer_t handle, int flags, const struct itimerspec *restrict setting,
                         struct itimerspec *restrict old)
{
    if (!tolerant())
        return REAL(timer_settime)(handle, flags, setting, old);
    pthread_mutex_lock(&lock);
    struct timer *timer = of_handle(handle);
    int why = timer != NULL ? set(timer, (flags & TIMER_ABSTIME) != 0, setting, old) : EINVAL;
    pthread_mutex_unlock(&lock);
    return why == 0 ? 0 : fail(why);
}

EXPORT int timer_gettime(timer_t handle, struct itimerspec *out)
{
    if (!tolerant())
        return REAL(timer_gettime)(handle, out);
    pthread_mutex_lock(&lock);
    struct timer *timer = of_handle(handle);
    if (timer != NULL)
        read_setting(timer, out);
    pthread_mutex_unlock(&lock);
    return timer != NULL ? 0 : fail(EINVAL);
}

EXPORT int timer_getoverrun(timer_t handle)
{
    if (!tolerant())
        return REAL(timer_getoverrun)(handle);
    struct timer *timer = of_handle(handle);
    return timer != NULL ? timer->overruns : fail(EINVAL);
}

EXPORT int timer_delete(timer_t handle)
{
    if (!tolerant())
        return REAL(timer_delete)(handle);
    pthread_mutex_lock(&lock);
    struct timer *timer = of_handle(handle);
    if (timer != NULL)
        timer->kind = KIND_FREE;
    pthread_mutex_unlock(&lock);
    return timer != NULL ? 0 : fail(EINVAL);
}
