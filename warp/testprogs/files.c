/* No file is younger than the clock: time stamps are the kernel's, and the clock starts later than any of them. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

int main(int argc, char **argv)
{
    (void)argv;
    char path[64];
    struct stat info;
    (void)snprintf(path, sizeof path, "/tmp/relaylab-files-%d", (int)getpid());
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    CHECK(fd >= 0 && unlink(path) == 0);
    CHECK(write(fd, "x", 1) == 1 && futimens(fd, NULL) == 0 && fstat(fd, &info) == 0);
    CHECK(info.st_mtim.tv_sec <= time(NULL) && info.st_ctim.tv_sec <= time(NULL));
    CHECK(fsync(fd) == 0 && fstat(fd, &info) == 0);
    if (argc > 1) /* tolerant: a synced file has its virtual age */
        CHECK(info.st_mtim.tv_sec == time(NULL));
    if (argc > 1) { /* and what was emptied: dma's queue runs notify each other by such a file */
        char name[64];
        (void)snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
        CHECK(futimens(fd, (struct timespec[2]){{1, 0}, {1, 0}}) == 0);
        CHECK(close(open(name, O_WRONLY | O_TRUNC)) == 0 && fstat(fd, &info) == 0 && info.st_mtim.tv_sec == time(NULL));
    }
    struct timespec due[2] = {{time(NULL) + 300, 0}, {time(NULL) + 300, 0}}; /* Postfix keeps its next try there */
    CHECK(futimens(fd, due) == 0 && fsync(fd) == 0);
    sleep(299);
    CHECK(fstat(fd, &info) == 0 && info.st_mtim.tv_sec == time(NULL) + 1);
    sleep(1);
    CHECK(info.st_mtim.tv_sec == time(NULL));
    return 0;
}
