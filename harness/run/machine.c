#include "harness/run/machine.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/prng.h"
#include "sim/scenario/model.h"

/* The kernel's own numbers begin at 300 after the first round and end at 32768, where that is not set higher. */
#define PID_FIRST 1000
#define PID_RANGE 20000

/* Where /proc/sys is read-only, as in many containers, numbers begin at 2 with every seed. */
static void number_processes(uint64_t seed)
{
    struct prng root, pids;
    prng_init_seed(&root, seed);
    prng_fork(&pids, &root, "pid");
    int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)dprintf(fd, "%d", PID_FIRST + (int)prng_below(&pids, PID_RANGE));
    close(fd);
}

int machine_set_up(uint64_t seed, struct err *err)
{
    number_processes(seed);
    return sethostname(WORLD_TARGET_NAME, strlen(WORLD_TARGET_NAME)) == 0
               ? ERR_OK
               : err_errno(err, "cannot name the run's machine %s", WORLD_TARGET_NAME);
}
