#include "sim/effects/effect.h"

#include "lib/base/check.h"

static const struct {
    const char *name;
    const struct effect *effect;
} registry[EFFECT_COUNT] = {
#define ROW(id, name, help) {#name, &effect_##name},
    EFFECTS(ROW)
#undef ROW
};

const struct effect *effect_of(enum effect_id id)
{
    return registry[id].effect;
}

const char *effect_name(enum effect_id id)
{
    return registry[id].name;
}

const void *rule_effect(const struct rule *rule, enum effect_id id)
{
    const void *value = rule->effects[id];
    bool (*acts)(const void *) = registry[id].effect->acts;
    return value != NULL && (acts == NULL || acts(value)) ? value : NULL;
}

bool rule_has_kind(const struct rule *rule, enum effect_kind kind)
{
    for (unsigned id = 0; id < EFFECT_COUNT; id++)
        if (registry[id].effect->kind == kind && rule_effect(rule, id) != NULL)
            return true;
    return false;
}

bool rule_speaks(const struct rule *rule)
{
    return rule_effect(rule, EFFECT_REPLY) != NULL || rule_effect(rule, EFFECT_RAW) != NULL;
}

/* The half that a scenario is checked with. */
static const char *scenario_half_defect(const struct effect *effect)
{
    const struct yaml_type *value = &effect->value;
    if (effect->kind != EFFECT_DECIDES && effect->kind != EFFECT_ADDS)
        return "it neither decides nor adds";
    if (value->kind != YAML_PTR || value->item == NULL || value->item->size == 0)
        return "it has no value";
    if (effect->stages == 0 || (effect->elsewhere == NULL) != (effect->stages == EVERYWHERE))
        return "`stages` and `elsewhere` do not fit each other";
    if ((effect->without == NULL) != (effect->needed == 0))
        return "`needed` and `without` do not fit each other";
    return NULL;
}

const char *effect_defect(const struct effect *effect)
{
    const char *defect = scenario_half_defect(effect);
    if (defect != NULL)
        return defect;
    if (effect->apply == NULL && effect->triggers == NULL)
        return "it does not act";
    if (effect->memory_size == 0 && (effect->init != NULL || effect->fini != NULL))
        return "it has no memory to initialize or free";
    return NULL;
}

void effects_check(void)
{
    for (unsigned id = 0; id < EFFECT_COUNT; id++)
        rl_assert(effect_defect(registry[id].effect) == NULL);
}
