/* Threads that wait for each other with a time limit: condition variables, semaphores, mutexes. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_cond_t steady;
static sem_t sem;
static int flag;

static struct timespec in(clockid_t clock, int64_t seconds)
{
    struct timespec at;
    CHECK(clock_gettime(clock, &at) == 0);
    at.tv_sec += seconds;
    return at;
}

static void *set_flag_later(void *seconds)
{
    sleep((unsigned)(uintptr_t)seconds);
    pthread_mutex_lock(&lock);
    flag = 1;
    pthread_cond_broadcast(&cond);
    pthread_mutex_unlock(&lock);
    CHECK(sem_post(&sem) == 0);
    return NULL;
}

static void *signal_later(void *seconds)
{
    sleep((unsigned)(uintptr_t)seconds);
    pthread_mutex_lock(&lock);
    flag = 1;
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&lock);
    return NULL;
}

static void a_signal_ends_a_wait_without_limit(void)
{
    pthread_t thread;
    pthread_mutex_lock(&lock);
    flag = 0;
    CHECK(pthread_create(&thread, NULL, signal_later, (void *)10) == 0);
    TAKES(10 * SECOND, {
        while (flag == 0)
            CHECK(pthread_cond_wait(&cond, &lock) == 0);
    });
    pthread_mutex_unlock(&lock);
    CHECK(pthread_join(thread, NULL) == 0);
}

static void *hold_lock(void *seconds)
{
    pthread_mutex_lock(&lock);
    flag = 2;
    sleep((unsigned)(uintptr_t)seconds);
    pthread_mutex_unlock(&lock);
    return NULL;
}

static pthread_rwlock_t shared = PTHREAD_RWLOCK_INITIALIZER;

static void *hold_shared(void *seconds)
{
    CHECK(pthread_rwlock_wrlock(&shared) == 0);
    sleep((unsigned)(uintptr_t)seconds);
    CHECK(pthread_rwlock_unlock(&shared) == 0);
    return NULL;
}

/* Both by a thread that holds a lock, and ends, after 100 s. */
static void locks_and_joins(void)
{
    pthread_t thread;
    struct timespec until;
    CHECK(pthread_create(&thread, NULL, hold_shared, (void *)100) == 0);
    usleep(1);
    until = in(CLOCK_REALTIME, 3);
    TAKES(3 * SECOND, CHECK(pthread_rwlock_timedrdlock(&shared, &until) == ETIMEDOUT));
    until = in(CLOCK_REALTIME, 3);
    TAKES(3 * SECOND, CHECK(pthread_rwlock_timedwrlock(&shared, &until) == ETIMEDOUT));
    until = in(CLOCK_MONOTONIC, 3);
    TAKES(3 * SECOND, CHECK(pthread_rwlock_clockrdlock(&shared, CLOCK_MONOTONIC, &until) == ETIMEDOUT));
    until = in(CLOCK_MONOTONIC, 3);
    TAKES(3 * SECOND, CHECK(pthread_rwlock_clockwrlock(&shared, CLOCK_MONOTONIC, &until) == ETIMEDOUT));
    until = in(CLOCK_MONOTONIC, 3);
    TAKES(3 * SECOND, CHECK(pthread_mutex_clocklock(&lock, CLOCK_MONOTONIC, &until) == ETIMEDOUT));
    until = in(CLOCK_REALTIME, 3);
    TAKES(3 * SECOND, CHECK(pthread_timedjoin_np(thread, NULL, &until) == ETIMEDOUT));
    until = in(CLOCK_MONOTONIC, 3);
    TAKES(3 * SECOND, CHECK(pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &until) == ETIMEDOUT));
    until = in(CLOCK_REALTIME, 3600);
    CHECK(pthread_timedjoin_np(thread, NULL, &until) == 0);
    until = in(CLOCK_MONOTONIC, 30);
    TAKES(30 * SECOND, CHECK(sem_clockwait(&sem, CLOCK_MONOTONIC, &until) == -1 && errno == ETIMEDOUT));
}

int main(void)
{
    pthread_t thread;
    struct timespec until;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    CHECK(pthread_cond_init(&steady, &attributes) == 0 && sem_init(&sem, 0, 0) == 0);

    pthread_mutex_lock(&lock);
    until = in(CLOCK_REALTIME, 3600);
    TAKES(3600 * SECOND, CHECK(pthread_cond_timedwait(&cond, &lock, &until) == ETIMEDOUT));
    until = in(CLOCK_MONOTONIC, 60);
    TAKES(60 * SECOND, CHECK(pthread_cond_timedwait(&steady, &lock, &until) == ETIMEDOUT));
    until = in(CLOCK_MONOTONIC, 90);
    TAKES(90 * SECOND, CHECK(pthread_cond_clockwait(&cond, &lock, CLOCK_MONOTONIC, &until) == ETIMEDOUT));

    CHECK(pthread_create(&thread, NULL, set_flag_later, (void *)10) == 0);
    until = in(CLOCK_REALTIME, 3600);
    TAKES(10 * SECOND, {
        while (flag == 0)
            CHECK(pthread_cond_timedwait(&cond, &lock, &until) == 0);
    });
    pthread_mutex_unlock(&lock);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(sem_wait(&sem) == 0);

    until = in(CLOCK_REALTIME, 120);
    TAKES(120 * SECOND, CHECK(sem_timedwait(&sem, &until) == -1 && errno == ETIMEDOUT));
    CHECK(pthread_create(&thread, NULL, set_flag_later, (void *)30) == 0);
    until = in(CLOCK_REALTIME, 120);
    TAKES(30 * SECOND, CHECK(sem_timedwait(&sem, &until) == 0));
    CHECK(pthread_join(thread, NULL) == 0);

    a_signal_ends_a_wait_without_limit();
    CHECK(pthread_create(&thread, NULL, hold_lock, (void *)100) == 0);
    usleep(1);
    CHECK(flag == 2);
    until = in(CLOCK_REALTIME, 50);
    TAKES(50 * SECOND, CHECK(pthread_mutex_timedlock(&lock, &until) == ETIMEDOUT));
    until = in(CLOCK_REALTIME, 3600);
    CHECK(pthread_mutex_timedlock(&lock, &until) == 0); /* as soon as it is free, give or take 10 ms */
    CHECK(pthread_join(thread, NULL) == 0);
    locks_and_joins(); /* `lock` is ours */
    return 0;
}
