#include "sim/scenario/patterns.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/nearest.h"
#include "sim/scenario/leaves.h"

#define PATTERN_MAX 16 /* fields of one */

/* What a trace can say: docs/TRACE.md. */
static const char *const event_names[] = {"target.start",  "target.action", "target.result",
                                          "world.change",  "dialog.start",  "dialog.send",
                                          "dialog.reply",  "dialog.expect", "dialog.tls",
                                          "dialog.end",    "msg.handed",    "msg.submitted",
                                          "msg.refused",   "target.silent", "dns.query",
                                          "dns.answer",    "tcp.connect",   "tcp.close",
                                          "tls.start",     "tls.done",      "tls.fail",
                                          "smtp.command",  "smtp.reply",    "smtp.data",
                                          "smtp.accepted", "msg.delivered", "dsn.seen",
                                          "rule.fired",    "violation",     "target.exit",
                                          "target.queue",  "run.end",       NULL};
static const char *const field_names[] = {
    "event", "t",      "seq",    "conn",   "txn",     "host",  "peer",    "msg",    "n",     "rcpt",  "round",  "tls",
    "code",  "verb",   "bytes",  "from",   "to",      "token", "text",    "port",   "qname", "qtype", "rcode",  "proto",
    "addr",  "result", "by",     "how",    "version", "line",  "subject", "report", "rule",  "at",    "effect", "count",
    "kind",  "status", "signal", "reason", "action",  "asked", "hosts",   "zones",  NULL};
static const char *const number_fields[] = {"seq",  "conn",  "txn",    "n",      "round",  "code", "bytes",  "port",
                                            "rule", "count", "status", "signal", "dialog", "step", "octets", NULL};

