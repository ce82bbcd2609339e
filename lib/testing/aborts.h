/* Whether a function ends its process with SIGABRT, as a failed rl_assert does. It runs in a child, without its words.
 */
#ifndef RL_TESTING_ABORTS_H
#define RL_TESTING_ABORTS_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static inline bool aborts(void (*run)(void *arg), void *arg)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        (void)close(STDERR_FILENO);
        run(arg);
        _exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

#endif
