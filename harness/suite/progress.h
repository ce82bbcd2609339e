/* The line on a terminal's standard error that shows how far a suite is, while it runs: one line that is overwritten.
 */
#ifndef RL_HARNESS_PROGRESS_H
#define RL_HARNESS_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    bool shown; /* false: nothing is ever printed */
    size_t total;
    int64_t began_ns;
};

void progress_begin(struct progress *progress, bool shown, size_t total);
void progress_show(const struct progress *progress, size_t done, unsigned not_as_expected);
void progress_clear(const struct progress *progress); /* before anything else is printed, and at the end */

#endif