static bool is_one_of(const char *const *names, const char *name)
{
    while (*names != NULL && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

static bool unknown_name(struct yaml_ctx *ctx, struct yaml_mark at, const char *what, const char *name,
                         const char *const *known)
{
    struct nearest near;
    nearest_init(&near, name);
    for (; *known != NULL; known++)
        nearest_offer(&near, *known);
    yaml_error(ctx->doc, at, ctx->path, "no %s `%.60s` in a trace%s%s%s", what, name,
               near.best != NULL ? "; did you mean `" : "", near.best != NULL ? near.best : "",
               near.best != NULL ? "`?" : "");
    return false;
}

/* A misspelt name would match nothing, and `never` would pass. */
static bool check_pattern_field(struct yaml_ctx *ctx, const struct yaml_pair *pair)
{
    const char *name = pair->key, *value = pair->value->text;
    struct range range;
    if (!is_one_of(field_names, name))
        return unknown_name(ctx, pair->key_at, "field", name, field_names);
    if (strcmp(name, "event") == 0 && strpbrk(value, "*?") == NULL && !is_one_of(event_names, value))
        return unknown_name(ctx, pair->value->at, "event", value, event_names);
    if ((strcmp(name, "tls") == 0 || strcmp(name, "met") == 0 || strcmp(name, "report") == 0) &&
        strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
        return leaf_wrong(ctx, pair->value, "true or false");
    if (strcmp(name, "t") == 0 && !range_parse(value, duration_parse, &range))
        return leaf_wrong(ctx, pair->value, "a range of times with units, such as \">=30m\"");
    if (is_one_of(number_fields, name) && strpbrk(value, "*?") == NULL &&
        !range_parse(value, range_parse_count, &range))
        return leaf_wrong(ctx, pair->value, "a number or a range such as \"400..499\"");
    return true;
}

static bool decode_pattern_map(struct yaml_ctx *ctx, const struct yaml_node *node, struct pattern *out,
                               const char *const *skip)
{
    if (node->kind != YAML_NODE_MAP || node->count > PATTERN_MAX)
        return leaf_wrong(ctx, node, "a pattern over trace fields such as {event: smtp.reply, code: 421}");
    out->names = arena_alloc(ctx->doc->arena, node->count * sizeof *out->names);
    out->values = arena_alloc(ctx->doc->arena, node->count * sizeof *out->values);
    for (size_t i = 0; i < node->count; i++) {
        bool skipped = false;
        for (const char *const *name = skip; name != NULL && *name != NULL; name++)
            skipped = skipped || strcmp(*name, node->pairs[i].key) == 0;
        if (skipped)
            continue;
        if (node->pairs[i].value->kind != YAML_NODE_SCALAR)
            return leaf_wrong(ctx, node->pairs[i].value, "a value, a glob or a range");
        if (!check_pattern_field(ctx, &node->pairs[i]))
            return false;
        out->names[out->count] = node->pairs[i].key;
        out->values[out->count++] = node->pairs[i].value->text;
    }
    if (out->count == 0)
        return leaf_wrong(ctx, node, "a pattern with at least one trace field");
    return true;
}

static bool decode_sub_pattern(struct yaml_ctx *ctx, const struct yaml_node *node, struct pattern **out)
{
    if (node == NULL)
        return true;
    *out = arena_alloc(ctx->doc->arena, sizeof **out);
    return decode_pattern_map(ctx, node, *out, NULL);
}

bool pattern_never(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const own[] = {"after", "before", "except", NULL};
    struct check_never *never = out;
    if (!decode_pattern_map(ctx, node, &never->pattern, own) ||
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
        if (!decode_pattern_map(ctx, except->items[never->except_count], &never->except[never->except_count], NULL))
            return false;
    return true;
}

bool pattern_count(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const own[] = {"window", "is", NULL};
    struct check_count *count = out;
    const struct yaml_node *window = yaml_get(node, "window"), *is = yaml_get(node, "is");
    if (!decode_pattern_map(ctx, node, &count->pattern, own))
        return false;
    if (is == NULL || is->kind != YAML_NODE_SCALAR || !range_parse(is->text, range_parse_count, &count->is))
        return leaf_wrong(ctx, is != NULL ? is : node, "`is` with a count such as \"<=30\"");
    return window == NULL || yaml_decode_sub(ctx, window, &yaml_duration, "window", &count->window_ns);
}

static bool decode_share(struct yaml_ctx *ctx, const struct yaml_node *node, double *out, bool *seen)
{
    char *end;
    if (node == NULL)
        return true;
    *seen = true;
    *out = node->kind == YAML_NODE_SCALAR ? strtod(node->text, &end) : -1;
    if (*out < 0 || *end != '\0' || end == node->text)
        return leaf_wrong(ctx, node, "a share such as 0.5");
    return true;
}

bool pattern_ratio(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const own[] = {"over", "min", "max", NULL};
    struct check_ratio *ratio = out;
    const struct yaml_node *over = yaml_get(node, "over");
    if (!decode_pattern_map(ctx, node, &ratio->pattern, own))
        return false;
    if (over == NULL || !decode_pattern_map(ctx, over, &ratio->over, NULL))
        return over != NULL ? false : leaf_wrong(ctx, node, "`over` with the pattern that is the whole");
    if (!decode_share(ctx, yaml_get(node, "min"), &ratio->min, &ratio->min_seen) ||
        !decode_share(ctx, yaml_get(node, "max"), &ratio->max, &ratio->max_seen))
        return false;
    return ratio->min_seen || ratio->max_seen || leaf_wrong(ctx, node, "`min` or `max`");
}

bool pattern_timeline(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const own[] = {"after", NULL};
    struct check_timeline *timeline = out;
    if (node->kind != YAML_NODE_LIST || node->count == 0)
        return leaf_wrong(ctx, node, "a list of patterns, in their order");
    timeline->steps = arena_alloc(ctx->doc->arena, node->count * sizeof *timeline->steps);
    for (; timeline->count < node->count; timeline->count++) {
        const struct yaml_node *item = node->items[timeline->count];
        struct timeline_step *step = &timeline->steps[timeline->count];
        const struct yaml_node *after = item->kind == YAML_NODE_MAP ? yaml_get(item, "after") : NULL;
        if (!decode_pattern_map(ctx, item, &step->pattern, own))
            return false;
        if (after != NULL && !leaf_time_range(ctx, after, &step->after))
            return false;
    }
    return true;
}

static bool parse_percent(struct slice text, int64_t *out)
{
    return text.len > 1 && text.ptr[text.len - 1] == '%' && range_parse_count(slice_head(text, text.len - 1), out);
}

bool pattern_over_seeds(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const own[] = {"by", "each", "among", NULL};
    struct check_over_seeds *check = out;
    const struct yaml_node *by = yaml_get(node, "by"), *each = yaml_get(node, "each"), *among = yaml_get(node, "among");
    if (!decode_pattern_map(ctx, node, &check->pattern, own))
        return false;
    if (by == NULL || by->kind != YAML_NODE_SCALAR || !is_one_of(field_names, by->text))
        return leaf_wrong(ctx, by != NULL ? by : node, "`by` with a field of the trace, such as host");
    check->by = by->text;
    if (each == NULL || each->kind != YAML_NODE_SCALAR || !range_parse(each->text, parse_percent, &check->each))
        return leaf_wrong(ctx, each != NULL ? each : node, "`each` with a share such as \">=15%\"");
    if (among == NULL || among->kind != YAML_NODE_LIST || among->count > 16)
        return leaf_wrong(ctx, among != NULL ? among : node, "`among` with a list of at most 16 values");
    return yaml_decode_sub(ctx, among, &yaml_str_list, "among", &check->among);
}
