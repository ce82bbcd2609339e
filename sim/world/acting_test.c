/* What each effect makes of a decision, and how the effects of several rules combine. */
#include <stdio.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "sim/scenario/testing.h"
#include "sim/world/world.h"

static struct scenario *scenario;
static struct world *world;
static struct situation situation;
static struct decision decision;
static struct buf report;

static void begin(const char *rules, enum stage stage)
{
    char text[8192];
    buf_init(&report, 65536);
    (void)snprintf(text, sizeof text, TEST_SCENARIO("%s", "seed: 1\n"), rules);
    scenario = test_scenario(text, NULL, &report);
    ck_assert_msg(scenario != NULL, "%s: %s", rules, buf_cstr(&report));
    world = world_new(scenario, 1);
    situation = (struct situation){.host = scenario_host(scenario, "mx1.dest.example"),
                                   .stage = stage,
                                   .connection = 1,
                                   .message = 1,
                                   .client = "203.0.113.1",
                                   .helo = "relay.example",
                                   .sender = "alice@sender.example",
                                   .rcpt = "bob@dest.example",
                                   .verb = "RCPT",
                                   .txn = 1};
}

static void end(void)
{
    world_free(world);
    scenario_free(scenario);
    buf_fini(&report);
}

static void decide_at(int64_t seconds)
{
    situation.t_ns = seconds * NS_PER_S;
    world_decide(world, &situation, &decision);
}

/* The decision in words: only what is not as without rules. */
static const char *words(void)
{
    static char out[512];
    size_t at = 0;
    out[0] = '\0';
#define ADD(...) at += (size_t)snprintf(out + at, sizeof out - at, __VA_ARGS__)
    if (decision.reply.code != 0)
        ADD("reply %d %s;", decision.reply.code, decision.reply.text);
    if (decision.raw != NULL)
        ADD("raw %.*s;", SLICE_ARG(*decision.raw));
    if (decision.tls_fail != TLS_FAULT_NONE)
        ADD("tls_fail %d;", (int)decision.tls_fail);
    if (decision.refuse)
        ADD("refuse;");
    if (decision.blackhole)
        ADD("blackhole;");
    if (decision.delay_ns != 0)
        ADD("delay %d;", (int)(decision.delay_ns / NS_PER_S));
    if (decision.drip != NULL)
        ADD("drip %d/%d;", (int)decision.drip->bytes, (int)(decision.drip->every_ns / NS_PER_S));
    if (decision.announce != NULL)
        ADD("announce %zu;", decision.announce->count);
    if (decision.inject.len > 0)
        ADD("inject %.*s;", SLICE_ARG(decision.inject));
    if (decision.keep != KEEP_AS_REPLIED)
        ADD("keep %d;", (int)decision.keep);
    if (decision.then_seen)
        ADD("then %d;", (int)decision.then);
#undef ADD
    return out;
}

