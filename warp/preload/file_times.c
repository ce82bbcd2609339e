/*
 * The time of a file that was made safe, or emptied as it was opened. The kernel writes its own, and a program that
 * reads a message's age from its file (dma: five days, then it gives up) finds years; one that sees by a file that
 * another was there a moment ago (dma: a queue run) never sees it. Times that the program set itself are later than the
 * clock's start, and stay.
 */
#include "warp/preload/preload.h"

#include <errno.h>
#include <sys/stat.h>

void stamp_file(int fd)
{
    struct stat info;
    int saved = errno;
    if (tolerant() && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && timespec_ns(&info.st_mtim) < warp->start_ns) {
        int64_t now = now_ns();
        struct timespec times[2] = {{0, UTIME_OMIT}, {now / 1000000000, now % 1000000000}};
        (void)syscall(SYS_utimensat, fd, NULL, times, 0);
    }
    errno = saved;
}
