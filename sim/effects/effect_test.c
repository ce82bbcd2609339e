/* The registry of effects: each is whole, acts where it says, and is refused elsewhere. */
#include <stdio.h>
#include <string.h>

#include "lib/testing/suite.h"
#include "sim/effects/decision.h"
#include "sim/effects/effect.h"
#include "sim/scenario/testing.h"

static void apply(const void *value, struct decision *decision)
{
    (void)value;
    (void)decision;
}

static void fini(void *memory)
{
    (void)memory;
}

#define WHOLE .kind = EFFECT_ADDS, .value = EFFECT_VALUE(yaml_bool), .stages = EVERYWHERE

static const struct {
    struct effect effect;
    const char *defect;
} drafts[] = {
    {{WHOLE, .apply = apply}, NULL},
    {{.value = EFFECT_VALUE(yaml_bool), .stages = EVERYWHERE, .apply = apply}, "neither decides nor adds"},
    {{.kind = EFFECT_ADDS, .stages = EVERYWHERE, .apply = apply}, "has no value"},
    {{.kind = EFFECT_ADDS, .value = EFFECT_VALUE(yaml_bool), .apply = apply}, "`elsewhere`"},
    {{.kind = EFFECT_ADDS, .value = EFFECT_VALUE(yaml_bool), .stages = AT(EOD), .apply = apply}, "`elsewhere`"},
    {{WHOLE, .elsewhere = "x", .apply = apply}, "`elsewhere`"},
    {{WHOLE, .needed = AT(IDLE), .apply = apply}, "`without`"},
    {{WHOLE, .without = "x", .apply = apply}, "`without`"},
    {{WHOLE}, "does not act"},
    {{WHOLE, .fini = fini, .apply = apply}, "no memory"},
};

START_TEST(what_an_effect_lacks_is_found)
{
    for (size_t i = 0; i < sizeof drafts / sizeof drafts[0]; i++) {
        const char *found = effect_defect(&drafts[i].effect), *wanted = drafts[i].defect;
        if (wanted == NULL)
            ck_assert_msg(found == NULL, "%zu: %s", i, found);
        else
            ck_assert_msg(found != NULL && strstr(found, wanted) != NULL, "%zu: wanted: %s", i, wanted);
    }
}
END_TEST

START_TEST(each_effect_has_both_halves)
{
    for (unsigned id = 0; id < EFFECT_COUNT; id++) {
        const char *defect = effect_defect(effect_of(id));
        ck_assert_msg(defect == NULL, "%s: %s", effect_name(id), defect);
    }
    effects_check();
}
END_TEST

/* A value of each, with what else a rule needs for it. */
static const char *const samples[EFFECT_COUNT] = {
    [EFFECT_REFUSE] = "refuse: true",
    [EFFECT_BLACKHOLE] = "blackhole: true",
    [EFFECT_GREYLIST] = "greylist: {key: client, wait: 5m}, reply: \"451 x\"",
    [EFFECT_RATE_LIMIT] = "rate_limit: {key: client, allow: 3, per: 1m}, reply: \"451 x\"",
    [EFFECT_REPLY] = "reply: \"451 x\"",
    [EFFECT_RAW] = "raw: x",
    [EFFECT_TLS_FAIL] = "tls_fail: close",
    [EFFECT_DRIP] = "drip: {every: 1s}",
    [EFFECT_ANNOUNCE] = "announce: [SIZE]",
    [EFFECT_INJECT] = "inject: x",
    [EFFECT_DELAY] = "delay: 5s",
    [EFFECT_KEEP] = "keep: no",
    [EFFECT_THEN] = "then: close",
    [EFFECT_CHANCE] = "chance: \"5%\", reply: \"451 x\"",
};

static void lint_at(enum effect_id id, enum stage stage)
{
    char text[4096];
    struct buf report;
    const struct effect *effect = effect_of(id);
    buf_init(&report, 65536);
    (void)snprintf(text, sizeof text, TEST_SCENARIO("{at: %s, %s}", "seed: 1\n"), stage_name(stage), samples[id]);
    struct scenario *scenario = test_scenario(text, NULL, &report);
    bool refused = effect->elsewhere != NULL && strstr(buf_cstr(&report), effect->elsewhere) != NULL;
    bool fits = (1u << stage & effect->stages) != 0;
    ck_assert_msg(refused == !fits, "%s at %s: %s", effect_name(id), stage_name(stage), buf_cstr(&report));
    if (scenario != NULL)
        ck_assert_ptr_nonnull(rule_effect(scenario_host(scenario, "mx1.dest.example")->rules.items, id));
    scenario_free(scenario);
    buf_fini(&report);
}

START_TEST(an_effect_is_refused_where_it_cannot_act)
{
    for (unsigned id = 0; id < EFFECT_COUNT; id++) {
        ck_assert_msg(samples[id] != NULL, "%s has no sample here", effect_name(id));
        for (unsigned stage = 0; stage <= STAGE_ANY; stage++)
            lint_at(id, stage);
    }
}
END_TEST

static const char *const idle_values[] = {"refuse: false", "blackhole: no", "delay: 0s", "inject: ''"};

START_TEST(a_value_that_changes_nothing_is_not_an_effect)
{
    struct buf report;
    buf_init(&report, 65536);
    for (size_t i = 0; i < sizeof idle_values / sizeof idle_values[0]; i++) {
        char text[4096];
        (void)snprintf(text, sizeof text, TEST_SCENARIO("{at: starttls, %s}", ""), idle_values[i]);
        ck_assert_ptr_null(test_scenario(text, NULL, &report));
        ck_assert_msg(strstr(buf_cstr(&report), "does nothing") != NULL, "%s", buf_cstr(&report));
    }
    buf_fini(&report);
}
END_TEST

SUITE(effect, what_an_effect_lacks_is_found, a_value_that_changes_nothing_is_not_an_effect, each_effect_has_both_halves,
      an_effect_is_refused_where_it_cannot_act)
