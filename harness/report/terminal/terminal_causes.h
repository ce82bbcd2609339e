/*
 * Why runs failed, at the end of a suite: each cause with the number of its runs, what was expected and seen in the
 * first, and some of their names. Nothing when there are no causes.
 */
#ifndef RL_HARNESS_TERMINAL_CAUSES_H
#define RL_HARNESS_TERMINAL_CAUSES_H

#include "harness/report/terminal/terminal.h"

/* causes: of causes_of (harness/report/record/causes.h). */
void terminal_causes(const struct terminal *terminal, const struct json *causes);

#endif
