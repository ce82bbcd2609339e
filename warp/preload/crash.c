/*
 * Crash points: calls that change what is on disk are counted, and the N-th one of a kind under a folder is not made:
 * its process dies by SIGKILL instead, as does any other of the tree that comes to such a call after it, and the
 * coordinator kills the rest. Everything before the call is done, nothing after it.
 *
 * Calls inside libc are not seen: stdio's writes show at the fsync that follows them. A process without /proc (in a
 * chroot) has no paths, so its calls count only where no folder is given.
 */
#include "warp/preload/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/uio.h>

/* ---- where ---- */

static bool is_under(const char *path, size_t len)
{
    size_t head = strlen(warp->crash.under);
    if (head == 1)
        return true; /* "/" */
    return len >= head && memcmp(path, warp->crash.under, head) == 0 && (len == head || path[head] == '/');
}

static bool fd_is_under(int fd)
{
    char link[32], path[4096];
    if (warp->crash.under[0] == '\0')
        return true;
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long len = syscall(SYS_readlink, link, path, sizeof path);
    return len > 0 && is_under(path, (size_t)len);
}

/* Files: no socket, pipe or terminal. */
static bool is_file(int fd)
{
    struct stat info;
    return syscall(SYS_fstat, fd, &info) == 0 && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode));
}

/* By the folder of the name, links resolved. */
static bool name_is_under(int folder_fd, const char *name)
{
    char folder[4096];
    const char *slash = strrchr(name, '/');
    size_t len = slash == NULL ? 1 : slash == name ? 1 : (size_t)(slash - name);
    if (warp->crash.under[0] == '\0')
        return true;
    if (len >= sizeof folder)
        return false;
    memcpy(folder, slash == NULL ? "." : name, len);
    folder[len] = '\0';
    int fd = (int)syscall(SYS_openat, folder_fd, folder, O_PATH | O_CLOEXEC);
    bool under = fd >= 0 && fd_is_under(fd);
    if (fd >= 0)
        syscall(SYS_close, fd);
    return under;
}

/* ---- when ---- */

static bool watched(void)
{
    return warp != NULL && warp->crash.operation != WARP_CRASH_NONE &&
           (warp->crash.everybody || my_role() == WARP_ROLE_TARGET);
}

/* The calls of one kind have numbers; the process that draws the planned one dies. */
static void count(enum warp_crash_operation operation)
{
    uint32_t none = WARP_CRASH_NOT_YET;
    bool hit = (warp->crash.operation == WARP_CRASH_ANY || warp->crash.operation == operation) &&
               atomic_fetch_add(&warp->crash.calls, 1) + 1 == warp->crash.at;
    if (hit)
        (void)atomic_compare_exchange_strong(&warp->crash.state, &none, WARP_CRASH_NOW);
    if (atomic_load(&warp->crash.state) != WARP_CRASH_NOW)
        return;
    atomic_store(&warp->wanted, 1);
    syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
}

void crash_point(enum warp_crash_operation operation, int fd)
{
    int saved = errno;
    if (watched() && is_file(fd) && fd_is_under(fd))
        count(operation);
    errno = saved;
}

static void crash_point_at(enum warp_crash_operation operation, int folder_fd, const char *name)
{
    int saved = errno;
    if (watched() && name_is_under(folder_fd, name))
        count(operation);
    errno = saved;
}

/* ---- what: by descriptor (write() is in blocking.c, close() in network.c) ---- */

EXPORT ssize_t pwrite(int fd, const void *from, size_t len, off_t at)
{
    crash_point(WARP_CRASH_PWRITE, fd);
    return syscall(SYS_pwrite64, fd, from, len, at);
}

EXPORT ssize_t pwrite64(int fd, const void *from, size_t len, off64_t at)
{
    return pwrite(fd, from, len, at);
}

EXPORT ssize_t writev(int fd, const struct iovec *from, int parts)
{
    crash_point(WARP_CRASH_WRITEV, fd);
    return park_for_fd(fd, POLLOUT) != 0 ? -1 : syscall(SYS_writev, fd, from, parts);
}

