/* exec: a program that would live in real time is refused by name, before it can; one that lost libwarp gets it back.
 */
#include "warp/preload/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "warp/image.h"

extern char **environ;

/* The coordinator reports the first one that is refused; its process ends here. */
static void check(enum image_kind kind, const char *name)
{
    uint32_t none = 0;
    if (kind == IMAGE_GOOD || warp == NULL)
        return;
    if (atomic_compare_exchange_strong(&warp->refused, &none, 1)) {
        (void)snprintf(warp->refused_text, sizeof warp->refused_text, "%s %s; it cannot run in virtual time", name,
                       image_reason(kind));
        atomic_store(&warp->refused, 2);
    }
    die(warp->refused_text);
}

EXPORT int execve(const char *path, char *const argv[], char *const envp[])
{
    struct environment e;
    check(image_look(path), path);
    if (environment_make(&e, envp) != 0)
        return -1;
    (void)syscall(SYS_execve, path, argv, e.vars);
    environment_free(&e);
    return -1;
}

EXPORT int execv(const char *path, char *const argv[])
{
    return execve(path, argv, environ);
}

EXPORT int execvpe(const char *file, char *const argv[], char *const envp[])
{
    struct environment e;
    check(image_look_for(file), file);
    if (environment_make(&e, envp) != 0)
        return -1;
    (void)REAL(execvpe)(file, argv, e.vars);
    environment_free(&e);
    return -1;
}

EXPORT int execvp(const char *file, char *const argv[])
{
    return execvpe(file, argv, environ);
}

EXPORT int fexecve(int fd, char *const argv[], char *const envp[])
{
    char path[32];
    struct environment e;
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    check(image_look(path), path);
    if (environment_make(&e, envp) != 0)
        return -1;
    (void)syscall(SYS_execveat, fd, "", argv, e.vars, AT_EMPTY_PATH);
    environment_free(&e);
    return -1;
}

/* ---- arguments one by one ---- */

#define ARGUMENTS_MAX 4096

/* argv from the call's list; false when it is too long. */
static bool collect(const char *first, va_list *rest, char **argv)
{
    size_t count = 0;
    for (const char *word = first; word != NULL; word = va_arg(*rest, const char *)) {
        if (count == ARGUMENTS_MAX)
            return false;
        argv[count++] = (char *)(uintptr_t)word;
    }
    argv[count] = NULL;
    return true;
}

static int too_long(void)
{
    errno = E2BIG;
    return -1;
}

EXPORT int execl(const char *path, const char *arg, ...)
{
    char *argv[ARGUMENTS_MAX + 1];
    va_list ap;
    va_start(ap, arg);
    bool good = collect(arg, &ap, argv);
    va_end(ap);
    return good ? execve(path, argv, environ) : too_long();
}

EXPORT int execlp(const char *file, const char *arg, ...)
{
    char *argv[ARGUMENTS_MAX + 1];
    va_list ap;
    va_start(ap, arg);
    bool good = collect(arg, &ap, argv);
    va_end(ap);
    return good ? execvpe(file, argv, environ) : too_long();
}

EXPORT int execle(const char *path, const char *arg, ...)
{
    char *argv[ARGUMENTS_MAX + 1];
    va_list ap;
    va_start(ap, arg);
    bool good = collect(arg, &ap, argv);
    char *const *envp = va_arg(ap, char *const *);
    va_end(ap);
    return good ? execve(path, argv, envp) : too_long();
}

/* ---- posix_spawn ---- */

void check_spawn(const char *path, bool search)
{
    check(search ? image_look_for(path) : image_look(path), path);
}
