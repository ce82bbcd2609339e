#include "sim/scenario/patterns.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/glob.h"
#include "lib/base/nearest.h"
#include "sim/scenario/tables.h"
#include "sim/trace/vocabulary.h"

#define PATTERN_MAX 16 /* fields of one */

/* ---- names: a misspelt one would match nothing, and `never` would pass ---- */

static bool unknown_name(struct yaml_ctx *ctx, struct yaml_mark at, const char *what, const char *name,
                         struct nearest *near)
{
    yaml_error(ctx->doc, at, ctx->path, "no %s `%.60s` in a trace%s", what, name, nearest_hint(near));
    return false;
}

static bool unknown_field(struct yaml_ctx *ctx, struct yaml_mark at, const char *name)
{
    struct nearest near;
    nearest_init(&near, name);
    for (int i = 0; i < FIELDS; i++)
        nearest_offer(&near, trace_field_rows[i].name);
    return unknown_name(ctx, at, "field", name, &near);
}

static bool fits_event(const char *glob, int kind)
{
    return glob == NULL || glob_match(slice_cstr(glob), slice_cstr(trace_event_rows[kind].name));
}

static bool check_event(struct yaml_ctx *ctx, const struct yaml_node *event)
{
    struct nearest near;
    nearest_init(&near, event->text);
    for (int kind = 0; kind < TRACE_KINDS; kind++) {
        if (fits_event(event->text, kind))
            return true;
        nearest_offer(&near, trace_event_rows[kind].name);
    }
    return unknown_name(ctx, event->at, "event", event->text, &near);
}

/* "dns.query, dns.answer" */
static const char *carriers_of(struct arena *arena, enum trace_field field)
{
    const char *names = "";
    for (int kind = 0; kind < TRACE_KINDS; kind++)
        if (trace_carries((enum trace_kind)kind, field))
            names = arena_printf(arena, "%s%s%s", names, names[0] != '\0' ? ", " : "", trace_event_rows[kind].name);
    return names;
}

/* glob: of the pattern's event; NULL: any. */
static bool check_carried(struct yaml_ctx *ctx, struct yaml_mark at, enum trace_field field, const char *glob)
{
    for (int kind = 0; kind < TRACE_KINDS; kind++)
        if (fits_event(glob, kind) && trace_carries((enum trace_kind)kind, field))
            return true;
    yaml_error(ctx->doc, at, ctx->path, "%s has no `%s`; these events have: %s", glob, trace_field_rows[field].name,
               carriers_of(ctx->doc->arena, field));
    return false;
}

/* ---- values ---- */

static bool check_value(struct yaml_ctx *ctx, const struct yaml_node *node, enum trace_type type)
{
    struct range range;
    switch (type) {
    case TRACE_TIME:
        return range_parse(node->text, duration_parse, &range) ||
               leaf_wrong(ctx, node, "a range of times with units, such as \">=30m\"");
    case TRACE_NUMBER:
        return strpbrk(node->text, "*?") != NULL || range_parse(node->text, range_parse_count, &range) ||
               leaf_wrong(ctx, node, "a number or a range such as \"400..499\"");
    case TRACE_BOOL:
    case TRACE_FLAG:
        return strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0 ||
               leaf_wrong(ctx, node, "true or false");
    case TRACE_OBJECT:
        return leaf_wrong(ctx, node,
                          "another field: this one is structured; use the checks `dsn`, `queued` or `delivered`");
    case TRACE_TEXT:
    case TRACE_TEXTS:
        break;
    }
    return true;
}

static bool check_pattern_field(struct yaml_ctx *ctx, const struct yaml_pair *pair, const char *glob,
                                enum trace_field *out)
{
    *out = trace_field_of(pair->key);
    if (*out == FIELDS)
        return unknown_field(ctx, pair->key_at, pair->key);
    if (*out == FIELD_EVENT)
        return check_event(ctx, pair->value);
    return check_carried(ctx, pair->key_at, *out, glob) && check_value(ctx, pair->value, trace_field_rows[*out].type);
}

/* ---- patterns ---- */

static const char *event_of(const struct yaml_node *node)
{
    const struct yaml_node *event = yaml_get(node, trace_field_rows[FIELD_EVENT].name);
    return event != NULL && event->kind == YAML_NODE_SCALAR ? event->text : NULL;
}

bool pattern_decode(struct yaml_ctx *ctx, const struct yaml_node *node, struct pattern *out, const char *const *own)
{
    if (node->kind != YAML_NODE_MAP || node->count > PATTERN_MAX)
        return leaf_wrong(ctx, node, "a pattern over trace fields such as {event: smtp.reply, code: 421}");
    out->fields = arena_alloc(ctx->doc->arena, node->count * sizeof *out->fields);
    out->values = arena_alloc(ctx->doc->arena, node->count * sizeof *out->values);
    for (size_t i = 0; i < node->count; i++) {
        bool skipped = false;
        for (const char *const *name = own; name != NULL && *name != NULL; name++)
            skipped = skipped || strcmp(*name, node->pairs[i].key) == 0;
        if (skipped)
            continue;
        if (node->pairs[i].value->kind != YAML_NODE_SCALAR)
            return leaf_wrong(ctx, node->pairs[i].value, "a value, a glob or a range");
        if (!check_pattern_field(ctx, &node->pairs[i], event_of(node), &out->fields[out->count]))
            return false;
        out->values[out->count++] = node->pairs[i].value->text;
    }
    if (out->count == 0)
        return leaf_wrong(ctx, node, "a pattern with at least one trace field");
    return true;
}

bool pattern_decode_by(struct yaml_ctx *ctx, const struct yaml_node *by, const struct yaml_node *node,
                       enum trace_field *out)
{
    if (by == NULL || by->kind != YAML_NODE_SCALAR)
        return leaf_wrong(ctx, by != NULL ? by : node, "`by` with a field of the trace, such as host");
    *out = trace_field_of(by->text);
    if (*out == FIELDS)
        return unknown_field(ctx, by->at, by->text);
    if (!check_carried(ctx, by->at, *out, event_of(node)))
        return false;
    return trace_field_rows[*out].type == TRACE_TEXT ||
           leaf_wrong(ctx, by, "a field of the trace whose value is text, such as host");
}

/* ---- as schemas print them ---- */

#define OF_TRACE(constant, key, type, help) {key, &yaml_str, 0, false, NULL, help, 0},
const struct yaml_field pattern_keys[] = {TRACE_FIELDS(OF_TRACE) END};
static const struct yaml_field no_keys[] = {END};
const struct yaml_type pattern_shape = PATTERN("a pattern over trace fields", no_keys);
