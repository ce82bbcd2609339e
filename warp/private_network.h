/* A network namespace with nothing in it but loopback, for this process and what it starts. */
#ifndef RL_WARP_PRIVATE_NETWORK_H
#define RL_WARP_PRIVATE_NETWORK_H

#include "lib/base/err.h"

/* In a user namespace, with the same user, when that needs no privileges. ERR_SYSTEM when it cannot be made. */
int private_network(struct err *err);

#endif
