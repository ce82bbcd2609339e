/*
 * A network for a run that cannot have a namespace: a block of eight /24s in 127.64.0.0–127.127.255.255, in which the
 * i-th network of the plan's world is the i-th /24. libwarp translates (warp/preload/addresses.c); no other code knows.
 *
 *     world 127.0.0.0/24 127.0.1.0/24 192.0.2.0/24 …   →   127.B.b.0/24 127.B.b+1.0/24 127.B.b+2.0/24 …
 *     ports 1–1023                                      →   20000 more, or another round number when those are in use
 *
 * Concurrent runs have different blocks, even those of different users and containers: to have a block is to hold the
 * UNIX socket of its number in the abstract name space, which belongs to the network namespace, as the addresses do.
 * The kernel releases it with the last process that holds it, however that process ends.
 */
#ifndef RL_WARP_LOOPBACK_H
#define RL_WARP_LOOPBACK_H

#include "warp/plan.h"

/*
 * Gives the plan a block and a port shift with which the ports of its roles are free. *claim must stay open until all
 * of the run's processes have ended. ERR_INVALID for a world that fits in no block; ERR_SYSTEM when all blocks are
 * taken, or when other programs use the ports of every shift.
 */
int loopback_claim(struct plan *plan, int *claim, struct err *err);

#endif
