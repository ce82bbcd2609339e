/* What a verb that plays scenarios needs before the first run: the target, the network, and the root of its files. */
#ifndef RL_HARNESS_PREPARING_H
#define RL_HARNESS_PREPARING_H

#include <stdio.h>

#include "harness/run/network.h"
#include "harness/run/root.h"
#include "harness/target/target.h"

/* All report on standard error, as relaylab VERB. */
int preparing_load_target(const char *verb, const char *where, const char *bin, struct target **out);

struct prepared {
    enum network network; /* not auto */
    enum root_kind root;
};

/* --net auto|namespace|loopback. False when this machine lacks what the run needs. */
bool preparing_ready(const char *verb, const struct target *target, const char *bin, const char *network,
                     struct prepared *out);

/* How many runs at a time, unless -j says it. */
unsigned preparing_jobs(const struct target *target);

/* --color always|never|auto, for what is written to `out`. */
bool preparing_wants_color(const char *when, FILE *out);

#endif
