#include "lib/text/schema.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"

#define OUTPUT_MAX (1024 * 1024)
#define VARIABLE   "\\$\\{[^}]+\\}"

#define DEFINITIONS_MAX 200

/* A mapping is printed once, under $defs, and referred to wherever it may occur. */
struct printer {
    const struct schema *schema;
    struct json *definitions;
    struct {
        const struct yaml_field *fields;
        char name[64];
    } known[DEFINITIONS_MAX];
    size_t count;
};

static struct json *json_of(struct printer *p, const struct yaml_type *type);

/* ---- leaves ---- */

static struct json *typed(const char *type)
{
    struct json *json = json_new_object();
    json_set_str(json, "type", type);
    return json;
}

/* Any scalar: YAML reads 250, true and 2030-01-01 as something else than a text. */
static struct json *scalar(void)
{
    static const char *const types[] = {"string", "number", "boolean"};
    struct json *json = json_new_object(), *list = json_new_array();
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        json_push(list, json_new_str(types[i]));
    json_set(json, "type", list);
    return json;
}

static struct json *any_of(struct json *list)
{
    struct json *json = json_new_object();
    json_set(json, "anyOf", list);
    return json;
}

static struct json *constant(struct json *value, const char *help)
{
    struct json *json = json_new_object();
    json_set(json, "const", value);
    if (help != NULL)
        json_set_str(json, "description", help);
    return json;
}

/* YAML 1.1 reads yes and no as truth values, YAML 1.2 reads them as texts. */
static void push_word(struct json *list, const char *word, const char *help)
{
    bool yes = strcmp(word, "yes") == 0 || strcmp(word, "true") == 0;
    if (yes || strcmp(word, "no") == 0 || strcmp(word, "false") == 0)
        json_push(list, constant(json_new_bool(yes), help));
    json_push(list, constant(json_new_str(word), help));
}

static struct json *enum_json(const struct yaml_type *type)
{
    struct json *list = json_new_array();
    for (const struct yaml_choice *choice = type->choices; choice->name != NULL; choice++)
        push_word(list, choice->name, choice->help);
    return any_of(list);
}

static struct json *bool_json(void)
{
    struct json *list = json_new_array();
    json_push(list, typed("boolean"));
    push_word(list, "yes", NULL);
    push_word(list, "no", NULL);
    return any_of(list);
}

static struct json *int_json(const struct yaml_type *type)
{
    struct json *json = typed("integer");
    if (type->min != 0 || type->max != 0) {
        json_set_int(json, "minimum", type->min);
        json_set_int(json, "maximum", type->max);
    }
    return json;
}

/* ---- what holds others ---- */

static struct json *field_json(struct printer *p, const struct yaml_field *field)
{
    struct json *json = json_of(p, field->type);
    json_set_str(json, "description", field->help);
    if (field->fallback != NULL)
        json_set_str(json, "default", field->fallback);
    return json;
}

static struct json *mapping_json(struct printer *p, const struct yaml_type *type)
{
    struct json *json = typed("object"), *properties = json_new_object(), *required = json_new_array();
    for (const struct yaml_field *field = type->also; field != NULL && field->name != NULL; field++)
        json_set(properties, field->name, field_json(p, field));
    for (const struct yaml_field *field = type->fields; field->name != NULL; field++) {
        json_set(properties, field->name, field_json(p, field));
        if (field->required)
            json_push(required, json_new_str(field->name));
    }
    json_set(json, "properties", properties);
    json_set(json, "required", required);
    json_set_bool(json, "additionalProperties", false);
    return json;
}

/* Of names that several mappings have, the later ones get a number: "a_line_2". */
static void name_definition(struct printer *p, const char *words, char name[64])
{
    unsigned same = 1;
    (void)snprintf(name, 64, "%s", words);
    for (char *c = name; *c != '\0'; c++)
        *c = isalnum((unsigned char)*c) ? *c : '_';
    size_t len = strlen(name);
    while (json_get(p->definitions, name) != NULL)
        (void)snprintf(name + len, 64 - len, "_%u", ++same);
}

