/* Programs that go past libc by syscall() live in the same time. */
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

int main(void)
{
    struct timespec now, second = {1, 0};
    uint32_t word = 0;
    CHECK(syscall(SYS_clock_gettime, CLOCK_REALTIME, &now) == 0 && now.tv_sec == 1893456000);
    CHECK(syscall(SYS_time, NULL) == 1893456000);
    TAKES(SECOND, CHECK(syscall(SYS_nanosleep, &second, NULL) == 0));
    TAKES(3600 * SECOND, CHECK(syscall(SYS_poll, NULL, 0, 3600000) == 0));
    struct timespec hour = {3600, 0};
    TAKES(3600 * SECOND, CHECK(syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &hour, NULL, 0) == -1));
    CHECK(errno == ETIMEDOUT);
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    now.tv_sec += 60;
    TAKES(60 * SECOND, CHECK(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 0, &now, NULL, ~0u) == -1));
    CHECK(errno == ETIMEDOUT);
    CHECK(syscall(SYS_io_uring_setup, 8, NULL) == -1 && errno == ENOSYS);
    return 0;
}
