#include "sim/scenario/settings.h"

#include <string.h>

#include "lib/base/nearest.h"
#include "sim/scenario/tables.h"

#define SETTINGS_TEXT                                                                                                  \
    "retry.first, retry.steps, retry.then, retry.lifetime, retry.warn, limits.size, limits.rcpts, tls.DOMAIN"

/* ---- the tables of `given` ---- */

/* The keys of a group, whichever way its type leads to them; NULL = any key. */
static const struct yaml_field *fields_of(const struct yaml_type *type)
{
    if (type->fields != NULL)
        return type->fields;
    for (size_t i = 0; type->forms != NULL && type->forms[i] != NULL; i++)
        if (type->forms[i]->fields != NULL)
            return type->forms[i]->fields;
    return NULL;
}

/* A group that the simulated internet does not read. */
static bool is_for_the_target(const char *group)
{
    return strcmp(group, "retry") == 0 || strcmp(group, "limits") == 0 || strcmp(group, "tls") == 0;
}

static const struct yaml_field *find_field(const struct yaml_field *fields, struct slice name)
{
    for (const struct yaml_field *field = fields; field != NULL && field->name != NULL; field++)
        if (slice_eq_cstr(name, field->name))
            return field;
    return NULL;
}

static void offer_all(struct arena *arena, struct nearest *near)
{
    for (const struct yaml_field *group = schema_given.fields; group->name != NULL; group++) {
        const struct yaml_field *keys = fields_of(group->type);
        for (; is_for_the_target(group->name) && keys != NULL && keys->name != NULL; keys++)
            nearest_offer(near, arena_printf(arena, "%s.%s", group->name, keys->name));
    }
}

static int unknown(struct scenario *s, struct slice path, struct err *err)
{
    struct nearest near;
    nearest_init(&near, arena_slice_dup(s->doc.arena, path));
    offer_all(s->doc.arena, &near);
    return err_set(err, ERR_INVALID, "no setting `%.*s`%s; there are " SETTINGS_TEXT,
                   (int)(path.len < 80 ? path.len : 80), path.ptr, nearest_hint(&near));
}

/* ---- the document ---- */

static struct yaml_node *new_node(struct scenario *s, enum yaml_node_kind kind)
{
    struct yaml_node *node = arena_alloc(s->doc.arena, sizeof *node);
    node->kind = kind;
    node->at = s->doc.root->at;
    return node;
}

static struct yaml_pair *find_pair(const struct yaml_node *map, const char *key)
{
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->pairs[i].key, key) == 0)
            return &map->pairs[i];
    return NULL;
}

static void put(struct scenario *s, struct yaml_node *map, const char *key, struct yaml_node *value)
{
    struct yaml_pair *old = find_pair(map, key);
    if (old != NULL) {
        old->value = value;
        return;
    }
    struct yaml_pair *pairs = arena_alloc(s->doc.arena, (map->count + 1) * sizeof *pairs);
    if (map->count > 0)
        memcpy(pairs, map->pairs, map->count * sizeof *pairs);
    pairs[map->count++] = (struct yaml_pair){.key = key, .key_at = map->at, .value = value};
    map->pairs = pairs;
}

/* The mapping at a key, which is made where there is none, or a word such as `default`. */
static struct yaml_node *map_at(struct scenario *s, struct yaml_node *map, const char *key)
{
    struct yaml_pair *pair = find_pair(map, key);
    if (pair == NULL || pair->value->kind != YAML_NODE_MAP)
        put(s, map, key, new_node(s, YAML_NODE_MAP));
    return find_pair(map, key)->value;
}

static struct yaml_node *scalar(struct scenario *s, struct slice text)
{
    struct yaml_node *node = new_node(s, YAML_NODE_SCALAR);
    node->text = arena_slice_dup(s->doc.arena, slice_trim(text));
    return node;
}

/* "1m,5m" of a list. */
static struct yaml_node *value_of(struct scenario *s, const struct yaml_type *type, struct slice text)
{
    if (type == NULL || type->kind != YAML_LIST)
        return scalar(s, text);
    struct yaml_node *list = new_node(s, YAML_NODE_LIST);
    list->items = arena_alloc(s->doc.arena, (text.len + 1) * sizeof *list->items);
    while (text.len > 0)
        list->items[list->count++] = scalar(s, slice_cut(&text, ','));
    return list;
}

/* Decodes the value alone, so that the error is about the setting, not about a place in the file. */
static int try_value(struct scenario *s, const struct yaml_type *type, const struct yaml_node *value, struct slice path,
                     struct err *err)
{
    struct yaml_doc doc = {.file = s->doc.file, .arena = s->doc.arena};
    void *out = arena_alloc(s->doc.arena, type->size + sizeof(void *));
    if (yaml_decode(&doc, value, type, arena_slice_dup(s->doc.arena, path), out))
        return ERR_OK;
    return err_set(err, ERR_INVALID, "%s", doc.problem_count > 0 ? doc.problems[0].text : "the value is not valid");
}

/* Finds the setting's group and its type; name: its key in the group. */
static int find_setting(struct scenario *s, struct slice path, const char **group_name, const char **name,
                        const struct yaml_type **type, struct err *err)
{
    struct slice key = path;
    const char *first = arena_slice_dup(s->doc.arena, slice_cut(&key, '.'));
    const struct yaml_field *group = find_field(schema_given.fields, slice_cstr(first));
    if (group == NULL)
        return unknown(s, path, err);
    if (!is_for_the_target(first))
        return err_set(err, ERR_INVALID,
                       "the simulated internet reads given.%s too, so it can only be changed in the file; there "
                       "are " SETTINGS_TEXT,
                       first);
    const struct yaml_field *fields = fields_of(group->type), *field = find_field(fields, key);
    if (key.len == 0 || (fields != NULL && field == NULL))
        return unknown(s, path, err);
    *group_name = first;
    *name = arena_slice_dup(s->doc.arena, key);
    *type = field != NULL ? field->type : group->type->item;
    return ERR_OK;
}

int scenario_set(struct scenario *s, const char *setting, struct err *err)
{
    struct slice value = slice_cstr(setting), path = slice_cut(&value, '=');
    const struct yaml_type *type = NULL;
    const char *group = NULL, *name = NULL;
    if (strchr(setting, '=') == NULL)
        return err_set(err, ERR_INVALID, "`%.80s` is not KEY=VALUE, such as retry.first=10s", setting);
    int rc = find_setting(s, path, &group, &name, &type, err);
    if (rc != ERR_OK)
        return rc;
    struct yaml_node *node = value_of(s, type, value);
    rc = try_value(s, type, node, path, err);
    if (rc != ERR_OK)
        return rc;
    struct yaml_node *map = map_at(s, map_at(s, s->doc.root, "given"), group);
    put(s, map, name, node);
    if (strcmp(group, "retry") == 0 && strcmp(name, "first") == 0 && find_pair(map, "then") == NULL)
        put(s, map, "then", node);
    return ERR_OK;
}
