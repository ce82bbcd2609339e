/* Children by vfork, posix_spawn and daemon live in their parent's time, from their first instant on. */
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

extern char **environ;

typedef int spawn_fn(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *,
                     char *const[], char *const[]);

static void ends_well(pid_t child)
{
    int status;
    TAKES(600 * SECOND, CHECK(waitpid(child, &status, 0) == child));
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

static void by_spawn(char *self, spawn_fn *spawn)
{
    char *argv[] = {self, (char[]){"child"}, NULL};
    pid_t child;
    CHECK(spawn(&child, self, NULL, NULL, argv, environ) == 0);
    ends_well(child);
}

static void by_vfork(char *self)
{
    pid_t child = vfork();
    CHECK(child >= 0);
    if (child == 0) {
        execl(self, self, "child", (char *)NULL);
        _exit(1);
    }
    ends_well(child);
}

/* The daemon's parent is gone: it speaks through a pipe. */
static void by_daemon(void)
{
    int ends[2], status;
    char byte;
    CHECK(pipe(ends) == 0);
    pid_t starter = fork();
    CHECK(starter >= 0);
    if (starter == 0) {
        CHECK(daemon(1, 1) == 0);
        sleep(3600);
        CHECK(write(ends[1], "x", 1) == 1);
        _exit(0);
    }
    close(ends[1]);
    TAKES(0, CHECK(waitpid(starter, &status, 0) == starter && status == 0));
    TAKES(3600 * SECOND, CHECK(read(ends[0], &byte, 1) == 1));
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "child") == 0) {
        sleep(600);
        return 7;
    }
    by_spawn(argv[0], posix_spawn);
    by_spawn(argv[0], posix_spawnp);
    by_vfork(argv[0]);
    if (argc == 1) /* `lockstep`: libc's daemon() forks past any preload */
        by_daemon();
    return 0;
}
