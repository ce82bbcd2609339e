/* All clocks show one time, and stand still while there is work. */
#include <sys/time.h>

#include "warp/testprogs/testprog.h"

int main(void)
{
    static const clockid_t wall[] = {CLOCK_REALTIME, CLOCK_REALTIME_COARSE, CLOCK_TAI};
    static const clockid_t steady[] = {CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME};
    struct timeval tv;
    struct timespec ts;
    int64_t start = clock_ns(CLOCK_REALTIME);
    CHECK(start == INT64_C(1893456000) * SECOND); /* 2030-01-01T00:00:00Z */
    CHECK(time(NULL) == 1893456000);
    CHECK(gettimeofday(&tv, NULL) == 0 && tv.tv_sec == 1893456000 && tv.tv_usec == 0);
    CHECK(timespec_get(&ts, TIME_UTC) == TIME_UTC && ts.tv_sec == 1893456000);
    for (size_t i = 0; i < sizeof steady / sizeof steady[0]; i++)
        CHECK(clock_ns(steady[i]) == now_ns());
    for (size_t i = 0; i < 2; i++)
        CHECK(clock_ns(wall[i]) == start);
    for (volatile int i = 0; i < 20000000; i++)
        continue;
    CHECK(clock_ns(CLOCK_REALTIME) == start);
    return 0;
}
