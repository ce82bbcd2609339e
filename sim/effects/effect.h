/*
 * An effect of a rule: how a host deviates from good behaviour. A file of this folder defines one, and a row of list.h
 * registers it:
 *
 *     const struct effect effect_refuse = {…};
 *
 * A descriptor has two halves. The scenario's schema and its linter read the first: the type of the value, and the
 * stages at which the effect can act. The second is called when a situation arises: sim/world matches the rules, and
 * sim/mx and sim/dns carry out the decision (decision.h). The floor of the scenario sees neither situations nor
 * decisions. effects_check() asserts that both halves are complete.
 */
#ifndef RL_SIM_EFFECT_H
#define RL_SIM_EFFECT_H

#include "sim/effects/list.h"
#include "sim/scenario/model.h"

struct decision;
struct prng;
struct situation;

#define AT(stage)  (1u << STAGE_##stage)
#define EVERYWHERE (~0u)

enum effect_kind {
    EFFECT_DECIDES = 1, /* of all matching rules, the first that triggers decides */
    EFFECT_ADDS,        /* those of all matching rules combine */
};

struct effect {
    enum effect_kind kind;

    /* ---- the half that a scenario is checked with ---- */
    struct yaml_type value;                                       /* EFFECT_VALUE(type) */
    unsigned stages;                                              /* AT() bits: where it can act */
    const char *elsewhere;                                        /* the error at other stages; NULL with EVERYWHERE */
    unsigned needed;                                              /* AT() bits: a rule at these stages must have it */
    const char *without;                                          /* the error when it is not there; NULL with none */
    bool at_door;                                                 /* at connect, it acts before the host accepts */
    bool (*acts)(const void *value);                              /* NULL: any value acts */
    void (*lint)(struct scenario *scenario, const struct rule *); /* NULL: nothing more to check */

    /* ---- the half that acts; triggers, apply, or both ---- */
    size_t memory_size; /* of what it remembers for each rule; zeroed at the start, then init */
    /* index: of the rule on its host. world: to fork, for what is random. */
    void (*init)(void *memory, const struct host *host, size_t index, const struct prng *world);
    void (*fini)(void *memory);
    /* NULL: always. remember false: look only. */
    bool (*triggers)(const void *value, void *memory, const struct situation *situation, bool remember);
    void (*apply)(const void *value, struct decision *decision);
};

/* A rule holds a pointer to the value, or NULL. */
#define EFFECT_VALUE(type)                                                                                             \
    {                                                                                                                  \
        .kind = YAML_PTR, .size = sizeof(void *), .item = &(type)                                                      \
    }

#define EXTERN(id, name, help) extern const struct effect effect_##name;
EFFECTS(EXTERN)
#undef EXTERN

const struct effect *effect_of(enum effect_id id);
const char *effect_name(enum effect_id id);

/* Of a rule: the value of an effect that acts, or NULL. */
const void *rule_effect(const struct rule *rule, enum effect_id id);
/* Whether one of its effects is of this kind. */
bool rule_has_kind(const struct rule *rule, enum effect_kind kind);
/* Whether it sends something in place of the host's reply. */
bool rule_speaks(const struct rule *rule);

static inline bool rule_is_at(const struct rule *rule, unsigned stages)
{
    return (1u << rule->at & stages) != 0;
}

/* What a descriptor's two halves lack, or NULL. */
const char *effect_defect(const struct effect *effect);
/* Asserts that no effect has a defect; world_new calls it. */
void effects_check(void);

#endif
