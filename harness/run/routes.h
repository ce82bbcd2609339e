/*
 * The network of one run: a private network namespace in which the documentation ranges are local *routes* with `src`
 * set to the target's address, never interface addresses, except for the target's own: a target that lists its
 * interfaces must not find the MX hosts there, and the hosts must see the target's address, not their own. Nothing
 * outside can be reached.
 */
#ifndef RL_HARNESS_ROUTES_H
#define RL_HARNESS_ROUTES_H

#include "lib/base/err.h"

/* Sets up the present namespace; the caller has just been cloned into it. */
int routes_set_up(struct err *err);

#endif
