#include "harness/run/machine.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/prng.h"
#include "sim/scenario/model.h"

/* The kernel's own numbers begin at 300 after the first round and end at 32768, where that is not set higher. */
#define PID_FIRST 1000
#define PID_RANGE 20000

/* Where they begin at 2, so many of them at most are used up. */
#define PID_SKIPS 256

static bool begin_at(int number)
{
    int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
    bool done = fd >= 0 && dprintf(fd, "%d", number) > 0;
    if (fd >= 0)
        close(fd);
    return done;
}

static void *end_at_once(void *arg)
{
    return arg;
}

/* Threads have numbers of the same kind, and take 20 µs. */
static void use_up(uint64_t count)
{
    pthread_t thread;
    for (uint64_t i = 0; i < count; i++) {
        if (pthread_create(&thread, NULL, end_at_once, NULL) != 0)
            return;
        (void)pthread_join(thread, NULL);
    }
}

/* In many containers /proc/sys is read-only. */
static void number_processes(uint64_t seed)
{
    struct prng root, pids;
    prng_init_seed(&root, seed);
    prng_fork(&pids, &root, "pid");
    if (!begin_at(PID_FIRST + (int)prng_below(&pids, PID_RANGE)))
        use_up(prng_below(&pids, PID_SKIPS));
}

int machine_set_up(uint64_t seed, struct err *err)
{
    number_processes(seed);
    return sethostname(WORLD_TARGET_NAME, strlen(WORLD_TARGET_NAME)) == 0
               ? ERR_OK
               : err_errno(err, "cannot name the run's machine %s", WORLD_TARGET_NAME);
}
