/* Started without an environment, or with another one, a program still lives in its parent's time. */
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

extern char **environ;

static char self[4096];

static void run(const char *call, char **argv, char **vars)
{
    environ = vars; /* for those that name none */
    if (strcmp(call, "execve") == 0)
        execve(self, argv, vars);
    else if (strcmp(call, "execv") == 0)
        execv(self, argv);
    else if (strcmp(call, "execvpe") == 0)
        execvpe(self, argv, vars);
    else if (strcmp(call, "fexecve") == 0)
        fexecve(open(self, O_RDONLY), argv, vars);
    else if (strcmp(call, "execle") == 0)
        execle(self, argv[0], argv[1], argv[2], (char *)NULL, vars);
    _exit(2);
}

static void ends_well(pid_t child)
{
    int status;
    CHECK(child > 0);
    TAKES(SECOND, CHECK(waitpid(child, &status, 0) == child));
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void by_exec(const char *call, char **argv, char **vars)
{
    pid_t child = fork();
    if (child == 0)
        run(call, argv, vars);
    ends_well(child);
}

static void by_spawn(char **argv, char **vars)
{
    pid_t child;
    CHECK(posix_spawn(&child, self, NULL, NULL, argv, vars) == 0);
    ends_well(child);
    CHECK(posix_spawnp(&child, self, NULL, NULL, argv, vars) == 0);
    ends_well(child);
}

/* Its own variables are as they were, in their order, and what is put back follows them. */
static int child(const char *wanted)
{
    CHECK(strncmp(getenv("LD_PRELOAD"), "/", 1) == 0);
    CHECK(getenv("RELAYLAB_WARP_CONTROL") == NULL);
    if (strcmp(wanted, "none") != 0) {
        CHECK(strcmp(environ[0], "FIRST=1") == 0);
        CHECK(strcmp(strchr(environ[1], ':'), ":libm.so.6") == 0);
        CHECK(strcmp(environ[2], "LAST=2") == 0);
    }
    TAKES(SECOND, sleep(1));
    return 0;
}

int main(int argc, char **argv)
{
    static const char *const calls[] = {"execve", "execv", "execvpe", "fexecve", "execle"};
    char *none[] = {NULL}, own[][24] = {"FIRST=1", "LD_PRELOAD=libm.so.6", "LAST=2"};
    char *others[] = {own[0], own[1], own[2], NULL};
    if (argc > 2)
        return child(argv[2]);
    CHECK(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
    for (int i = 0; i < 2; i++) {
        char *words[] = {argv[0], (char[]){"child"}, i == 0 ? (char[]){"none"} : (char[]){"others"}, NULL};
        for (size_t c = 0; c < sizeof calls / sizeof calls[0]; c++)
            by_exec(calls[c], words, i == 0 ? none : others);
        by_spawn(words, i == 0 ? none : others);
    }
    by_exec("execve", (char *[]){argv[0], (char[]){"child"}, (char[]){"none"}, NULL}, NULL);
    return 0;
}
