/*
 * The rules at work: which of a host's rules matches a situation, which one decides, and what follows. Pure but for
 * its own memory (how often each rule acted, what the greylists have seen); no clock, no socket.
 *
 * Adding effects of all matching rules add up. The first matching rule with a deciding effect that *triggers*
 * decides; a satisfied greylist and a rule used up count as not matching. No decision: a well-behaved host.
 * A rule at `body` is asked once a message, as soon as its conditions hold. Effects are rows of the table in
 * effects.c. Chances are drawn from the seed, each rule from a stream of its own.
 * Limits: 100,000 greylist entries a rule; beyond, the oldest goes.
 */
#ifndef RL_SIM_WORLD_H
#define RL_SIM_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/prng.h"
#include "sim/scenario/model.h"

#define WORLD_FIRED_MAX 16

struct world;

struct situation {
    const struct host *host;
    enum stage stage;
    unsigned connection;                              /* the n-th to this host */
    unsigned message;                                 /* the n-th transaction on the connection */
    unsigned attempt;                                 /* the n-th of the recipient; 0 = not known (yet) */
    unsigned txn;                                     /* which transaction, in the whole run */
    int64_t size;                                     /* octets of the message; 0 = not known (yet) */
    const char *client, *helo, *sender, *rcpt, *verb; /* NULL = not known (yet) */
    bool tls, auth;
    int64_t t_ns; /* since the start of the story */
};

struct fired {
    const struct rule *rule;
    unsigned number; /* of the rule on its host, from 1 */
    unsigned count;  /* how often it has acted, with this time */
    const char *effect;
};

struct decision {
    bool decided;
    struct reply_text reply; /* code 0: none */
    const struct slice *raw; /* NULL: none */
    enum tls_fault tls_fail;
    bool refuse, blackhole;
    int64_t delay_ns;
    const struct drip *drip;          /* NULL: none */
    const struct yaml_list *announce; /* const char *; NULL: none */
    struct slice inject;
    enum keep keep;
    enum then then;
    bool then_seen;
    struct fired fired[WORLD_FIRED_MAX];
    unsigned fired_count;
};

struct world *world_new(const struct scenario *scenario, uint64_t seed);
void world_free(struct world *world);

/* Decides, and remembers that the rules have acted. */
void world_decide(struct world *world, const struct situation *situation, struct decision *out);
/* What it would decide; nothing is remembered. */
void world_preview(const struct world *world, const struct situation *situation, struct decision *out);
/* When the next `between` of a connect rule begins or ends, after t_ns; INT64_MAX when none does. */
int64_t world_next_change_ns(const struct world *world, const struct host *host, int64_t t_ns);

/* For what else is random in the world: fork it, it does not move. */
const struct prng *world_prng(const struct world *world);

/* How often a rule has acted. */
unsigned world_fired_count(const struct world *world, const struct rule *rule);

#endif
