#include "sim/effects/decision.h"
#include "sim/effects/effect.h"

static bool acts(const void *value)
{
    return *(const bool *)value;
}

static void apply(const void *value, struct decision *decision)
{
    (void)value;
    decision->refuse = true;
}

const struct effect effect_refuse = {
    .kind = EFFECT_DECIDES,
    .value = EFFECT_VALUE(yaml_bool),
    .stages = AT(CONNECT),
    .elsewhere = "`refuse` acts at connect; elsewhere give a reply",
    .at_door = true,
    .acts = acts,
    .apply = apply,
};
