/* Clock readings: a load from shared memory. All clocks have fixed offsets from each other. */
#include "warp/preload/preload.h"

#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timeb.h>
#include <unistd.h>

#define TAI_AHEAD_S 37

/* True, and *ns, for a clock that warp answers; CPU-time clocks stay the kernel's. */
static bool virtual_clock(clockid_t id, int64_t *ns)
{
    if (warp == NULL)
        return false;
    switch (id) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_REALTIME_ALARM:
        *ns = now_ns();
        return true;
    case CLOCK_TAI:
        *ns = now_ns() + TAI_AHEAD_S * INT64_C(1000000000);
        return true;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
    case CLOCK_BOOTTIME_ALARM:
        *ns = now_ns() - warp->start_ns + WARP_MONOTONIC_START_NS;
        return true;
    default:
        return false;
    }
}

EXPORT int clock_gettime(clockid_t id, struct timespec *out)
{
    int64_t ns;
    if (!virtual_clock(id, &ns))
        return (int)syscall(SYS_clock_gettime, id, out);
    out->tv_sec = ns / 1000000000;
    out->tv_nsec = ns % 1000000000;
    return 0;
}

EXPORT int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}

EXPORT time_t time(time_t *out)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}

EXPORT int timespec_get(struct timespec *out, int base)
{
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, out) == 0 ? base : 0;
}

int ftime(struct timeb *out);
EXPORT int ftime(struct timeb *out)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeb){.time = now.tv_sec, .millitm = (unsigned short)(now.tv_nsec / 1000000)};
    return 0;
}
