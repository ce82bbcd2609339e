/*
 * How a run ended, from the files that it left in its folder: warp.report by the coordinator, trace.jsonl by the sim.
 *
 *     result ok, and the trace ends with reason until     RUN_PLAYED
 *     the trace ends with target-silent                   RUN_TARGET_TROUBLE
 *     result target-…, or not-started                     RUN_TARGET_TROUBLE
 *     all else, also no report                            RUN_TROUBLE
 */
#ifndef RL_HARNESS_ENDING_H
#define RL_HARNESS_ENDING_H

#include "harness/run/run.h"

/* Of the run in out->folder: sets the state, what went wrong in words, the virtual time and the notes. */
void ending_read(struct run *out);

#endif
