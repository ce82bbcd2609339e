/* The verdicts of a run on a terminal, each with what was expected, what there was, and the lines around it. */
#ifndef RL_HARNESS_TERMINAL_VERDICTS_H
#define RL_HARNESS_TERMINAL_VERDICTS_H

#include "harness/report/terminal/terminal.h"

/* All with `timeline`; else those that are not as expected, and warnings with `verbose`. */
void terminal_verdicts(const struct terminal *terminal, const struct run_result *result);
/* How many `should` are broken that no baseline knows of. */
unsigned terminal_count_warnings(const struct judgement *judgement);

#endif
