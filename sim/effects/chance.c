/*
 * A rule that acts with some probability. Its draws come from their own stream, forked from the world's and named by
 * what the rule says, not by its place: an additional rule does not shift them.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/prng.h"
#include "sim/effects/decision.h"
#include "sim/effects/effect.h"
#include "sim/scenario/tables.h"

#define MILLION 1000000

static const struct yaml_type chance = CUSTOM("a chance", int64_t, leaf_chance); /* in a million */

static const char *or_any(const char *glob)
{
    return glob != NULL ? glob : "*";
}

static int64_t ppm_of(const struct rule *rule)
{
    const int64_t *ppm = rule_effect(rule, EFFECT_CHANCE);
    return ppm != NULL ? *ppm : 0;
}

static int code_of(const struct rule *rule)
{
    const struct reply_text *reply = rule_effect(rule, EFFECT_REPLY);
    return reply != NULL ? reply->code : 0;
}

static bool say_the_same(const struct rule *a, const struct rule *b)
{
    return a->at == b->at && ppm_of(a) == ppm_of(b) && code_of(a) == code_of(b) &&
           strcmp(or_any(a->when.rcpt), or_any(b->when.rcpt)) == 0 &&
           strcmp(or_any(a->when.sender), or_any(b->when.sender)) == 0;
}

static void init(void *memory, const struct host *host, size_t index, const struct prng *world)
{
    const struct rule *rules = host->rules.items, *rule = &rules[index];
    unsigned twins = 0;
    for (size_t i = 0; i < index; i++)
        twins += say_the_same(&rules[i], rule);
    char *name =
        mem_printf("chance %s %s %lld %d %s %s %u", host->name, stage_name((enum stage)rule->at),
                   (long long)ppm_of(rule), code_of(rule), or_any(rule->when.rcpt), or_any(rule->when.sender), twins);
    prng_fork(memory, world, name);
    free(name);
}

static void lint(struct scenario *scenario, const struct rule *rule)
{
    const struct yaml_node *root = scenario->doc.root;
    if (yaml_get(root, "seed") == NULL && yaml_get(root, "seeds") == NULL)
        yaml_error(&scenario->doc, rule->at_mark, "rules",
                   "a chance is drawn from the scenario's seed; say seed: 1, or seeds: 64");
}

static bool triggers(const void *value, void *memory, const struct situation *situation, bool remember)
{
    const int64_t *ppm = value;
    struct prng *stream = memory, draw = *stream;
    (void)situation;
    bool drawn = prng_below(&draw, MILLION) < (uint64_t)*ppm;
    if (remember)
        *stream = draw;
    return drawn;
}

const struct effect effect_chance = {
    .kind = EFFECT_ADDS,
    .value = EFFECT_VALUE(chance),
    .stages = EVERYWHERE,
    .lint = lint,
    .memory_size = sizeof(struct prng),
    .init = init,
    .triggers = triggers,
};
