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
    world = world_new(scenario, 1);
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

START_TEST(a_chance_acts_as_often_as_it_says)
{
    int acted = 0;
    begin(TEST_SCENARIO("{at: rcpt, chance: \"5%\", reply: \"451 x\"}", "seed: 1\n"));
    for (int i = 0; i < 10000; i++)
        acted += decide_at(i) == 451;
    ck_assert_int_gt(acted, 400);
    ck_assert_int_lt(acted, 600);
    end();
}
END_TEST

static uint64_t draws_of(const char *text)
{
    uint64_t draws = 0;
    begin(text);
    for (int i = 0; i < 64; i++)
        draws = draws << 1 | (decide_at(i) == 451);
    end();
    return draws;
}

START_TEST(a_rule_s_draws_are_its_own_and_repeat)
{
    uint64_t alone = draws_of(TEST_SCENARIO("{at: rcpt, chance: \"50%\", reply: \"451 x\"}", "seed: 1\n"));
    uint64_t again = draws_of(TEST_SCENARIO("{at: rcpt, chance: \"50%\", reply: \"451 x\"}", "seed: 1\n"));
    uint64_t with_another = draws_of(TEST_SCENARIO(
        "{at: rcpt, chance: \"50%\", delay: 1s}, {at: rcpt, chance: \"50%\", reply: \"451 x\"}", "seed: 1\n"));
    ck_assert(alone != 0 && alone != UINT64_MAX);
    ck_assert_uint_eq(alone, again);
    ck_assert_uint_eq(alone, with_another);
}
END_TEST

START_TEST(a_preview_draws_what_the_decision_will)
{
    begin(TEST_SCENARIO("{at: connect, chance: \"50%\", refuse: true}", "seed: 1\n"));
    situation.stage = STAGE_CONNECT;
    for (int i = 0; i < 100; i++) {
        struct decision seen;
        world_preview(world, &situation, &seen);
        world_decide(world, &situation, &decision);
        ck_assert_int_eq(seen.refuse, decision.refuse);
    }
    end();
}
END_TEST

START_TEST(conditions_of_size_attempt_and_auth_narrow_a_rule)
{
    begin(TEST_SCENARIO("{at: rcpt, when: {size: \">=1KiB\", attempt: 2, auth: true}, reply: \"451 x\"}", ""));
    situation.size = 1024;
    situation.attempt = 2;
    situation.auth = true;
    ck_assert_int_eq(decide_at(0), 451);
    situation.size = 1023;
    ck_assert_int_eq(decide_at(0), 0);
    situation.size = 1024;
    situation.attempt = 1;
    ck_assert_int_eq(decide_at(0), 0);
    situation.attempt = 2;
    situation.auth = false;
    ck_assert_int_eq(decide_at(0), 0);
    end();
}
END_TEST

START_TEST(any_means_what_the_client_waits_for)
{
    static const enum stage silent[] = {STAGE_CONNECT, STAGE_BANNER, STAGE_HANDSHAKE, STAGE_BODY, STAGE_IDLE};
    begin(TEST_SCENARIO("{at: any, reply: \"421 x\"}", ""));
    situation.txn = 1;
    ck_assert_int_eq(decide_at(0), 421);
    situation.stage = STAGE_EOD;
    ck_assert_int_eq(decide_at(0), 421);
    for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++) {
        situation.stage = silent[i];
        ck_assert_int_eq(decide_at(0), 0);
    }
    end();
}
END_TEST

START_TEST(a_bucket_of_octets_is_emptied_by_size)
{
    begin(TEST_SCENARIO("{at: rcpt, rate_limit: {key: client, allow: 64MiB, per: 1h, count: bytes}, reply: \"450 x\"}",
                        ""));
    situation.size = 48 << 20;
    ck_assert_int_eq(decide_at(0), 0);
    ck_assert_int_eq(decide_at(0), 450);    /* 16 MiB are left */
    ck_assert_int_eq(decide_at(1799), 450); /* not quite 48 */
    ck_assert_int_eq(decide_at(1800), 0);
    situation.size = 1;
    ck_assert_int_eq(decide_at(1800), 450);
    ck_assert_int_eq(decide_at(1801), 0);
    end();
}
END_TEST

SUITE(world, a_chance_acts_as_often_as_it_says, a_rule_s_draws_are_its_own_and_repeat,
      a_preview_draws_what_the_decision_will, conditions_of_size_attempt_and_auth_narrow_a_rule,
      any_means_what_the_client_waits_for, a_bucket_of_octets_is_emptied_by_size, a_bucket_empties_and_is_refilled,
      hammering_can_cost_tokens, no_rule_no_decision, the_first_rule_that_matches_decides_and_adding_effects_add_up,
      a_used_up_rule_lets_the_next_one_decide, conditions_narrow_a_rule,
      a_greylist_holds_until_the_wait_is_over_and_then_remembers, a_preview_changes_nothing,
      changes_of_the_door_are_foreseen)
