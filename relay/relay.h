/*
 * The relay: starts its parts, runs them, reloads their configuration, and stops them.
 *
 * relay_run returns when the relay has shut down gracefully (SIGTERM, SIGINT), or could not go on. SIGHUP reloads the
 * configuration: an invalid one is refused as a whole, with its problems as events; a valid one applies to everything
 * that is opened from then on: open sessions keep the limits and the certificate that they began with. spool, control
 * and resolver do not change before a restart.
 */
#ifndef RL_RELAY_RELAY_H
#define RL_RELAY_RELAY_H

#include "relay/config/config.h"

/* Takes ownership of config, which was read from `path`. 0 shut down gracefully, 1 the queue could not be written, 3
 * could not start. */
int relay_run(struct config *config, const char *path);

#endif
