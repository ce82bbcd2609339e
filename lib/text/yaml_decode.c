/* From a tree to structs, as a table of types says. One function a kind, in one table. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stdio.h>

#include "lib/base/check.h"
#include "lib/base/duration.h"
#include "lib/base/nearest.h"
#include "lib/text/yaml.h"

#define COUNT_MAX_DEFAULT 10000

typedef bool decode_fn(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type, void *out);

static bool decode(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type, void *out);

__attribute__((format(printf, 3, 4))) static bool wrong(struct yaml_ctx *ctx, const struct yaml_node *node,
                                                        const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    yaml_error(ctx->doc, node->at, ctx->path, "%s", text);
    return false;
}

static bool wrong_kind(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type)
{
    static const char *const seen[] = {"a value", "a list", "a mapping"};
    if (node->kind == YAML_NODE_SCALAR)
        return wrong(ctx, node, "expected %s, found `%.60s`", type->name, node->text);
    return wrong(ctx, node, "expected %s, found %s", type->name, seen[node->kind]);
}

static bool decode_sub(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type,
                       const char *path, void *out)
{
    struct yaml_ctx inner = {ctx->doc, path};
    return decode(&inner, node, type, out);
}

static const char *join(struct yaml_ctx *ctx, const char *key)
{
    return arena_printf(ctx->doc->arena, "%s%s%s", ctx->path, ctx->path[0] != '\0' ? "." : "", key);
}

/* ---- leaves ---- */

static bool decode_str(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type, void *out)
{
    if (node->kind != YAML_NODE_SCALAR)
        return wrong_kind(ctx, node, type);
    *(const char **)out = node->text;
    return true;
}

static bool decode_bool(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type, void *out)
{
    const char *text = node->kind == YAML_NODE_SCALAR ? node->text : "";
    bool yes = strcmp(text, "true") == 0 || strcmp(text, "yes") == 0;
    if (!yes && strcmp(text, "false") != 0 && strcmp(text, "no") != 0)
        return wrong_kind(ctx, node, type);
    *(bool *)out = yes;
    return true;
}

static bool in_range(const struct yaml_type *type, int64_t n)
{
    return (type->min == 0 && type->max == 0) || (n >= type->min && n <= type->max);
}

static bool decode_int(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type, void *out)
{
    if (node->kind != YAML_NODE_SCALAR || node->text[0] == '\0')
        return wrong_kind(ctx, node, type);
    char *end;
    errno = 0;
    long long n = strtoll(node->text, &end, 10);
    if (*end != '\0' || errno != 0 || node->text[0] == ' ' || node->text[0] == '+')
        return wrong_kind(ctx, node, type);
    if (!in_range(type, n))
        return wrong(ctx, node, "%lld is out of range; expected %lld to %lld", n, (long long)type->min,
                     (long long)type->max);
    *(int64_t *)out = n;
    return true;
}

static bool is_bare_number(const char *text)
{
    uint64_t n;
    return slice_to_u64(slice_cstr(text), UINT64_MAX, &n);
}

static bool decode_duration(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type, void *out)
{
    int64_t ns;
    if (node->kind != YAML_NODE_SCALAR)
        return wrong_kind(ctx, node, type);
    if (!duration_parse(slice_cstr(node->text), &ns)) {
        if (is_bare_number(node->text))
            return wrong(ctx, node, "`%s` has no unit; write %ss, %sm, %sh or %sd", node->text, node->text, node->text,
                         node->text, node->text);
        return wrong_kind(ctx, node, type);
    }
    if (!in_range(type, ns)) {
        char lo[DURATION_TEXT_MAX], hi[DURATION_TEXT_MAX];
        return wrong(ctx, node, "`%s` is out of range; expected %s to %s", node->text, duration_format(type->min, lo),
                     duration_format(type->max, hi));
    }
    *(int64_t *)out = ns;
    return true;
}

