/* New processes: each has a slot before it can run, and waits for its first turn. */
#include "warp/preload/preload.h"

#include <dlfcn.h>
#include <errno.h>
#include <spawn.h>
#include <stddef.h>
#include <unistd.h>

/* libc's fork runs the atfork handlers, so a raw system call will not do. */
static pid_t real_fork(void)
{
    static pid_t (*found)(void);
    if (found == NULL)
        *(void **)&found = dlsym(RTLD_NEXT, "fork");
    return found();
}

EXPORT pid_t fork(void)
{
    if (!participant())
        return real_fork();
    uint32_t slot = reserve_slot();
    if (slot == 0) {
        errno = EAGAIN;
        return -1;
    }
    pid_t pid = real_fork();
    if (pid == 0)
        attach_child(slot);
    else if (pid > 0)
        announce_child(slot, pid);
    else
        release_slot(slot);
    return pid;
}

EXPORT pid_t vfork(void)
{
    return fork();
}

typedef int spawn_fn(pid_t *restrict, const char *restrict, const posix_spawn_file_actions_t *restrict,
                     const posix_spawnattr_t *restrict, char *const[], char *const[]);

/* With an environment that brings libwarp. */
static int spawn_real(const char *name, pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                      const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
    spawn_fn *real;
    struct environment e;
    *(void **)&real = dlsym(RTLD_NEXT, name);
    if (environment_make(&e, envp) != 0)
        return errno;
    int why = real(pid, path, actions, attributes, argv, e.vars);
    environment_free(&e);
    return why;
}

static int spawn(const char *name, pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
    pid_t child;
    check_spawn(path, strcmp(name, "posix_spawnp") == 0);
    if (!participant())
        return spawn_real(name, pid, path, actions, attributes, argv, envp);
    uint32_t slot = reserve_slot();
    if (slot == 0)
        return EAGAIN;
    int why = spawn_real(name, &child, path, actions, attributes, argv, envp);
    if (why != 0) {
        release_slot(slot);
        return why;
    }
    announce_child(slot, child);
    if (pid != NULL)
        *pid = child;
    return 0;
}

EXPORT int posix_spawn(pid_t *restrict pid, const char *restrict path, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *restrict attributes, char *const argv[], char *const envp[])
{
    return spawn("posix_spawn", pid, path, actions, attributes, argv, envp);
}

EXPORT int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
    return spawn("posix_spawnp", pid, file, actions, attributes, argv, envp);
}
