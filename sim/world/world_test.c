#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "sim/scenario/testing.h"
#include "sim/world/world.h"

static struct scenario *scenario;
static struct world *world;
static struct situation situation;
static struct decision decision;
static struct buf report;

static void begin(const char *text)
{
    buf_init(&report, 65536);
    scenario = test_scenario(text, NULL, &report);
    ck_assert_msg(scenario != NULL, "%s", buf_cstr(&report));
    world = world_new(scenario);
    situation = (struct situation){.host = scenario_host(scenario, "mx1.dest.example"),
                                   .stage = STAGE_RCPT,
                                   .connection = 1,
                                   .message = 1,
                                   .client = "203.0.113.1",
                                   .sender = "alice@sender.example",
                                   .rcpt = "bob@dest.example"};
}

static void end(void)
{
    world_free(world);
    scenario_free(scenario);
    buf_fini(&report);
}

static int decide_at(int64_t seconds)
{
    situation.t_ns = seconds * NS_PER_S;
    world_decide(world, &situation, &decision);
    return decision.reply.code;
}

START_TEST(no_rule_no_decision)
{
    begin(TEST_SCENARIO("", ""));
    ck_assert_int_eq(decide_at(0), 0);
    ck_assert(!decision.decided);
    end();
}
END_TEST

START_TEST(the_first_rule_that_matches_decides_and_adding_effects_add_up)
{
    begin(TEST_SCENARIO("{at: rcpt, delay: 2s}, {at: rcpt, when: {rcpt: \"eve@*\"}, reply: \"550 no\"}, "
                        "{at: rcpt, when: {rcpt: \"b*\"}, reply: \"451 later\", delay: 3s}, {at: rcpt, delay: 4s}, "
                        "{at: mail, reply: \"450 x\"}",
                        ""));
    ck_assert_int_eq(decide_at(0), 451);
    ck_assert_int_eq(decision.delay_ns, 9 * NS_PER_S);
    ck_assert_uint_eq(decision.fired_count, 3);
    situation.stage = STAGE_DATA;
    ck_assert_int_eq(decide_at(0), 0);
    end();
}
END_TEST

START_TEST(a_used_up_rule_lets_the_next_one_decide)
{
    begin(TEST_SCENARIO("{at: rcpt, times: 2, reply: \"451 first\"}, {at: rcpt, reply: \"550 second\"}", ""));
    ck_assert_int_eq(decide_at(0), 451);
    ck_assert_int_eq(decide_at(1), 451);
    ck_assert_int_eq(decide_at(2), 550);
    ck_assert_uint_eq(world_fired_count(world, situation.host->rules.items), 2);
    end();
}
END_TEST

START_TEST(conditions_narrow_a_rule)
{
    begin(TEST_SCENARIO("{at: rcpt, when: {connection: 2, message: \">=2\", between: \"1m..2m\", tls: true, sender: "
                        "\"alice@*\"}, reply: \"451 x\"}",
                        ""));
    situation.connection = 2;
    situation.message = 2;
    situation.tls = true;
    ck_assert_int_eq(decide_at(90), 451);
    ck_assert_int_eq(decide_at(121), 0);
    situation.tls = false;
    ck_assert_int_eq(decide_at(90), 0);
    situation.tls = true;
    situation.connection = 3;
    ck_assert_int_eq(decide_at(90), 0);
    end();
}
END_TEST

START_TEST(a_greylist_holds_until_the_wait_is_over_and_then_remembers)
{
    begin(TEST_SCENARIO(
        "{at: rcpt, greylist: {key: [sender, rcpt], wait: 5m, remember: 1h, closes: 30m}, reply: \"451 x\"}", ""));
    ck_assert_int_eq(decide_at(0), 451);
    ck_assert_int_eq(decide_at(299), 451);
    ck_assert_int_eq(decide_at(300), 0);
    ck_assert_int_eq(decide_at(3000), 0);
    ck_assert_int_eq(decide_at(3000 + 3601), 451); /* forgotten */
    situation.rcpt = "carol@dest.example";
    ck_assert_int_eq(decide_at(8000), 451);        /* another key */
    ck_assert_int_eq(decide_at(8000 + 1801), 451); /* too late: a first sight again */
    ck_assert_int_eq(decide_at(8000 + 1801 + 300), 0);
    end();
}
END_TEST

START_TEST(a_preview_changes_nothing)
{
    begin(TEST_SCENARIO("{at: connect, times: 1, refuse: true}", ""));
    situation.stage = STAGE_CONNECT;
    for (int i = 0; i < 3; i++) {
        world_preview(world, &situation, &decision);
        ck_assert(decision.refuse);
    }
    world_decide(world, &situation, &decision);
    ck_assert(decision.refuse);
    world_preview(world, &situation, &decision);
    ck_assert(!decision.refuse);
    end();
}
END_TEST

START_TEST(changes_of_the_door_are_foreseen)
{
    begin(TEST_SCENARIO("{at: connect, when: {between: \"1h..2h\"}, refuse: true}", ""));
    ck_assert_int_eq(world_next_change_ns(world, situation.host, 0), 3600 * NS_PER_S);
    ck_assert_int_eq(world_next_change_ns(world, situation.host, 3600 * NS_PER_S), 7200 * NS_PER_S + 1);
    ck_assert_int_eq(world_next_change_ns(world, situation.host, 7300 * NS_PER_S), INT64_MAX);
    end();
}
END_TEST

START_TEST(a_bucket_empties_and_is_refilled)
{
    begin(TEST_SCENARIO("{at: rcpt, rate_limit: {key: client, allow: 3, per: 60s}, reply: \"450 x\"}", ""));
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(decide_at(0), 0);
    ck_assert_int_eq(decide_at(0), 450);
    ck_assert_int_eq(decide_at(19), 450); /* refused ones cost nothing */
    ck_assert_int_eq(decide_at(20), 0);   /* a third of a minute is one token */
    ck_assert_int_eq(decide_at(20), 450);
    situation.client = "192.0.2.99";
    ck_assert_int_eq(decide_at(20), 0); /* another key */
    situation.client = "203.0.113.1";
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(decide_at(100000), 0); /* never more than burst */
    ck_assert_int_eq(decide_at(100000), 450);
    end();
}
END_TEST

START_TEST(hammering_can_cost_tokens)
{
    begin(TEST_SCENARIO("{at: rcpt, rate_limit: {key: client, allow: 1, per: 60s, burst: 2, count_refused: true}, "
                        "reply: \"450 x\"}",
                        ""));
    ck_assert_int_eq(decide_at(0), 0);
    ck_assert_int_eq(decide_at(0), 0);
    ck_assert_int_eq(decide_at(50), 450);
    ck_assert_int_eq(decide_at(70), 450); /* the half token was spent */
    ck_assert_int_eq(decide_at(130), 0);
    end();
}
END_TEST

SUITE(world, a_bucket_empties_and_is_refilled, hammering_can_cost_tokens, no_rule_no_decision,
      the_first_rule_that_matches_decides_and_adding_effects_add_up, a_used_up_rule_lets_the_next_one_decide,
      conditions_narrow_a_rule, a_greylist_holds_until_the_wait_is_over_and_then_remembers, a_preview_changes_nothing,
      changes_of_the_door_are_foreseen)
