/* How many connections a destination gets. */
#include <stdio.h>

#include "lib/testing/suite.h"
#include "relay/deliver/site.h"

#define LIMIT 20 /* the most that we would open */

static struct site fresh(void)
{
    return (struct site){.window = SITE_WINDOW_AT_FIRST};
}

/* Opens what the window allows on a host that refuses all beyond `bears`, and ends them all, `rounds` times. */
static void play(struct site *site, unsigned bears, int rounds, unsigned *opened, unsigned *refused)
{
    *opened = *refused = 0;
    for (int i = 0; i < rounds; i++) {
        for (site->active = 0; site_has_room(site, LIMIT); site->active++)
            continue;
        unsigned now_open = site->active;
        *opened += now_open;
        for (; site->active > 0; site->active--) {
            bool took = site->active <= bears;
            *refused += !took;
            if (took)
                site_succeeded(site, LIMIT, 0);
            else
                site_failed(site, bears);
        }
    }
}

START_TEST(a_host_that_bears_five_refuses_about_one_connection_in_six)
{
    struct site site = fresh();
    unsigned opened, refused;
    play(&site, 5, 400, &opened, &refused);
    double share = (double)refused / opened;
    ck_assert_msg(share < 0.2, "%.3f of the connections were refused", share);
    ck_assert_uint_ge(opened, 400 * 4); /* and it is not left idle for that */
}
END_TEST

START_TEST(a_host_that_bears_all_gets_as_many_as_the_limit_allows_but_not_at_once)
{
    struct site site = fresh();
    unsigned opened, refused;
    play(&site, 100, 1, &opened, &refused);
    ck_assert_uint_eq(opened, SITE_WINDOW_AT_FIRST);
    play(&site, 100, 50, &opened, &refused);
    play(&site, 100, 1, &opened, &refused);
    ck_assert_uint_eq(opened, LIMIT);
}
END_TEST

START_TEST(a_dead_host_gets_one_probe_at_a_time)
{
    struct site site = fresh();
    site.active = 1;
    site_failed(&site, 0);
    site.active = 0;
    ck_assert(site_has_room(&site, LIMIT));
    site.active = 1;
    ck_assert(!site_has_room(&site, LIMIT));
    site_succeeded(&site, LIMIT, 0);
    ck_assert(site_has_room(&site, LIMIT));
}
END_TEST

START_TEST(a_window_that_is_far_from_used_up_does_not_grow)
{
    struct site site = fresh();
    site.active = 1;
    for (int i = 0; i < 100; i++)
        site_succeeded(&site, LIMIT, 0);
    ck_assert_int_lt(site.window, SITE_WINDOW_AT_FIRST + 2);
}
END_TEST

START_TEST(only_a_connection_that_was_opened_later_opens_a_closed_site)
{
    struct site site = fresh();
    site_close(&site, 100, 400);
    site_succeeded(&site, LIMIT, 100);
    ck_assert_int_eq(site.closed_until_ns, 400);
    site_succeeded(&site, LIMIT, 101);
    ck_assert_int_eq(site.closed_until_ns, 0);
}
END_TEST

START_TEST(the_memory_of_sites_is_bounded_and_keeps_those_in_use)
{
    char domain[32];
    struct sites *sites = sites_new();
    struct site *used = sites_get(sites, "Used.example");
    used->connections = 1;
    for (int i = 0; i < 3 * SITES_MAX; i++) {
        (void)snprintf(domain, sizeof domain, "d%d.example", i);
        (void)sites_get(sites, domain);
    }
    ck_assert_ptr_eq(sites_get(sites, "used.EXAMPLE"), used);
    sites_free(sites);
}
END_TEST

SUITE(site, a_host_that_bears_five_refuses_about_one_connection_in_six,
      a_host_that_bears_all_gets_as_many_as_the_limit_allows_but_not_at_once, a_dead_host_gets_one_probe_at_a_time,
      a_window_that_is_far_from_used_up_does_not_grow, only_a_connection_that_was_opened_later_opens_a_closed_site,
      the_memory_of_sites_is_bounded_and_keeps_those_in_use)
