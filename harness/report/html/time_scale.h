/*
 * A logarithmic axis of time that can show zero: position = log(1 + t/unit). The unit is the smallest step that must be
 * visible, so that five minutes and five days fit next to each other.
 */
#ifndef RL_HARNESS_TIME_SCALE_H
#define RL_HARNESS_TIME_SCALE_H

#include <stdbool.h>

struct time_scale {
    double unit_s, end_s; /* times beyond the end lie on the right edge */
    double left, right;   /* in pixels */
};

/* least_s: the smallest time above zero that matters; 0 = none. */
void time_scale_init(struct time_scale *scale, double least_s, double end_s, double left, double right);
double time_scale_x(const struct time_scale *scale, double s);

/* The next tick of the axis after *s ("1m", "1h", …), at least `room` pixels away from it; false after the last. */
bool time_scale_tick(const struct time_scale *scale, double *s, double room);

#endif
