/* Which hosts of a long list a round tries. */
#include <string.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "relay/deliver/choice.h"

#define MINUTES(n) ((n)*60 * NS_PER_S)
#define LIST_MAX   80

static struct hosts *hosts;
static struct mx_host list[LIST_MAX];

static void make(size_t count)
{
    hosts = hosts_new();
    for (size_t i = 0; i < count; i++)
        list[i] = (struct mx_host){.name = (char *)"mx", .address = ip_v4(0xc0000200 + (uint32_t)i)};
}

static unsigned number_of(const struct mx_host *host)
{
    return host->address.octets[15];
}

static void fails_at(unsigned number, int64_t at_ns)
{
    hosts_failed(hosts, ip_v4(0xc0000200 + number), at_ns, MINUTES(30), MINUTES(240));
}

static struct choice choice_at(int64_t now_ns)
{
    return (struct choice){.hosts = hosts, .now_ns = now_ns, .max = 5};
}

START_TEST(a_short_list_is_tried_in_its_order)
{
    struct choice choice = choice_at(MINUTES(100));
    make(5);
    choice.hosts = hosts;
    fails_at(1, MINUTES(10));
    ck_assert_uint_eq(choice_make(&choice, list, 5), 5);
    for (unsigned i = 0; i < 5; i++)
        ck_assert_uint_eq(number_of(&list[i]), i);
    hosts_free(hosts);
}
END_TEST

START_TEST(hosts_that_rest_are_not_chosen_unless_the_attempt_is_the_last)
{
    make(3);
    struct choice choice = choice_at(MINUTES(101));
    fails_at(0, MINUTES(100));
    ck_assert_uint_eq(choice_make(&choice, list, 3), 2);
    ck_assert(number_of(&list[0]) == 1 && number_of(&list[1]) == 2 && number_of(&list[2]) == 0);
    choice.rested_too = true;
    ck_assert_uint_eq(choice_make(&choice, list, 3), 3);
    hosts_free(hosts);
}
END_TEST

START_TEST(of_many_hosts_the_best_and_those_that_failed_longest_ago_are_tried_in_order)
{
    make(7);
    struct choice choice = choice_at(MINUTES(200));
    fails_at(0, MINUTES(60));
    fails_at(1, MINUTES(50));
    fails_at(2, MINUTES(40));
    fails_at(3, MINUTES(30));
    fails_at(4, MINUTES(20));
    ck_assert_uint_eq(choice_make(&choice, list, 7), 5);
    static const unsigned order[] = {0, 3, 4, 5, 6, 1, 2};
    for (size_t i = 0; i < 7; i++)
        ck_assert_uint_eq(number_of(&list[i]), order[i]);
    hosts_free(hosts);
}
END_TEST

START_TEST(the_last_of_many_dead_hosts_is_reached_within_a_lifetime)
{
    make(LIST_MAX);
    bool reached = false;
    for (int64_t now = 0; now < MINUTES(5 * 24 * 60) && !reached; now += MINUTES(240)) {
        struct choice choice = choice_at(now);
        struct mx_host round[LIST_MAX];
        memcpy(round, list, sizeof round);
        size_t count = choice_make(&choice, round, LIST_MAX);
        for (size_t i = 0; i < count; i++) {
            reached = reached || number_of(&round[i]) == LIST_MAX - 1;
            fails_at(number_of(&round[i]), now);
        }
    }
    ck_assert(reached);
    hosts_free(hosts);
}
END_TEST

START_TEST(a_list_is_long_enough_when_hosts_that_never_failed_fill_the_round)
{
    make(6);
    struct choice choice = choice_at(MINUTES(200));
    ck_assert(!choice_is_full(&choice, list, 4));
    ck_assert(choice_is_full(&choice, list, 5));
    fails_at(2, MINUTES(60));
    ck_assert(!choice_is_full(&choice, list, 5));
    ck_assert(choice_is_full(&choice, list, 6));
    hosts_free(hosts);
}
END_TEST

SUITE(choice, a_short_list_is_tried_in_its_order, hosts_that_rest_are_not_chosen_unless_the_attempt_is_the_last,
      of_many_hosts_the_best_and_those_that_failed_longest_ago_are_tried_in_order,
      the_last_of_many_dead_hosts_is_reached_within_a_lifetime,
      a_list_is_long_enough_when_hosts_that_never_failed_fill_the_round)
