#include "warp/guard.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warp/tree.h"

static void kill_tree(void)
{
    struct tree tree;
    tree_init(&tree);
    tree_walk(&tree);
    for (size_t i = 0; i < tree.count; i++)
        (void)kill(tree.threads[i].pid, SIGKILL);
    tree_fini(&tree);
}

/* New ones may be born while the old ones are killed, and come to us when their parent is dead. */
void guard_end_descendants(void)
{
    for (pid_t ended; (ended = waitpid(-1, NULL, WNOHANG)) >= 0 || errno == EINTR;) {
        if (ended != 0)
            continue;
        if (getpid() == 1)
            (void)kill(-1, SIGKILL);
        else
            kill_tree();
        (void)waitpid(-1, NULL, 0);
    }
}

/* ---- watching ---- */

static int status_of(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Until the child has ended. */
static int watch(pid_t child, const sigset_t *signals)
{
    for (;;) {
        int status = 0, signo = sigwaitinfo(signals, NULL);
        if (signo == SIGCHLD && waitpid(child, &status, WNOHANG) == child)
            return status_of(status);
        if (signo > 0 && signo != SIGCHLD)
            (void)kill(child, signo);
    }
}

static _Noreturn void become_watched(int (*body)(void *arg), void *arg, pid_t guard, const sigset_t *mask)
{
    (void)prctl(PR_SET_PDEATHSIG, GUARD_LOST);
    if (getppid() != guard)
        _exit(128 + SIGKILL);
    (void)sigprocmask(SIG_SETMASK, mask, NULL);
    int status = body(arg);
    (void)fflush(NULL);
    _exit(status);
}

int guard_run(int (*body)(void *arg), void *arg)
{
    static const int watched[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP};
    sigset_t signals, before;
    pid_t guard = getpid();
    if (guard == 1)
        return body(arg);
    sigemptyset(&signals);
    for (size_t i = 0; i < sizeof watched / sizeof watched[0]; i++)
        sigaddset(&signals, watched[i]);
    (void)sigprocmask(SIG_BLOCK, &signals, &before);
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t child = fork();
    if (child == 0)
        become_watched(body, arg, guard, &before);
    if (child < 0) {
        fprintf(stderr, "relaylab-warp: cannot fork: %s\n", strerror(errno));
        return 3;
    }
    int status = watch(child, &signals);
    guard_end_descendants();
    return status;
}
