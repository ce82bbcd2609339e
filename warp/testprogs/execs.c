/* An alarm goes on through exec; a wait in the new program is exact. */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

static void ring(int signo)
{
    (void)signo;
}

int main(int argc, char **argv)
{
    if (argc == 1) {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGALRM);
        CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
        alarm(100);
        sleep(40);
        execl("/proc/self/exe", argv[0], "again", (char *)NULL);
        return 1;
    }
    struct sigaction action = {.sa_handler = ring};
    sigset_t none;
    sigemptyset(&none);
    CHECK(sigaction(SIGALRM, &action, NULL) == 0);
    TAKES(60 * SECOND, CHECK(sigsuspend(&none) == -1 && errno == EINTR));
    return 0;
}
