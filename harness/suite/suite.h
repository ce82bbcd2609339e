/*
 * A suite: chosen scenarios, run with their seeds, several at a time, judged, shown in their order and counted.
 *
 *     scenario -> seeds -> one trial each (trial.h), in a process of the pool -> its record and text
 *
 * The seeds of one scenario make one result: the first seed's, unless another one's is not as expected. The first is
 * run last, because what it is judged by (over_seeds) has to be counted over all of them. Seeds that the command line
 * requests must agree: verdicts that differ make the scenario unstable.
 */
#ifndef RL_HARNESS_SUITE_H
#define RL_HARNESS_SUITE_H

#include "harness/report/terminal/terminal.h"
#include "harness/run/network.h"
#include "harness/run/root.h"
#include "harness/suite/baseline.h"
#include "harness/suite/choice.h"
#include "harness/suite/progress.h"
#include "lib/text/json.h"

struct suite_settings {
    const char *bin; /* folder of the programs */
    struct target *target;
    const char *target_option; /* as given on the command line */
    const char *keep;          /* where run folders are kept; NULL = nowhere */
    int64_t seed;              /* the first; -1 = the scenario's own */
    int64_t seeds;             /* how many; 0 = as many as the scenario says, or one when `seed` is given */
    unsigned repeat;           /* runs of each seed; traces that differ make it unstable */
    unsigned jobs;             /* at a time */
    enum network network;      /* not auto */
    enum root_kind root;
    bool strict;                     /* a `should` that is broken is a failure */
    const struct baseline *baseline; /* what is known of the target; NULL = nothing */
    const struct json *heading;      /* for each record (heading.h); NULL = none */
    enum progress_kind progress;     /* on standard error */
    struct terminal terminal;        /* for the results */
};

struct suite_result {
    unsigned as_expected, not_as_expected, unsupported, troubled;
    unsigned known, warned; /* of those as expected: with a failure that the baseline knows, with a warning */
    unsigned untried;       /* since the target does not start (starts.h) */
    bool stopped;           /* for that reason */
    int64_t real_ns;        /* that it took */
    struct json *records;   /* array, of all scenarios; the caller's */
};

/* An error when nothing could be started at all; what one scenario met is in its record. Ends early when interrupted.
 */
int suite_run(const struct suite_settings *settings, const struct chosen *chosen, struct suite_result *out,
              struct err *err);

#endif
