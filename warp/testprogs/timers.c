/* timerfd and POSIX timers expire when they are due: once, again and again, by signal and by function. */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

static _Atomic int calls;

static void count_call(union sigval value)
{
    calls += value.sival_int;
}

static uint64_t read_count(int fd)
{
    uint64_t count = 0;
    CHECK(read(fd, &count, sizeof count) == (ssize_t)sizeof count);
    return count;
}

static void by_descriptor(void)
{
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    struct itimerspec every = {{60, 0}, {600, 0}}, left, off = {{0, 0}, {0, 0}};
    struct pollfd readable = {fd, POLLIN, 0};
    CHECK(fd >= 0 && timerfd_settime(fd, 0, &every, NULL) == 0);
    TAKES(600 * SECOND, CHECK(poll(&readable, 1, -1) == 1));
    CHECK(read_count(fd) == 1);
    TAKES(60 * SECOND, CHECK(read_count(fd) == 1)); /* a blocking read */
    sleep(150);
    CHECK(read_count(fd) == 2);
    CHECK(timerfd_gettime(fd, &left) == 0 && left.it_value.tv_sec == 30 && left.it_interval.tv_sec == 60);
    struct itimerspec at = {{0, 0}, {0, 0}};
    CHECK(clock_gettime(CLOCK_MONOTONIC, &at.it_value) == 0);
    at.it_value.tv_sec += 10;
    CHECK(timerfd_settime(fd, TFD_TIMER_ABSTIME, &at, NULL) == 0);
    TAKES(10 * SECOND, CHECK(read_count(fd) == 1));
    CHECK(timerfd_settime(fd, 0, &off, NULL) == 0);
    TAKES(3600 * SECOND, CHECK(poll(&readable, 1, 3600000) == 0));
    close(fd);
}

static void by_signal(void)
{
    timer_t timer;
    sigset_t set;
    siginfo_t info;
    struct timespec limit = {3600, 0};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 7};
    struct itimerspec once = {{0, 0}, {90, 0}};
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    CHECK(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
    CHECK(timer_create(CLOCK_REALTIME, &event, &timer) == 0 && timer_settime(timer, 0, &once, NULL) == 0);
    TAKES(90 * SECOND, CHECK(sigtimedwait(&set, &info, &limit) == SIGUSR1));
    CHECK(info.si_value.sival_int == 7);
    struct itimerspec every = {{10, 0}, {60, 0}}, left;
    CHECK(timer_settime(timer, 0, &every, NULL) == 0 && timer_gettime(timer, &left) == 0);
    CHECK(left.it_value.tv_sec == 60 && left.it_interval.tv_sec == 10);
    TAKES(60 * SECOND, CHECK(sigtimedwait(&set, &info, &limit) == SIGUSR1));
    CHECK(timer_getoverrun(timer) == 0);
    CHECK(timer_delete(timer) == 0);
}

static void by_function(void)
{
    timer_t timer;
    struct sigevent event = {
        .sigev_notify = SIGEV_THREAD, .sigev_notify_function = count_call, .sigev_value.sival_int = 5};
    struct itimerspec once = {{0, 0}, {45, 0}};
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 && timer_settime(timer, 0, &once, NULL) == 0);
    sleep(44);
    CHECK(calls == 0);
    sleep(2);
    CHECK(calls == 5);
    CHECK(timer_delete(timer) == 0);
}

int main(void)
{
    by_descriptor();
    by_signal();
    by_function();
    return 0;
}
