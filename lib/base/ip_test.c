#include "lib/base/ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "lib/testing/suite.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* RFC 4291 §2.2, RFC 5952 §4. */
START_TEST(every_form_of_an_address_is_read_and_one_is_written)
{
    static const struct {
        const char *text, *canonical;
    } cases[] = {
        {"192.0.2.1", "192.0.2.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"},
        {"FF01:0:0:0:0:0:0:101", "ff01::101"},
        {"0:0:0:0:0:0:0:1", "::1"},
        {"0:0:0:0:0:0:0:0", "::"},
        {"::", "::"},
        {"2001:0db8::0001", "2001:db8::1"},              /* RFC 5952 §4.1: no leading zeros */
        {"2001:db8::0:1", "2001:db8::1"},                /* §4.2.1: as short as possible */
        {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"}, /* §4.2.2: `::` is not one group */
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},         /* §4.2.3: the longest run of zeros */
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},   /* of two equal ones, the first */
        {"2001:db8:1:2:3:4:5::", "2001:db8:1:2:3:4:5:0"},
        {"2001:DB8::AbCd", "2001:db8::abcd"}, /* §4.3: lower case */
        {"ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", "abcd:ef01:2345:6789:abcd:ef01:2345:6789"},
        {"2001:db8::192.0.2.33", "2001:db8::c000:221"},
        {"0:0:0:0:0:FFFF:129.144.52.38", "129.144.52.38"}, /* RFC 4291 §2.5.5.2: IPv4-mapped */
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"::ffff:c000:201", "192.0.2.1"},
        {"ABCD:EF01:2345:6789:ABCD:EF01:255.255.255.255", "abcd:ef01:2345:6789:abcd:ef01:ffff:ffff"}, /* the longest */
        {"0000:0000:0000:0000:0000:ffff:255.255.255.255", "255.255.255.255"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[IP_TEXT_MAX];
        ck_assert_str_eq(ip_format(ip_of(cases[i].text), text), cases[i].canonical);
        ck_assert_msg(ip_eq(ip_of(cases[i].canonical), ip_of(cases[i].text)), "%s", cases[i].text);
    }
}
END_TEST

START_TEST(what_is_not_an_address_is_refused_and_leaves_its_output_untouched)
{
    static const char *const cases[] = {"",
                                        " ",
                                        "localhost",
                                        "192.0.2",
                                        "192.0.2.1.1",
                                        "192.0.2.256",
                                        "192.0.2.-1",
                                        "192.0.2.01",
                                        "192.0.2.1 ",
                                        " 192.0.2.1",
                                        "192.0..1",
                                        "192.0.2.",
                                        "0xc0.0.2.1",
                                        "3221225985",
                                        "192.0.2.1:25",
                                        "192.0.2.0/24",
                                        ":",
                                        ":::",
                                        ":1",
                                        "1:",
                                        "2001:db8",
                                        "2001:db8::1::1",
                                        "1:2:3:4:5:6:7",
                                        "1:2:3:4:5:6:7:8:9",
                                        "1:2:3:4:5:6:7:8::",
                                        "::1:2:3:4:5:6:7:8",
                                        "2001:db8::12345",
                                        "2001:db8::g",
                                        "2001:db8::192.0.2",
                                        "192.0.2.1::",
                                        "::192.0.2.1:1",
                                        "fe80::1%eth0",
                                        "[::1]",
                                        "IPv6:::1",
                                        "ABCD:EF01:2345:6789:ABCD:EF01:255.255.255.2555",
                                        "00000000000000000000000000000000000000000000000000::1"};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct ip ip = ip_v4(0xc0000207);
        ck_assert_msg(!ip_parse(slice_cstr(cases[i]), &ip), "%s", cases[i]);
        ck_assert_msg(ip_eq(ip, ip_of("192.0.2.7")), "%s", cases[i]);
    }
    struct ip ip;
    ck_assert(!ip_parse(SLICE_LIT("192.0.2.1\0x"), &ip));
    ck_assert(!ip_parse((struct slice){0}, &ip));
    ck_assert(ip_parse(slice_head(SLICE_LIT("192.0.2.123"), 9), &ip) && ip_eq(ip, ip_of("192.0.2.1")));
}
END_TEST

