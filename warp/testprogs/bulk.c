/* A program that resets all signals and unblocks them in bulk still wakes from its waits; one that jumps out of a
 * wait by its own handler goes on, too. */
#include <setjmp.h>
#include <signal.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

static sigjmp_buf back;

static void jump(int signo)
{
    (void)signo;
    siglongjmp(back, 1);
}

int main(void)
{
    sigset_t none;
    for (int signo = 1; signo < NSIG; signo++)
        (void)signal(signo, SIG_DFL);
    sigemptyset(&none);
    CHECK(sigprocmask(SIG_SETMASK, &none, NULL) == 0);
    TAKES(3600 * SECOND, sleep(3600));
    struct sigaction action = {.sa_handler = jump};
    CHECK(sigaction(SIGALRM, &action, NULL) == 0);
    if (sigsetjmp(back, 1) == 0) {
        alarm(10);
        sleep(100);
        CHECK(!"the alarm did not come");
    }
    TAKES(500 * SECOND, sleep(500));
    return 0;
}
