/*
 * `crashes CALL FOLDER` makes this one call on a file in the folder; `crashes steps FOLDER` writes a file as a queue
 * does (create, write, fsync, close, rename) and has a child that would write another an hour later; `crashes later
 * FOLDER` writes after that hour. What was prepared goes past libwarp, by raw system calls.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "warp/preload/raw.h"
#include "warp/testprogs/testprog.h"

static char path[512], other[512];

static int prepared(const char *name)
{
    return (int)syscall(SYS_open, name, O_RDWR | O_CREAT, 0600, 0, 0);
}

struct call {
    const char *name;
    int (*make)(int fd);
};

#define CALL(name, expression)                                                                                         \
    static int make_##name(int fd)                                                                                     \
    {                                                                                                                  \
        (void)fd;                                                                                                      \
        struct iovec part = {(char[]){'x'}, 1};                                                                        \
        (void)part;                                                                                                    \
        return (int)(expression);                                                                                      \
    }

CALL(write, write(fd, "x", 1))
CALL(pwrite, pwrite(fd, "x", 1, 0))
CALL(pwrite64, pwrite64(fd, "x", 1, 0))
CALL(writev, writev(fd, &part, 1))
CALL(pwritev, pwritev(fd, &part, 1, 0))
CALL(pwritev64, pwritev64(fd, &part, 1, 0))
CALL(ftruncate, ftruncate(fd, 0))
CALL(ftruncate64, ftruncate64(fd, 0))
CALL(fsync, fsync(fd))
CALL(fdatasync, fdatasync(fd))
CALL(sync_file_range, sync_file_range(fd, 0, 0, 0))
CALL(fallocate, fallocate(fd, 0, 0, 1))
CALL(fallocate64, fallocate64(fd, 0, 0, 1))
CALL(close, close(fd))
CALL(open, open(other, O_CREAT | O_RDWR, 0600))
CALL(open64, open64(other, O_CREAT | O_RDWR, 0600))
CALL(openat, openat(AT_FDCWD, other, O_CREAT | O_RDWR, 0600))
CALL(openat64, openat64(AT_FDCWD, other, O_CREAT | O_RDWR, 0600))
CALL(creat, creat(other, 0600))
CALL(creat64, creat64(other, 0600))
CALL(rename, rename(path, other))
CALL(renameat, renameat(AT_FDCWD, path, AT_FDCWD, other))
CALL(renameat2, renameat2(AT_FDCWD, path, AT_FDCWD, other, 0))
CALL(link, link(path, other))
CALL(linkat, linkat(AT_FDCWD, path, AT_FDCWD, other, 0))
CALL(unlink, unlink(path))
CALL(unlinkat, unlinkat(AT_FDCWD, path, 0))

#define NAMED(name)                                                                                                    \
    {                                                                                                                  \
#name, make_##name                                                                                             \
    }
static const struct call calls[] = {
    NAMED(write),     NAMED(pwrite),   NAMED(pwrite64),    NAMED(writev),          NAMED(pwritev),   NAMED(pwritev64),
    NAMED(ftruncate), NAMED(fsync),    NAMED(fdatasync),   NAMED(sync_file_range), NAMED(fallocate), NAMED(fallocate64),
    NAMED(close),     NAMED(open),     NAMED(open64),      NAMED(openat),          NAMED(openat64),  NAMED(creat),
    NAMED(creat64),   NAMED(rename),   NAMED(renameat),    NAMED(renameat2),       NAMED(link),      NAMED(linkat),
    NAMED(unlink),    NAMED(unlinkat), NAMED(ftruncate64),
};

static int take_steps(void)
{
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        sleep(3600);
        (void)!write(prepared(other), "late", 4);
        _exit(0);
    }
    sleep(60);
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    CHECK(write(fd, "x", 1) == 1 && fsync(fd) == 0 && close(fd) == 0);
    CHECK(rename(path, other) == 0 && waitpid(child, NULL, 0) == child);
    return 0;
}

int main(int argc, char **argv)
{
    CHECK(argc == 3);
    (void)snprintf(path, sizeof path, "%s/one", argv[2]);
    (void)snprintf(other, sizeof other, "%s/other", argv[2]);
    if (strcmp(argv[1], "later") == 0)
        return sleep(3600) == 0 && write(prepared(path), "x", 1) == 1 ? 0 : 1;
    if (strcmp(argv[1], "steps") == 0)
        return take_steps();
    (void)syscall(SYS_unlink, other, 0, 0, 0, 0);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (strcmp(calls[i].name, argv[1]) != 0)
            continue;
        CHECK(calls[i].make(prepared(path)) >= 0);
        return 0;
    }
    return 2;
}
