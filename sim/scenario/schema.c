/* The scenario language as tables: every key with its type, default and help. */
#include <stddef.h>
#include <string.h>

#include "sim/scenario/capability.h"
#include "sim/scenario/leaves.h"
#include "sim/scenario/loader.h"
#include "sim/scenario/patterns.h"
#include "sim/scenario/raw.h"
#include "sim/scenario/tables.h"
#include "sim/trace/vocabulary.h"

static const struct yaml_type instant = CUSTOM("an instant", int64_t, leaf_instant);
static const struct yaml_type id_type = CUSTOM("an id", const char *, leaf_id);
/* ---- patterns, as schemas print them: own keys, and any field of the trace ---- */

#define OWN(key, kind, help)                                                                                           \
    {                                                                                                                  \
        key, &kind, 0, false, NULL, help, 0                                                                            \
    }
#define NEED_OWN(key, kind, help)                                                                                      \
    {                                                                                                                  \
        key, &kind, 0, true, NULL, help, 0                                                                             \
    }
#define OF_TRACE(key, type, help) {key, &yaml_str, 0, false, NULL, help, 0},
#define PATTERN(words, own)                                                                                            \
    {                                                                                                                  \
        .kind = YAML_STRUCT, .name = words, .fields = own, .also = trace_keys                                          \
    }

static const struct yaml_field trace_keys[] = {TRACE_FIELDS(OF_TRACE) END};
static const struct yaml_field no_keys[] = {END};
static const struct yaml_type pattern_shape = PATTERN("a pattern over trace fields", no_keys);
static const struct yaml_type pattern_shapes = LIST("a list of patterns", &pattern_shape);
static const struct yaml_field never_keys[] = {OWN("after", pattern_shape, "only behind such an event"),
                                               OWN("before", pattern_shape, "only ahead of such an event"),
                                               OWN("except", pattern_shapes, "events that may be"), END};
static const struct yaml_field count_keys[] = {OWN("window", wait, "the most in any stretch of this length"),
                                               NEED_OWN("is", count_range, "how many"), END};
static const struct yaml_field ratio_keys[] = {NEED_OWN("over", pattern_shape, "the whole"),
                                               OWN("min", yaml_str, "a share such as 0.5"),
                                               OWN("max", yaml_str, "a share such as 0.5"), END};
static const struct yaml_field step_keys[] = {OWN("after", time_range, "time since the step before"), END};
static const struct yaml_field over_seeds_keys[] = {NEED_OWN("by", yaml_str, "the trace field that tells shares apart"),
                                                    NEED_OWN("each", yaml_str, "the share of each, such as \">=15%\""),
                                                    NEED_OWN("among", yaml_str_list, "the values that must have one"),
                                                    END};
static const struct yaml_type never_shape = PATTERN("a pattern", never_keys);
static const struct yaml_type count_shape = PATTERN("a count", count_keys);
static const struct yaml_type ratio_shape = PATTERN("a ratio", ratio_keys);
static const struct yaml_type step_shape = PATTERN("a step", step_keys);
static const struct yaml_type over_seeds_shape = PATTERN("shares", over_seeds_keys);
static const struct yaml_type timeline_shape = {
    .kind = YAML_LIST, .name = "steps, in their order", .item = &step_shape};
static const struct yaml_type *const never_forms[] = {&never_shape, NULL};
static const struct yaml_type *const count_forms[] = {&count_shape, NULL};
static const struct yaml_type *const ratio_forms[] = {&ratio_shape, NULL};
static const struct yaml_type *const timeline_forms[] = {&timeline_shape, NULL};
static const struct yaml_type *const over_seeds_forms[] = {&over_seeds_shape, NULL};

/* ---- types ---- */

static const struct yaml_type never = SHAPED("a pattern", struct check_never, pattern_never, never_forms);
static const struct yaml_type never_ptr = POINTER("a pattern", &never);
static const struct yaml_type count_check = SHAPED("a count", struct check_count, pattern_count, count_forms);
static const struct yaml_type count_ptr = POINTER("a count", &count_check);
static const struct yaml_type ratio_check = SHAPED("a ratio", struct check_ratio, pattern_ratio, ratio_forms);
static const struct yaml_type ratio_ptr = POINTER("a ratio", &ratio_check);
static const struct yaml_type timeline_check =
    SHAPED("a timeline", struct check_timeline, pattern_timeline, timeline_forms);
static const struct yaml_type timeline_ptr = POINTER("a timeline", &timeline_check);
static const struct yaml_type over_seeds_check =
    SHAPED("shares", struct check_over_seeds, pattern_over_seeds, over_seeds_forms);
static const struct yaml_type over_seeds_ptr = POINTER("shares", &over_seeds_check);
static const struct yaml_type seed_type = {
    .kind = YAML_INT, .name = "a seed", .size = sizeof(int64_t), .min = 0, .max = INT64_MAX};

