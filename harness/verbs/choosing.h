/* The options that choose scenarios, for every verb that takes scenarios. */
#ifndef RL_HARNESS_CHOOSING_H
#define RL_HARNESS_CHOOSING_H

#include "harness/suite/choice.h"
#include "harness/verbs/options.h"

extern const struct option_row choosing_rows[]; /* base: struct choice */

/* Finds, loads and chooses; problems are told on standard error. An exit status; EXIT_NOTHING_RAN when none is left. */
int choosing_load(const char *verb, const char *bin, struct choice *choice, char **args, int arg_count, bool warnings,
                  struct chosen *out);

#endif
