/* In lockstep every call that blocks on a child or a pipe gives the turn away. */
#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

static pid_t child_for(unsigned seconds)
{
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        sleep(seconds);
        _exit(3);
    }
    return child;
}

static void children_end_their_parent_s_wait(void)
{
    int status;
    siginfo_t info;
    pid_t child = child_for(60);
    TAKES(60 * SECOND, CHECK(wait(&status) == child && WEXITSTATUS(status) == 3));
    child = child_for(60);
    TAKES(60 * SECOND, CHECK(wait3(&status, 0, NULL) == child && WEXITSTATUS(status) == 3));
    child = child_for(60);
    TAKES(60 * SECOND, CHECK(wait4(child, &status, 0, NULL) == child && WEXITSTATUS(status) == 3));
    child = child_for(60);
    TAKES(60 * SECOND, CHECK(waitid(P_PID, (id_t)child, &info, WEXITED) == 0 && info.si_status == 3));
}

static void pipes_end_it(void)
{
    static char page[65536];
    char byte;
    int ends[2];
    struct iovec part = {&byte, 1};
    CHECK(pipe(ends) == 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        sleep(60);
        CHECK(write(ends[1], "x", 1) == 1);
        sleep(60);
        CHECK(read(ends[0], page, sizeof page) == (ssize_t)sizeof page); /* full, by then */
        _exit(0);
    }
    TAKES(60 * SECOND, CHECK(readv(ends[0], &part, 1) == 1));
    CHECK(write(ends[1], page, sizeof page) == (ssize_t)sizeof page);
    TAKES(60 * SECOND, CHECK(write(ends[1], "y", 1) == 1));
    CHECK(waitpid(child, NULL, 0) == child);
}

int main(void)
{
    children_end_their_parent_s_wait();
    pipes_end_it();
    return 0;
}
