/* The list of mail hosts, and what a lookup that has found no address says. */
#include <stdio.h>
#include <string.h>

#include "lib/testing/suite.h"
#include "relay/dns/mx_list.h"
#include "relay/dns/mx_verdict.h"

static struct mx_list list;
static struct prng prng;

/* Hosts "0", "1", …: each has the preference `first` more than its number. */
static void make(size_t count, uint16_t first, uint64_t seed)
{
    prng_init_seed(&prng, seed);
    list = (struct mx_list){0};
    for (size_t i = count; i-- > 0;) {
        char name[16];
        (void)snprintf(name, sizeof name, "%zu", i);
        mx_list_add(&list, (uint16_t)(first + i), name, &prng);
    }
    mx_list_sort(&list);
}

static bool has(const char *name)
{
    for (size_t i = 0; i < list.count; i++)
        if (strcmp(list.items[i].name, name) == 0)
            return true;
    return false;
}

static void check_order(void)
{
    for (size_t i = 1; i < list.count; i++)
        ck_assert_uint_le(list.items[i - 1].preference, list.items[i].preference);
}

START_TEST(a_list_is_limited_to_the_best_and_a_sample_of_the_others)
{
    static const struct {
        size_t hosts, kept;
        bool limited;
    } rows[] = {{0, 0, false}, {1, 1, false}, {100, 100, false}, {101, 100, true}, {200, 100, true}, {8192, 100, true}};
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        make(rows[row].hosts, 10, 1);
        mx_list_limit(&list, &prng);
        ck_assert_uint_eq(list.count, rows[row].kept);
        ck_assert(list.limited == rows[row].limited);
        check_order();
        for (size_t i = 0; i < list.count && i < MX_LIST_BEST; i++)
            ck_assert_uint_eq(list.items[i].preference, 10 + i);
        mx_list_fini(&list);
    }
}
END_TEST

START_TEST(each_host_of_a_long_list_is_drawn_by_some_lookup)
{
    bool drawn = false, left_out = false;
    for (uint64_t seed = 0; seed < 50; seed++) {
        make(200, 10, seed);
        mx_list_limit(&list, &prng);
        drawn = drawn || has("199");
        left_out = left_out || !has("199");
        mx_list_fini(&list);
    }
    ck_assert(drawn && left_out);
}
END_TEST

START_TEST(hosts_that_were_left_out_are_useful_only_when_they_are_better_than_this_relay)
{
    static const struct {
        size_t hosts;
        uint16_t own;
        size_t kept;
        bool limited;
    } rows[] = {
        {60, 40, 40, false},                          /* a short list */
        {200, 0, 0, false},                           /* this relay is the best: all that were left out are after it */
        {200, 40, 40, false},   {200, 50, 50, false}, /* hosts at the same preference are of no use */
        {200, 200, 100, true},                        /* this relay is after the last */
        {200, 1000, 100, true},                       /* so is this */
    };
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        make(rows[row].hosts, 0, 1);
        mx_list_limit(&list, &prng);
        mx_list_cut(&list, rows[row].own);
        ck_assert_uint_eq(list.count, rows[row].kept);
        ck_assert_msg(list.limited == rows[row].limited, "row %zu", row);
        mx_list_fini(&list);
    }
}
END_TEST

/* The order of the rows is that of the findings: each row adds one that comes before those of the rows above. */
START_TEST(what_is_unknown_comes_before_what_is_useless)
{
    struct mx_findings findings = {.domain = "d.example"};
    struct mx_route route = {0};
    for (int row = 0; row < 8; row++) {
        static const struct {
            enum mx_result result;
            const char *status, *words;
        } expected[] = {{MX_PERMANENT, "5.4.4", "No mail host of d.example has an address"},
                        {MX_PERMANENT, "5.1.2", "neither mail hosts nor an address"},
                        {MX_PERMANENT, "5.4.4", "mx.d.example of d.example has the address 127.0.0.9"},
                        {MX_PERMANENT, "5.4.6", "a loop"},
                        {MX_TEMPORARY, "4.4.4", "the next attempt looks up others"},
                        {MX_TEMPORARY, "4.4.4", "only IPv6 addresses"},
                        {MX_TEMPORARY, "4.4.3", "could be looked up"},
                        {MX_TEMPORARY, "4.3.5", "smart.example has no IPv4 address"}};
        findings.implicit = row >= 1;
        (void)snprintf(findings.refused, sizeof findings.refused, "%s", row >= 2 ? "mx.d.example" : "");
        (void)snprintf(findings.address, sizeof findings.address, "127.0.0.9");
        findings.ourselves = row >= 3;
        findings.left_out = row >= 4;
        (void)snprintf(findings.ipv6, sizeof findings.ipv6, "%s", row >= 5 ? "six.d.example" : "");
        findings.unsure = row >= 6;
        findings.smarthost = row >= 7 ? "smart.example" : NULL;
        mx_verdict_without_hosts(&findings, &route);
        ck_assert_msg(route.result == expected[row].result, "row %d: %s", row, route.text);
        ck_assert_str_eq(route.status, expected[row].status);
        ck_assert_msg(strstr(route.text, expected[row].words) != NULL, "%s", route.text);
    }
}
END_TEST

SUITE(mx, a_list_is_limited_to_the_best_and_a_sample_of_the_others, each_host_of_a_long_list_is_drawn_by_some_lookup,
      hosts_that_were_left_out_are_useful_only_when_they_are_better_than_this_relay,
      what_is_unknown_comes_before_what_is_useless)
