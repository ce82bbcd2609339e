/* Processes and threads that die in the middle of a wait do not hold up others: what is due for them comes when due. */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

static void *wait_long(void *unused)
{
    (void)unused;
    sleep(86400);
    return NULL;
}

static pid_t child_that_waits(void)
{
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        sleep(86400);
        _exit(0);
    }
    return child;
}

int main(void)
{
    pthread_t thread;
    int status;
    for (int i = 0; i < 20; i++) {
        pid_t child = child_that_waits();
        TAKES(60 * SECOND, sleep(60));
        CHECK(kill(child, SIGKILL) == 0);
        TAKES(0, CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status)));
    }
    CHECK(pthread_create(&thread, NULL, wait_long, NULL) == 0);
    TAKES(60 * SECOND, sleep(60));
    CHECK(pthread_cancel(thread) == 0);
    TAKES(3600 * SECOND, sleep(3600));
    return 0;
}
