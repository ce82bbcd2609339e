/* All clocks show one time, and stand still while there is work. */
#include <dlfcn.h>
#include <sys/time.h>
#include <sys/timeb.h>

#include "warp/testprogs/testprog.h"

/* New programs cannot be linked with it; old ones can call it. */
static void ftime_shows_it_too(void)
{
    int (*old_ftime)(struct timeb *);
    struct timeb at;
    *(void **)&old_ftime = dlsym(RTLD_DEFAULT, "ftime");
    CHECK(old_ftime != NULL && old_ftime(&at) == 0 && at.time == 1893456000 && at.millitm == 0);
}

int main(void)
{
    static const clockid_t wall[] = {CLOCK_REALTIME, CLOCK_REALTIME_COARSE};
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
    for (size_t i = 0; i < sizeof wall / sizeof wall[0]; i++)
        CHECK(clock_ns(wall[i]) == start);
    CHECK(clock_ns(CLOCK_TAI) == start + 37 * SECOND);
    ftime_shows_it_too();
    for (volatile int i = 0; i < 20000000; i++)
        continue;
    CHECK(clock_ns(CLOCK_REALTIME) == start);
    return 0;
}
