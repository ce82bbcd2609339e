#include "harness/report/html/time_scale.h"

#include <math.h>
#include <stddef.h>

#define MINUTE 60.0
#define HOUR   3600.0
#define DAY    86400.0

void time_scale_init(struct time_scale *scale, double least_s, double end_s, double left, double right)
{
    double unit = least_s > 0 ? least_s / 3 : 1;
    *scale = (struct time_scale){
        .unit_s = unit > 1 ? unit : 1, .end_s = end_s > 60 ? end_s : 60, .left = left, .right = right};
}

double time_scale_x(const struct time_scale *scale, double s)
{
    double bounded = s < 0 ? 0 : s > scale->end_s ? scale->end_s : s;
    return scale->left +
           (scale->right - scale->left) * log1p(bounded / scale->unit_s) / log1p(scale->end_s / scale->unit_s);
}

bool time_scale_tick(const struct time_scale *scale, double *s, double room)
{
    static const double ticks[] = {1,       10,       MINUTE,   5 * MINUTE, 15 * MINUTE, 30 * MINUTE,
                                   HOUR,    2 * HOUR, 4 * HOUR, 8 * HOUR,   DAY,         2 * DAY,
                                   5 * DAY, 10 * DAY, 30 * DAY, 100 * DAY};
    for (size_t i = 0; i < sizeof ticks / sizeof ticks[0]; i++) {
        if (ticks[i] <= *s || ticks[i] > scale->end_s)
            continue;
        if (time_scale_x(scale, ticks[i]) - time_scale_x(scale, *s) < room)
            continue;
        *s = ticks[i];
        return true;
    }
    return false;
}
