/* alarm and setitimer: the deadline is in shared memory, and a real SIGALRM is sent when it is due. */
#include "warp/preload/preload.h"

#include <errno.h>
#include <stddef.h>
#include <sys/time.h>

#define NS 1000000000

static int64_t timeval_ns(const struct timeval *tv)
{
    return (int64_t)tv->tv_sec * NS + (int64_t)tv->tv_usec * 1000;
}

static struct timeval ns_timeval(int64_t ns)
{
    return (struct timeval){ns / NS, ns % NS / 1000};
}

static void read_alarm(int64_t *at_ns, int64_t *interval_ns)
{
    if (tolerant()) {
        struct warp_thread *me = my_process();
        *at_ns = atomic_load(&me->alarm_ns);
        *interval_ns = atomic_load(&me->alarm_interval_ns);
    } else {
        *at_ns = my_slot()->alarm_ns;
        *interval_ns = my_slot()->alarm_interval_ns;
    }
}

static void write_alarm(int64_t at_ns, int64_t interval_ns)
{
    if (tolerant()) {
        struct warp_thread *me = my_process();
        atomic_store(&me->alarm_interval_ns, interval_ns);
        atomic_store(&me->alarm_ns, at_ns);
    } else {
        my_slot()->alarm_ns = at_ns;
        my_slot()->alarm_interval_ns = interval_ns;
    }
}

EXPORT int getitimer(__itimer_which_t which, struct itimerval *out)
{
    if (!covered() || which != ITIMER_REAL)
        return (int)syscall(SYS_getitimer, which, out);
    int64_t at, interval;
    read_alarm(&at, &interval);
    int64_t left = at == WARP_NEVER ? 0 : at - now_ns();
    *out = (struct itimerval){ns_timeval(interval), ns_timeval(left > 0 ? left : 0)};
    return 0;
}

EXPORT int setitimer(__itimer_which_t which, const struct itimerval *restrict set, struct itimerval *restrict old)
{
    if (!covered() || which != ITIMER_REAL)
        return (int)syscall(SYS_setitimer, which, set, old);
    if (old != NULL)
        (void)getitimer(which, old);
    int64_t first = timeval_ns(&set->it_value);
    write_alarm(first > 0 ? deadline_after(first) : WARP_NEVER, timeval_ns(&set->it_interval));
    return 0;
}

EXPORT unsigned alarm(unsigned seconds)
{
    struct itimerval set = {.it_value = {seconds, 0}}, old = {.it_value = {0, 0}};
    if (setitimer(ITIMER_REAL, &set, &old) != 0)
        return 0;
    return (unsigned)(old.it_value.tv_sec + (old.it_value.tv_usec > 0));
}

EXPORT useconds_t ualarm(useconds_t first_us, useconds_t interval_us)
{
    struct itimerval set = {{interval_us / 1000000, interval_us % 1000000}, {first_us / 1000000, first_us % 1000000}};
    struct itimerval old = {.it_value = {0, 0}};
    if (setitimer(ITIMER_REAL, &set, &old) != 0)
        return (useconds_t)-1;
    return (useconds_t)(timeval_ns(&old.it_value) / 1000);
}
