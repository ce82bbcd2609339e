/*
 * One setting of `given` that replaces the file's, so that a student can ask "what if": "retry.first=10s",
 * "retry.steps=1m,5m", "limits.size=1MiB", "tls.dest.example=verify". Only what the target alone reads can be
 * replaced: the simulated internet reads users and smarthost from the file itself.
 *
 * Where the file has no `retry.then`, `retry.first` sets it too: then every wait is that long.
 */
#ifndef RL_SIM_SCENARIO_SETTINGS_H
#define RL_SIM_SCENARIO_SETTINGS_H

#include "lib/base/err.h"
#include "sim/scenario/model.h"

/* Changes the document of a scenario that is not decoded yet. ERR_INVALID: no such setting, or not such a value. */
int scenario_set(struct scenario *scenario, const char *setting, struct err *err);

#endif
