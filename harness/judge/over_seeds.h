/* over_seeds: how the values of one trace field are shared out over many runs, each with another seed. */
#ifndef RL_HARNESS_OVER_SEEDS_H
#define RL_HARNESS_OVER_SEEDS_H

#include "harness/judge/judge.h"

/* What one expectation has seen so far. */
struct seed_tally {
    const struct expect *expect;
    uint64_t counts[OVER_SEEDS_VALUES]; /* of each value in `among` */
    uint64_t total;                     /* events that fit */
    unsigned runs;
};

struct seed_tallies {
    struct seed_tally *list;
    size_t count;
};

void seed_tallies_init(struct seed_tallies *tallies, const struct scenario *scenario);
void seed_tallies_add(struct seed_tallies *tallies, const struct trace_log *log);
/* What one process has counted, for another to add: [{"runs","total","counts":[…]}], an item an expectation. */
struct json *seed_tallies_json(const struct seed_tallies *tallies);
void seed_tallies_add_json(struct seed_tallies *tallies, const struct json *json);
void seed_tallies_fini(struct seed_tallies *tallies);

#endif
