/* The end of a run: why runs failed, the counts, and the exit status that follows from the results. */
#ifndef RL_HARNESS_SUMMARY_H
#define RL_HARNESS_SUMMARY_H

#include "harness/suite/suite.h"

/*
 * Prints the causes of failures, if there is more than one run, then the counts; rerun: the command that runs again
 * what failed, or NULL. An exit status; trouble outweighs a failure, because what could not run may hide others.
 */
int summary_print(const struct suite_result *result, const struct terminal *terminal, const char *rerun);

#endif
