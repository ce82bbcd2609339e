/* count: how many events match a pattern. */
#include "sim/scenario/checks/check.h"
#include "sim/scenario/patterns.h"
#include "sim/scenario/tables.h"

static const struct yaml_field keys[] = {OWN("window", wait, "counts the most events in any period of this length"),
                                         NEED_OWN("is", count_range, "number of events"), END};
static const struct yaml_type shape = PATTERN("a count", keys);
static const struct yaml_type *const forms[] = {&shape, NULL};

static bool decode(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const own[] = {"window", "is", NULL};
    struct check_count *count = out;
    const struct yaml_node *window = yaml_get(node, "window"), *is = yaml_get(node, "is");
    if (!pattern_decode(ctx, node, &count->pattern, own))
        return false;
    if (is == NULL || is->kind != YAML_NODE_SCALAR || !range_parse(is->text, range_parse_count, &count->is))
        return leaf_wrong(ctx, is != NULL ? is : node, "`is` with a count such as \"<=30\"");
    if (window == NULL)
        return true;
    return yaml_decode_sub(ctx, window, &wait, "window", &count->window_ns) &&
           (count->window_ns > 0 || leaf_wrong(ctx, window, "`window` with a time above 0s"));
}

static const struct yaml_type count_type = SHAPED("a count", struct check_count, decode, forms);

static const char *needs(const void *value)
{
    const struct check_count *check = value;
    return check_is_of_bounces(&check->pattern) && !range_fits(&check->is, 0) ? "bounces" : NULL;
}

const struct check check_count = {.value = POINTER("a count", &count_type), .needs = needs};