static const struct yaml_type seeds_type = {
    .kind = YAML_INT, .name = "a number of seeds", .size = sizeof(int64_t), .min = 2, .max = 1000};

static const struct yaml_choice invariants[] = {
    {"queue_empty", INVARIANT_QUEUE_EMPTY, "the target's queue is empty at the end"},
    {"no_loss", INVARIANT_NO_LOSS, "every accepted recipient is delivered, bounced, or still queued"},
    {"no_duplicate", INVARIANT_NO_DUPLICATE, "nobody gets a second copy, whatever the reason"},
    {NULL, 0, NULL}};
static const struct yaml_type invariant_type = CHOICES("an invariant", invariants);
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

static const struct yaml_type glob_map = MAP("header fields", &yaml_str);
static const struct yaml_field delivered_fields[] = {
    NEED(check_delivered, "of", yaml_str, of, "the submission"),
    F(check_delivered, "to", yaml_str_list, to, "globs over the recipients; default all"),
    F(check_delivered, "each", yaml_bool, each, "each submission by itself, as it is anyway"),
    DEFAULT(check_delivered, "times", count_range, times, "1", "copies for each recipient"),
    F(check_delivered, "within", time_range, within, "the first copy's time since the submission"),
    F(check_delivered, "host", yaml_str, host, "glob: only copies at this host count"),
    SEEN(check_delivered, "tls", yaml_bool, tls, tls_seen, "only copies that came (not) encrypted count"),
    F(check_delivered, "unchanged", yaml_bool, unchanged, "only copies that are as they were submitted count"),
    F(check_delivered, "header", glob_map, header, "only copies with these fields count: {Subject: glob}"),
    END};
static const struct yaml_type delivered = MARKED("a delivery check", check_delivered, delivered_fields);
static const struct yaml_type delivered_ptr = POINTER("a delivery check", &delivered);

static const struct yaml_field window_fields[] = {
    NEED(window, "window", time_range, window, "times since the submission"),
    NEED(window, "count", count_range, count, "attempts in it"), END};
static const struct yaml_type window_type = STRUCT("a window", window, window_fields);
static const struct yaml_type window_list = LIST("a list of windows", &window_type);

static const struct yaml_field attempts_fields[] = {
    NEED(check_attempts, "of", yaml_str, of, "the submission"),
    NEED(check_attempts, "to", yaml_str_list, to, "globs over the recipients"),
    F(check_attempts, "count", count_range, count, "how many"),
    F(check_attempts, "gap", time_range, gap, "from the start of each to the start of the next"),
    F(check_attempts, "first", time_range, first, "of the first, since the submission"),
    F(check_attempts, "last", time_range, last, "of the last, since the submission"),
    F(check_attempts, "in", window_list, in, "counts in windows of time"),
    END};
static const struct yaml_type attempts = MARKED("an attempts check", check_attempts, attempts_fields);
static const struct yaml_type attempts_ptr = POINTER("an attempts check", &attempts);

static const struct yaml_field dsn_recipient_fields[] = {
    F(dsn_recipient_check, "action", yaml_str, action, "failed, delayed, delivered, relayed or expanded"),
    F(dsn_recipient_check, "status", yaml_str_list, status, "globs over the status code"),
    F(dsn_recipient_check, "diagnostic", yaml_str_list, diagnostic, "globs over the diagnostic code"),
    F(dsn_recipient_check, "remote_mta", yaml_str, remote_mta, "glob over the Remote-MTA"),
    F(dsn_recipient_check, "retry_until", time_range, retry_until, "its Will-Retry-Until, since the submission"),
    END};
static const struct yaml_type dsn_recipient = STRUCT("a recipient of a DSN", dsn_recipient_check, dsn_recipient_fields);
static const struct yaml_type dsn_recipient_map = MAP("recipients", &dsn_recipient);

static const struct yaml_field dsn_fields[] = {
    NEED(check_dsn, "of", yaml_str, of, "the submission it reports on"),
    DEFAULT(check_dsn, "times", count_range, times, "1", "how many"),
    F(check_dsn, "action", yaml_str, action, "with a recipient of this action"),
    F(check_dsn, "between", time_range, between, "when, since the submission"),
    F(check_dsn, "envelope_from", yaml_str, envelope_from, "its reverse-path; \"<>\" is the null one"),
    F(check_dsn, "to", yaml_str, to, "its recipient"),
    F(check_dsn, "recipients", dsn_recipient_map, recipients, "what it says of whom"),
    F(check_dsn, "not_recipients", yaml_str_list, not_recipients, "whom it must not name"),
    F(check_dsn, "contains", yaml_str_list, contains, "globs over its text"),
    END};
static const struct yaml_type dsn = MARKED("a DSN check", check_dsn, dsn_fields);
static const struct yaml_type dsn_ptr = POINTER("a DSN check", &dsn);

static const struct yaml_field queued_fields[] = {
    NEED(check_queued, "of", yaml_str, of, "the submission"),
    F(check_queued, "to", yaml_str_list, to, "globs over the recipients; default all"),
    NEED(check_queued, "at", wait, at_ns, "when, since the submission"), END};
