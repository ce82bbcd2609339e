/* The effects of rules, one row each: whether a rule has it, whether it triggers, what it does to the decision. */
#ifndef RL_SIM_EFFECTS_H
#define RL_SIM_EFFECTS_H

#include "sim/world/greylist.h"
#include "sim/world/rate_limit.h"
#include "sim/world/world.h"

/* A rule's memory. */
struct rule_state {
    const struct rule *rule;
    unsigned chances; /* how often it matched and triggered */
    unsigned acted;
    unsigned body_txn; /* the message whose body it was last asked about */
    struct prng prng;  /* for its chance */
    struct greylist_memory greylist;
    struct rate_memory rate;
};

struct effect {
    const char *name;
    bool deciding;
    bool (*has)(const struct rule *rule);
    /* NULL = always. remember false: look only. */
    bool (*triggers)(struct rule_state *state, const struct situation *situation, bool remember);
    void (*apply)(const struct rule *rule, struct decision *decision);
};

extern const struct effect effects[];
extern const unsigned effect_count;

#endif
