/*
 * What the programs of a run are told of their machine, where they have namespaces of their own (PID, UTS): a target
 * must not hear the name of the host that it happens to be tested on, and one that draws from its process number, as
 * Postfix does when it shuffles MX hosts, must draw the same in each run of a seed, and something else with the next.
 */
#ifndef RL_HARNESS_MACHINE_H
#define RL_HARNESS_MACHINE_H

#include <stdint.h>

#include "lib/base/err.h"

/* By the first process of the namespaces. Its name is the target's, its process numbers begin where the seed says. */
int machine_set_up(uint64_t seed, struct err *err);

#endif
