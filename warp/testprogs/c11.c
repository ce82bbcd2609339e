/* The waits of C11's threads are as exact as those of POSIX. */
#include <threads.h>

#include "warp/testprogs/testprog.h"

static mtx_t lock;
static cnd_t cond;
static int flag;

static struct timespec in(int64_t seconds)
{
    struct timespec at;
    CHECK(timespec_get(&at, TIME_UTC) == TIME_UTC);
    at.tv_sec += seconds;
    return at;
}

static int set_flag_later(void *wake_all)
{
    struct timespec ten = {10, 0};
    CHECK(thrd_sleep(&ten, NULL) == 0);
    mtx_lock(&lock);
    flag = 1;
    CHECK((wake_all != NULL ? cnd_broadcast(&cond) : cnd_signal(&cond)) == thrd_success);
    mtx_unlock(&lock);
    return 0;
}

static int hold_lock(void *unused)
{
    struct timespec minute = {60, 0};
    (void)unused;
    mtx_lock(&lock);
    flag = 2;
    CHECK(thrd_sleep(&minute, NULL) == 0);
    mtx_unlock(&lock);
    return 0;
}

static void await_flag(void *wake_all, const struct timespec *until)
{
    thrd_t thread;
    flag = 0;
    CHECK(thrd_create(&thread, set_flag_later, wake_all) == thrd_success);
    TAKES(10 * SECOND, {
        while (flag == 0)
            CHECK((until != NULL ? cnd_timedwait(&cond, &lock, until) : cnd_wait(&cond, &lock)) == thrd_success);
    });
    mtx_unlock(&lock);
    CHECK(thrd_join(thread, NULL) == thrd_success);
    mtx_lock(&lock);
}

int main(void)
{
    thrd_t thread;
    struct timespec minute = {60, 0}, until;
    CHECK(mtx_init(&lock, mtx_timed) == thrd_success && cnd_init(&cond) == thrd_success);
    TAKES(60 * SECOND, CHECK(thrd_sleep(&minute, NULL) == 0));
    mtx_lock(&lock);
    until = in(3600);
    TAKES(3600 * SECOND, CHECK(cnd_timedwait(&cond, &lock, &until) == thrd_timedout));
    until = in(3600);
    await_flag(NULL, &until);
    await_flag(&lock, NULL);
    mtx_unlock(&lock);
    CHECK(thrd_create(&thread, hold_lock, NULL) == thrd_success);
    struct timespec moment = {0, 1000};
    CHECK(thrd_sleep(&moment, NULL) == 0 && flag == 2);
    until = in(30);
    TAKES(30 * SECOND, CHECK(mtx_timedlock(&lock, &until) == thrd_timedout));
    CHECK(thrd_join(thread, NULL) == thrd_success);
    return 0;
}
