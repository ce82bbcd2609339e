/*
 * Timed waits of threads for each other, in tolerant mode. The condition variable is our own, in the caller's
 * pthread_cond_t: glibc's goes on waiting after a signal, so nothing could end it at a virtual deadline. All calls on
 * it are replaced together. It uses one word, a count of signals, and leaves glibc's clock bit and references alone.
 *
 * A wait on it is not a cancellation point.
 */
#include "warp/preload/preload.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

#define LOOK_AGAIN_NS  INT64_C(10000000) /* a timed lock or join: how exact it is */
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
    mask_enter(mask, &before);
    int got = (int)syscall(SYS_futex, wait->word, FUTEX_WAIT, wait->seen, NULL, NULL, 0);
    mask_leave(&before);
    return got == 0 || errno == EAGAIN ? 1 : -1;
}

static const struct wait_op futex_op = {ask_futex, block_futex, "pthread_cond_timedwait"};

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

/* ---- mutexes, reader-writer locks, ends of threads: asked for again and again, since libc's own wait cannot be ended
 * from outside ---- */

struct attempt {
    int (*once)(struct attempt *attempt); /* EBUSY = not yet */
    void *of;
    pthread_t thread;
    void **result;
};

static int attempt_until(struct attempt *attempt, clockid_t clock, const struct timespec *until)
{
    int why = attempt->once(attempt);
    if (why != EBUSY)
        return why;
    if (!timespec_valid(until))
        return EINVAL;
    int64_t deadline = deadline_at(clock, until);
    while (why == EBUSY && now_ns() < deadline) {
        int64_t next = deadline_after(LOOK_AGAIN_NS);
        (void)park(&look_again_op, NULL, next < deadline ? next : deadline, NULL);
        why = attempt->once(attempt);
    }
    return why == EBUSY ? ETIMEDOUT : why;
}

static int lock_once(struct attempt *attempt)
{
    return pthread_mutex_trylock(attempt->of);
}

static int read_once(struct attempt *attempt)
{
    return pthread_rwlock_tryrdlock(attempt->of);
}

static int write_once(struct attempt *attempt)
{
    return pthread_rwlock_trywrlock(attempt->of);
}

static int join_once(struct attempt *attempt)
{
    return pthread_tryjoin_np(attempt->thread, attempt->result);
}

EXPORT int pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *until)
{
    if (!tolerant())
        return REAL(pthread_mutex_clocklock)(mutex, clock, until);
    return attempt_until(&(struct attempt){.once = lock_once, .of = mutex}, clock, until);
}

EXPORT int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict until)
{
    if (!tolerant())
        return REAL(pthread_mutex_timedlock)(mutex, until);
    return pthread_mutex_clocklock(mutex, CLOCK_REALTIME, until);
}

EXPORT int pthread_rwlock_clockrdlock(pthread_rwlock_t *restrict rwlock, clockid_t clock,
                                      const struct timespec *restrict until)
{
    if (!tolerant())
        return REAL(pthread_rwlock_clockrdlock)(rwlock, clock, until);
    return attempt_until(&(struct attempt){.once = read_once, .of = rwlock}, clock, until);
}

EXPORT int pthread_rwlock_clockwrlock(pthread_rwlock_t *restrict rwlock, clockid_t clock,
                                      const struct timespec *restrict until)
{
    if (!tolerant())
        return REAL(pthread_rwlock_clockwrlock)(rwlock, clock, until);
    return attempt_until(&(struct attempt){.once = write_once, .of = rwlock}, clock, until);
}

EXPORT int pthread_rwlock_timedrdlock(pthread_rwlock_t *restrict rwlock, const struct timespec *restrict until)
{
    if (!tolerant())
        return REAL(pthread_rwlock_timedrdlock)(rwlock, until);
    return pthread_rwlock_clockrdlock(rwlock, CLOCK_REALTIME, until);
}

EXPORT int pthread_rwlock_timedwrlock(pthread_rwlock_t *restrict rwlock, const struct timespec *restrict until)
{
    if (!tolerant())
        return REAL(pthread_rwlock_timedwrlock)(rwlock, until);
    return pthread_rwlock_clockwrlock(rwlock, CLOCK_REALTIME, until);
}

EXPORT int pthread_clockjoin_np(pthread_t thread, void **result, clockid_t clock, const struct timespec *until)
{
    if (!tolerant() || until == NULL)
        return REAL(pthread_clockjoin_np)(thread, result, clock, until);
    return attempt_until(&(struct attempt){.once = join_once, .thread = thread, .result = result}, clock, until);
}

EXPORT int pthread_timedjoin_np(pthread_t thread, void **result, const struct timespec *until)
{
    if (!tolerant() || until == NULL)
        return REAL(pthread_timedjoin_np)(thread, result, until);
    return pthread_clockjoin_np(thread, result, CLOCK_REALTIME, until);
}

/* ---- semaphores: libc's wait ends at a handler ---- */

static int ask_sem(void *arg)
{
    return sem_trywait(arg) == 0;
}

static int block_sem(void *arg, const sigset_t *mask)
{
    sigset_t before;
    mask_enter(mask, &before);
    int got = sem_wait(arg);
    mask_leave(&before);
    return got == 0 ? 1 : -1;
}

static const struct wait_op sem_op = {ask_sem, block_sem, "sem_timedwait"};

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
