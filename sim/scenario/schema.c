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

static const struct yaml_type instant = CUSTOM("a date and time in UTC", int64_t, leaf_instant);
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
#define OF_TRACE(constant, key, type, help) {key, &yaml_str, 0, false, NULL, help, 0},
#define PATTERN(words, own)                                                                                            \
    {                                                                                                                  \
        .kind = YAML_STRUCT, .name = words, .fields = own, .also = trace_keys                                          \
    }

static const struct yaml_field trace_keys[] = {TRACE_FIELDS(OF_TRACE) END};
static const struct yaml_field no_keys[] = {END};
static const struct yaml_type pattern_shape = PATTERN("a pattern over trace fields", no_keys);
static const struct yaml_type pattern_shapes = LIST("a list of patterns", &pattern_shape);
static const struct yaml_field never_keys[] = {
    OWN("after", pattern_shape, "only after an event that matches this pattern"),
    OWN("before", pattern_shape, "only before an event that matches this pattern"),
    OWN("except", pattern_shapes, "events that are allowed"), END};
static const struct yaml_field count_keys[] = {
    OWN("window", wait, "counts the most events in any period of this length"),
    NEED_OWN("is", count_range, "number of events"), END};
static const struct yaml_field ratio_keys[] = {NEED_OWN("over", pattern_shape, "the events that make up the whole"),
                                               OWN("min", yaml_str, "smallest share, such as 0.5"),
                                               OWN("max", yaml_str, "largest share, such as 0.5"), END};
static const struct yaml_field step_keys[] = {OWN("after", time_range, "time since the previous step"), END};
static const struct yaml_field over_seeds_keys[] = {
    NEED_OWN("by", yaml_str, "trace field to group events by"),
    NEED_OWN("each", yaml_str, "share of each value, such as \">=15%\""),
    NEED_OWN("among", yaml_str_list, "values that must have such a share"), END};
static const struct yaml_type never_shape = PATTERN("a pattern", never_keys);
static const struct yaml_type count_shape = PATTERN("a count", count_keys);
static const struct yaml_type ratio_shape = PATTERN("a ratio", ratio_keys);
static const struct yaml_type step_shape = PATTERN("a step", step_keys);
static const struct yaml_type over_seeds_shape = PATTERN("shares", over_seeds_keys);
static const struct yaml_type timeline_shape = {
    .kind = YAML_LIST, .name = "a list of steps, in order", .item = &step_shape};
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
    {"no_duplicate", INVARIANT_NO_DUPLICATE, "no recipient gets a second copy, for any reason"},
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
    NEED(check_delivered, "of", yaml_str, of, "name of the submission"),
    F(check_delivered, "to", yaml_str_list, to, "globs for the recipients; default: all"),
    F(check_delivered, "each", yaml_bool, each, "checks each submission separately (always the case)"),
    DEFAULT(check_delivered, "times", count_range, times, "1", "number of copies for each recipient"),
    F(check_delivered, "within", time_range, within, "time from the submission to the first copy"),
    F(check_delivered, "host", yaml_str, host, "glob for the host; only copies delivered there count"),
    SEEN(check_delivered, "tls", yaml_bool, tls, tls_seen,
         "only copies that arrive over TLS (true) or unencrypted (false) count"),
    F(check_delivered, "unchanged", yaml_bool, unchanged, "only copies that arrive unchanged count"),
    F(check_delivered, "header", glob_map, header, "only copies with these header fields count: {Subject: glob}"),
    END};
static const struct yaml_type delivered = MARKED("a delivery check", check_delivered, delivered_fields);
static const struct yaml_type delivered_ptr = POINTER("a delivery check", &delivered);

static const struct yaml_field window_fields[] = {
    NEED(window, "window", time_range, window, "range of times since the submission"),
    NEED(window, "count", count_range, count, "number of attempts in the window"), END};
static const struct yaml_type window_type = STRUCT("a window", window, window_fields);
static const struct yaml_type window_list = LIST("a list of windows", &window_type);

static const struct yaml_field attempts_fields[] = {
    NEED(check_attempts, "of", yaml_str, of, "name of the submission"),
    NEED(check_attempts, "to", yaml_str_list, to, "globs for the recipients"),
    F(check_attempts, "count", count_range, count, "number of attempts"),
    F(check_attempts, "gap", time_range, gap, "time from the start of each attempt to the start of the next"),
    F(check_attempts, "first", time_range, first, "time from the submission to the first attempt"),
    F(check_attempts, "last", time_range, last, "time from the submission to the last attempt"),
    F(check_attempts, "in", window_list, in, "number of attempts in windows of time"),
    END};
static const struct yaml_type attempts = MARKED("an attempts check", check_attempts, attempts_fields);
static const struct yaml_type attempts_ptr = POINTER("an attempts check", &attempts);

