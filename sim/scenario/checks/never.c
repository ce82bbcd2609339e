/* never: no event matches a pattern, perhaps only after or before another one. */
#include "sim/scenario/checks/check.h"
#include "sim/scenario/patterns.h"
#include "sim/scenario/tables.h"

static const struct yaml_type pattern_shapes = LIST("a list of patterns", &pattern_shape);
static const struct yaml_field keys[] = {OWN("after", pattern_shape, "only after an event that matches this pattern"),
                                         OWN("before", pattern_shape, "only before an event that matches this pattern"),
                                         OWN("except", pattern_shapes, "events that are allowed"), END};
static const struct yaml_type shape = PATTERN("a pattern", keys);
static const struct yaml_type *const forms[] = {&shape, NULL};

static bool decode_sub_pattern(struct yaml_ctx *ctx, const struct yaml_node *node, struct pattern **out)
{
    if (node == NULL)
        return true;
    *out = arena_alloc(ctx->doc->arena, sizeof **out);
    return pattern_decode(ctx, node, *out, NULL);
}

static bool decode(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const own[] = {"after", "before", "except", NULL};
    struct check_never *never = out;
    if (!pattern_decode(ctx, node, &never->pattern, own) ||
        !decode_sub_pattern(ctx, yaml_get(node, "after"), &never->after) ||
        !decode_sub_pattern(ctx, yaml_get(node, "before"), &never->before))
        return false;
    const struct yaml_node *except = yaml_get(node, "except");
    if (except == NULL)
        return true;
    if (except->kind != YAML_NODE_LIST)
        return leaf_wrong(ctx, except, "a list of patterns");
    never->except = arena_alloc(ctx->doc->arena, except->count * sizeof *never->except);
    for (; never->except_count < except->count; never->except_count++)
        if (!pattern_decode(ctx, except->items[never->except_count], &never->except[never->except_count], NULL))
            return false;
    return true;
}

static const struct yaml_type never = SHAPED("a pattern", struct check_never, decode, forms);

static const char *needs(const void *value)
{
    const struct check_never *check = value;
    return check_is_of_bounces(check->after) ? "bounces" : NULL;
}

const struct check check_never = {.value = POINTER("a pattern", &never), .needs = needs};
