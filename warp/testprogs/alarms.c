/* alarm and setitimer come when they are due, and not to a child. */
#include <errno.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

static volatile sig_atomic_t rings;

static void ring(int signo)
{
    (void)signo;
    rings++;
}

int main(void)
{
    struct sigaction action = {.sa_handler = ring};
    struct itimerval every = {{10, 0}, {10, 0}}, off = {{0, 0}, {0, 0}}, left;
    CHECK(sigaction(SIGALRM, &action, NULL) == 0);
    CHECK(alarm(3600) == 0);
    TAKES(3600 * SECOND, CHECK(pause() == -1 && errno == EINTR));
    CHECK(rings == 1);
    CHECK(alarm(100) == 0);
    TAKES(60 * SECOND, sleep(60));
    CHECK(alarm(0) == 40);
    CHECK(setitimer(ITIMER_REAL, &every, NULL) == 0);
    TAKES(30 * SECOND, {
        while (rings < 4)
            pause();
    });
    CHECK(getitimer(ITIMER_REAL, &left) == 0 && left.it_value.tv_sec == 10 && left.it_interval.tv_sec == 10);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) { /* timers do not pass through fork */
        sleep(100);
        _exit(rings == 4 ? 0 : 1);
    }
    CHECK(setitimer(ITIMER_REAL, &off, NULL) == 0);
    int status;
    while (waitpid(child, &status, 0) < 0)
        CHECK(errno == EINTR);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    rings = 0;
    TAKES(500000000, {
        CHECK(ualarm(500000, 0) == 0);
        while (rings == 0)
            pause();
    });
    return 0;
}
