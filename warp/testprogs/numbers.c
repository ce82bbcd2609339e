/* Programs that go past libc by syscall() live in the same time. */
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

static void waits_of_sets(void)
{
    struct timespec hour = {3600, 0};
    struct timeval minute = {60, 0};
    struct epoll_event event;
    int epoll = epoll_create1(0);
    sigset_t set;
    TAKES(60 * SECOND, CHECK(syscall(SYS_select, 0, NULL, NULL, NULL, &minute) == 0));
    TAKES(3600 * SECOND, CHECK(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &hour, NULL) == 0));
    TAKES(5 * SECOND, CHECK(syscall(SYS_epoll_wait, epoll, &event, 1, 5000) == 0));
    TAKES(3600 * SECOND, CHECK(syscall(SYS_epoll_pwait2, epoll, &event, 1, &hour, NULL, 0) == 0));
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0 && syscall(SYS_alarm, 30) == 0);
    TAKES(30 * SECOND, CHECK(syscall(SYS_rt_sigtimedwait, &set, NULL, &hour, 8) == SIGALRM));
}

int main(void)
{
    struct timespec now, second = {1, 0};
    uint32_t word = 0;
    CHECK(syscall(SYS_clock_gettime, CLOCK_REALTIME, &now) == 0 && now.tv_sec == 1893456000);
    CHECK(syscall(SYS_time, NULL) == 1893456000);
    TAKES(SECOND, CHECK(syscall(SYS_nanosleep, &second, NULL) == 0));
    TAKES(3600 * SECOND, CHECK(syscall(SYS_poll, NULL, 0, 3600000) == 0));
    struct timespec hour = {3600, 0};
    TAKES(3600 * SECOND, CHECK(syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &hour, NULL, 0) == -1));
    CHECK(errno == ETIMEDOUT);
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    now.tv_sec += 60;
    TAKES(60 * SECOND, CHECK(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 0, &now, NULL, ~0u) == -1));
    CHECK(errno == ETIMEDOUT);
    now.tv_sec += 60;
    TAKES(60 * SECOND, CHECK(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &now, NULL) == 0));
    waits_of_sets();
    CHECK(syscall(SYS_io_uring_setup, 8, NULL) == -1 && errno == ENOSYS);
    return 0;
}
