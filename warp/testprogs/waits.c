/* Every timed wait takes exactly its time. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include <unistd.h>

#include "warp/testprogs/testprog.h"

int main(void)
{
    struct timespec hour = {3600, 0}, then;
    struct timeval minute = {60, 500000};
    int epoll = epoll_create1(0), fds[2];
    struct epoll_event event;
    CHECK(pipe(fds) == 0);
    struct pollfd one = {fds[0], POLLIN, 0};
    fd_set set;
    TAKES(86400 * SECOND, sleep(86400));
    TAKES(1500000, usleep(1500));
    TAKES(3600 * SECOND, nanosleep(&hour, NULL));
    TAKES(3600 * SECOND, clock_nanosleep(CLOCK_MONOTONIC, 0, &hour, NULL));
    CHECK(clock_gettime(CLOCK_REALTIME, &then) == 0);
    then.tv_sec += 77;
    TAKES(77 * SECOND, clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &then, NULL));
    TAKES(250000000, CHECK(poll(&one, 1, 250) == 0));
    TAKES(3600 * SECOND, CHECK(ppoll(&one, 1, &hour, NULL) == 0));
    FD_ZERO(&set);
    FD_SET(fds[0], &set);
    TAKES(60500000000, CHECK(select(fds[0] + 1, &set, NULL, NULL, &minute) == 0));
    CHECK(!FD_ISSET(fds[0], &set));
    TAKES(3600 * SECOND, CHECK(pselect(0, NULL, NULL, NULL, &hour, NULL) == 0));
    TAKES(5 * SECOND, CHECK(epoll_wait(epoll, &event, 1, 5000) == 0));
    TAKES(6 * SECOND, CHECK(epoll_pwait(epoll, &event, 1, 6000, NULL) == 0));
    TAKES(3600 * SECOND, CHECK(epoll_pwait2(epoll, &event, 1, &hour, NULL) == 0));
    /* What is ready does not wait. */
    CHECK(write(fds[1], "x", 1) == 1);
    TAKES(0, CHECK(poll(&one, 1, 100000) == 1));
    TAKES(0, CHECK(poll(NULL, 0, 0) == 0));
    return 0;
}
