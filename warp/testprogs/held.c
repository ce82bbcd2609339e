/* Waits without a limit do not keep the clock from moving: a FIFO's open, flock, waitpid, a pipe, a futex. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

static char fifo[64], file[64];

static pid_t child_that(void (*waits)(void))
{
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        waits();
        _exit(0);
    }
    return child;
}

static void open_fifo(void)
{
    CHECK(open(fifo, O_RDONLY) >= 0);
}

static void take_lock(void)
{
    CHECK(flock(open(file, O_RDWR), LOCK_EX) == 0);
}

int main(void)
{
    int status;
    (void)snprintf(fifo, sizeof fifo, "/tmp/relaylab-held-%d.fifo", (int)getpid());
    (void)snprintf(file, sizeof file, "/tmp/relaylab-held-%d.lock", (int)getpid());
    CHECK(mkfifo(fifo, 0600) == 0);
    pid_t reader = child_that(open_fifo);
    TAKES(3600 * SECOND, sleep(3600));
    int fd = open(fifo, O_WRONLY);
    CHECK(fd >= 0 && waitpid(reader, &status, 0) == reader && status == 0);
    int lock = open(file, O_RDWR | O_CREAT, 0600);
    CHECK(flock(lock, LOCK_EX) == 0);
    pid_t locker = child_that(take_lock);
    TAKES(3600 * SECOND, sleep(3600));
    CHECK(flock(lock, LOCK_UN) == 0 && waitpid(locker, &status, 0) == locker && status == 0);
    (void)unlink(fifo);
    (void)unlink(file);
    return 0;
}
