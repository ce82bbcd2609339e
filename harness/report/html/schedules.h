/* The parts of the page of schedules (schedules.c), each from the measured schedules for one kind of host. */
#ifndef RL_HARNESS_HTML_SCHEDULES_H
#define RL_HARNESS_HTML_SCHEDULES_H

#include "harness/report/html/time_scale.h"
#include "harness/report/markup/html.h"
#include "harness/report/record/schedule.h"

#define SCHEDULES_MAX 64 /* targets on a page */

struct schedules {
    struct schedule list[SCHEDULES_MAX];
    size_t count;
    struct time_scale scale; /* from 0 to 100: percents of a rug's width */
};

/* Attempts of all targets on one axis, and what would happen if the host were back at that time. */
void schedules_rugs(struct buf *out, const struct schedules *all, double back_s);
/* The next wait by the age of the message. */
void schedules_waits(struct buf *out, const struct schedules *all);
/* A line in the style of the i-th target. */
void schedules_sample(struct buf *out, size_t i);

#endif
