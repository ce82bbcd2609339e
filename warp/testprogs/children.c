/* Processes that wait for each other share one time: fork, exec, pipes, waitpid. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

int main(int argc, char **argv)
{
    int fds[2], status;
    char byte;
    if (argc > 1) {
        sleep((unsigned)strtoul(argv[1], NULL, 10));
        return 7;
    }
    CHECK(pipe(fds) == 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        sleep(1800);
        CHECK(write(fds[1], "x", 1) == 1);
        sleep(1800);
        _exit(3);
    }
    TAKES(1800 * SECOND, CHECK(read(fds[0], &byte, 1) == 1)); /* a blocking read */
    TAKES(1800 * SECOND, CHECK(waitpid(child, &status, 0) == child));
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        execl("/proc/self/exe", argv[0], "600", (char *)NULL);
        _exit(1);
    }
    TAKES(600 * SECOND, CHECK(waitpid(child, &status, 0) == child));
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    return 0;
}
