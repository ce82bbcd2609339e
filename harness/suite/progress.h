/*
 * How far a suite is, while it runs, on standard error: on a terminal one line that is overwritten; elsewhere, so that
 * a log of a CI system does not stand still, a line every PROGRESS_EVERY_NS.
 */
#ifndef RL_HARNESS_PROGRESS_H
#define RL_HARNESS_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/base/duration.h"

#define PROGRESS_EVERY_NS (30 * NS_PER_S)

enum progress_kind { PROGRESS_NONE, PROGRESS_ONE_LINE, PROGRESS_LINES };

struct progress {
    enum progress_kind kind;
    FILE *out;
    size_t total;
    int64_t began_ns, shown_ns; /* shown: the last line of PROGRESS_LINES */
};

/* now_ns: a clock that only grows. */
void progress_begin(struct progress *progress, enum progress_kind kind, size_t total, FILE *out, int64_t now_ns);
void progress_show(struct progress *progress, size_t done, unsigned failed, int64_t now_ns);
void progress_clear(const struct progress *progress); /* before anything else is printed, and at the end */

#endif
