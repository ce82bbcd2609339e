/*
 * A clock that stands still because no process has a deadline: only the outside world can wake one. After two seconds
 * of real time without a jump of the clock, that is worth a line, once a run. Pure.
 */
#ifndef RL_WARP_STARVATION_H
#define RL_WARP_STARVATION_H

#include <stdbool.h>
#include <stdint.h>

#define STARVATION_REPORTED_NS (INT64_C(2) * 1000000000) /* real */

struct starvation {
    int64_t since_ns; /* real; 0 = not yet */
    uint64_t jumps;   /* of the clock, at that time */
    bool reported;
};

/* A look at a clock that stands still; true when it is time to report it. */
bool starvation_look(struct starvation *starvation, int64_t real_now_ns, uint64_t jumps);

#endif
