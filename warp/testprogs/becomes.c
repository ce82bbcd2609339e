/* Becomes the static program next to it, by the call that the argument names: must be refused. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

extern char **environ;

int main(int argc, char **argv)
{
    char path[4096];
    char *words[] = {path, NULL};
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 16);
    CHECK(argc == 2 && len > 0);
    path[len] = '\0';
    memcpy(strrchr(path, '/'), "/static", sizeof "/static");
    const char *call = argv[1];
    if (strcmp(call, "execve") == 0)
        execve(path, words, environ);
    else if (strcmp(call, "execv") == 0)
        execv(path, words);
    else if (strcmp(call, "execvp") == 0)
        execvp(path, words);
    else if (strcmp(call, "execvpe") == 0)
        execvpe(path, words, environ);
    else if (strcmp(call, "fexecve") == 0)
        fexecve(open(path, O_RDONLY), words, environ);
    else if (strcmp(call, "execl") == 0)
        execl(path, path, (char *)NULL);
    else if (strcmp(call, "execlp") == 0)
        execlp(path, path, (char *)NULL);
    else if (strcmp(call, "execle") == 0)
        execle(path, path, (char *)NULL, environ);
    return 2;
}
