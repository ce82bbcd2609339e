/* The last line of a run, and the exit status that follows from its results. */
#ifndef RL_HARNESS_SUMMARY_H
#define RL_HARNESS_SUMMARY_H

#include "harness/suite/suite.h"

/* Prints the counts. An exit status; trouble outweighs a failure, because what could not run may hide others. */
int summary_print(const struct suite_result *result, FILE *out);

#endif
