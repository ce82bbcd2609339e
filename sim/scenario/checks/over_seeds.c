/* over_seeds: how the values of a trace field are shared out over many runs. */
#include "sim/scenario/checks/check.h"
#include "sim/scenario/patterns.h"
#include "sim/scenario/tables.h"

static const struct yaml_field keys[] = {NEED_OWN("by", yaml_str, "trace field to group events by"),
                                         NEED_OWN("each", yaml_str, "share of each value, such as \">=15%\""),
                                         NEED_OWN("among", yaml_str_list, "values that must have such a share"), END};
static const struct yaml_type shape = PATTERN("shares", keys);
static const struct yaml_type *const forms[] = {&shape, NULL};

static bool parse_percent(struct slice text, int64_t *out)
{
    return text.len > 1 && text.ptr[text.len - 1] == '%' && range_parse_count(slice_head(text, text.len - 1), out);
}

static bool decode(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const own[] = {"by", "each", "among", NULL};
    struct check_over_seeds *check = out;
    const struct yaml_node *by = yaml_get(node, "by"), *each = yaml_get(node, "each"), *among = yaml_get(node, "among");
    if (!pattern_decode(ctx, node, &check->pattern, own))
        return false;
    if (!pattern_decode_by(ctx, by, node, &check->by))
        return false;
    if (each == NULL || each->kind != YAML_NODE_SCALAR || !range_parse(each->text, parse_percent, &check->each))
        return leaf_wrong(ctx, each != NULL ? each : node, "`each` with a share such as \">=15%\"");
    if (among == NULL || among->kind != YAML_NODE_LIST || among->count > OVER_SEEDS_VALUES)
        return leaf_wrong(ctx, among != NULL ? among : node, "`among` with a list of at most 16 values");
    return yaml_decode_sub(ctx, among, &yaml_str_list, "among", &check->among);
}

static const struct yaml_type shares = SHAPED("shares", struct check_over_seeds, decode, forms);

static void lint(struct scenario *s, const struct expect *e)
{
    if (s->seeds == 0)
        yaml_error(&s->doc, e->at, "expect", "over_seeds needs many runs; add seeds: 64");
}

const struct check check_over_seeds = {.value = POINTER("shares", &shares), .lint = lint};
