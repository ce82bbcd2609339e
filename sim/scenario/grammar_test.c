/* The page that teaches the language: its example is a scenario, and its grammar has every key of the schema. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/testing/suite.h"
#include "sim/scenario/tables.h"
#include "sim/scenario/testing.h"

#define PAGE  "docs/SCENARIOS.md"
#define DEPTH 20

static struct buf page, missing;

static void read_page(void)
{
    char part[4096];
    FILE *file = fopen(PAGE, "re");
    ck_assert_msg(file != NULL, PAGE ": run the tests in the project's folder");
    buf_init(&page, 1024 * 1024);
    for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;)
        ck_assert(buf_add(&page, part, n));
    (void)fclose(file);
}

/* The text from a line with this beginning to the next that ends it, which is cut off. */
static char *cut_out(const char *from, const char *to)
{
    const char *begin = strstr(buf_cstr(&page), from), *end = begin != NULL ? strstr(begin + strlen(from), to) : NULL;
    ck_assert_msg(end != NULL, PAGE " has no part from `%s` to `%s`", from, to);
    begin += strlen(from);
    return strndup(begin, (size_t)(end - begin));
}

START_TEST(each_example_is_a_scenario)
{
    struct buf report;
    unsigned count = 0;
    read_page();
    buf_init(&report, 65536);
    for (const char *at = buf_cstr(&page); (at = strstr(at, "```yaml\n")) != NULL; count++) {
        const char *begin = at + strlen("```yaml\n"), *end = strstr(begin, "\n```");
        ck_assert_ptr_nonnull(end);
        char *text = strndup(begin, (size_t)(end + 1 - begin));
        struct scenario *scenario = test_scenario(text, NULL, &report);
        ck_assert_msg(scenario != NULL && report.len == 0, "%s\n%s", text, buf_cstr(&report));
        scenario_free(scenario);
        free(text);
        at = end;
    }
    ck_assert_uint_gt(count, 0);
    buf_fini(&report);
    buf_fini(&page);
}
END_TEST

static bool is_of_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(const char *text, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = text; (at = strstr(at, word)) != NULL; at++)
        if ((at == text || !is_of_word(at[-1])) && !is_of_word(at[len]))
            return true;
    return false;
}

static void walk(const char *grammar, const struct yaml_type *type, unsigned depth)
{
    ck_assert_uint_lt(depth, DEPTH);
    if (type->item != NULL)
        walk(grammar, type->item, depth + 1);
    for (size_t i = 0; type->forms != NULL && type->forms[i] != NULL; i++)
        walk(grammar, type->forms[i], depth + 1);
    for (const struct yaml_field *field = type->fields; field != NULL && field->name != NULL; field++) {
        if (!has_word(grammar, field->name))
            (void)buf_printf(&missing, " `%s` of %s;", field->name, type->name);
        walk(grammar, field->type, depth + 1);
    }
    for (const struct yaml_choice *choice = type->choices; choice != NULL && choice->name != NULL; choice++)
        if (!has_word(grammar, choice->name))
            (void)buf_printf(&missing, " `%s`, %s;", choice->name, type->name);
}

START_TEST(the_grammar_has_every_key_and_every_word)
{
    read_page();
    buf_init(&missing, 65536);
    char *grammar = cut_out("## Grammar\n", "\n## ");
    walk(grammar, &raw_scenario_type, 0);
    ck_assert_msg(missing.len == 0, "the grammar in " PAGE " lacks%s", buf_cstr(&missing));
    free(grammar);
    buf_fini(&missing);
    buf_fini(&page);
}
END_TEST

SUITE(grammar, each_example_is_a_scenario, the_grammar_has_every_key_and_every_word)
