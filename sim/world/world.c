#include "sim/world/world.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/glob.h"
#include "lib/base/mem.h"
#include "sim/world/effects.h"

struct world {
    const struct scenario *scenario;
    struct prng prng;
    struct rule_state **states; /* a host one array, in the scenario's order */
};

static const char *or_any(const char *glob)
{
    return glob != NULL ? glob : "*";
}

static bool say_the_same(const struct rule *a, const struct rule *b)
{
    return a->at == b->at && a->chance_ppm == b->chance_ppm && a->reply.code == b->reply.code &&
           strcmp(or_any(a->when.rcpt), or_any(b->when.rcpt)) == 0 &&
           strcmp(or_any(a->when.sender), or_any(b->when.sender)) == 0;
}

/* The stream is named by what the rule says, not by its place: another rule more does not shift its draws. */
static void fork_chance(struct world *world, const struct host *host, size_t index)
{
    struct rule_state *states = world->states[host - world->scenario->hosts];
    const struct rule *rule = states[index].rule;
    unsigned twins = 0;
    for (size_t i = 0; i < index; i++)
        twins += say_the_same(states[i].rule, rule);
    char *name = mem_printf("chance %s %s %lld %d %s %s %u", host->name, stage_name((enum stage)rule->at),
                            (long long)rule->chance_ppm, rule->reply.code, or_any(rule->when.rcpt),
                            or_any(rule->when.sender), twins);
    prng_fork(&states[index].prng, &world->prng, name);
    free(name);
}

struct world *world_new(const struct scenario *scenario, uint64_t seed)
{
    struct prng root;
    struct world *world = mem_zalloc(sizeof *world);
    world->scenario = scenario;
    prng_init_seed(&root, seed);
    prng_fork(&world->prng, &root, "world");
    world->states = mem_zalloc((scenario->host_count + 1) * sizeof(struct rule_state *));
    for (size_t i = 0; i < scenario->host_count; i++) {
        const struct host *host = &scenario->hosts[i];
        world->states[i] = mem_zalloc((host->rules.count + 1) * sizeof(struct rule_state));
        for (size_t k = 0; k < host->rules.count; k++) {
            world->states[i][k].rule = &((const struct rule *)host->rules.items)[k];
            fork_chance(world, host, k);
        }
    }
    return world;
}

void world_free(struct world *world)
{
    if (world == NULL)
        return;
    for (size_t i = 0; i < world->scenario->host_count; i++) {
        for (size_t k = 0; k < world->scenario->hosts[i].rules.count; k++) {
            greylist_fini(&world->states[i][k].greylist);
            rate_limit_fini(&world->states[i][k].rate);
        }
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

/* The body comes in pieces; a message is one chance all the same. */
static bool was_asked(struct rule_state *state, const struct situation *s, bool remember)
{
    bool before = s->stage == STAGE_BODY && state->body_txn == s->txn;
    if (s->stage == STAGE_BODY && remember)
        state->body_txn = s->txn;
    return before;
}

static bool triggers(struct rule_state *state, const struct situation *situation, bool remember)
{
    for (unsigned i = 0; i < effect_count; i++)
        if (effects[i].has(state->rule) && effects[i].triggers != NULL &&
            !effects[i].triggers(state, situation, remember))
            return false;
    return true;
}

static bool decides(const struct rule *rule)
{
    for (unsigned i = 0; i < effect_count; i++)
        if (effects[i].deciding && effects[i].has(rule))
            return true;
    return false;
}

static const char *apply(const struct rule *rule, struct decision *out)
{
    const char *first = NULL;
    for (unsigned i = 0; i < effect_count; i++) {
        if (!effects[i].has(rule))
            continue;
        if (effects[i].apply != NULL)
            effects[i].apply(rule, out);
        first = first != NULL ? first : effects[i].name;
    }
    return first;
}

static void consider(struct rule_state *state, unsigned number, const struct situation *s, struct decision *out,
                     bool remember)
{
    const struct rule *rule = state->rule;
    if (!stage_fits(rule, s->stage) || !conditions_hold(&rule->when, s) || was_asked(state, s, remember) ||
        (out->decided && decides(rule)) || !triggers(state, s, remember))
        return;
    bool acts = range_allows_chance(&rule->times, state->chances + 1);
    if (remember)
        state->chances++;
    if (!acts)
        return;
    out->decided = out->decided || decides(rule);
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

unsigned world_fired_count(const struct world *world, const struct rule *rule)
{
    for (size_t i = 0; i < world->scenario->host_count; i++)
        for (size_t k = 0; k < world->scenario->hosts[i].rules.count; k++)
            if (world->states[i][k].rule == rule)
                return world->states[i][k].acted;
    return 0;
}