static const struct yaml_field dsn_recipient_fields[] = {
    F(dsn_recipient_check, "action", yaml_str, action, "failed, delayed, delivered, relayed or expanded"),
    F(dsn_recipient_check, "status", yaml_str_list, status, "globs for the status code"),
    F(dsn_recipient_check, "diagnostic", yaml_str_list, diagnostic, "globs for the diagnostic code"),
    F(dsn_recipient_check, "remote_mta", yaml_str, remote_mta, "glob for the Remote-MTA"),
    F(dsn_recipient_check, "retry_until", time_range, retry_until, "time from the submission to its Will-Retry-Until"),
    END};
static const struct yaml_type dsn_recipient = STRUCT("a recipient of a DSN", dsn_recipient_check, dsn_recipient_fields);
static const struct yaml_type dsn_recipient_map = MAP("recipients", &dsn_recipient);

static const struct yaml_field dsn_fields[] = {
    NEED(check_dsn, "of", yaml_str, of, "name of the submission that the DSN reports on"),
    DEFAULT(check_dsn, "times", count_range, times, "1", "number of DSNs"),
    F(check_dsn, "action", yaml_str, action, "only DSNs that report this action for a recipient"),
    F(check_dsn, "between", time_range, between, "time from the submission to the DSN"),
    F(check_dsn, "envelope_from", yaml_str, envelope_from, "reverse-path of the DSN; \"<>\" is the null reverse-path"),
    F(check_dsn, "to", yaml_str, to, "recipient of the DSN"),
    F(check_dsn, "recipients", dsn_recipient_map, recipients, "what the DSN reports for each recipient"),
    F(check_dsn, "not_recipients", yaml_str_list, not_recipients, "recipients that the DSN must not name"),
    F(check_dsn, "contains", yaml_str_list, contains, "globs for the text of the DSN"),
    END};
static const struct yaml_type dsn = MARKED("a DSN check", check_dsn, dsn_fields);
static const struct yaml_type dsn_ptr = POINTER("a DSN check", &dsn);

static const struct yaml_field queued_fields[] = {
    NEED(check_queued, "of", yaml_str, of, "name of the submission"),
    F(check_queued, "to", yaml_str_list, to, "globs for the recipients; default: all"),
    NEED(check_queued, "at", wait, at_ns, "time of the check, since the submission"), END};
static const struct yaml_type queued = MARKED("a queue check", check_queued, queued_fields);
static const struct yaml_type queued_ptr = POINTER("a queue check", &queued);

static const struct yaml_field expect_fields[] = {
    F(raw_expect, "must", yaml_str, must, "the requirement, in one sentence; the RFC says MUST"),
    F(raw_expect, "should", yaml_str, should, "the requirement, in one sentence; the RFC says SHOULD"),
    F(raw_expect, "may", yaml_str, may, "the option, in one sentence; the RFC says MAY"),
    F(raw_expect, "spec", yaml_str_list, spec, "clauses such as RFC5321#4.5.4.1"),
    F(raw_expect, "id", yaml_str, id, "name in baselines; default: the sentence, in lower case with hyphens"),
    F(raw_expect, "case", yaml_str, only_case, "applies only in this case"),
    F(raw_expect, "requires", capability_list, needs, "capabilities without which the expectation is unsupported"),
    F(raw_expect, "why", yaml_str, why, "explanation for readers"),
    F(raw_expect, "delivered", delivered_ptr, delivered, "check: deliveries"),
    F(raw_expect, "attempts", attempts_ptr, attempts, "check: attempts"),
    F(raw_expect, "dsn", dsn_ptr, dsn, "check: delivery status notifications"),
    F(raw_expect, "never", never_ptr, never, "check: no event matches"),
    F(raw_expect, "count", count_ptr, count, "check: number of events that match"),
    F(raw_expect, "ratio", ratio_ptr, ratio, "check: share of events that match"),
    F(raw_expect, "timeline", timeline_ptr, timeline, "check: events in this order"),
    F(raw_expect, "over_seeds", over_seeds_ptr, over_seeds, "check: shares across many seeds"),
    F(raw_expect, "queued", queued_ptr, queued, "check: recipients are still in the target's queue"),
    SEEN(raw_expect, "invariant", invariant_type, invariant, invariant_seen,
         "check: a rule that applies to the whole run"),
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
    IN(raw_scenario, teach, "story", yaml_str, story, NULL, "what happens, explained for students"),
    IN(raw_scenario, teach, "watch", yaml_str, watch, NULL, "what to watch for"),
    IN(raw_scenario, teach, "see_also", yaml_str_list, see_also, NULL, "related scenarios"), END};
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
