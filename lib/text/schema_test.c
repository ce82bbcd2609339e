/* One table of each kind of type, printed in both forms. */
#include "lib/text/schema.h"

#include <stdlib.h>
#include <string.h>

#include "lib/testing/suite.h"

#define ROW(key, type, required, fallback, help)                                                                       \
    {                                                                                                                  \
        key, type, 0, required, fallback, help, 0                                                                      \
    }
#define END ROW(NULL, NULL, false, NULL, NULL)

static const struct yaml_choice words[] = {{"yes", 1, "it is kept"}, {"maybe", 2, NULL}, {NULL, 0, NULL}};
static const struct yaml_type word = {.kind = YAML_ENUM, .name = "yes or maybe", .choices = words};
static const struct yaml_type few = {.kind = YAML_INT, .name = "a count", .min = 1, .max = 9};
static const struct yaml_field inner_fields[] = {ROW("size", &yaml_size, true, NULL, "octets"), END};
static const struct yaml_type inner = {.kind = YAML_STRUCT, .name = "a box", .fields = inner_fields};
static const struct yaml_type boxes = {.kind = YAML_LIST, .name = "boxes", .item = &inner, .one_or_many = true};
static const struct yaml_type shelf = {.kind = YAML_MAP, .name = "boxes by name", .item = &inner};
static const struct yaml_type *const forms[] = {&yaml_str, &inner, NULL};
static const struct yaml_type either = {.kind = YAML_CUSTOM, .name = "a text | a box", .forms = forms};
static const struct yaml_field fields[] = {
    ROW("keep", &word, false, "yes", "whether it is kept"),  ROW("count", &few, true, NULL, "how many"),
    ROW("boxes", &boxes, false, NULL, "what is in it"),      ROW("shelf", &shelf, false, NULL, "what is above it"),
    ROW("either", &either, false, NULL, "one or the other"), END};
static const struct yaml_type root = {.kind = YAML_STRUCT, .name = "a room", .fields = fields};

static const char *print(const struct schema *schema, const char *form)
{
    static char text[4096];
    FILE *out = fmemopen(text, sizeof text, "w");
    ck_assert(schema_print(schema, form, out));
    (void)fclose(out);
    return text;
}

static const struct json *property(const struct json *json, const char *name)
{
    return json_get(json_get(json, "properties"), name);
}

START_TEST(a_json_schema_has_each_mapping_once)
{
    const struct schema schema = {"a room", "Where boxes are.", &root, false};
    struct json *json = schema_json(&schema);
    ck_assert_str_eq(json_as_str(json_at(json_get(json, "required"), 0), ""), "count");
    ck_assert_uint_eq(json_count(json_get(json, "required")), 1);
    ck_assert(!json_get_bool(json, "additionalProperties", true));
    ck_assert_int_eq(json_get_int(property(json, "count"), "maximum", 0), 9);
    ck_assert_str_eq(json_get_str(property(json, "keep"), "default", ""), "yes");
    ck_assert_str_eq(json_get_str(property(json, "keep"), "description", ""), "whether it is kept");
    ck_assert_uint_eq(json_count(json_get(property(json, "keep"), "anyOf")), 3); /* true, "yes", "maybe" */
    ck_assert_str_eq(json_get_str(json_get(property(json, "shelf"), "additionalProperties"), "$ref", ""),
                     "#/$defs/a_box");
    ck_assert_uint_eq(json_count(json_get(json, "$defs")), 1);
    json_free(json);
}
END_TEST

START_TEST(a_variable_may_replace_any_value)
{
    const struct schema schema = {"a room", "Where boxes are.", &root, true};
    struct json *json = schema_json(&schema);
    const struct json *variable = json_at(json_get(property(json, "count"), "anyOf"), 1);
    ck_assert_str_eq(json_get_str(variable, "pattern", ""), "\\$\\{[^}]+\\}");
    json_free(json);
}
END_TEST

START_TEST(a_page_has_a_section_for_each_mapping)
{
    const struct schema schema = {"a room", "Where boxes are.", &root, false};
    const char *page = print(&schema, "markdown");
    ck_assert_ptr_nonnull(strstr(page, "# Reference: a room\n\nWhere boxes are.\n"));
    ck_assert_ptr_nonnull(strstr(page, "| `count` (required) | a count |  | how many |\n"));
    ck_assert_ptr_nonnull(strstr(page, "| `keep` | yes or maybe | `yes` | whether it is kept |\n"));
    ck_assert_ptr_nonnull(strstr(page, "| `either` | a text \\| a box |  | one or the other |\n"));
    ck_assert_ptr_nonnull(strstr(page, "Words for `keep`:\n\n- `yes`: it is kept\n- `maybe`\n"));
    const char *section = strstr(page, "## `boxes[]`: a box\n");
    ck_assert_ptr_nonnull(section);
    ck_assert_ptr_null(strstr(section + 1, "\n## ")); /* the shelf has the same boxes */
}
END_TEST

START_TEST(an_unknown_form_prints_nothing)
{
    const struct schema schema = {"a room", "Where boxes are.", &root, false};
    ck_assert(!schema_print(&schema, "xml", stdout));
}
END_TEST

SUITE(schema, a_json_schema_has_each_mapping_once, a_variable_may_replace_any_value,
      a_page_has_a_section_for_each_mapping, an_unknown_form_prints_nothing)
