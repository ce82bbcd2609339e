/*
 * A target's retry schedule, and counts, in a line: "30m, 1h, 2h, 4h × 28" and "delivered 41, bounced 7"; from what
 * behaviour_targets makes.
 */
#ifndef RL_HARNESS_SCHEDULE_WORDS_H
#define RL_HARNESS_SCHEDULE_WORDS_H

#include "lib/base/buf.h"
#include "lib/text/json.h"

void schedule_words(const struct json *gaps, struct buf *out);
void count_words(const struct json *counts, struct buf *out); /* the most first; "none" when there is none */

#endif
