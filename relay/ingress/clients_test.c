#include "lib/testing/suite.h"
#include "relay/ingress/clients.h"

static struct clients clients;

static struct client *join(uint32_t address)
{
    return clients_join(&clients, ip_v4(address));
}

START_TEST(the_sessions_of_an_address_are_one_client_until_the_last_has_ended)
{
    clients_init(&clients);
    struct client *one = join(1), *other = join(2);
    ck_assert_ptr_ne(one, other);
    ck_assert_ptr_eq(join(1), one);
    ck_assert_uint_eq(one->sessions, 2);
    clients_leave(&clients, one);
    ck_assert_ptr_eq(join(1), one);
    clients_leave(&clients, one);
    clients_leave(&clients, one);
    ck_assert_uint_eq(clients.all.count, 1);
    clients_leave(&clients, other);
    ck_assert_uint_eq(clients.all.count, 0);
}
END_TEST

START_TEST(a_client_has_half_of_the_whole_or_one_message)
{
    clients_init(&clients);
    clients_set_limits(&clients, 1000, 300);
    struct client *one = join(1);
    ck_assert_uint_eq(clients.budget.max, 1000);
    ck_assert_uint_eq(one->budget.max, 500);
    ck_assert_ptr_eq(one->budget.whole, &clients.budget);
    clients_set_limits(&clients, 800, 700);
    ck_assert_uint_eq(one->budget.max, 700); /* those that are there already, too */
    ck_assert_uint_eq(clients.budget.max, 800);
    clients_leave(&clients, one);
}
END_TEST

SUITE(clients, the_sessions_of_an_address_are_one_client_until_the_last_has_ended,
      a_client_has_half_of_the_whole_or_one_message)
