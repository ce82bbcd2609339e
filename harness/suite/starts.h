/*
 * Whether a target starts at all. A target that cannot start fails every run for one reason, so the suite stops when
 * the first STARTS_MAX runs in a row end the same way before the target listens on its ports. A target that has started
 * once is never stopped. Runs are taken in the order of the suite, so the result does not depend on how many run at
 * once.
 *
 * The way in which a start failed travels from the trial to the suite as JSON:
 *
 *     {"way": "target-crashed: sh (target) …\npostsuper: fatal: …", "by_target": true, "says": "postsuper: fatal: …"}
 */
#ifndef RL_HARNESS_STARTS_H
#define RL_HARNESS_STARTS_H

#include <stdbool.h>

#include "harness/run/run.h"
#include "lib/text/json.h"

#define STARTS_MAX 3

struct starts {
    bool some;      /* a run has started */
    bool stopped;   /* STARTS_MAX in a row ended the same way */
    bool by_target; /* the target failed, not the harness */
    unsigned alike; /* in a row, the last included */
    char *way;      /* of the last; NULL = none */
    char *says;     /* the line of the target's log that gives the reason; "" = none */
};

/* Of a run that was not played: how its start failed. NULL when the target had started. Caller frees. */
struct json *starts_way(const struct run *run);
/* The same of a run that took its process with it: `problem` says how. Caller frees. */
struct json *starts_way_of_problem(const char *problem);

/* Takes the next run; way NULL: the target started. */
void starts_take(struct starts *starts, const struct json *way);
void starts_fini(struct starts *starts);

/* "postfix did not start: 3 runs in a row ended the same way". Caller frees. */
char *starts_words(const struct starts *starts, const char *target);
/* What to do about it, from a table of known causes; NULL = none is known. */
const char *starts_hint(const struct starts *starts);

#endif
