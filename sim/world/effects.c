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

static bool has_raw(const struct rule *rule)
{
    return rule->raw_seen;
}

static void apply_raw(const struct rule *rule, struct decision *decision)
{
    decision->raw = &rule->raw;
}

static bool has_tls_fail(const struct rule *rule)
{
    return rule->tls_fail != TLS_FAULT_NONE;
}

static void apply_tls_fail(const struct rule *rule, struct decision *decision)
{
    decision->tls_fail = (enum tls_fault)rule->tls_fail;
}

/* ---- chance ---- */

static bool has_chance(const struct rule *rule)
{
    return rule->chance_ppm != 0;
}

static bool chance_triggers(struct rule_state *state, const struct situation *situation, bool remember)
{
    struct prng draw = state->prng;
    (void)situation;
    bool drawn = prng_below(&draw, 1000000) < (uint64_t)state->rule->chance_ppm;
    if (remember)
        state->prng = draw;
    return drawn;
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

static bool has_drip(const struct rule *rule)
{
    return rule->drip != NULL;
}

static void apply_drip(const struct rule *rule, struct decision *decision)
{
    decision->drip = rule->drip;
}

static bool has_announce(const struct rule *rule)
{
    return rule->announce_seen;
}

static void apply_announce(const struct rule *rule, struct decision *decision)
{
    decision->announce = &rule->announce;
}

static bool has_inject(const struct rule *rule)
{
    return rule->inject.len > 0;
}

static void apply_inject(const struct rule *rule, struct decision *decision)
{
    decision->inject = rule->inject;
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

/* A greylist and a rate limit stand before the reply that they give; a chance behind what it lets happen. */
const struct effect effects[] = {
    {"refuse", true, has_refuse, NULL, apply_refuse},
    {"blackhole", true, has_blackhole, NULL, apply_blackhole},
    {"greylist", true, has_greylist, greylist_triggers, NULL},
    {"rate_limit", true, has_rate_limit, rate_limit_triggers, NULL},
    {"reply", true, has_reply, NULL, apply_reply},
    {"raw", true, has_raw, NULL, apply_raw},
    {"tls_fail", true, has_tls_fail, NULL, apply_tls_fail},
    {"drip", false, has_drip, NULL, apply_drip},
    {"announce", false, has_announce, NULL, apply_announce},
    {"inject", false, has_inject, NULL, apply_inject},
    {"delay", false, has_delay, NULL, apply_delay},
    {"keep", false, has_keep, NULL, apply_keep},
    {"then", false, has_then, NULL, apply_then},
    {"chance", false, has_chance, chance_triggers, NULL},
};
const unsigned effect_count = sizeof effects / sizeof effects[0];