START_TEST(each_effect_leaves_its_mark_on_the_decision)
{
    static const struct {
        const char *rules;
        enum stage stage;
        const char *words;
    } cases[] = {
        {"{at: rcpt, reply: \"451 4.7.1 x\"}", STAGE_RCPT, "reply 451 4.7.1 x;"},
        {"{at: rcpt, raw: 'odd'}", STAGE_RCPT, "raw odd;"},
        {"{at: connect, refuse: true}", STAGE_CONNECT, "refuse;"},
        {"{at: rcpt, blackhole: true}", STAGE_RCPT, "blackhole;"},
        {"{at: rcpt, delay: 5s}", STAGE_RCPT, "delay 5;"},
        {"{at: rcpt, drip: {every: 2s}}", STAGE_RCPT, "drip 1/2;"},
        {"{at: rcpt, drip: {every: 2s, bytes: 7}}", STAGE_RCPT, "drip 7/2;"},
        {"{at: ehlo, announce: [SIZE, DSN]}", STAGE_EHLO, "announce 2;"},
        {"{at: ehlo, announce: []}", STAGE_EHLO, "announce 0;"},
        {"{at: starttls, inject: 'RSET\\r\\n'}", STAGE_STARTTLS, "inject RSET\r\n;"},
        {"{at: eod, keep: yes}", STAGE_EOD, "keep 1;"},
        {"{at: eod, keep: no}", STAGE_EOD, "keep 2;"},
        {"{at: rcpt, then: continue}", STAGE_RCPT, "then 0;"},
        {"{at: rcpt, then: close}", STAGE_RCPT, "then 1;"},
        {"{at: rcpt, then: reset}", STAGE_RCPT, "then 2;"},
        {"{at: rcpt, then: stall}", STAGE_RCPT, "then 3;"},
        {"{at: handshake, tls_fail: garbage}", STAGE_HANDSHAKE, "tls_fail 1;"},
        {"{at: handshake, tls_fail: cipher}", STAGE_HANDSHAKE, "tls_fail 7;"},
        {"{at: rcpt, reply: \"451 x\", delay: 1s, then: close, drip: {every: 1s}}", STAGE_RCPT,
         "reply 451 x;delay 1;drip 1/1;then 1;"},
        {"{at: rcpt, reply: \"451 x\"}", STAGE_MAIL, ""},
        {"{at: any, reply: \"421 x\"}", STAGE_NOOP, "reply 421 x;"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(cases[i].rules, cases[i].stage);
        decide_at(0);
        ck_assert_msg(strcmp(words(), cases[i].words) == 0, "%s: %s", cases[i].rules, words());
        end();
    }
}
END_TEST

START_TEST(the_first_rule_decides_and_what_adds_is_added)
{
    static const char *const cases[][2] = {
        {"{at: rcpt, times: 9, reply: \"451 a\"}, {at: rcpt, reply: \"550 b\"}", "reply 451 a;"},
        {"{at: rcpt, times: 9, reply: \"451 a\"}, {at: rcpt, delay: 2s}, {at: rcpt, delay: 3s}",
         "reply 451 a;delay 5;"},
        {"{at: rcpt, delay: 2s, times: 9, reply: \"451 a\"}, {at: rcpt, delay: 3s, reply: \"550 b\"}",
         "reply 451 a;delay 2;"},
        {"{at: rcpt, when: {rcpt: \"eve@*\"}, reply: \"550 a\"}, {at: rcpt, reply: \"451 b\"}", "reply 451 b;"},
        {"{at: rcpt, then: close}, {at: rcpt, reply: \"451 b\"}", "reply 451 b;then 1;"},
        {"{at: rcpt, when: {tls: true}, blackhole: true}, {at: rcpt, raw: 'x'}", "raw x;"},
        {"{at: any, times: 9, reply: \"421 a\"}, {at: rcpt, reply: \"550 b\"}", "reply 421 a;"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(cases[i][0], STAGE_RCPT);
        decide_at(0);
        ck_assert_msg(strcmp(words(), cases[i][1]) == 0, "%s: %s", cases[i][0], words());
        end();
    }
}
END_TEST

/* Occasions in order, and whether the rule's reply is given: y or n. */
START_TEST(a_rule_acts_on_the_occasions_that_it_names)
{
    static const struct {
        const char *rule, *acts;
        int step_s;
    } cases[] = {
        {"{at: rcpt, reply: \"451 x\"}", "yyyyy", 0},
        {"{at: rcpt, times: 1, reply: \"451 x\"}", "ynnnn", 0},
        {"{at: rcpt, times: 3, reply: \"451 x\"}", "yyynn", 0},
        {"{at: rcpt, times: \">=3\", reply: \"451 x\"}", "nnyyy", 0},
        {"{at: rcpt, times: \"2..3\", reply: \"451 x\"}", "nyynn", 0},
        {"{at: rcpt, times: \"<=2\", reply: \"451 x\"}", "yynnn", 0},
        {"{at: rcpt, when: {between: \"10s..20s\"}, reply: \"451 x\"}", "nyynn", 10},
        {"{at: rcpt, when: {between: \">=15s\"}, reply: \"451 x\"}", "nnyyy", 10},
        {"{at: rcpt, when: {between: \">=10s\"}, times: 2, reply: \"451 x\"}", "nyynn",
         10}, /* counted where it may act */
        {"{at: rcpt, greylist: {key: rcpt, wait: 20s}, reply: \"451 x\"}", "yynnn", 10},
        {"{at: rcpt, greylist: {key: rcpt, wait: 20s, closes: 25s}, reply: \"451 x\"}", "yynnn", 10},
        {"{at: rcpt, greylist: {key: rcpt, wait: 20s, closes: 15s}, reply: \"451 x\"}", "yyyyy",
         10}, /* never in time */
        {"{at: rcpt, greylist: {key: rcpt, wait: 10s, remember: 5s}, reply: \"451 x\"}", "ynyny", 10},
        {"{at: rcpt, rate_limit: {key: client, allow: 2, per: 1h}, reply: \"450 x\"}", "nnyyy", 0},
        {"{at: rcpt, rate_limit: {key: client, allow: 1, per: 10s}, reply: \"450 x\"}", "nnnnn", 10},
        {"{at: rcpt, rate_limit: {key: client, allow: 1, per: 20s}, reply: \"450 x\"}", "nynyn", 10},
        {"{at: rcpt, rate_limit: {key: client, allow: 1, per: 1h, burst: 3}, reply: \"450 x\"}", "nnnyy", 0},
        {"{at: rcpt, chance: \"100%\", reply: \"451 x\"}", "yyyyy", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(cases[i].rule, STAGE_RCPT);
        for (int k = 0; cases[i].acts[k] != '\0'; k++) {
            decide_at((int64_t)k * cases[i].step_s);
            ck_assert_msg((decision.reply.code != 0) == (cases[i].acts[k] == 'y'), "%s: occasion %d", cases[i].rule,
                          k + 1);
        }
        end();
    }
}
END_TEST

START_TEST(a_condition_compares_what_is_known)
{
    static const struct {
        const char *when;
        bool acts;
    } cases[] = {
        {"client: \"203.0.113.*\"", true},
        {"client: 192.0.2.1", false},
        {"helo: \"RELAY.*\"", true},
        {"helo: other", false},
        {"sender: \"*@sender.example\"", true},
        {"sender: \"\"", false},
        {"rcpt: \"?ob@*\"", true},
        {"rcpt: ann@dest.example", false},
        {"verb: rcpt", true},
        {"connection: 1", true},
        {"connection: \">=2\"", false},
        {"message: \"<=1\"", true},
        {"attempt: 1", false}, /* it is not known yet */
        {"size: \">=1B\"", false},
        {"tls: false", true},
        {"tls: true", false},
        {"auth: false", true},
        {"client: \"203.*\", helo: other", false}, /* all of them */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char rule[256];
        (void)snprintf(rule, sizeof rule, "{at: rcpt, when: {%s}, reply: \"451 x\"}", cases[i].when);
        begin(rule, STAGE_RCPT);
        decide_at(0);
        ck_assert_msg((decision.reply.code == 451) == cases[i].acts, "%s", cases[i].when);
        end();
    }
}
END_TEST

START_TEST(keys_of_greylists_and_limits_are_apart)
{
    static const struct {
        const char *key;
        bool client, sender, rcpt; /* whether another one has a bucket of its own */
    } cases[] = {{"client", true, false, false},
                 {"sender", false, true, false},
                 {"[client, rcpt]", true, false, true},
                 {"[client, sender, rcpt]", true, true, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char rule[256];
        (void)snprintf(rule, sizeof rule, "{at: rcpt, rate_limit: {key: %s, allow: 1, per: 1h}, reply: \"450 x\"}",
                       cases[i].key);
        const bool own[] = {cases[i].client, cases[i].sender, cases[i].rcpt};
        for (int k = 0; k < 3; k++) {
            begin(rule, STAGE_RCPT);
            decide_at(0);
            ck_assert_int_eq(decision.reply.code, 0);
            situation.client = k == 0 ? "192.0.2.9" : situation.client;
            situation.sender = k == 1 ? "eve@sender.example" : situation.sender;
            situation.rcpt = k == 2 ? "eve@dest.example" : situation.rcpt;
            decide_at(0);
            ck_assert_msg((decision.reply.code == 0) == own[k], "%s, %d", cases[i].key, k);
            end();
        }
    }
}
END_TEST

SUITE(acting, each_effect_leaves_its_mark_on_the_decision, the_first_rule_decides_and_what_adds_is_added,
      a_rule_acts_on_the_occasions_that_it_names, a_condition_compares_what_is_known,
      keys_of_greylists_and_limits_are_apart)
