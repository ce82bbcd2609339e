#include "lib/base/open.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#define READS_WITHOUT_WAITING  (O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
#define WRITES_WITHOUT_WAITING (O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

static const char *kind_of(mode_t mode)
{
    return S_ISDIR(mode)    ? "a folder"
           : S_ISFIFO(mode) ? "a FIFO"
           : S_ISSOCK(mode) ? "a socket"
           : S_ISCHR(mode)  ? "a character device"
           : S_ISBLK(mode)  ? "a block device"
                            : "something else";
}

static bool is_input(int fd, const struct stat *info)
{
    struct statfs fs;
    if (S_ISFIFO(info->st_mode))
        return fstatfs(fd, &fs) == 0 && fs.f_type == PIPEFS_MAGIC;
    return S_ISREG(info->st_mode) || (S_ISCHR(info->st_mode) && info->st_rdev == makedev(1, 3)); /* /dev/null */
}

static int refuse_input(const char *path, mode_t mode, struct err *err)
{
    return err_set(err, ERR_INVALID, "cannot read %s: it is %s, not a regular file", path, kind_of(mode));
}

/* A socket cannot be opened at all. */
static int refuse_opening(const char *path, struct err *err)
{
    struct stat info;
    int why = errno;
    if (why == ENXIO && stat(path, &info) == 0)
        return refuse_input(path, info.st_mode, err);
    return err_set(err, why == ENOENT || why == ENOTDIR ? ERR_NOT_FOUND : ERR_SYSTEM, "cannot read %s: %s", path,
                   strerror(why));
}

/* From here on the descriptor waits as any does. */
static int let_wait(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
}

static int open_fd(const char *path, int *out, struct err *err)
{
    struct stat info;
    int fd = open(path, READS_WITHOUT_WAITING);
    if (fd < 0)
        return refuse_opening(path, err);
    int rc = fstat(fd, &info) == 0 && let_wait(fd) == 0 ? ERR_OK : err_errno(err, "cannot read %s", path);
    if (rc == ERR_OK && !is_input(fd, &info))
        rc = refuse_input(path, info.st_mode, err);
    if (rc == ERR_OK)
        *out = fd;
    else
        close(fd);
    return rc;
}

int open_input(const char *path, FILE **out, struct err *err)
{
    int fd = -1, rc = open_fd(path, &fd, err);
    FILE *file = rc == ERR_OK ? fdopen(fd, "r") : NULL;
    if (rc != ERR_OK)
        return rc;
    if (file == NULL) {
        close(fd);
        return err_errno(err, "cannot read %s", path);
    }
    *out = file;
    return ERR_OK;
}

int open_check_input(const char *path, struct err *err)
{
    int fd = -1, rc = open_fd(path, &fd, err);
    if (rc == ERR_OK)
        close(fd);
    return rc;
}

int open_output(const char *path, FILE **out, struct err *err)
{
    struct stat info;
    int fd = open(path, WRITES_WITHOUT_WAITING, 0666);
    if (fd < 0 && errno == ENXIO && stat(path, &info) == 0)
        return err_set(err, ERR_INVALID, "cannot write %s: it is %s%s", path, kind_of(info.st_mode),
                       S_ISFIFO(info.st_mode) ? " that no program reads" : "");
    FILE *file = fd >= 0 && let_wait(fd) == 0 ? fdopen(fd, "w") : NULL;
    int rc = file != NULL ? ERR_OK : err_errno(err, "cannot write %s", path);
    if (file != NULL)
        *out = file;
    else if (fd >= 0)
        close(fd);
    return rc;
}
