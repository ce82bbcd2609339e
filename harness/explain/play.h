/* One run of one scenario, played and judged, for verbs that look at it closely. */
#ifndef RL_HARNESS_PLAY_H
#define RL_HARNESS_PLAY_H

#include "harness/facts/facts.h"
#include "harness/judge/judge.h"
#include "harness/run/run.h"

struct played {
    struct run run;
    struct trace_log log;
    struct facts facts;
    struct judgement judgement;
};

/* The scenario and the target of the settings are borrowed until played_fini. An error when the run could not be played
 * to its end; then there is nothing to free. */
int play(const struct run_settings *settings, struct played *out, struct err *err);
void played_fini(struct played *played);

#endif