static bool decode_size(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type, void *out)
{
    if (node->kind != YAML_NODE_SCALAR)
        return wrong_kind(ctx, node, type);
    if (size_parse(slice_cstr(node->text), out))
        return true;
    if (is_bare_number(node->text))
        return wrong(ctx, node, "`%s` has no unit; write %sB, %sKiB or %sMiB", node->text, node->text, node->text,
                     node->text);
    return wrong_kind(ctx, node, type);
}

static bool decode_enum(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type, void *out)
{
    struct nearest near;
    if (node->kind != YAML_NODE_SCALAR)
        return wrong_kind(ctx, node, type);
    nearest_init(&near, node->text);
    for (const struct yaml_choice *choice = type->choices; choice->name != NULL; choice++) {
        if (strcmp(choice->name, node->text) == 0) {
            *(int *)out = choice->value;
            return true;
        }
        nearest_offer(&near, choice->name);
    }
    if (near.best != NULL)
        return wrong(ctx, node, "`%.60s` is not %s%s", node->text, type->name, nearest_hint(&near));
    return wrong_kind(ctx, node, type);
}

static bool decode_any(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type, void *out)
{
    (void)ctx;
    (void)type;
    *(const struct yaml_node **)out = node;
    return true;
}

static bool decode_custom(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type, void *out)
{
    return type->decode(ctx, node, out);
}

/* ---- containers ---- */

static void unknown_key(struct yaml_ctx *ctx, const struct yaml_pair *pair, const struct yaml_type *type)
{
    struct nearest near;
    nearest_init(&near, pair->key);
    for (const struct yaml_field *field = type->fields; field->name != NULL; field++)
        nearest_offer(&near, field->name);
    if (near.best != NULL)
        yaml_error(ctx->doc, pair->key_at, ctx->path, "unknown key `%.60s`%s", pair->key, nearest_hint(&near));
    else
        yaml_error(ctx->doc, pair->key_at, ctx->path, "unknown key `%.60s` in %s", pair->key, type->name);
}

/* A group that is left out has its members' defaults; its required keys are not required then. */
static bool decode_default(struct yaml_ctx *ctx, const struct yaml_node *map, const struct yaml_field *field,
                           char *base)
{
    bool ok = true;
    if (field->fallback != NULL) {
        struct yaml_node fallback = {YAML_NODE_SCALAR, map->at, field->fallback, true, NULL, NULL, 0};
        return decode_sub(ctx, &fallback, field->type, join(ctx, field->name), base + field->offset);
    }
    if (field->type->kind == YAML_STRUCT)
        for (const struct yaml_field *inner = field->type->fields; inner->name != NULL; inner++)
            ok = decode_default(ctx, map, inner, base + field->offset) && ok;
    return ok;
}

static bool decode_field(struct yaml_ctx *ctx, const struct yaml_node *map, const struct yaml_field *field, char *base)
{
    const struct yaml_node *node = yaml_get(map, field->name);
    if (node != NULL) {
        if (field->seen_offset != 0)
            *(bool *)(void *)(base + field->seen_offset) = true;
        return decode_sub(ctx, node, field->type, join(ctx, field->name), base + field->offset);
    }
    if (field->required)
        return wrong(ctx, map, "the key `%s` is missing: %s", field->name, field->help);
    return decode_default(ctx, map, field, base);
}

static bool known_keys_only(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type)
{
    bool ok = true;
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_field *field = type->fields;
        while (field->name != NULL && strcmp(field->name, node->pairs[i].key) != 0)
            field++;
        if (field->name == NULL) {
            unknown_key(ctx, &node->pairs[i], type);
            ok = false;
        }
    }
    return ok;
}

static bool decode_struct(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type, void *out)
{
    if (node->kind != YAML_NODE_MAP)
        return wrong_kind(ctx, node, type);
    bool ok = known_keys_only(ctx, node, type);
    if (type->marked)
        *(struct yaml_mark *)out = node->at;
    for (const struct yaml_field *field = type->fields; field->name != NULL; field++)
        ok = decode_field(ctx, node, field, out) && ok;
    return ok;
}

