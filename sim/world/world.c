#include "sim/world/world.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/glob.h"
#include "lib/base/mem.h"
#include "sim/effects/effect.h"

/* What a rule remembers. */
struct rule_state {
    const struct rule *rule;
    unsigned chances; /* how often it matched and triggered */
    unsigned acted;
    unsigned body_txn;          /* the message whose body it was last asked about */
    void *memory[EFFECT_COUNT]; /* of its effects; NULL = none */
};

struct world {
    const struct scenario *scenario;
    struct prng prng;
    struct rule_state **states; /* a host one array, in the scenario's order */
};

static void rule_init(struct rule_state *state, const struct host *host, size_t index, const struct prng *prng)
{
    state->rule = &((const struct rule *)host->rules.items)[index];
    for (unsigned id = 0; id < EFFECT_COUNT; id++) {
        const struct effect *effect = effect_of(id);
        if (effect->memory_size == 0 || rule_effect(state->rule, id) == NULL)
            continue;
        state->memory[id] = mem_zalloc(effect->memory_size);
        if (effect->init != NULL)
            effect->init(state->memory[id], host, index, prng);
    }
}

static void rule_fini(struct rule_state *state)
{
    for (unsigned id = 0; id < EFFECT_COUNT; id++) {
        if (state->memory[id] != NULL && effect_of(id)->fini != NULL)
            effect_of(id)->fini(state->memory[id]);
        free(state->memory[id]);
    }
}

struct world *world_new(const struct scenario *scenario, uint64_t seed)
{
    struct prng root;
    struct world *world = mem_zalloc(sizeof *world);
    effects_check();
    world->scenario = scenario;
    prng_init_seed(&root, seed);
    prng_fork(&world->prng, &root, "world");
    world->states = mem_zalloc((scenario->host_count + 1) * sizeof(struct rule_state *));
    for (size_t i = 0; i < scenario->host_count; i++) {
        const struct host *host = &scenario->hosts[i];
        world->states[i] = mem_zalloc((host->rules.count + 1) * sizeof(struct rule_state));
        for (size_t k = 0; k < host->rules.count; k++)
            rule_init(&world->states[i][k], host, k, &world->prng);
    }
    return world;
}

void world_free(struct world *world)
{
    if (world == NULL)
        return;
    for (size_t i = 0; i < world->scenario->host_count; i++) {
        for (size_t k = 0; k < world->scenario->hosts[i].rules.count; k++)
            rule_fini(&world->states[i][k]);
        free(world->states[i]);
    }
    free(world->states);
    free(world);
}

const struct prng *world_prng(const struct world *world)
{
    return &world->prng;
}

static struct rule_state *states_of(const struct world *world, const struct host *host)
{
    return world->states[host - world->scenario->hosts];
}

/* ---- matching ---- */

static bool fits(const char *glob, const char *text)
{
    return glob == NULL || (text != NULL && glob_match(slice_cstr(glob), slice_cstr(text)));
}

static bool conditions_hold(const struct rule_when *when, const struct situation *s)
{
    return fits(when->rcpt, s->rcpt) && fits(when->sender, s->sender) && fits(when->client, s->client) &&
           fits(when->helo, s->helo) && fits(when->verb, s->verb) && range_fits(&when->connection, s->connection) &&
           range_fits(&when->message, s->message) && range_fits(&when->attempt, s->attempt) &&
           range_fits(&when->size, s->size) && range_fits(&when->between, s->t_ns) &&
           (!when->tls_seen || when->tls == s->tls) && (!when->auth_seen || when->auth == s->auth);
}

static bool stage_fits(const struct rule *rule, enum stage stage)
{
    return rule->at == (int)stage || (rule->at == STAGE_ANY && stage_answers(stage));
}

/* The body comes in pieces, but a message is one chance. */
static bool was_asked(struct rule_state *state, const struct situation *s, bool remember)
{
    bool before = s->stage == STAGE_BODY && state->body_txn == s->txn;
    if (s->stage == STAGE_BODY && remember)
        state->body_txn = s->txn;
    return before;
}

static bool triggers(struct rule_state *state, const struct situation *situation, bool remember)
{
    for (unsigned id = 0; id < EFFECT_COUNT; id++) {
        const void *value = rule_effect(state->rule, id);
        const struct effect *effect = effect_of(id);
        if (value != NULL && effect->triggers != NULL &&
            !effect->triggers(value, state->memory[id], situation, remember))
            return false;
    }
    return true;
}

/* The name of the first. */
static const char *apply(const struct rule *rule, struct decision *out)
{
    const char *first = NULL;
    for (unsigned id = 0; id < EFFECT_COUNT; id++) {
        const void *value = rule_effect(rule, id);
        if (value == NULL)
            continue;
        if (effect_of(id)->apply != NULL)
            effect_of(id)->apply(value, out);
        first = first != NULL ? first : effect_name(id);
    }
    return first;
}

static void consider(struct rule_state *state, unsigned number, const struct situation *s, struct decision *out,
                     bool remember)
{
    const struct rule *rule = state->rule;
    if (!stage_fits(rule, s->stage) || !conditions_hold(&rule->when, s) || was_asked(state, s, remember) ||
        (out->decided && rule_has_kind(rule, EFFECT_DECIDES)) || !triggers(state, s, remember))
        return;
    bool acts = range_allows_chance(&rule->times, state->chances + 1);
    if (remember)
        state->chances++;
    if (!acts)
        return;
    out->decided = out->decided || rule_has_kind(rule, EFFECT_DECIDES);
    const char *effect = apply(rule, out);
    if (remember)
        state->acted++;
    if (out->fired_count < WORLD_FIRED_MAX)
        out->fired[out->fired_count++] = (struct fired){rule, number, state->acted, effect};
}

static void decide(const struct world *world, const struct situation *situation, struct decision *out, bool remember)
{
    struct rule_state *states = states_of(world, situation->host);
    *out = (struct decision){0};
    for (size_t i = 0; i < situation->host->rules.count; i++)
        consider(&states[i], (unsigned)i + 1, situation, out, remember);
}

void world_decide(struct world *world, const struct situation *situation, struct decision *out)
{
    decide(world, situation, out, true);
}

void world_preview(const struct world *world, const struct situation *situation, struct decision *out)
{
    decide(world, situation, out, false);
}

int64_t world_next_change_ns(const struct world *world, const struct host *host, int64_t t_ns)
{
    int64_t next = INT64_MAX;
    (void)world;
    for (size_t i = 0; i < host->rules.count; i++) {
        const struct rule *rule = &((const struct rule *)host->rules.items)[i];
        const struct range *between = &rule->when.between;
        if (rule->at != STAGE_CONNECT || !between->set)
            continue;
        if (between->min > t_ns && between->min < next)
            next = between->min;
        if (between->max >= t_ns && between->max < INT64_MAX - 1 && between->max + 1 < next)
            next = between->max + 1;
    }
    return next;
}
