/* Decoders of single values of the scenario language, and the parts that others need of them. */
#ifndef RL_SIM_SCENARIO_LEAVES_H
#define RL_SIM_SCENARIO_LEAVES_H

#include "sim/scenario/model.h"

/* An error at the node: "expected WORDS, found …"; always false. */
bool leaf_wrong(struct yaml_ctx *ctx, const struct yaml_node *node, const char *expected);

bool leaf_count_range(struct yaml_ctx *ctx, const struct yaml_node *node, void *out); /* struct range */
bool leaf_time_range(struct yaml_ctx *ctx, const struct yaml_node *node, void *out);  /* struct range */
bool leaf_size_range(struct yaml_ctx *ctx, const struct yaml_node *node, void *out);  /* struct range, octets */
bool leaf_amount(struct yaml_ctx *ctx, const struct yaml_node *node, void *out);      /* struct amount */
bool leaf_chance(struct yaml_ctx *ctx, const struct yaml_node *node, void *out);      /* int64_t, in a million */
bool leaf_octets(struct yaml_ctx *ctx, const struct yaml_node *node, void *out);      /* struct slice */
bool leaf_reply(struct yaml_ctx *ctx, const struct yaml_node *node, void *out);       /* struct reply_text */
bool leaf_ipv4(struct yaml_ctx *ctx, const struct yaml_node *node, void *out);        /* struct ip */
bool leaf_instant(struct yaml_ctx *ctx, const struct yaml_node *node, void *out);     /* int64_t, ns since 1970 */
bool leaf_name(struct yaml_ctx *ctx, const struct yaml_node *node, void *out);        /* const char *, name.h */
bool leaf_id(struct yaml_ctx *ctx, const struct yaml_node *node, void *out);          /* const char *, name.h */
bool leaf_mta_sts(struct yaml_ctx *ctx, const struct yaml_node *node, void *out);     /* struct zone_mta_sts */

/* "N", ">=N", "<=N", "A..B" with what parse reads as N: range_parse_count, or duration_parse. */
bool range_parse(const char *text, bool (*parse)(struct slice, int64_t *), struct range *out);
bool range_parse_count(struct slice text, int64_t *out);

#endif
