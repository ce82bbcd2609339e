/*
 * What the programs of a run see of their machine, where they have their own namespaces (PID, UTS). A target must not
 * see the name of the host that it happens to be tested on. A target that derives random numbers from its process ID,
 * as Postfix does when it shuffles MX hosts, must get the same numbers in each run of a seed, and others with the next
 * seed.
 */
#ifndef RL_HARNESS_MACHINE_H
#define RL_HARNESS_MACHINE_H

#include <stdint.h>

#include "lib/base/err.h"

/* By the first process of the namespaces. Its name is the target's, its process numbers begin where the seed says. */
int machine_set_up(uint64_t seed, struct err *err);

#endif
