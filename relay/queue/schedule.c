#include "relay/queue/schedule.h"

int64_t schedule_step(int64_t first_ns, int64_t max_ns, unsigned deferrals)
{
    int64_t step = first_ns;
    for (unsigned i = 1; i < deferrals && step < max_ns; i++)
        step *= 2;
    return step < max_ns ? step : max_ns;
}

int64_t schedule_listed(const int64_t *waits_ns, size_t count, int64_t then_ns, int64_t attempts)
{
    return attempts >= 1 && (uint64_t)attempts <= count ? waits_ns[attempts - 1] : then_ns;
}

bool schedule_next(int64_t created_ns, int64_t lifetime_ns, int64_t started_ns, int64_t step_ns, int64_t *next_ns)
{
    int64_t end = created_ns + lifetime_ns;
    if (started_ns >= end)
        return false;
    *next_ns = started_ns + step_ns < end ? started_ns + step_ns : end;
    return true;
}
