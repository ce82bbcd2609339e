/* Ranges of counts and of lengths of time, as scenarios write them. */
#ifndef RL_SIM_SCENARIO_RANGE_H
#define RL_SIM_SCENARIO_RANGE_H

#include <stdbool.h>
#include <stdint.h>

/* "N", ">=N", "<=N", "A..B" of counts or lengths of time. An absent range is not `set` and fits everything. */
struct range {
    bool set;
    int64_t min, max;
    const char *text; /* as written */
};

bool range_fits(const struct range *range, int64_t n);
/* Whether a rule or fault acts at its n-th chance: `times: 3` is the first three, ranges count the chances. */
bool range_allows_chance(const struct range *times, int64_t chance);

#endif
