/* How often passwords may be guessed, at any time of any clock. */

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "relay/ingress/throttle.h"

static struct throttle throttle;

static struct ip client(uint32_t number)
{
    return ip_v4(0x0a000000 + number);
}

static unsigned guesses_until_stopped(struct ip of, int64_t now)
{
    unsigned count = 0;
    for (; throttle_allows_guess(&throttle, of, now) && count < 1000; count++)
        throttle_guess(&throttle, of, now);
    return count;
}

START_TEST(a_client_has_ten_guesses_at_once_and_then_one_every_six_seconds)
{
    static const struct {
        int64_t at_s;
        unsigned guesses;
    } steps[] = {{1000, 10}, {1000, 0},      {1005, 0},      {1006, 1},    {1006, 0},
                 {1018, 2},  {1018 + 59, 9}, {1018 + 60, 1}, {100000, 10}, {100000, 0}};
    throttle_init(&throttle);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        unsigned got = guesses_until_stopped(client(1), steps[i].at_s * NS_PER_S);
        ck_assert_msg(got == steps[i].guesses, "step %zu: %u guesses", i, got);
    }
}
END_TEST

START_TEST(a_right_password_costs_nothing)
{
    throttle_init(&throttle);
    for (int i = 0; i < 1000; i++) {
        ck_assert_msg(throttle_allows_guess(&throttle, client(1), NS_PER_S), "login %d", i);
        throttle_guess(&throttle, client(1), NS_PER_S);
        throttle_give_back(&throttle, client(1));
    }
    ck_assert_uint_eq(guesses_until_stopped(client(1), NS_PER_S), 10);
    throttle_give_back(&throttle, client(1));
    ck_assert_uint_eq(guesses_until_stopped(client(1), NS_PER_S), 1);
    throttle_give_back(&throttle, client(2)); /* who is not known is not taken up */
    ck_assert_uint_eq(throttle.count, 1);
}
END_TEST

/* Guesses of the past are paid, those of a single moment are not saved up. */
START_TEST(what_is_given_back_is_no_more_than_was_there)
{
    throttle_init(&throttle);
    throttle_guess(&throttle, client(1), NS_PER_S);
    for (int i = 0; i < 50; i++)
        throttle_give_back(&throttle, client(1));
    ck_assert_uint_eq(guesses_until_stopped(client(1), NS_PER_S), 10);
}
END_TEST

START_TEST(clients_do_not_pay_for_each_other)
{
    throttle_init(&throttle);
    ck_assert_uint_eq(guesses_until_stopped(client(1), 0), 10);
    ck_assert_uint_eq(guesses_until_stopped(client(2), 0), 10);
    ck_assert(!throttle_allows_guess(&throttle, client(1), 5 * NS_PER_S));
}
END_TEST

/* An attacker with many addresses fills the table: those that wait longest stay in it. */
START_TEST(in_a_full_table_the_one_that_guessed_longest_ago_is_forgotten)
{
    throttle_init(&throttle);
    for (uint32_t i = 0; i < THROTTLE_CLIENTS; i++)
        ck_assert_uint_eq(guesses_until_stopped(client(i), (int64_t)(i + 1) * NS_PER_S), 10);
    int64_t now = (THROTTLE_CLIENTS + 1) * NS_PER_S;
    throttle_guess(&throttle, client(5000), now);
    ck_assert_uint_eq(throttle.count, THROTTLE_CLIENTS);
    ck_assert_uint_eq(guesses_until_stopped(client(5000), now), 9); /* a new one has a full bucket */
    ck_assert_uint_eq(guesses_until_stopped(client(THROTTLE_CLIENTS - 1), now), 0);
    throttle_guess(&throttle, client(5001), now);
    ck_assert_uint_eq(guesses_until_stopped(client(5000), now), 0); /* not the newest is forgotten */
}
END_TEST

START_TEST(hashes_take_two_seconds_of_cpu_at_once_and_then_a_quarter)
{
    int64_t now = 1000 * NS_PER_S, spent = 0;
    throttle_init(&throttle);
    while (throttle_hash_at_ns(&throttle) <= now && spent < 100 * NS_PER_S) {
        throttle_hashed(&throttle, 100 * NS_PER_MS, now);
        spent += 100 * NS_PER_MS;
    }
    ck_assert_int_eq(spent, THROTTLE_CPU + 100 * NS_PER_MS);
    ck_assert_int_eq(throttle_hash_at_ns(&throttle), now + 400 * NS_PER_MS); /* one of 100 ms, four times as late */
    int64_t began = now;
    for (spent = 0; spent < 60 * NS_PER_S; spent += 100 * NS_PER_MS) { /* each as early as it may be */
        now = throttle_hash_at_ns(&throttle);
        throttle_hashed(&throttle, 100 * NS_PER_MS, now);
    }
    ck_assert_int_ge(now - began, (60 * NS_PER_S - 100 * NS_PER_MS) * THROTTLE_CPU_EVERY);
}
END_TEST

START_TEST(a_hash_that_was_measured_as_free_still_costs_something)
{
    unsigned count = 0;
    throttle_init(&throttle);
    for (; throttle_hash_at_ns(&throttle) <= 0 && count < 100000; count++)
        throttle_hashed(&throttle, count % 2 == 0 ? 0 : -5, 0);
    ck_assert_uint_eq(count, THROTTLE_CPU / THROTTLE_HASH_LEAST + 1);
}
END_TEST

SUITE(throttle, a_client_has_ten_guesses_at_once_and_then_one_every_six_seconds, a_right_password_costs_nothing,
      what_is_given_back_is_no_more_than_was_there, clients_do_not_pay_for_each_other,
      in_a_full_table_the_one_that_guessed_longest_ago_is_forgotten,
      hashes_take_two_seconds_of_cpu_at_once_and_then_a_quarter, a_hash_that_was_measured_as_free_still_costs_something)
