/* The options about baselines, and what happens to a run's records with one. */
#ifndef RL_HARNESS_BASELINING_H
#define RL_HARNESS_BASELINING_H

#include "harness/suite/difference.h"
#include "lib/cli/cli.h"

struct baselining {
    const char *path, *reason; /* NULL = none */
    bool update, accept_must;
};

extern const struct cli_option baselining_rows[];        /* base: struct baselining */
extern const struct cli_option baselining_update_rows[]; /* of them, those about an update */

/* An exit status; *out stays NULL when no baseline is given. With `update` a missing file is created. */
int baselining_open(const struct baselining *options, const char *verb, struct baseline **out);

/* Prints the differences, or updates the file with them. code: the exit status without a baseline. */
int baselining_finish(const struct baselining *options, const char *verb, const struct baseline *baseline,
                      const struct json *records, const struct difference_reach *reach, int code);

#endif
