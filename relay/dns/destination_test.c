/* Which addresses a foreign MX record can make us connect to. */
#include "lib/testing/suite.h"
#include "relay/dns/destination.h"

static struct config_listen listens[] = {{.port = 25}, {.port = 587}};
static struct config config = {.hostname = "relay.example", .outbound_port = 25, .listen = {listens, 2}};

static enum destination kind_of(const char *text)
{
    return destination_of(&config, ip_of(text));
}

static void listen_at(const char *relay, const char *submission)
{
    listens[0].address = ip_of(relay);
    listens[1].address = ip_of(submission);
}

START_TEST(special_addresses_are_refused_and_their_neighbours_are_not)
{
    static const char *const refused[] = {"0.0.0.0",         "0.255.255.255",   "10.0.0.1",       "10.255.255.255",
                                          "100.64.0.1",      "100.127.255.255", "127.0.0.1",      "127.255.255.254",
                                          "169.254.169.254", "172.16.0.1",      "172.31.255.255", "192.0.0.8",
                                          "192.168.0.1",     "198.18.0.1",      "198.19.255.255", "224.0.0.1",
                                          "239.255.255.255", "240.0.0.1",       "255.255.255.255"};
    static const char *const good[] = {"1.0.0.0",     "9.255.255.255", "11.0.0.0",      "100.63.255.255",
                                       "100.128.0.0", "126.0.0.1",     "128.0.0.1",     "169.253.0.1",
                                       "169.255.0.1", "172.15.0.1",    "172.32.0.1",    "192.0.1.1",
                                       "192.0.2.10",  "192.167.0.1",   "192.169.0.1",   "198.17.0.1",
                                       "198.20.0.1",  "198.51.100.9",  "203.0.113.200", "223.255.255.255"};
    listen_at("203.0.113.1", "203.0.113.1");
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        ck_assert_msg(kind_of(refused[i]) == DESTINATION_REFUSED, "%s", refused[i]);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert_msg(kind_of(good[i]) == DESTINATION_GOOD, "%s", good[i]);
}
END_TEST

START_TEST(special_addresses_that_the_configuration_names_are_allowed)
{
    struct ip_net nets[] = {{ip_of("10.1.0.0"), 16}};
    config.allow_destinations = (struct yaml_list){nets, 1};
    ck_assert_int_eq(kind_of("10.1.2.3"), DESTINATION_GOOD);
    ck_assert_int_eq(kind_of("10.2.2.3"), DESTINATION_REFUSED);
    config.allow_destinations = (struct yaml_list){NULL, 0};
}
END_TEST

START_TEST(where_one_of_our_listeners_answers_is_ourselves)
{
    listen_at("203.0.113.1", "203.0.113.2");
    ck_assert_int_eq(kind_of("203.0.113.1"), DESTINATION_OURSELVES);
    ck_assert_int_eq(kind_of("203.0.113.2"), DESTINATION_GOOD); /* another port: another program may have that one */
    listen_at("0.0.0.0", "0.0.0.0");
    ck_assert_int_eq(kind_of("127.0.0.1"), DESTINATION_OURSELVES); /* an interface of this host */
    ck_assert_int_eq(kind_of("203.0.113.1"), DESTINATION_GOOD);
}
END_TEST

START_TEST(own_addresses_and_names_of_the_configuration_are_ourselves)
{
    struct ip own[] = {ip_of("198.51.100.1")};
    const char *names[] = {"mx.relay.example"};
    config.own_addresses = (struct yaml_list){own, 1};
    config.own_names = (struct yaml_list){names, 1};
    ck_assert_int_eq(kind_of("198.51.100.1"), DESTINATION_OURSELVES);
    ck_assert(destination_is_own_name(&config, "MX.relay.example"));
    ck_assert(destination_is_own_name(&config, "Relay.Example"));
    ck_assert(!destination_is_own_name(&config, "mx2.relay.example"));
}
END_TEST

SUITE(destination, special_addresses_are_refused_and_their_neighbours_are_not,
      special_addresses_that_the_configuration_names_are_allowed, where_one_of_our_listeners_answers_is_ourselves,
      own_addresses_and_names_of_the_configuration_are_ourselves)
