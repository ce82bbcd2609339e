/* The tree stays on one CPU, whatever its programs wish: the coordinator's look rests on it. */
#include <pthread.h>
#include <sched.h>

#include "warp/testprogs/testprog.h"

static int cpus(void)
{
    cpu_set_t now;
    CHECK(sched_getaffinity(0, sizeof now, &now) == 0);
    return CPU_COUNT(&now);
}

int main(void)
{
    cpu_set_t all;
    CPU_ZERO(&all);
    for (size_t i = 0; i < CPU_SETSIZE; i++)
        CPU_SET(i, &all);
    CHECK(sched_setaffinity(0, sizeof all, &all) == 0 && cpus() == 1);
    CHECK(pthread_setaffinity_np(pthread_self(), sizeof all, &all) == 0 && cpus() == 1);
    return 0;
}
