#include "warp/starvation.h"

bool starvation_look(struct starvation *starvation, int64_t real_now_ns, uint64_t jumps)
{
    if (starvation->since_ns == 0 || starvation->jumps != jumps) {
        starvation->since_ns = real_now_ns;
        starvation->jumps = jumps;
    }
    if (starvation->reported || real_now_ns - starvation->since_ns < STARVATION_REPORTED_NS)
        return false;
    starvation->reported = true;
    return true;
}
