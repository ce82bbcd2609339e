/*
 * The ids of a page. They name what they belong to, so that a link still works in the next report:
 *
 *     postfix/retry/warning(never-recovers)                  a run
 *     postfix/retry/warning(never-recovers):tell-the-sender  an expectation of it
 *     postfix/retry/warning(never-recovers)@3                its connection 3
 *     postfix/retry/warning(never-recovers)@3.14             a line of it that a verdict is about
 *     postfix/retry/warning(never-recovers)@report-1         its first bounce
 *
 * Characters that a URL would have to escape become hyphens. Equal ids, as of several seeds, are numbered: ~2, ~3.
 */
#ifndef RL_HARNESS_HTML_ANCHOR_H
#define RL_HARNESS_HTML_ANCHOR_H

#include "lib/text/json.h"

#define ANCHOR_MAX 240 /* of a run's id, with the NUL */

struct anchors {
    char **ids; /* of each run */
    size_t count;
};

void anchors_make(struct anchors *anchors, const struct json *records);
void anchors_free(struct anchors *anchors);

/* Of a verdict, by its index in the run; with the NUL it fits in ANCHOR_MAX. */
void anchor_of_verdict(char out[ANCHOR_MAX], const struct json *verdicts, size_t index);

#endif
