/*
 * Timed waits of threads for each other, in tolerant mode. The condition variable is our own, in the caller's
 * pthread_cond_t: glibc's goes on waiting after a signal, so nothing could end it at a virtual deadline. All calls on
 * it are taken over together. It uses one word, a count of signals, and leaves glibc's clock bit and references alone.
 *
 * A wait on it is no cancellation point.
 */
#include "warp/preload/preload.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

#define LOOK_AGAIN_NS  INT64_C(10000000) /* a timed lock of a mutex: how exact it is */
#define COND_MONOTONIC 2u                /* glibc's bit in __wrefs, set by pthread_condattr_setclock */

static _Atomic uint32_t *count_of(pthread_cond_t *cond)
{
    return (_Atomic uint32_t *)&cond->__data.__wseq.__value32.__low;
}

struct futex_wait {
    _Atomic uint32_t *word;
    uint32_t seen;
};

static int ask_futex(void *arg)
{
    struct futex_wait *wait = arg;
    return atomic_load(wait->word) != wait->seen;
}

static int block_futex(void *arg, const sigset_t *mask)
{
    struct futex_wait *wait = arg;
    sigset_t before;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, &before, _NSIG / 8);
    int got = (int)syscall(SYS_futex, wait->word, FUTEX_WAIT, wait->seen, NULL, NULL, 0);
    int saved = errno;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, _NSIG / 8);
    errno = saved;
    return got == 0 || errno == EAGAIN ? 1 : -1;
}

static const struct wait_op futex_op = {ask_futex, block_futex};

static int cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t deadline_ns)
{
    struct futex_wait wait = {count_of(cond), atomic_load(count_of(cond))};
    int saved = errno;
    int why = pthread_mutex_unlock(mutex);
    if (why != 0)
        return why;
    bool timed_out = park(&futex_op, &wait, deadline_ns, NULL) == 0; /* a handler makes it a spurious wake-up */
    why = pthread_mutex_lock(mutex);
    errno = saved;
    return why != 0 ? why : timed_out ? ETIMEDOUT : 0;
}

static void wake(pthread_cond_t *cond, int how_many)
{
    int saved = errno;
    atomic_fetch_add(count_of(cond), 1);
    syscall(SYS_futex, count_of(cond), FUTEX_WAKE, how_many, NULL, NULL, 0);
    errno = saved;
}

EXPORT int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
    return tolerant() ? cond_wait_until(cond, mutex, WARP_NEVER) : REAL(pthread_cond_wait)(cond, mutex);
}

EXPORT int pthread_cond_clockwait(pthread_cond_t *cond, pthread_mutex_t *mutex, clockid_t clock,
                                  const struct timespec *until)
{
    if (!tolerant())
        return REAL(pthread_cond_clockwait)(cond, mutex, clock, until);
    return timespec_valid(until) ? cond_wait_until(cond, mutex, deadline_at(clock, until)) : EINVAL;
}

EXPORT int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
                                  const struct timespec *restrict until)
{
    if (!tolerant())
        return REAL(pthread_cond_timedwait)(cond, mutex, until);
    bool monotonic = (cond->__data.__wrefs & COND_MONOTONIC) != 0;
    return pthread_cond_clockwait(cond, mutex, monotonic ? CLOCK_MONOTONIC : CLOCK_REALTIME, until);
}

EXPORT int pthread_cond_signal(pthread_cond_t *cond)
{
    if (!tolerant())
        return REAL(pthread_cond_signal)(cond);
    wake(cond, 1);
    return 0;
}

EXPORT int pthread_cond_broadcast(pthread_cond_t *cond)
{
    if (!tolerant())
        return REAL(pthread_cond_broadcast)(cond);
    wake(cond, INT_MAX);
    return 0;
}

/* ---- mutexes: looked at again and again, since libc's own wait cannot be ended from outside ---- */

EXPORT int pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *until)
{
    if (!tolerant())
        return REAL(pthread_mutex_clocklock)(mutex, clock, until);
    int why = pthread_mutex_trylock(mutex);
    if (why != EBUSY)
        return why;
    if (!timespec_valid(until))
        return EINVAL;
    int64_t deadline = deadline_at(clock, until);
    while (why == EBUSY && now_ns() < deadline) {
        int64_t next = deadline_after(LOOK_AGAIN_NS);
        (void)park(NULL, NULL, next < deadline ? next : deadline, NULL);
        why = pthread_mutex_trylock(mutex);
    }
    return why == EBUSY ? ETIMEDOUT : why;
}

EXPORT int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict until)
{
    if (!tolerant())
        return REAL(pthread_mutex_timedlock)(mutex, until);
    return pthread_mutex_clocklock(mutex, CLOCK_REALTIME, until);
}

/* ---- semaphores: libc's wait ends at a handler ---- */

static int ask_sem(void *arg)
{
    return sem_trywait(arg) == 0;
}

static int block_sem(void *arg, const sigset_t *mask)
{
    sigset_t before;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, &before, _NSIG / 8);
    int got = sem_wait(arg);
    int saved = errno;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, _NSIG / 8);
    errno = saved;
    return got == 0 ? 1 : -1;
}

static const struct wait_op sem_op = {ask_sem, block_sem};

EXPORT int sem_clockwait(sem_t *sem, clockid_t clock, const struct timespec *until)
{
    if (!tolerant())
        return REAL(sem_clockwait)(sem, clock, until);
    if (!timespec_valid(until)) {
        errno = EINVAL;
        return -1;
    }
    int got = park(&sem_op, sem, deadline_at(clock, until), NULL);
    if (got == 0)
        errno = ETIMEDOUT;
    return got > 0 ? 0 : -1;
}

EXPORT int sem_timedwait(sem_t *restrict sem, const struct timespec *restrict until)
{
    return tolerant() ? sem_clockwait(sem, CLOCK_REALTIME, until) : REAL(sem_timedwait)(sem, until);
}
