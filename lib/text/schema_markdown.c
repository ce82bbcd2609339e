/* A reference page: a section for each mapping of the language, with its keys, values, defaults and what they mean. */
#include <string.h>

#include "lib/base/check.h"
#include "lib/text/schema.h"

#define SECTIONS_MAX 200
#define PATH_MAX_    256

struct section {
    const struct yaml_type *type; /* STRUCT */
    char path[PATH_MAX_];
};

struct page {
    struct section sections[SECTIONS_MAX]; /* in the order in which they are printed */
    size_t count;
    struct buf *out;
};

/* ---- which sections there are ---- */

static void push_section(struct page *page, const struct yaml_type *type, const char *path)
{
    for (size_t i = 0; i < page->count; i++)
        if (page->sections[i].type->fields == type->fields)
            return;
    rl_assert(page->count < SECTIONS_MAX);
    page->sections[page->count].type = type;
    (void)snprintf(page->sections[page->count++].path, PATH_MAX_, "%s", path);
}

/* Adds the mappings that a value at this path holds. */
static void find_sections(struct page *page, const struct yaml_type *type, const char *path)
{
    char inner[PATH_MAX_ + 8];
    switch (type->kind) {
    case YAML_STRUCT:
        push_section(page, type, path);
        break;
    case YAML_PTR:
        find_sections(page, type->item, path);
        break;
    case YAML_LIST:
        (void)snprintf(inner, sizeof inner, "%s[]", path);
        find_sections(page, type->item, inner);
        break;
    case YAML_MAP:
        (void)snprintf(inner, sizeof inner, "%s.NAME", path);
        find_sections(page, type->item, inner);
        break;
    case YAML_CUSTOM:
        for (size_t i = 0; type->forms != NULL && type->forms[i] != NULL; i++)
            find_sections(page, type->forms[i], path);
        break;
    default:
        break;
    }
}

static void find_inner_sections(struct page *page, const struct section *section)
{
    char path[PATH_MAX_ + 64];
    for (const struct yaml_field *field = section->type->fields; field->name != NULL; field++) {
        (void)snprintf(path, sizeof path, "%s%s%s", section->path, section->path[0] != '\0' ? "." : "", field->name);
        find_sections(page, field->type, path);
    }
}

/* ---- what a section says ---- */

static void write_cell(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++)
        (void)(*text == '|' ? buf_add_cstr(out, "\\|") : buf_add_char(out, *text));
}

/* A pointer has the name of what it points to. */
static const struct yaml_type *named(const struct yaml_type *type)
{
    return type->kind == YAML_PTR ? named(type->item) : type;
}

static void write_row(struct buf *out, const struct yaml_field *field)
{
    (void)buf_printf(out, "| `%s`%s | ", field->name, field->required ? " (required)" : "");
    write_cell(out, named(field->type)->name);
    (void)buf_add_cstr(out, " | ");
    if (field->fallback != NULL)
        (void)buf_printf(out, "`%s`", field->fallback);
    (void)buf_add_cstr(out, " | ");
    write_cell(out, field->help);
    (void)buf_add_cstr(out, " |\n");
}

/* The enumeration that a field's value is, or is a list of; NULL: it has none. */
static const struct yaml_choice *choices_of(const struct yaml_type *type)
{
    while (type->kind == YAML_PTR || type->kind == YAML_LIST || type->kind == YAML_MAP)
        type = type->item;
    return type->kind == YAML_ENUM ? type->choices : NULL;
}

static void write_choices(struct buf *out, const struct yaml_field *field)
{
    const struct yaml_choice *choices = choices_of(field->type);
    if (choices == NULL)
        return;
    (void)buf_printf(out, "\nWords for `%s`:\n\n", field->name);
    for (; choices->name != NULL; choices++) {
        (void)buf_printf(out, "- `%s`", choices->name);
        if (choices->help != NULL)
            (void)buf_printf(out, ": %s", choices->help);
        (void)buf_add_char(out, '\n');
    }
}

static void write_section(struct buf *out, const struct section *section)
{
    if (section->path[0] != '\0')
        (void)buf_printf(out, "\n## `%s`: %s\n", section->path, section->type->name);
    (void)buf_add_cstr(out, "\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
    for (const struct yaml_field *field = section->type->fields; field->name != NULL; field++)
        write_row(out, field);
    for (const struct yaml_field *field = section->type->fields; field->name != NULL; field++)
        write_choices(out, field);
}

void schema_markdown(const struct schema *schema, struct buf *out)
{
    static struct page page;
    page = (struct page){.out = out};
    (void)buf_printf(out, "# Reference: %s\n\n%s\n", schema->name, schema->title);
    push_section(&page, schema->type, "");
    for (size_t i = 0; i < page.count; i++) {
        write_section(out, &page.sections[i]);
        find_inner_sections(&page, &page.sections[i]);
    }
}