/* RFC 5321 §4.1.3, between the brackets. */
START_TEST(an_address_literal_names_the_family_of_ipv6)
{
    static const struct {
        const char *text, *ip; /* NULL = refused */
    } cases[] = {
        {"192.0.2.1", "192.0.2.1"},
        {"IPv6:2001:db8::1", "2001:db8::1"},
        {"ipv6:2001:DB8::1", "2001:db8::1"},
        {"IPv6:::1", "::1"},
        {"IPv6:::ffff:192.0.2.1", "192.0.2.1"},
        {"IPv6:fe80::192.0.2.1", "fe80::c000:201"},
        {"2001:db8::1", NULL},
        {"::1", NULL},
        {"IPv6:192.0.2.1", NULL},
        {"IPv6:", NULL},
        {"IPv6", NULL},
        {"IPv6: ::1", NULL},
        {"IPv4:192.0.2.1", NULL},
        {"IPv6:fe80::1%eth0", NULL},
        {"x-tag:192.0.2.1", NULL},
        {"[192.0.2.1]", NULL},
        {"192.0.2.1]", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct ip ip;
        bool good = ip_parse_literal(slice_cstr(cases[i].text), &ip);
        ck_assert_msg(good == (cases[i].ip != NULL), "%s", cases[i].text);
        ck_assert_msg(!good || ip_eq(ip, ip_of(cases[i].ip)), "%s", cases[i].text);
    }
}
END_TEST

START_TEST(an_address_with_a_port_has_brackets_around_ipv6)
{
    static const struct {
        const char *text, *ip; /* NULL = refused */
        unsigned port;
    } cases[] = {
        {"192.0.2.53:53", "192.0.2.53", 53},
        {"192.0.2.53:1", "192.0.2.53", 1},
        {"192.0.2.53:65535", "192.0.2.53", 65535},
        {"[2001:db8::53]:53", "2001:db8::53", 53},
        {"192.0.2.53:0", NULL, 0},
        {"192.0.2.53:65536", NULL, 0},
        {"192.0.2.53:", NULL, 0},
        {"192.0.2.53", NULL, 0},
        {"192.0.2.53:53:1", NULL, 0},
        {"192.0.2.53:-1", NULL, 0},
        {"192.0.2.53: 53", NULL, 0},
        {"dns.example:53", NULL, 0},
        {"2001:db8::53:53", NULL, 0},
        {"[192.0.2.53]:53", NULL, 0},
        {"[2001:db8::53]", NULL, 0},
        {"[2001:db8::53]53", NULL, 0},
        {"[2001:db8::53]:", NULL, 0},
        {"[2001:db8::53:53", NULL, 0},
        {"[]:53", NULL, 0},
        {":53", NULL, 0},
        {"", NULL, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct ip_port at = {.port = 7};
        bool good = ip_port_parse(slice_cstr(cases[i].text), &at);
        ck_assert_msg(good == (cases[i].ip != NULL), "%s", cases[i].text);
        ck_assert_msg(good ? ip_eq(at.ip, ip_of(cases[i].ip)) && at.port == cases[i].port : at.port == 7, "%s",
                      cases[i].text);
    }
}
END_TEST

START_TEST(a_network_is_an_address_and_as_many_bits_as_its_family_has)
{
    static const char *const good[] = {"192.0.2.0/24", "192.0.2.77/24", "0.0.0.0/0",       "192.0.2.1/32",
                                       "::/0",         "2001:db8::/32", "2001:db8::1/128", "::/128"};
    static const char *const bad[] = {"",
                                      "/",
                                      "192.0.2.0",
                                      "192.0.2.0/",
                                      "192.0.2.0/33",
                                      "192.0.2.0/-1",
                                      "192.0.2.0/24/1",
                                      "192.0.2.0/x",
                                      "192.0.2/24",
                                      "1234567890.1234567890/24",
                                      "2001:db8::/129",
                                      "2001:db8::",
                                      "[2001:db8::]/32",
                                      "::ffff:192.0.2.0/120",
                                      "::ffff:0:0/96",
                                      "/24"};
    for (size_t i = 0; i < COUNT(good); i++) {
        struct ip_net net;
        ck_assert_msg(ip_net_parse(slice_cstr(good[i]), &net), "%s", good[i]);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct ip_net net = {.bits = 7};
        ck_assert_msg(!ip_net_parse(slice_cstr(bad[i]), &net) && net.bits == 7, "%s", bad[i]);
    }
}
END_TEST

START_TEST(a_network_has_the_addresses_of_its_family_with_its_prefix)
{
    static const struct {
        const char *net, *ip;
        bool has;
    } cases[] = {
        {"192.0.2.0/24", "192.0.2.0", true},
        {"192.0.2.0/24", "192.0.2.255", true},
        {"192.0.2.0/24", "192.0.3.0", false},
        {"192.0.2.0/24", "192.0.1.255", false},
        {"192.0.2.0/24", "::ffff:192.0.2.9", true},
        {"192.0.2.77/24", "192.0.2.1", true}, /* the bits of a host do not count */
        {"192.0.2.1/32", "192.0.2.1", true},
        {"192.0.2.1/32", "192.0.2.0", false},
        {"192.0.2.0/31", "192.0.2.1", true},
        {"192.0.2.0/31", "192.0.2.2", false},
        {"128.0.0.0/1", "127.255.255.255", false},
        {"128.0.0.0/1", "128.0.0.0", true},
        {"172.16.0.0/12", "172.31.255.255", true},
        {"172.16.0.0/12", "172.32.0.0", false},
        {"0.0.0.0/0", "255.255.255.255", true},
        {"0.0.0.0/0", "::1", false},
        {"0.0.0.0/0", "::", false},
        {"::/0", "ffff::", true},
        {"::/0", "::", true},
        {"::/0", "192.0.2.1", false},
        {"::/80", "192.0.2.1", false},
        {"2001:db8::/32", "2001:db8:ffff::1", true},
        {"2001:db8::/32", "2001:db9::", false},
        {"2001:db8::/33", "2001:db8:7fff::", true},
        {"2001:db8::/33", "2001:db8:8000::", false},
        {"2001:db8::1/128", "2001:db8::1", true},
        {"2001:db8::1/128", "2001:db8::", false},
        {"fe80::/10", "febf::1", true},
        {"fe80::/10", "fec0::1", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct ip_net net;
        ck_assert_msg(ip_net_parse(slice_cstr(cases[i].net), &net), "%s", cases[i].net);
        ck_assert_msg(ip_net_has(&net, ip_of(cases[i].ip)) == cases[i].has, "%s, %s", cases[i].net, cases[i].ip);
    }
}
END_TEST

START_TEST(an_address_knows_its_family_and_whether_it_means_all)
{
    static const struct {
        const char *text;
        bool v4, any;
        size_t octets;
    } cases[] = {{"0.0.0.0", true, true, 4},           {"::ffff:0:0", true, true, 4}, {"192.0.2.1", true, false, 4},
                 {"::ffff:192.0.2.1", true, false, 4}, {"::", false, true, 16},       {"::1", false, false, 16},
                 {"::fffe:c000:201", false, false, 16}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct ip ip = ip_of(cases[i].text), again;
        ck_assert_msg(ip_is_v4(ip) == cases[i].v4, "%s", cases[i].text);
        ck_assert_msg(ip_is_any(ip) == cases[i].any, "%s", cases[i].text);
        ck_assert_int_eq(ip_family(ip), cases[i].v4 ? AF_INET : AF_INET6);
        ck_assert_uint_eq(ip_bytes(&ip).len, cases[i].octets);
        ck_assert(ip_from_bytes(ip_bytes(&ip), &again) && ip_eq(again, ip));
    }
    struct ip ip = ip_of("192.0.2.1");
    ck_assert_mem_eq(ip_bytes(&ip).ptr, "\xc0\x00\x02\x01", 4);
    ck_assert(ip_eq(ip_v4(0xc0000201), ip));
    ck_assert(!ip_eq(ip_v4(0xc0000202), ip));
    for (size_t len = 0; len <= 17; len++)
        ck_assert(ip_from_bytes(slice_make("0123456789abcdefg", len), &ip) == (len == 4 || len == 16));
}
END_TEST

START_TEST(a_socket_address_is_written_and_read_back)
{
    static const struct {
        const char *text;
        int family;
        socklen_t len;
    } cases[] = {{"192.0.2.1", AF_INET, sizeof(struct sockaddr_in)},
                 {"::ffff:192.0.2.1", AF_INET, sizeof(struct sockaddr_in)},
                 {"2001:db8::1", AF_INET6, sizeof(struct sockaddr_in6)}};
    struct ip_port again = {0};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sockaddr_storage at;
        memset(&at, 0xff, sizeof at);
        ck_assert_uint_eq(ip_to_sockaddr((struct ip_port){ip_of(cases[i].text), 2525}, &at), cases[i].len);
        ck_assert_int_eq(at.ss_family, cases[i].family);
        ck_assert(ip_from_sockaddr((struct sockaddr *)&at, &again));
        ck_assert(ip_eq(again.ip, ip_of(cases[i].text)));
        ck_assert_uint_eq(again.port, 2525);
    }
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(25), .sin_addr = {htonl(0xc0000201)}};
    ck_assert(ip_from_sockaddr((struct sockaddr *)&v4, &again) && ip_eq(again.ip, ip_of("192.0.2.1")) &&
              again.port == 25);
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(26)};
    ck_assert_int_eq(inet_pton(AF_INET6, "::ffff:192.0.2.2", &v6.sin6_addr), 1);
    ck_assert(ip_from_sockaddr((struct sockaddr *)&v6, &again) && ip_eq(again.ip, ip_of("192.0.2.2")) &&
              again.port == 26);
    struct sockaddr_un unix_socket = {.sun_family = AF_UNIX};
    ck_assert(!ip_from_sockaddr((struct sockaddr *)&unix_socket, &again) && again.port == 26);
}
END_TEST

SUITE(ip, every_form_of_an_address_is_read_and_one_is_written,
      what_is_not_an_address_is_refused_and_leaves_its_output_untouched, an_address_literal_names_the_family_of_ipv6,
      an_address_with_a_port_has_brackets_around_ipv6, a_network_is_an_address_and_as_many_bits_as_its_family_has,
      a_network_has_the_addresses_of_its_family_with_its_prefix, an_address_knows_its_family_and_whether_it_means_all,
      a_socket_address_is_written_and_read_back)
