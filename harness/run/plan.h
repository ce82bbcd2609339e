/* The plan of a run (warp/plan.h has its format): what relaylab-warp is to start, and where. */
#ifndef RL_HARNESS_PLAN_H
#define RL_HARNESS_PLAN_H

#include "harness/run/run.h"

/* Writes FOLDER/warp.plan. */
int plan_write(const struct run_settings *settings, const char *folder, const struct target_values *values,
               struct err *err);

#endif
