#include "sim/effects/decision.h"
#include "sim/effects/effect.h"
#include "sim/scenario/tables.h"

static bool acts(const void *value)
{
    return *(const int64_t *)value != 0;
}

static void apply(const void *value, struct decision *decision)
{
    decision->delay_ns += *(const int64_t *)value;
}

const struct effect effect_delay = {
    .kind = EFFECT_ADDS,
    .value = EFFECT_VALUE(wait),
    .stages = EVERYWHERE,
    .needed = AT(IDLE),
    .without = "a rule at idle needs `delay`: how long the client must be silent",
    .acts = acts,
    .apply = apply,
};
