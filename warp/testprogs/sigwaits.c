/* sigtimedwait ends at its limit, or with the signal. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

int main(void)
{
    sigset_t set;
    siginfo_t info;
    struct timespec hour = {3600, 0};
    sigfillset(&set);
    CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    TAKES(3600 * SECOND, CHECK(sigtimedwait(&set, &info, &hour) == -1 && errno == EAGAIN));
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        sleep(60);
        _exit(0);
    }
    TAKES(60 * SECOND, CHECK(sigtimedwait(&set, &info, &hour) == SIGCHLD && info.si_pid == child));
    alarm(30);
    TAKES(30 * SECOND, CHECK(sigwaitinfo(&set, &info) == SIGALRM));
    return 0;
}
