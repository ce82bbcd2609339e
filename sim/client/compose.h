/*
 * The message of a submission, as octets with CR LF: the scenario's own, or a generated one of the requested size;
 * X-Relaylab-Id and a Message-ID with the run's token are added, and the fields that the scenario names.
 */
#ifndef RL_SIM_COMPOSE_H
#define RL_SIM_COMPOSE_H

#include "sim/context.h"
#include "sim/scenario/model.h"

/* *len: its octets. The caller frees it. */
char *compose_message(const struct sim *sim, const struct submission *submission, size_t *len);

#endif
