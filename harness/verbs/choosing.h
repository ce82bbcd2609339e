/* The options that choose scenarios, for every verb with scenarios as arguments. */
#ifndef RL_HARNESS_CHOOSING_H
#define RL_HARNESS_CHOOSING_H

#include "harness/suite/choice.h"
#include "lib/cli/cli.h"

extern const struct cli_option choosing_rows[]; /* base: struct choice */

/* Finds, loads and chooses; prints problems on standard error. An exit status; EXIT_NOTHING_RAN when none matches. */
int choosing_load(const char *verb, const char *bin, struct choice *choice, char **args, int arg_count, bool warnings,
                  struct chosen *out);

#endif
