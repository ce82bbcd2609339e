/* A lookup of mail hosts whose names a DNS server on loopback answers, or does not. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/io/socket.h"
#include "lib/testing/suite.h"
#include "relay/dns/mx.h"

#define HEADER 12
#define NAMES  4  /* "a" is the best host, and so on */
#define RECORD 18 /* octets of an MX record */

static struct loop *loop;
static struct config config;
static struct ip_port configured;
static struct resolver *resolver;
static struct prng prng;
static int udp;
static struct watch on_udp_watch;
static bool mx_is_silent;
static size_t silent; /* so many of the hosts, the best */

static size_t routes, hosts;
static enum mx_result result;
static bool partial;
static char first[8], status[8];

/* ---- the server ---- */

static size_t add_mx_records(uint8_t *out)
{
    for (uint8_t i = 0; i < NAMES; i++) {
        const uint8_t name = (uint8_t)('a' + i);
        const uint8_t record[RECORD] = {0xc0, HEADER, 0, 15, 0, 1, 0, 0, 0, 60, 0, 6, 0, i, 1, name, 0xc0, HEADER};
        memcpy(out + (size_t)i * RECORD, record, RECORD);
    }
    return (size_t)NAMES * RECORD;
}

static size_t add_address(uint8_t *out, uint8_t name)
{
    const uint8_t record[] = {0xc0, HEADER, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, name};
    memcpy(out, record, sizeof record);
    return sizeof record;
}

static void on_udp(void *arg, unsigned ready)
{
    uint8_t query[512], out[1024];
    struct sockaddr_storage from;
    socklen_t from_len = sizeof from;
    (void)arg;
    (void)ready;
    ssize_t len = recvfrom(udp, query, sizeof query, 0, (struct sockaddr *)&from, &from_len);
    ck_assert_int_gt(len, HEADER);
    size_t at = HEADER;
    while (at < (size_t)len && query[at] != 0)
        at += 1u + query[at];
    bool is_mx = query[at + 2] == 15;
    uint8_t name = query[HEADER + 1];
    if (is_mx ? mx_is_silent : (size_t)(name - 'a') < silent)
        return;
    at += 5;
    memcpy(out, query, at);
    out[2] = 0x81;
    out[3] = 0x80;
    memset(out + 6, 0, 6);
    out[7] = is_mx ? NAMES : 1;
    at += is_mx ? add_mx_records(out + at) : add_address(out + at, name);
    ck_assert_int_eq(sendto(udp, out, at, 0, (struct sockaddr *)&from, from_len), (ssize_t)at);
}

/* ---- a lookup ---- */

static void on_route(void *arg, const struct mx_route *route)
{
    (void)arg;
    routes++;
    result = route->result;
    hosts = route->count;
    partial = route->partial;
    (void)snprintf(first, sizeof first, "%.1s", route->count > 0 ? route->hosts[0].name : "");
    (void)snprintf(status, sizeof status, "%s", route->status);
}

static bool is_enough(void *arg, const struct mx_host *known, size_t count)
{
    (void)known;
    return count >= *(const size_t *)arg;
}

/* resolver.timeout is so long that only the deadline ends a silent question. */
static void look_up(size_t enough)
{
    struct err err = {0};
    struct sockaddr_storage at;
    socklen_t len = sizeof at;
    ck_assert_int_eq(loop_new(&loop, &err), ERR_OK);
    udp = socket_bind(SOCK_DGRAM, (struct ip_port){.ip = ip_of("127.0.0.1")});
    ck_assert_int_ge(udp, 0);
    ck_assert_int_eq(getsockname(udp, (struct sockaddr *)&at, &len), 0);
    watch_init(&on_udp_watch, loop, udp, on_udp, NULL);
    watch_set(&on_udp_watch, LOOP_READ);
    ck_assert(ip_from_sockaddr((struct sockaddr *)&at, &configured));
    config = (struct config){.hostname = "relay.example"};
    config.resolver.servers = (struct yaml_list){&configured, 1};
    config.resolver.timeout_ns = 3600 * NS_PER_S;
    config.resolver.tries = 3;
    config.resolver.deadline_ns = 800 * NS_PER_MS;
    prng_init_seed(&prng, 1);
    ck_assert_int_eq(resolver_new(&resolver, &config, loop, &prng, &err), ERR_OK);
    routes = 0;
    (void)mx_start(resolver, &config, &prng, SLICE_LIT("d.example"), (struct mx_asker){on_route, is_enough, &enough});
    while (routes == 0) /* the runner ends a test that never gets there */
        ck_assert_int_eq(loop_turn(loop, true, &err), ERR_OK);
    ck_assert_uint_eq(routes, 1);
    watch_stop(&on_udp_watch);
    close(udp);
    resolver_free(resolver);
    loop_free(loop);
}

START_TEST(names_that_nothing_answers_for_leave_time_for_those_further_down)
{
    mx_is_silent = false;
    silent = 1;
    look_up(1);
    ck_assert_int_eq(result, MX_HOSTS);
    ck_assert(partial);
    ck_assert_str_ne(first, "a");
}
END_TEST

START_TEST(what_is_known_at_the_deadline_is_tried)
{
    mx_is_silent = false;
    silent = 1;
    look_up(NAMES);
    ck_assert_int_eq(result, MX_HOSTS);
    ck_assert(partial);
    ck_assert_uint_le(hosts, NAMES - 1);
}
END_TEST

START_TEST(a_lookup_that_has_found_nothing_by_its_deadline_is_a_temporary_failure)
{
    for (int of_the_list = 0; of_the_list < 2; of_the_list++) {
        mx_is_silent = of_the_list == 1;
        silent = NAMES;
        look_up(1);
        ck_assert_int_eq(result, MX_TEMPORARY);
        ck_assert_str_eq(status, "4.4.3");
    }
}
END_TEST

SUITE(mx_lookup, names_that_nothing_answers_for_leave_time_for_those_further_down,
      what_is_known_at_the_deadline_is_tried, a_lookup_that_has_found_nothing_by_its_deadline_is_a_temporary_failure)
