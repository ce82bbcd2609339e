/* Exim waits for the clock to tick by a few microseconds, with setitimer and sigsuspend. */
#include <signal.h>
#include <sys/time.h>

#include "warp/testprogs/testprog.h"

static void ring(int signo)
{
    (void)signo;
}

int main(void)
{
    struct sigaction action = {.sa_handler = ring};
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGALRM);
    CHECK(sigaction(SIGALRM, &action, NULL) == 0 && sigprocmask(SIG_BLOCK, &blocked, &before) == 0);
    for (int i = 0; i < 100; i++) {
        struct itimerval tick = {{0, 0}, {0, 37}};
        CHECK(setitimer(ITIMER_REAL, &tick, NULL) == 0);
        TAKES(37000, sigsuspend(&before));
    }
    return 0;
}
