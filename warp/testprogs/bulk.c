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

__sighandler_t __sysv_signal(int signo, __sighandler_t handler);

/* Each by another name of the same. */
static void reset_all(__sighandler_t (*set)(int signo, __sighandler_t handler))
{
    for (int signo = 1; signo < NSIG; signo++)
        (void)set(signo, SIG_DFL);
    TAKES(3600 * SECOND, sleep(3600));
}

static __sighandler_t by_sigaction(int signo, __sighandler_t handler)
{
    struct sigaction action = {.sa_handler = handler};
    return sigaction(signo, &action, NULL) == 0 ? SIG_DFL : SIG_ERR;
}

int main(void)
{
    sigset_t none;
    reset_all(signal);
    reset_all(sysv_signal);
    reset_all(__sysv_signal);
    reset_all(by_sigaction);
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
