/* Decoders of patterns over trace events, and of the checks that are made of them. A misspelt name is an error. */
#ifndef RL_SIM_SCENARIO_PATTERNS_H
#define RL_SIM_SCENARIO_PATTERNS_H

#include "sim/scenario/model.h"

bool pattern_never(struct yaml_ctx *ctx, const struct yaml_node *node, void *out);      /* struct check_never */
bool pattern_count(struct yaml_ctx *ctx, const struct yaml_node *node, void *out);      /* struct check_count */
bool pattern_ratio(struct yaml_ctx *ctx, const struct yaml_node *node, void *out);      /* struct check_ratio */
bool pattern_timeline(struct yaml_ctx *ctx, const struct yaml_node *node, void *out);   /* struct check_timeline */
bool pattern_over_seeds(struct yaml_ctx *ctx, const struct yaml_node *node, void *out); /* struct check_over_seeds */

#endif