EXPORT ssize_t pwritev(int fd, const struct iovec *from, int parts, off_t at)
{
    crash_point(WARP_CRASH_WRITEV, fd);
    return syscall(SYS_pwritev, fd, from, parts, at, 0);
}

EXPORT ssize_t pwritev64(int fd, const struct iovec *from, int parts, off64_t at)
{
    return pwritev(fd, from, parts, at);
}

EXPORT int ftruncate(int fd, off_t size)
{
    crash_point(WARP_CRASH_FTRUNCATE, fd);
    return (int)syscall(SYS_ftruncate, fd, size);
}

EXPORT int ftruncate64(int fd, off64_t size)
{
    return ftruncate(fd, size);
}

EXPORT int fsync(int fd)
{
    crash_point(WARP_CRASH_FSYNC, fd);
    int rc = (int)syscall(SYS_fsync, fd);
    if (rc == 0)
        stamp_file(fd);
    return rc;
}

EXPORT int fdatasync(int fd)
{
    crash_point(WARP_CRASH_FDATASYNC, fd);
    int rc = (int)syscall(SYS_fdatasync, fd);
    if (rc == 0)
        stamp_file(fd);
    return rc;
}

EXPORT int sync_file_range(int fd, off64_t from, off64_t len, unsigned flags)
{
    crash_point(WARP_CRASH_SYNC_FILE_RANGE, fd);
    return (int)syscall(SYS_sync_file_range, fd, from, len, flags);
}

EXPORT int fallocate(int fd, int mode, off_t from, off_t len)
{
    crash_point(WARP_CRASH_FALLOCATE, fd);
    return (int)syscall(SYS_fallocate, fd, mode, from, len);
}

EXPORT int fallocate64(int fd, int mode, off64_t from, off64_t len)
{
    return fallocate(fd, mode, from, len);
}

/* ---- by name ---- */

EXPORT int openat(int folder, const char *path, int flags, ...)
{
    mode_t mode = 0;
    if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE) {
        va_list ap;
        va_start(ap, flags);
        mode = va_arg(ap, mode_t);
        va_end(ap);
        crash_point_at(WARP_CRASH_CREATE, folder, path);
    }
    int fd = (int)syscall(SYS_openat, folder, path, flags, mode);
    if (fd >= 0 && (flags & O_TRUNC) != 0)
        stamp_file(fd);
    return fd;
}

/* The other names of it; reading an argument that was not given does no harm here. */
#define AS_OPENAT(folder)                                                                                              \
    va_list ap;                                                                                                        \
    va_start(ap, flags);                                                                                               \
    mode_t mode = va_arg(ap, mode_t);                                                                                  \
    va_end(ap);                                                                                                        \
    return openat(folder, path, flags, mode)

EXPORT int openat64(int folder, const char *path, int flags, ...)
{
    AS_OPENAT(folder);
}

EXPORT int open(const char *path, int flags, ...)
{
    AS_OPENAT(AT_FDCWD);
}

EXPORT int open64(const char *path, int flags, ...)
{
    AS_OPENAT(AT_FDCWD);
}

EXPORT int creat(const char *path, mode_t mode)
{
    return openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

EXPORT int creat64(const char *path, mode_t mode)
{
    return creat(path, mode);
}

EXPORT int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    crash_point_at(WARP_CRASH_RENAME, to_folder, to);
    return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

EXPORT int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    return renameat2(from_folder, from, to_folder, to, 0);
}

EXPORT int rename(const char *from, const char *to)
{
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

EXPORT int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    crash_point_at(WARP_CRASH_LINK, to_folder, to);
    return (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
}

EXPORT int link(const char *from, const char *to)
{
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

EXPORT int unlinkat(int folder, const char *path, int flags)
{
    crash_point_at(WARP_CRASH_UNLINK, folder, path);
    return (int)syscall(SYS_unlinkat, folder, path, flags);
}

EXPORT int unlink(const char *path)
{
    return unlinkat(AT_FDCWD, path, 0);
}
