#include <string.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "lib/text/yaml.h"

struct thing {
    struct yaml_mark at;
    const char *name;
    int64_t wait_ns;
    int color;
    bool on, on_seen;
    struct yaml_list words;
    struct yaml_map parts;
    struct {
        int64_t limit_ns;
    } group;
};

static const struct yaml_choice colors[] = {{"red", 1, NULL}, {"green", 2, NULL}, {NULL, 0, NULL}};
static const struct yaml_type color = {.kind = YAML_ENUM, .name = "a color", .size = sizeof(int), .choices = colors};
static const struct yaml_type parts = {
    .kind = YAML_MAP, .name = "parts", .size = sizeof(struct yaml_map), .item = &yaml_int};
static const struct yaml_type duration = {
    .kind = YAML_DURATION, .name = "a duration such as 5m", .size = sizeof(int64_t)};
static const struct yaml_field group_fields[] = {{"limit", &duration, 0, false, "7s", "a limit", 0},
                                                 {NULL, NULL, 0, false, NULL, NULL, 0}};
static const struct yaml_type group = {.kind = YAML_STRUCT, .name = "a group", .size = 0, .fields = group_fields};
static const struct yaml_field fields[] = {
    {"group", &group, offsetof(struct thing, group), false, NULL, "a group", 0},
    {"name", &yaml_str, offsetof(struct thing, name), true, NULL, "its name", 0},
    {"wait", &duration, offsetof(struct thing, wait_ns), false, "5m", "a wait", 0},
    {"color", &color, offsetof(struct thing, color), false, NULL, "a color", 0},
    {"on", &yaml_bool, offsetof(struct thing, on), false, NULL, "a switch", offsetof(struct thing, on_seen)},
    {"words", &yaml_str_list, offsetof(struct thing, words), false, NULL, "words", 0},
    {"parts", &parts, offsetof(struct thing, parts), false, NULL, "parts", 0},
    {NULL, NULL, 0, false, NULL, NULL, 0}};
static const struct yaml_type thing = {
    .kind = YAML_STRUCT, .name = "a thing", .size = sizeof(struct thing), .fields = fields, .marked = true};

START_TEST(a_good_file_fills_the_struct)
{
    struct yaml_doc doc;
    struct thing t = {0};
    struct slice text = SLICE_LIT("name: 250\nwait: 1h30m\ncolor: green\nwords: one\nparts: {a: 1, b: 2}\n");
    ck_assert_int_eq(yaml_open_text(&doc, "t.yaml", text, NULL), ERR_OK);
    ck_assert(yaml_decode(&doc, doc.root, &thing, "", &t));
    ck_assert_str_eq(t.name, "250"); /* what the schema says, not what it looks like */
    ck_assert_int_eq(t.wait_ns, 5400 * NS_PER_S);
    ck_assert_int_eq(t.color, 2);
    ck_assert(!t.on_seen);
    ck_assert_int_eq(t.group.limit_ns, 7 * NS_PER_S); /* left out: its members' defaults */
    ck_assert_uint_eq(t.words.count, 1);
    ck_assert_str_eq(t.parts.entries[1].key, "b");
    ck_assert_int_eq(*(int64_t *)t.parts.entries[1].value, 2);
    yaml_close(&doc);
}
END_TEST

/* Every problem is reported with its position; the test looks at the first. */
static void expect_problem(const char *text, const char *wanted)
{
    struct yaml_doc doc;
    struct thing t = {0};
    struct buf report;
    buf_init(&report, 65536);
    if (yaml_open_text(&doc, "t.yaml", slice_cstr(text), NULL) == ERR_OK)
        ck_assert_msg(!yaml_decode(&doc, doc.root, &thing, "", &t), "accepted: %s", text);
    yaml_report(&doc, &report);
    ck_assert_msg(strncmp(buf_cstr(&report), wanted, strlen(wanted)) == 0, "%s\ngave: %s", text, buf_cstr(&report));
    yaml_close(&doc);
    buf_fini(&report);
}

START_TEST(problems_are_reported_with_position_and_remedy)
{
    expect_problem("nam: x\n", "t.yaml:1:1: error: unknown key `nam`; did you mean `name`?");
    expect_problem("color: gren\nname: x\n", "t.yaml:1:8: error: color: `gren` is not a color; did you mean `green`?");
    expect_problem("name: x\nwait: 5\n", "t.yaml:2:7: error: wait: `5` has no unit; write 5s");
    expect_problem("wait: 5m\n", "t.yaml:1:1: error: the key `name` is missing");
    expect_problem("name: a: b\n",
                   "t.yaml:1:8: error: a value with `: ` in it must be quoted, or the line is indented too far");
    expect_problem("name: x\nname: y\n", "t.yaml:2:1: error: duplicate key `name`; line 1 already has it");
    expect_problem("name: [x]\n", "t.yaml:1:7: error: name: expected a text, found a list");
    expect_problem("name: x\nparts: {a: b}\n", "t.yaml:2:12: error: parts.a: expected a number, found `b`");
}
END_TEST

START_TEST(features_of_yaml_that_are_not_supported_are_refused)
{
    static const char *const texts[] = {"name: &a x\n",
                                        "name: *a\n",
                                        "name: !!str x\n",
                                        "<<: {name: x}\n",
                                        "name: x\n---\nname: y\n",
                                        "name: \"\\x\"\n",
                                        "name: \"a\\0b\"\n",
                                        "name: \"\\e[31mred\"\n",
                                        "{",
                                        ""};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        expect_problem(texts[i], "t.yaml:");
}
END_TEST

START_TEST(nesting_is_limited)
{
    char text[4 * YAML_DEPTH_MAX];
    memset(text, '[', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    expect_problem(text, "t.yaml:");
}
END_TEST

SUITE(yaml, a_good_file_fills_the_struct, problems_are_reported_with_position_and_remedy,
      features_of_yaml_that_are_not_supported_are_refused, nesting_is_limited)
