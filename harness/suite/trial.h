/*
 * A trial: one seed of one scenario, run (and repeated), judged and reported. Its result is text that another process
 * can take over:
 *
 *     {"record":{…},"tallies":[…],"start":{…}}   one line: the record of harness/report/record/record.h, what
 *                                                over_seeds counted, and how the start failed, if it did (starts.h)
 *     what the terminal prints                   the rest
 *
 * It is empty when the trial was interrupted.
 */
#ifndef RL_HARNESS_TRIAL_H
#define RL_HARNESS_TRIAL_H

#include "harness/judge/over_seeds.h"
#include "harness/suite/suite.h"

enum trial_role {
    TRIAL_ALONE,       /* the scenario's only seed */
    TRIAL_ONE_OF_MANY, /* of a scenario's other seeds */
    TRIAL_OVER_ALL,    /* its first seed, judged by what was counted over all of them; it represents the scenario */
};

struct trial {
    const struct suite_settings *settings;
    const struct scenario *scenario;
    uint64_t seed;
    enum trial_role role;
    struct seed_tallies *tallies; /* this seed is added; TRIAL_OVER_ALL: those of all others are in it */
};

int trial_run(const struct trial *trial, FILE *out, struct err *err);

/* What trial_run wrote: record and start are the caller's, text points into `result`. start NULL: the target started.
 */
struct trial_result {
    struct json *record, *start;
    struct slice text;
};

/* False when the result is empty; then *out is untouched. */
bool trial_read(struct slice result, struct seed_tallies *tallies, struct trial_result *out);

#define TRIAL_OBSTACLE_MAX 800
/* Appends why the target cannot take part in this scenario ("lacks dsn"); nothing when it can. */
int trial_obstacle(const struct target *target, const struct scenario *scenario, uint64_t seed, struct buf *why,
                   struct err *err);

#endif
