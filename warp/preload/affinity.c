/* The whole tree stays on the coordinator's CPU: the coordinator's look relies on no process running elsewhere
 * meanwhile. */
#include "warp/preload/preload.h"

#include <pthread.h>
#include <sched.h>
#include <stddef.h>

EXPORT int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set)
{
    return warp != NULL ? 0 : (int)syscall(SYS_sched_setaffinity, pid, size, set);
}

EXPORT int pthread_setaffinity_np(pthread_t thread, size_t size, const cpu_set_t *set)
{
    return warp != NULL ? 0 : REAL(pthread_setaffinity_np)(thread, size, set);
}
