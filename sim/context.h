/* What all servers of the simulated internet share during a run. One owner: sim_main.c. */
#ifndef RL_SIM_CONTEXT_H
#define RL_SIM_CONTEXT_H

#include "lib/base/prng.h"
#include "lib/io/loop.h"
#include "sim/pki/pki.h"
#include "sim/scenario/model.h"
#include "sim/trace/rounds.h"
#include "sim/trace/writer.h"
#include "sim/world/world.h"

#define SIM_RUN_TOKEN 8

struct sim {
    const struct scenario *scenario;
    struct loop *loop;
    struct world *world;
    struct trace *trace;
    struct rounds *rounds;
    struct pki *pki;
    char run[SIM_RUN_TOKEN + 1]; /* marks this run's messages; from the seed */
    unsigned conns, txns;        /* given out so far */
};

/* Time since the start of the story, in ns. */
static inline int64_t sim_t_ns(const struct sim *sim)
{
    return loop_wall_ns(sim->loop) - trace_zero_ns(sim->trace);
}

#endif