static struct json *struct_json(struct printer *p, const struct yaml_type *type)
{
    char reference[96];
    size_t i = 0;
    while (i < p->count && p->known[i].fields != type->fields)
        i++;
    if (i == p->count) {
        rl_assert(p->count < DEFINITIONS_MAX);
        p->known[p->count++].fields = type->fields;
        name_definition(p, type->name, p->known[i].name);
        json_set(p->definitions, p->known[i].name, json_new_null()); /* keeps its place and its name */
        json_set(p->definitions, p->known[i].name, mapping_json(p, type));
    }
    (void)snprintf(reference, sizeof reference, "#/$defs/%s", p->known[i].name);
    struct json *json = json_new_object();
    json_set_str(json, "$ref", reference);
    return json;
}

static struct json *list_json(struct printer *p, const struct yaml_type *type)
{
    struct json *json = typed("array");
    json_set(json, "items", json_of(p, type->item));
    if (type->count_max != 0)
        json_set_int(json, "maxItems", (int64_t)type->count_max);
    if (!type->one_or_many)
        return json;
    struct json *list = json_new_array();
    json_push(list, json_of(p, type->item));
    json_push(list, json);
    return any_of(list);
}

static struct json *map_json(struct printer *p, const struct yaml_type *type)
{
    struct json *json = typed("object");
    json_set(json, "additionalProperties", json_of(p, type->item));
    return json;
}

static struct json *custom_json(struct printer *p, const struct yaml_type *type)
{
    if (type->forms == NULL)
        return scalar();
    struct json *list = json_new_array();
    for (size_t i = 0; type->forms[i] != NULL; i++)
        json_push(list, json_of(p, type->forms[i]));
    return any_of(list);
}

static struct json *plain_json(struct printer *p, const struct yaml_type *type)
{
    switch (type->kind) {
    case YAML_STR:
        return scalar();
    case YAML_BOOL:
        return bool_json();
    case YAML_INT:
        return int_json(type);
    case YAML_DURATION:
    case YAML_SIZE:
        return typed("string");
    case YAML_ENUM:
        return enum_json(type);
    case YAML_STRUCT:
        return struct_json(p, type);
    case YAML_PTR:
        return json_of(p, type->item);
    case YAML_LIST:
        return list_json(p, type);
    case YAML_MAP:
        return map_json(p, type);
    case YAML_ANY:
        return json_new_object();
    case YAML_CUSTOM:
        return custom_json(p, type);
    }
    rl_assert(false);
    return NULL;
}

static struct json *json_of(struct printer *p, const struct yaml_type *type)
{
    struct json *json = plain_json(p, type);
    bool needs_variable = type->kind == YAML_BOOL || type->kind == YAML_INT || type->kind == YAML_ENUM;
    if (!p->schema->variables || !needs_variable)
        return json;
    struct json *list = json_new_array(), *variable = typed("string");
    json_set_str(variable, "pattern", VARIABLE);
    json_push(list, json);
    json_push(list, variable);
    return any_of(list);
}

struct json *schema_json(const struct schema *schema)
{
    struct printer *p = mem_zalloc(sizeof *p);
    p->schema = schema;
    p->definitions = json_new_object();
    struct json *json = mapping_json(p, schema->type);
    json_set_str(json, "$schema", "https://json-schema.org/draft/2020-12/schema");
    json_set_str(json, "title", schema->name);
    json_set_str(json, "description", schema->title);
    json_set(json, "$defs", p->definitions);
    free(p);
    return json;
}

/* ---- forms ---- */

static void write_json(const struct schema *schema, struct buf *out)
{
    struct json *json = schema_json(schema);
    (void)json_write_pretty(json, out);
    json_free(json);
}

static const struct {
    const char *name;
    void (*write)(const struct schema *schema, struct buf *out);
} forms[] = {{"json", write_json}, {"markdown", schema_markdown}};

bool schema_print(const struct schema *schema, const char *form, FILE *out)
{
    struct buf text;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (strcmp(form, forms[i].name) != 0)
            continue;
        buf_init(&text, OUTPUT_MAX);
        forms[i].write(schema, &text);
        rl_assert(!text.overflow);
        (void)fputs(buf_cstr(&text), out);
        buf_fini(&text);
        return true;
    }
    return false;
}
