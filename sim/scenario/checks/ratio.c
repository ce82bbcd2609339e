/* ratio: which share of the events of one pattern matches another. */
#include <math.h>
#include <stdlib.h>

#include "sim/scenario/checks/check.h"
#include "sim/scenario/patterns.h"
#include "sim/scenario/tables.h"

static const struct yaml_field keys[] = {NEED_OWN("over", pattern_shape, "the events that make up the whole"),
                                         OWN("min", yaml_str, "smallest share, such as 0.5"),
                                         OWN("max", yaml_str, "largest share, such as 0.5"), END};
static const struct yaml_type shape = PATTERN("a ratio", keys);
static const struct yaml_type *const forms[] = {&shape, NULL};

static bool decode_share(struct yaml_ctx *ctx, const struct yaml_node *node, double *out, bool *seen)
{
    char *end;
    if (node == NULL)
        return true;
    *seen = true;
    *out = node->kind == YAML_NODE_SCALAR ? strtod(node->text, &end) : -1;
    if (!isfinite(*out) || *out < 0 || *end != '\0' || end == node->text)
        return leaf_wrong(ctx, node, "a share such as 0.5");
    return true;
}

static bool decode(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const own[] = {"over", "min", "max", NULL};
    struct check_ratio *ratio = out;
    const struct yaml_node *over = yaml_get(node, "over");
    if (!pattern_decode(ctx, node, &ratio->pattern, own))
        return false;
    if (over == NULL || !pattern_decode(ctx, over, &ratio->over, NULL))
        return over != NULL ? false : leaf_wrong(ctx, node, "`over` with a pattern that matches the whole");
    if (!decode_share(ctx, yaml_get(node, "min"), &ratio->min, &ratio->min_seen) ||
        !decode_share(ctx, yaml_get(node, "max"), &ratio->max, &ratio->max_seen))
        return false;
    return ratio->min_seen || ratio->max_seen || leaf_wrong(ctx, node, "`min` or `max`");
}

static const struct yaml_type ratio = SHAPED("a ratio", struct check_ratio, decode, forms);

static const char *needs(const void *value)
{
    const struct check_ratio *check = value;
    return check_is_of_bounces(&check->over) || check_is_of_bounces(&check->pattern) ? "bounces" : NULL;
}

const struct check check_ratio = {.value = POINTER("a ratio", &ratio), .needs = needs};
