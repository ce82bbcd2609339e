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
    struct itimerval every = {{10, 0}, {10, 0}}, off = {{0, 0}, {0, 0}};
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
    return 0;
}
