/* timeline: events in an order, perhaps each within a time after the one before it. */
#include "sim/scenario/checks/check.h"
#include "sim/scenario/patterns.h"
#include "sim/scenario/tables.h"

static const struct yaml_field keys[] = {OWN("after", time_range, "time since the previous step"), END};
static const struct yaml_type step_shape = PATTERN("a step", keys);
static const struct yaml_type shape = {.kind = YAML_LIST, .name = "a list of steps, in order", .item = &step_shape};
static const struct yaml_type *const forms[] = {&shape, NULL};

static bool decode(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const own[] = {"after", NULL};
    struct check_timeline *timeline = out;
    if (node->kind != YAML_NODE_LIST || node->count == 0)
        return leaf_wrong(ctx, node, "a list of patterns, in order");
    timeline->steps = arena_alloc(ctx->doc->arena, node->count * sizeof *timeline->steps);
    for (; timeline->count < node->count; timeline->count++) {
        const struct yaml_node *item = node->items[timeline->count];
        struct timeline_step *step = &timeline->steps[timeline->count];
        const struct yaml_node *after = item->kind == YAML_NODE_MAP ? yaml_get(item, "after") : NULL;
        if (!pattern_decode(ctx, item, &step->pattern, own))
            return false;
        if (after != NULL && !leaf_time_range(ctx, after, &step->after))
            return false;
    }
    return true;
}

static const struct yaml_type timeline_type = SHAPED("a timeline", struct check_timeline, decode, forms);

static const char *needs(const void *value)
{
    const struct check_timeline *check = value;
    for (size_t i = 0; i < check->count; i++)
        if (check_is_of_bounces(&check->steps[i].pattern))
            return "bounces";
    return NULL;
}

const struct check check_timeline = {.value = POINTER("a timeline", &timeline_type), .needs = needs};
