#include "warp/patience.h"

void patience_init(struct patience *patience, const struct patience_limits *limits)
{
    *patience = (struct patience){.limits = *limits};
}

void patience_renew(struct patience *patience)
{
    struct patience_limits limits = patience->limits;
    patience_init(patience, &limits);
}

/* The time since the last look goes to what that look and this one have in common. */
static void add_step(struct patience *patience, const struct patience_look *look)
{
    const struct patience_look *last = &patience->last;
    int64_t step = look->now_ns - last->now_ns;
    step = step < patience->limits.step_ns ? step : patience->limits.step_ns;
    bool same = last->kind == look->kind;
    if (!same || look->kind != PATIENCE_SLEEPS || last->call != look->call || last->cpu_ns != look->cpu_ns)
        patience->stuck_ns = 0;
    else
        patience->stuck_ns += step;
    if (same && look->kind == PATIENCE_SLEEPS)
        patience->slow_ns += step;
    if (same && look->kind == PATIENCE_HELD)
        patience->held_ns += step;
}

enum patience_verdict patience_look(struct patience *patience, const struct patience_look *look)
{
    const struct patience_limits *limits = &patience->limits;
    if (look->pid != patience->last.pid) {
        patience_renew(patience);
        patience->cpu_before_ns = look->cpu_ns;
    } else {
        add_step(patience, look);
    }
    patience->last = *look;
    if (look->kind != PATIENCE_HELD && look->cpu_ns - patience->cpu_before_ns > limits->spin_ns)
        return PATIENCE_SPUN;
    bool blocked = patience->stuck_ns > limits->stuck_ns || patience->slow_ns > limits->slow_ns ||
                   patience->held_ns > limits->held_ns;
    return blocked ? PATIENCE_BLOCKED : PATIENCE_LASTS;
}
