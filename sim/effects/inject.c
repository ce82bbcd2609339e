#include "sim/effects/decision.h"
#include "sim/effects/effect.h"
#include "sim/scenario/tables.h"

static const struct yaml_type octets = CUSTOM("octets", struct slice, leaf_octets);

static bool acts(const void *value)
{
    return ((const struct slice *)value)->len > 0;
}

static void apply(const void *value, struct decision *decision)
{
    decision->inject = *(const struct slice *)value;
}

const struct effect effect_inject = {
    .kind = EFFECT_ADDS,
    .value = EFFECT_VALUE(octets),
    .stages = AT(STARTTLS),
    .elsewhere = "`inject` acts at starttls",
    .acts = acts,
    .apply = apply,
};
