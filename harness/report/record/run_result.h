/* One run with its verdicts, as the terminal and the record show it. All is borrowed. */
#ifndef RL_HARNESS_RUN_RESULT_H
#define RL_HARNESS_RUN_RESULT_H

#include "harness/judge/judge.h"
#include "harness/run/run.h"

struct run_result {
    const struct scenario *scenario;
    const struct target *target;
    const char *target_option; /* as given on the command line */
    uint64_t seed;
    const struct run *run;
    const struct facts *facts; /* NULL: the run left no trace to judge */
    const struct judgement *judgement;
};

#endif
