/*
 * The retry schedules of other relays, by name: `retry: {preset: postfix}`. One table, one row a relay; the numbers are
 * those of their default configurations, as attempts at a destination that keeps failing. What the configuration has
 * next to `preset` overrides it.
 */
#ifndef RL_RELAY_PRESETS_H
#define RL_RELAY_PRESETS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/text/yaml.h"

struct preset {
    const char *name;
    const int32_t *waits_s; /* from the start of each attempt to the start of the next */
    size_t count;
    int32_t then_s; /* all waits after those */
    int32_t lifetime_s, bounce_lifetime_s;
    int32_t warn_s; /* 0 = it does not warn */
};

/* For the schema table: a const struct preset *. */
bool preset_decode(struct yaml_ctx *ctx, const struct yaml_node *node, void *out);

#endif
