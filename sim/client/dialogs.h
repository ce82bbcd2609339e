/*
 * The story's dialogs on real sockets: each connects from the client's address to a port of the target at its time, and
 * plays its script (play.h). Several may go on at once.
 */
#ifndef RL_SIM_DIALOGS_H
#define RL_SIM_DIALOGS_H

#include "sim/client/clients.h"

struct dialogs;

struct dialogs *dialogs_new(struct sim *sim, const struct client_settings *settings);
void dialogs_start(struct dialogs *dialogs, const struct script *script);
void dialogs_free(struct dialogs *dialogs);

#endif
