#include "sim/effects/decision.h"
#include "sim/effects/effect.h"
#include "sim/scenario/tables.h"

static const struct yaml_type octets = CUSTOM("octets", struct slice, leaf_octets);

static void lint(struct scenario *scenario, const struct rule *rule)
{
    if (rule_effect(rule, EFFECT_REPLY) != NULL)
        yaml_error(&scenario->doc, rule->at_mark, "rules", "`raw` replaces `reply`; give one of them");
}

static void apply(const void *value, struct decision *decision)
{
    decision->raw = value;
}

const struct effect effect_raw = {
    .kind = EFFECT_DECIDES,
    .value = EFFECT_VALUE(octets),
    .stages = ~AT(HANDSHAKE),
    .elsewhere = "a handshake has no replies; give it tls_fail",
    .lint = lint,
    .apply = apply,
};
