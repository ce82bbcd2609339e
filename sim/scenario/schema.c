/* The scenario language as tables: every key with its type, default and help. */
#include <stddef.h>
#include <string.h>

#include "sim/scenario/capability.h"
#include "sim/scenario/checks/check.h"
#include "sim/scenario/leaves.h"
#include "sim/scenario/loader.h"
#include "sim/scenario/raw.h"
#include "sim/scenario/tables.h"

static const struct yaml_type instant = CUSTOM("a date and time in UTC", int64_t, leaf_instant);
static const struct yaml_type id_type = CUSTOM("an id", const char *, leaf_id);

/* ---- types ---- */

static const struct yaml_type seed_type = {
    .kind = YAML_INT, .name = "a seed", .size = sizeof(int64_t), .min = 0, .max = INT64_MAX};

static const struct yaml_type seeds_type = {
    .kind = YAML_INT, .name = "a number of seeds", .size = sizeof(int64_t), .min = 2, .max = 1000};

static const struct yaml_choice teach_levels[] = {
    {"intro", 1, NULL}, {"core", 2, NULL}, {"expert", 3, NULL}, {NULL, 0, NULL}};

static bool decode_teach_level(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    const char *text = node->kind == YAML_NODE_SCALAR ? node->text : "";
    for (const struct yaml_choice *level = teach_levels; level->name != NULL; level++)
        if (strcmp(level->name, text) == 0) {
            *(const char **)out = text;
            return true;
        }
    return leaf_wrong(ctx, node, "intro, core or expert");
}
static const struct yaml_type teach_level = CUSTOM("a level", const char *, decode_teach_level);

/* ---- expectations ---- */

static const struct yaml_field expect_fields[] = {
    F(raw_expect, "must", yaml_str, must, "the requirement, in one sentence; the RFC says MUST"),
    F(raw_expect, "should", yaml_str, should, "the requirement, in one sentence; the RFC says SHOULD"),
    F(raw_expect, "may", yaml_str, may, "the option, in one sentence; the RFC says MAY"),
    F(raw_expect, "spec", yaml_str_list, spec, "clauses such as RFC5321#4.5.4.1"),
    F(raw_expect, "id", yaml_str, id, "name in baselines; default: the sentence, in lower case with hyphens"),
    F(raw_expect, "case", yaml_str, only_case, "applies only in this case"),
    F(raw_expect, "requires", capability_list, needs, "capabilities without which the expectation is unsupported"),
    F(raw_expect, "why", yaml_str, why, "explanation for readers"),
#define ROW(id, name, help) F(raw_expect, #name, check_##name.value, checks[CHECK_##id], help),
    CHECKS(ROW)
#undef ROW
        END};
static const struct yaml_type expect_type = MARKED("an expectation", raw_expect, expect_fields);
static const struct yaml_type expect_list = {.kind = YAML_LIST,
                                             .name = "a list of expectations",
                                             .size = sizeof(struct yaml_list),
                                             .item = &expect_type,
                                             .count_max = EXPECTS_MAX};

/* ---- the whole ---- */

static const struct yaml_type lesson_type = {
    .kind = YAML_INT, .name = "a lesson", .size = sizeof(int64_t), .min = 1, .max = TEACH_LESSONS};
static const struct yaml_type choice_list = {.kind = YAML_LIST,
                                             .name = "a list of answers to choose from",
                                             .size = sizeof(struct yaml_list),
                                             .item = &yaml_str,
                                             .count_max = QUIZ_CHOICES};
static const struct yaml_field quiz_fields[] = {
    NEED(quiz, "question", yaml_str, question, "what the student is asked"),
    NEED(quiz, "choices", choice_list, choices, "the answers to choose from: the first is `a`, the next `b`"),
    NEED(quiz, "answer", yaml_str, answer, "the letter of the right one"),
    NEED(quiz, "because", yaml_str, because, "why it is right, for the student who chose another one"), END};
static const struct yaml_type quiz_type = MARKED("a question", quiz, quiz_fields);
static const struct yaml_type quiz_list = LIST("a list of questions", &quiz_type);

static const struct yaml_field teach_fields[] = {
    IN(raw_scenario, teach, "level", teach_level, level, NULL, "intro, core or expert"),
    IN(raw_scenario, teach, "story", yaml_str, story, NULL, "what happens, explained for students"),
    IN(raw_scenario, teach, "watch", yaml_str, watch, NULL, "what to watch for"),
    IN(raw_scenario, teach, "see_also", yaml_str_list, see_also, NULL, "related scenarios"),
    IN(raw_scenario, teach, "lesson", lesson_type, lesson, NULL, "the lesson of the course that it belongs to"),
    IN(raw_scenario, teach, "quiz", quiz_list, quiz, NULL,
       "questions; `relaylab explain --quiz` asks the first of them when something goes wrong, the others at the end"),
    END};
static const struct yaml_type teach_type = GROUP("the lesson", teach_fields);
static const struct yaml_field clock_fields[] = {
    IN(raw_scenario, clock, "start", instant, start_ns, "2030-01-01T00:00:00Z", "wall-clock time at the start"),
    {"until", &wait, offsetof(struct raw_scenario, clock.until_ns) - offsetof(struct raw_scenario, clock), true, NULL,
     "how long the run is watched, in virtual time", 0},
    END};
static const struct yaml_type clock_type = GROUP("the clock", clock_fields);

static const struct yaml_field scenario_fields[] = {
    NEED(raw_scenario, "scenario", yaml_int, version, "version of the language: 1"),
    NEED(raw_scenario, "id", id_type, id, "area/name, as in the path of the file"),
    NEED(raw_scenario, "title", yaml_str, title, "what the scenario shows, in one line"),
    F(raw_scenario, "teach", teach_type, teach, "explanations for students"),
    F(raw_scenario, "tags", yaml_str_list, tags, "words by which to select scenarios"),
    F(raw_scenario, "requires", capability_list, needs, "capabilities that the target must have"),
    F(raw_scenario, "seeds", seeds_type, seeds, "number of runs, each with a different seed"),
    DEFAULT(raw_scenario, "seed", seed_type, seed, "1", "seed of all random choices"),
    NEED(raw_scenario, "clock", clock_type, clock, "start and length of the run"),
    F(raw_scenario, "cases", yaml_any, cases, "variants: {name: {variable: value}}"),
    F(raw_scenario, "given", schema_given, given, "settings that the target needs"),
    NEED(raw_scenario, "world", schema_world, world, "DNS zones and hosts"),
    NEED(raw_scenario, "story", schema_story, story, "what happens, and when"),
    F(raw_scenario, "expect", expect_list, expect, "what must be true of the trace"),
    END};
const struct yaml_type raw_scenario_type = STRUCT("a scenario", raw_scenario, scenario_fields);

const struct schema scenario_schema = {"a scenario",
                                       "A file under `scenarios/`: a world, a story that takes place in it, and "
                                       "expectations. [SCENARIOS.md](../SCENARIOS.md) explains it.",
                                       &raw_scenario_type, true};
