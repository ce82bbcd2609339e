/*
 * A program that sets, reads, blocks and unblocks all signals in bulk still wakes from its waits, and sees each action
 * as it set it; one that jumps out of a wait by its own handler goes on, too.
 */
#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations" /* old functions are meant */

static sigjmp_buf back;

static void jump(int signo)
{
    (void)signo;
    siglongjmp(back, 1);
}

static void ignore(int signo)
{
    (void)signo;
}

__sighandler_t __sysv_signal(int signo, __sighandler_t handler);
__sighandler_t bsd_signal(int signo, __sighandler_t handler);
__sighandler_t sigset(int signo, __sighandler_t handler);
int sigignore(int signo);
int __sigaction(int signo, const struct sigaction *action, struct sigaction *old);

static bool is_libc_s(int signo)
{
    return signo > 31 && signo < SIGRTMIN;
}

static bool can_be_set(int signo)
{
    return signo != SIGKILL && signo != SIGSTOP && !is_libc_s(signo);
}

/* Each by another name of the same: what was set is what is read, and no wait suffers. */
static void set_all(__sighandler_t (*set)(int signo, __sighandler_t handler))
{
    static const __sighandler_t handlers[] = {ignore, SIG_IGN, SIG_DFL};
    for (size_t i = 0; i < 3; i++) {
        for (int signo = 1; signo < NSIG; signo++)
            CHECK((set(signo, handlers[i]) != SIG_ERR) == can_be_set(signo));
        for (int signo = 1; signo < NSIG; signo++) {
            struct sigaction is;
            CHECK(!can_be_set(signo) || (sigaction(signo, NULL, &is) == 0 && is.sa_handler == handlers[i]));
        }
        TAKES(3600 * SECOND, sleep(3600));
    }
}

static __sighandler_t by_sigaction(int signo, __sighandler_t handler)
{
    struct sigaction action = {.sa_handler = handler}, old;
    return sigaction(signo, &action, &old) == 0 ? old.sa_handler : SIG_ERR;
}

static __sighandler_t by_internal_name(int signo, __sighandler_t handler)
{
    struct sigaction action = {.sa_handler = handler}, old;
    return __sigaction(signo, &action, &old) == 0 ? old.sa_handler : SIG_ERR;
}

static __sighandler_t by_ignoring(int signo, __sighandler_t handler)
{
    return handler != SIG_IGN ? signal(signo, handler) : sigignore(signo) == 0 ? SIG_DFL : SIG_ERR;
}

static __sighandler_t by_interrupting(int signo, __sighandler_t handler)
{
    __sighandler_t before = signal(signo, handler);
    CHECK((siginterrupt(signo, 1) == 0 && siginterrupt(signo, 0) == 0) == (before != SIG_ERR));
    return before;
}

/* A futex is waited for again after a handler that restarts calls. */
static void a_wait_that_could_be_restarted_ends(void)
{
    sem_t never;
    struct timespec limit;
    CHECK(sem_init(&never, 0, 0) == 0 && clock_gettime(CLOCK_REALTIME, &limit) == 0);
    limit.tv_sec += 60;
    TAKES(60 * SECOND, CHECK(sem_timedwait(&never, &limit) < 0 && errno == ETIMEDOUT));
}

/* The kernel's form: handler, flags, restorer, mask. It knows no signal of libc's. */
static void by_number(void)
{
    unsigned long none[4] = {0}, old[4];
    for (int signo = 1; signo < NSIG; signo++) {
        if (!can_be_set(signo))
            continue;
        CHECK(syscall(SYS_rt_sigaction, signo, NULL, old, 8) == 0 && old[0] == 0);
        CHECK(syscall(SYS_rt_sigaction, signo, none, NULL, 8) == 0);
    }
    TAKES(3600 * SECOND, sleep(3600));
}

/* Reading asks nothing and changes nothing: of the 64 only those of libc itself are refused, by libc. */
static void read_all(void)
{
    struct sigaction is;
    for (int signo = 1; signo < NSIG; signo++)
        CHECK((sigaction(signo, NULL, &is) == 0) == !is_libc_s(signo) && sigaction(signo, NULL, NULL) <= 0);
    TAKES(3600 * SECOND, sleep(3600));
}

/* A wake-up in poll is not a signal that the descriptor has to read. */
static void watch_all(void)
{
    sigset_t all;
    sigfillset(&all);
    CHECK(sigprocmask(SIG_BLOCK, &all, NULL) == 0);
    int fds[2] = {signalfd(-1, &all, SFD_NONBLOCK), (int)syscall(SYS_signalfd4, -1, &all, 8, SFD_NONBLOCK)};
    for (size_t i = 0; i < 2; i++) {
        struct pollfd readable = {fds[i], POLLIN, 0};
        struct signalfd_siginfo info;
        CHECK(fds[i] >= 0);
        TAKES(60 * SECOND, CHECK(poll(&readable, 1, 60000) == 0));
        CHECK(read(fds[i], &info, sizeof info) < 0 && errno == EAGAIN);
        alarm(30);
        TAKES(30 * SECOND, CHECK(poll(&readable, 1, 60000) == 1));
        CHECK(read(fds[i], &info, sizeof info) == sizeof info && info.ssi_signo == SIGALRM);
        close(fds[i]);
    }
    CHECK(sigprocmask(SIG_UNBLOCK, &all, NULL) == 0);
}

/* As a program does it between fork and exec. */
static void a_child_with_all_reset_runs_on(void)
{
    int status;
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        sigset_t all;
        sigfillset(&all);
        sigprocmask(SIG_SETMASK, &all, NULL);
        for (int signo = 1; signo < NSIG; signo++)
            (void)signal(signo, SIG_DFL);
        sigprocmask(SIG_UNBLOCK, &all, NULL);
        execlp("sleep", "sleep", "60", NULL);
        _exit(127);
    }
    TAKES(60 * SECOND, CHECK(waitpid(child, &status, 0) == child && status == 0));
    CHECK(kill(child, 0) < 0 && errno == ESRCH && kill(getpid(), 0) == 0);
}

/* With an argument: waits that lockstep does not take over, too. */
int main(int argc, char **argv)
{
    sigset_t none;
    (void)argv;
    read_all();
    set_all(signal);
    set_all(bsd_signal);
    set_all(ssignal);
    set_all(sysv_signal);
    set_all(__sysv_signal);
    set_all(sigset);
    set_all(by_ignoring);
    set_all(by_interrupting);
    if (argc > 1)
        a_wait_that_could_be_restarted_ends();
    set_all(by_sigaction);
    set_all(by_internal_name);
    by_number();
    sigemptyset(&none);
    CHECK(sigprocmask(SIG_SETMASK, &none, NULL) == 0);
    TAKES(3600 * SECOND, sleep(3600));
    a_child_with_all_reset_runs_on();
    watch_all();
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
