/*
 * What libwarp saw the target do: every connect, also those that never reached a simulated host (refused, dropped, to
 * the target itself, out of the world). Drained from the shared memory before each event of the trace, so that the
 * trace has them at their own times.
 */
#ifndef RL_SIM_CONNECTS_H
#define RL_SIM_CONNECTS_H

#include "sim/context.h"
#include "sim/mx/hosts.h"
#include "warp/shm.h"

struct connects {
    struct sim *sim;
    struct hosts_of_world *hosts;
    struct warp_shm *shm; /* NULL: not under warp, nothing is seen */
    uint64_t cursor, lost;
};

void connects_drain(struct connects *connects);

#endif
