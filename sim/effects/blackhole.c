#include "sim/effects/decision.h"
#include "sim/effects/effect.h"

static bool acts(const void *value)
{
    return *(const bool *)value;
}

static void apply(const void *value, struct decision *decision)
{
    (void)value;
    decision->blackhole = true;
}

const struct effect effect_blackhole = {
    .kind = EFFECT_DECIDES,
    .value = EFFECT_VALUE(yaml_bool),
    .stages = ~AT(HANDSHAKE),
    .elsewhere = "a handshake ends with tls_fail: stall, close or reset",
    .at_door = true,
    .acts = acts,
    .apply = apply,
};
