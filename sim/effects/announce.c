#include "sim/effects/decision.h"
#include "sim/effects/effect.h"

static void apply(const void *value, struct decision *decision)
{
    decision->announce = value;
}

const struct effect effect_announce = {
    .kind = EFFECT_ADDS,
    .value = EFFECT_VALUE(yaml_str_list),
    .stages = AT(EHLO),
    .elsewhere = "`announce` acts at ehlo",
    .apply = apply,
};
