/* A signal that is pending when a wait unblocks it ends that wait: shells wait for their children like this. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

static volatile sig_atomic_t seen;

static void note(int signo)
{
    (void)signo;
    seen++;
}

int main(void)
{
    struct sigaction action = {.sa_handler = note};
    struct timespec hour = {3600, 0};
    sigset_t chld, none;
    sigemptyset(&none);
    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    CHECK(sigaction(SIGCHLD, &action, NULL) == 0);
    CHECK(sigprocmask(SIG_BLOCK, &chld, NULL) == 0);
    for (int i = 0; i < 2; i++) {
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0)
            _exit(0);
        TAKES(10 * SECOND, sleep(10)); /* SIGCHLD is pending now */
        CHECK(seen == i);
        if (i == 0)
            TAKES(0, CHECK(sigsuspend(&none) == -1 && errno == EINTR));
        else
            TAKES(0, CHECK(ppoll(NULL, 0, &hour, &none) == -1 && errno == EINTR));
        CHECK(seen == i + 1);
        CHECK(waitpid(child, NULL, WNOHANG) == child);
    }
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        sleep(60);
        _exit(0);
    }
    TAKES(60 * SECOND, CHECK(sigsuspend(&none) == -1 && errno == EINTR)); /* and one that comes later */
    return 0;
}
