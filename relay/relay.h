/*
 * The relay: its parts put together, run, given another configuration, and taken apart in order.
 *
 * relay_run returns when the relay has ended in order (SIGTERM, SIGINT), or could not go on. SIGHUP reads the
 * configuration anew: a bad one is refused as a whole, with its problems as events; a good one holds from then on for
 * everything but what is open already: sessions go on with the limits and the certificate that they began with.
 * spool, control and resolver stay what they were until a restart.
 */
#ifndef RL_RELAY_RELAY_H
#define RL_RELAY_RELAY_H

#include "relay/config/config.h"

/* Takes config, which came from `path`. 0 ended in order, 1 the queue could not be written, 3 could not start. */
int relay_run(struct config *config, const char *path);

#endif