static const struct yaml_type queued = MARKED("a queue check", check_queued, queued_fields);
static const struct yaml_type queued_ptr = POINTER("a queue check", &queued);

static const struct yaml_field expect_fields[] = {
    F(raw_expect, "must", yaml_str, must, "the sentence; the RFC says MUST"),
    F(raw_expect, "should", yaml_str, should, "the sentence; the RFC says SHOULD"),
    F(raw_expect, "may", yaml_str, may, "the sentence; the RFC says MAY"),
    F(raw_expect, "spec", yaml_str_list, spec, "clauses such as RFC5321#4.5.4.1"),
    F(raw_expect, "id", yaml_str, id, "a name for baselines; default: the sentence, in lower case with hyphens"),
    F(raw_expect, "case", yaml_str, only_case, "only in this case"),
    F(raw_expect, "requires", capability_list, needs, "capabilities without which it says nothing"),
    F(raw_expect, "why", yaml_str, why, "for readers"),
    F(raw_expect, "delivered", delivered_ptr, delivered, "check: deliveries"),
    F(raw_expect, "attempts", attempts_ptr, attempts, "check: attempts"),
    F(raw_expect, "dsn", dsn_ptr, dsn, "check: delivery status notifications"),
    F(raw_expect, "never", never_ptr, never, "check: no such event"),
    F(raw_expect, "count", count_ptr, count, "check: how many such events"),
    F(raw_expect, "ratio", ratio_ptr, ratio, "check: the share of such events"),
    F(raw_expect, "timeline", timeline_ptr, timeline, "check: events in this order"),
    F(raw_expect, "over_seeds", over_seeds_ptr, over_seeds, "check: shares over many seeds"),
    F(raw_expect, "queued", queued_ptr, queued, "check: still in the target's queue"),
    SEEN(raw_expect, "invariant", invariant_type, invariant, invariant_seen, "check: an invariant"),
    END};
static const struct yaml_type expect_type = MARKED("an expectation", raw_expect, expect_fields);
static const struct yaml_type expect_list = {.kind = YAML_LIST,
                                             .name = "a list of expectations",
                                             .size = sizeof(struct yaml_list),
                                             .item = &expect_type,
                                             .count_max = EXPECTS_MAX};

/* ---- the whole ---- */

static const struct yaml_field teach_fields[] = {
    IN(raw_scenario, teach, "level", teach_level, level, NULL, "intro, core or expert"),
    IN(raw_scenario, teach, "story", yaml_str, story, NULL, "what happens, for a student"),
    IN(raw_scenario, teach, "watch", yaml_str, watch, NULL, "what to look at"),
    IN(raw_scenario, teach, "see_also", yaml_str_list, see_also, NULL, "other scenarios"), END};
static const struct yaml_type teach_type = GROUP("the lesson", teach_fields);
static const struct yaml_field clock_fields[] = {
    IN(raw_scenario, clock, "start", instant, start_ns, "2030-01-01T00:00:00Z", "the wall clock at the start"),
    {"until", &wait, offsetof(struct raw_scenario, clock.until_ns) - offsetof(struct raw_scenario, clock), true, NULL,
     "how long the story is watched", 0},
    END};
static const struct yaml_type clock_type = GROUP("the clock", clock_fields);

static const struct yaml_field scenario_fields[] = {
    NEED(raw_scenario, "scenario", yaml_int, version, "the language's version: 1"),
    NEED(raw_scenario, "id", id_type, id, "area/name, as in its path"),
    NEED(raw_scenario, "title", yaml_str, title, "one line"),
    F(raw_scenario, "teach", teach_type, teach, "the lesson"),
    F(raw_scenario, "tags", yaml_str_list, tags, "words to choose by"),
    F(raw_scenario, "requires", capability_list, needs, "capabilities that the target must have"),
    F(raw_scenario, "seeds", seeds_type, seeds, "run it so often, each time with another seed"),
    DEFAULT(raw_scenario, "seed", seed_type, seed, "1", "of everything random"),
    NEED(raw_scenario, "clock", clock_type, clock, "start and end"),
    F(raw_scenario, "cases", yaml_any, cases, "variants: {name: {variable: value}}"),
    F(raw_scenario, "given", schema_given, given, "how the target is set up"),
    NEED(raw_scenario, "world", schema_world, world, "dns and hosts"),
    NEED(raw_scenario, "story", schema_story, story, "what is done, and when"),
    F(raw_scenario, "expect", expect_list, expect, "what must be true"),
    END};
const struct yaml_type raw_scenario_type = STRUCT("a scenario", raw_scenario, scenario_fields);

const struct schema scenario_schema = {"a scenario",
                                       "A file under `scenarios/`: a world, a story that is played in it, and what is "
                                       "expected. [SCENARIOS.md](../SCENARIOS.md) explains it.",
                                       &raw_scenario_type, true};
