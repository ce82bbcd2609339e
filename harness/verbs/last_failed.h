/*
 * What failed in the latest run, from the report that each run leaves (OUTPUTS_LATEST): its scenarios and cases, so
 * that they can run again.
 */
#ifndef RL_HARNESS_LAST_FAILED_H
#define RL_HARNESS_LAST_FAILED_H

#include "harness/suite/choice.h"
#include "lib/text/json.h"

struct last_failed {
    struct json *records; /* of all runs of the report */
    const char *target;   /* as on the command line */
    char **files;         /* the scenarios of those that failed, each once */
    size_t count;
};

/*
 * Reads the report. ERR_NOT_FOUND: nothing failed, of this target; other errors: there is no report, or it cannot be
 * read. Must be freed in each case.
 */
int last_failed_read(struct last_failed *out, const char *target, struct err *err);
void last_failed_free(struct last_failed *last);

/* Leaves only those that failed. */
void last_failed_sift(const struct last_failed *last, struct chosen *chosen);

#endif
