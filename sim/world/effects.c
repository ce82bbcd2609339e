#include "sim/world/effects.h"

/* ---- deciding ---- */

static bool has_refuse(const struct rule *rule)
{
    return rule->refuse;
}

static void apply_refuse(const struct rule *rule, struct decision *decision)
{
    (void)rule;
    decision->refuse = true;
}

static bool has_blackhole(const struct rule *rule)
{
    return rule->blackhole;
}

static void apply_blackhole(const struct rule *rule, struct decision *decision)
{
    (void)rule;
    decision->blackhole = true;
}

static bool has_greylist(const struct rule *rule)
{
    return rule->greylist != NULL;
}

static bool greylist_triggers(struct rule_state *state, const struct situation *situation, bool remember)
{
    return greylist_holds(&state->greylist, state->rule->greylist, situation, remember);
}

static bool has_rate_limit(const struct rule *rule)
{
    return rule->rate_limit != NULL;
}

static bool rate_limit_triggers(struct rule_state *state, const struct situation *situation, bool remember)
{
    return rate_limit_holds(&state->rate, state->rule->rate_limit, situation, remember);
}

static bool has_reply(const struct rule *rule)
{
    return rule->reply.code != 0;
}

static void apply_reply(const struct rule *rule, struct decision *decision)
{
    decision->reply = rule->reply;
}

/* ---- adding ---- */

static bool has_delay(const struct rule *rule)
{
    return rule->delay_ns != 0;
}

static void apply_delay(const struct rule *rule, struct decision *decision)
{
    decision->delay_ns += rule->delay_ns;
}

static bool has_keep(const struct rule *rule)
{
    return rule->keep != KEEP_AS_REPLIED;
}

static void apply_keep(const struct rule *rule, struct decision *decision)
{
    decision->keep = (enum keep)rule->keep;
}

static bool has_then(const struct rule *rule)
{
    return rule->then_seen;
}

static void apply_then(const struct rule *rule, struct decision *decision)
{
    decision->then = (enum then)rule->then;
    decision->then_seen = true;
}

/* A greylist and a rate limit stand before the reply that they give. */
const struct effect effects[] = {
    {"refuse", true, has_refuse, NULL, apply_refuse},
    {"blackhole", true, has_blackhole, NULL, apply_blackhole},
    {"greylist", true, has_greylist, greylist_triggers, NULL},
    {"rate_limit", true, has_rate_limit, rate_limit_triggers, NULL},
    {"reply", true, has_reply, NULL, apply_reply},
    {"delay", false, has_delay, NULL, apply_delay},
    {"keep", false, has_keep, NULL, apply_keep},
    {"then", false, has_then, NULL, apply_then},
};
const unsigned effect_count = sizeof effects / sizeof effects[0];
