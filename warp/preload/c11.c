/* C11's names for what threads.c does: inside libc they bypass its public functions, so each is replaced. */
#include "warp/preload/preload.h"

#include <errno.h>
#include <pthread.h>
#include <threads.h>

static int thread_result(int why)
{
    switch (why) {
    case 0:
        return thrd_success;
    case ETIMEDOUT:
        return thrd_timedout;
    case EBUSY:
        return thrd_busy;
    default:
        return thrd_error;
    }
}

EXPORT int thrd_sleep(const struct timespec *length, struct timespec *left)
{
    int why = clock_nanosleep(CLOCK_REALTIME, 0, length, left);
    return why == 0 ? 0 : why == EINTR ? -1 : -2;
}

EXPORT int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict until)
{
    return thread_result(pthread_mutex_timedlock((pthread_mutex_t *)mutex, until));
}

EXPORT int cnd_wait(cnd_t *cond, mtx_t *mutex)
{
    return thread_result(pthread_cond_wait((pthread_cond_t *)cond, (pthread_mutex_t *)mutex));
}

EXPORT int cnd_timedwait(cnd_t *restrict cond, mtx_t *restrict mutex, const struct timespec *restrict until)
{
    return thread_result(pthread_cond_timedwait((pthread_cond_t *)cond, (pthread_mutex_t *)mutex, until));
}

EXPORT int cnd_signal(cnd_t *cond)
{
    return thread_result(pthread_cond_signal((pthread_cond_t *)cond));
}

EXPORT int cnd_broadcast(cnd_t *cond)
{
    return thread_result(pthread_cond_broadcast((pthread_cond_t *)cond));
}
