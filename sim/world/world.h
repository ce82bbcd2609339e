/*
 * The rules at work: which of a host's rules matches a situation, which one decides, and what follows. Pure, except for
 * its own memory (how often each rule acted, what the greylists have seen); no clock, no socket.
 *
 * Adding effects of all matching rules add up. The first matching rule with a deciding effect that *triggers*
 * decides; a satisfied greylist and a rule used up count as not matching. No decision: a well-behaved host.
 * A rule at `body` is asked once a message, as soon as its conditions hold. sim/effects has the effects, a file each.
 */
#ifndef RL_SIM_WORLD_H
#define RL_SIM_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/prng.h"
#include "sim/effects/decision.h"
#include "sim/scenario/model.h"

struct world;

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

#endif