static bool decode_ptr(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type, void *out)
{
    void *item = arena_alloc(ctx->doc->arena, type->item->size);
    *(void **)out = item;
    return decode(ctx, node, type->item, item);
}

static size_t count_max(const struct yaml_type *type)
{
    return type->count_max != 0 ? type->count_max : COUNT_MAX_DEFAULT;
}

static bool decode_list(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type, void *out)
{
    struct yaml_list *list = out;
    bool one = node->kind != YAML_NODE_LIST;
    size_t count = one ? 1 : node->count;
    if (one && !type->one_or_many)
        return wrong_kind(ctx, node, type);
    if (count > count_max(type))
        return wrong(ctx, node, "%zu items; at most %zu are allowed", count, count_max(type));
    list->items = arena_alloc(ctx->doc->arena, count * type->item->size);
    list->count = count;
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        const char *path = one ? ctx->path : arena_printf(ctx->doc->arena, "%s[%zu]", ctx->path, i);
        ok = decode_sub(ctx, one ? node : node->items[i], type->item, path,
                        (char *)list->items + i * type->item->size) &&
             ok;
    }
    return ok;
}

static bool decode_map(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type, void *out)
{
    struct yaml_map *map = out;
    if (node->kind != YAML_NODE_MAP)
        return wrong_kind(ctx, node, type);
    if (node->count > count_max(type))
        return wrong(ctx, node, "%zu entries; at most %zu are allowed", node->count, count_max(type));
    map->entries = arena_alloc(ctx->doc->arena, node->count * sizeof *map->entries);
    map->count = node->count;
    bool ok = true;
    for (size_t i = 0; i < node->count; i++) {
        void *value = arena_alloc(ctx->doc->arena, type->item->size);
        map->entries[i] = (struct yaml_entry){node->pairs[i].key, node->pairs[i].key_at, value};
        ok = decode_sub(ctx, node->pairs[i].value, type->item, join(ctx, node->pairs[i].key), value) && ok;
    }
    return ok;
}

static decode_fn *const decoders[] = {
    [YAML_STR] = decode_str,           [YAML_BOOL] = decode_bool, [YAML_INT] = decode_int,
    [YAML_DURATION] = decode_duration, [YAML_SIZE] = decode_size, [YAML_ENUM] = decode_enum,
    [YAML_STRUCT] = decode_struct,     [YAML_PTR] = decode_ptr,   [YAML_LIST] = decode_list,
    [YAML_MAP] = decode_map,           [YAML_ANY] = decode_any,   [YAML_CUSTOM] = decode_custom,
};

static bool decode(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type, void *out)
{
    return decoders[type->kind](ctx, node, type, out);
}

bool yaml_decode(struct yaml_doc *doc, const struct yaml_node *node, const struct yaml_type *type, const char *path,
                 void *out)
{
    struct yaml_ctx ctx = {doc, path};
    rl_assert(node != NULL);
    return decode(&ctx, node, type, out);
}

bool yaml_decode_sub(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type, const char *sub,
                     void *out)
{
    return decode_sub(ctx, node, type, join(ctx, sub), out);
}

const struct yaml_type yaml_str = {.kind = YAML_STR, .name = "a text", .size = sizeof(const char *)};
const struct yaml_type yaml_bool = {.kind = YAML_BOOL, .name = "true or false", .size = sizeof(bool)};
const struct yaml_type yaml_int = {.kind = YAML_INT, .name = "a number", .size = sizeof(int64_t)};
const struct yaml_type yaml_size = {.kind = YAML_SIZE, .name = "a size such as 2MiB", .size = sizeof(uint64_t)};
const struct yaml_type yaml_any = {.kind = YAML_ANY, .name = "any value", .size = sizeof(const struct yaml_node *)};
const struct yaml_type yaml_str_list = {.kind = YAML_LIST,
                                        .name = "a list of texts",
                                        .size = sizeof(struct yaml_list),
                                        .item = &yaml_str,
                                        .one_or_many = true};
