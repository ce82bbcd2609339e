/* Servers that do not answer as they should, on loopback sockets of this process: what is asked next, and how it ends.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/io/socket.h"
#include "lib/testing/suite.h"
#include "relay/dns/resolver.h"

#define HEADER   12
#define SEEN_MAX 32

static const uint8_t mx_record[] = {0xc0, 12, 0, 15, 0, 1, 0, 0, 0, 60, 0, 7, 0, 10, 2, 'm', 'x', 0xc0, 12};
static const uint8_t alias_record[] = {0xc0, 12,  0,   5,   0, 1,   0,   0,   0,   60,  0,   14,  4,
                                       'r',  'e', 'a', 'l', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0};

struct asked {
    bool edns, tcp, alias_target;
    uint16_t from;
};

/* Writes the records of an answer and its rcode; false = silence. */
struct answer_of_ours {
    int rcode;
    const uint8_t *record;
    size_t record_len;
    bool truncated;
};
typedef bool behave_fn(const struct asked *asked, struct answer_of_ours *answer);

static struct server {
    int udp, tcp, connection;
    struct ip_port at;
    struct watch on_udp, on_tcp, on_connection;
    behave_fn *behave;
    struct asked seen[SEEN_MAX];
    size_t seen_count;
} servers[2];

static struct loop *loop;
static struct config config;
static struct ip_port configured[2];
static struct resolver *resolver;

/* What the test is notified of. */
static size_t answers;
static enum wire_result result;
static size_t records;
static char why[128];

/* ---- the servers ---- */

static size_t compose(const uint8_t *query, size_t len, const struct answer_of_ours *answer, uint8_t *out)
{
    size_t at = HEADER;
    while (at < len && query[at] != 0)
        at += 1u + query[at];
    at += 5;
    memcpy(out, query, at);
    out[2] = (uint8_t)(0x81 | (answer->truncated ? 2 : 0));
    out[3] = (uint8_t)(0x80 | answer->rcode);
    memset(out + 6, 0, 6);
    out[7] = answer->record_len > 0;
    if (answer->record_len > 0)
        memcpy(out + at, answer->record, answer->record_len);
    return at + answer->record_len;
}

/* Returns the length of the answer; 0 = silence. */
static size_t serve(struct server *server, const uint8_t *query, size_t len, bool tcp, uint16_t from, uint8_t *out)
{
    struct asked asked = {.edns = query[11] != 0, .tcp = tcp, .alias_target = query[HEADER + 1] == 'r', .from = from};
    struct answer_of_ours answer = {0};
    ck_assert_uint_lt(server->seen_count, SEEN_MAX);
    server->seen[server->seen_count++] = asked;
    return server->behave(&asked, &answer) ? compose(query, len, &answer, out) : 0;
}

static void on_udp(void *arg, unsigned ready)
{
    struct server *server = arg;
    uint8_t query[512], out[1024];
    struct sockaddr_storage from;
    struct ip_port peer;
    socklen_t from_len = sizeof from;
    (void)ready;
    ssize_t len = recvfrom(server->udp, query, sizeof query, 0, (struct sockaddr *)&from, &from_len);
    ck_assert_int_gt(len, HEADER);
    ck_assert(ip_from_sockaddr((struct sockaddr *)&from, &peer));
    size_t n = serve(server, query, (size_t)len, false, peer.port, out);
    if (n > 0)
        ck_assert_int_eq(sendto(server->udp, out, n, 0, (struct sockaddr *)&from, from_len), (ssize_t)n);
}

static void on_tcp_question(void *arg, unsigned ready)
{
    struct server *server = arg;
    uint8_t query[514], out[1026];
    (void)ready;
    ssize_t len = recv(server->connection, query, sizeof query, 0);
    size_t n = len > HEADER + 2 ? serve(server, query + 2, (size_t)len - 2, true, 0, out + 2) : 0;
    out[0] = (uint8_t)(n >> 8);
    out[1] = (uint8_t)n;
    if (n > 0)
        ck_assert_int_eq(send(server->connection, out, n + 2, 0), (ssize_t)n + 2);
    watch_stop(&server->on_connection);
    close(server->connection);
}

/* One connection at a time, and one question on it. */
static void on_tcp(void *arg, unsigned ready)
{
    struct server *server = arg;
    (void)ready;
    server->connection = accept(server->tcp, NULL, NULL);
    ck_assert_int_ge(server->connection, 0);
    watch_init(&server->on_connection, loop, server->connection, on_tcp_question, server);
    watch_set(&server->on_connection, LOOP_READ);
}

static void open_server(struct server *server, behave_fn *behave)
{
    struct sockaddr_storage at;
    socklen_t len = sizeof at;
    *server = (struct server){.behave = behave};
    server->tcp = socket_bind(SOCK_STREAM, (struct ip_port){.ip = ip_of("127.0.0.1")});
    ck_assert(server->tcp >= 0 && listen(server->tcp, 5) == 0);
    ck_assert_int_eq(getsockname(server->tcp, (struct sockaddr *)&at, &len), 0);
    ck_assert(ip_from_sockaddr((struct sockaddr *)&at, &server->at));
    server->udp = socket_bind(SOCK_DGRAM, server->at);
    ck_assert_int_ge(server->udp, 0);
    watch_init(&server->on_udp, loop, server->udp, on_udp, server);
    watch_init(&server->on_tcp, loop, server->tcp, on_tcp, server);
    watch_set(&server->on_udp, LOOP_READ);
    watch_set(&server->on_tcp, LOOP_READ);
}

static void close_server(struct server *server)
{
    watch_stop(&server->on_udp);
    watch_stop(&server->on_tcp);
    close(server->udp);
    close(server->tcp);
}

/* ---- the resolver ---- */

static void start(behave_fn *first, behave_fn *second)
{
    behave_fn *const behaviours[] = {first, second};
    struct prng prng;
    ck_assert_int_eq(loop_new(&loop, NULL), ERR_OK);
    config = (struct config){.resolver = {.timeout_ns = 200 * 1000000, .tries = 3}};
    for (size_t i = 0; i < 2 && behaviours[i] != NULL; i++) {
        open_server(&servers[i], behaviours[i]);
        configured[i] = servers[i].at;
        config.resolver.servers = (struct yaml_list){configured, i + 1};
    }
    prng_init_seed(&prng, 1);
    ck_assert_int_eq(resolver_new(&resolver, &config, loop, &prng, NULL), ERR_OK);
    answers = 0;
}

static void stop(void)
{
    resolver_free(resolver);
    for (size_t i = 0; i < config.resolver.servers.count; i++)
        close_server(&servers[i]);
    loop_free(loop);
}

static void on_answer(void *arg, const struct wire_answer *answer)
{
    (void)arg;
    answers++;
    result = answer->result;
    records = answer->count;
    (void)snprintf(why, sizeof why, "%s", answer->why != NULL ? answer->why : "");
}

static void wait_for(size_t count)
{
    while (answers < count) /* the runner ends a test that never gets there */
        ck_assert_int_eq(loop_turn(loop, true, NULL), ERR_OK);
    ck_assert_uint_eq(answers, count);
}

static void ask(void)
{
    answers = 0;
    (void)resolver_ask(resolver, "d.example", WIRE_MX, on_answer, NULL);
    wait_for(1);
}

/* ---- behaviours ---- */

static bool give_mx(struct answer_of_ours *answer)
{
    *answer = (struct answer_of_ours){.record = mx_record, .record_len = sizeof mx_record};
    return true;
}

static bool good(const struct asked *asked, struct answer_of_ours *answer)
{
    (void)asked;
    return give_mx(answer);
}

static int rcode;

static bool fails_with_edns(const struct asked *asked, struct answer_of_ours *answer)
{
    answer->rcode = rcode;
    return asked->edns || give_mx(answer);
}

static bool silent_to_edns(const struct asked *asked, struct answer_of_ours *answer)
{
    return !asked->edns && give_mx(answer);
}

static bool good_over_tcp_alone(const struct asked *asked, struct answer_of_ours *answer)
{
    answer->rcode = 2;
    return !asked->tcp || give_mx(answer);
}

static bool always_fails(const struct asked *asked, struct answer_of_ours *answer)
{
    (void)asked;
    answer->rcode = rcode;
    return true;
}

static bool truncated_and_no_tcp(const struct asked *asked, struct answer_of_ours *answer)
{
    answer->truncated = true;
    return !asked->tcp;
}

static bool alias_without_target(const struct asked *asked, struct answer_of_ours *answer)
{
    *answer = (struct answer_of_ours){.record = alias_record, .record_len = sizeof alias_record};
    return !asked->alias_target || give_mx(answer);
}

static bool alias_of_itself(const struct asked *asked, struct answer_of_ours *answer)
{
    (void)asked;
    *answer = (struct answer_of_ours){.record = alias_record, .record_len = sizeof alias_record};
    return true;
}

/* ---- tests ---- */

START_TEST(a_server_that_fails_with_edns_is_asked_without)
{
    static const int rcodes[] = {1 /* FORMERR */, 2 /* SERVFAIL */, 4 /* NOTIMP */, 5 /* REFUSED */};
    for (size_t i = 0; i < sizeof rcodes / sizeof rcodes[0]; i++) {
        rcode = rcodes[i];
        start(fails_with_edns, NULL);
        ask();
        ck_assert_msg(result == WIRE_OK && records == 1, "rcode %d: %s", rcode, why);
        stop();
    }
}
END_TEST

START_TEST(a_server_that_drops_edns_is_asked_without)
{
    start(silent_to_edns, NULL);
    ask();
    ck_assert(result == WIRE_OK && records == 1);
    stop();
}
END_TEST

START_TEST(a_server_that_fails_over_udp_is_asked_over_tcp)
{
    start(good_over_tcp_alone, NULL);
    ask();
    ck_assert(result == WIRE_OK && records == 1);
    ck_assert(servers[0].seen_count == 3 && servers[0].seen[2].tcp);
    stop();
}
END_TEST

START_TEST(a_truncated_answer_without_tcp_is_a_temporary_failure)
{
    start(truncated_and_no_tcp, NULL);
    ask();
    ck_assert_int_eq(result, WIRE_TEMPORARY);
    stop();
}
END_TEST

START_TEST(when_one_server_fails_the_next_is_asked_and_it_stays_the_first)
{
    rcode = 2;
    start(always_fails, good);
    ask();
    ck_assert(result == WIRE_OK && records == 1);
    ck_assert(servers[0].seen_count == 1 && servers[1].seen_count == 1);
    ask();
    ck_assert(servers[0].seen_count == 1 && servers[1].seen_count == 2);
    stop();
}
END_TEST

START_TEST(when_all_fail_the_first_reason_is_given)
{
    rcode = 2;
    start(always_fails, NULL);
    ask();
    ck_assert_int_eq(result, WIRE_TEMPORARY);
    ck_assert_str_eq(why, "SERVFAIL");
    ck_assert_uint_eq(servers[0].seen_count, 3);
    stop();
}
END_TEST

START_TEST(a_no_is_believed_at_once)
{
    rcode = 3;
    start(always_fails, good);
    ask();
    ck_assert_int_eq(result, WIRE_NXDOMAIN);
    ck_assert(servers[0].seen_count == 1 && servers[1].seen_count == 0);
    stop();
}
END_TEST

START_TEST(the_target_of_an_alias_is_queried_when_the_answer_lacks_it)
{
    start(alias_without_target, NULL);
    ask();
    ck_assert(result == WIRE_OK && records == 1);
    ck_assert(servers[0].seen_count == 2 && servers[0].seen[1].alias_target);
    stop();
}
END_TEST

START_TEST(aliases_without_end_are_a_temporary_failure)
{
    start(alias_of_itself, NULL);
    ask();
    ck_assert_int_eq(result, WIRE_TEMPORARY);
    ck_assert_uint_le(servers[0].seen_count, 12);
    stop();
}
END_TEST

START_TEST(questions_in_flight_have_their_own_ports)
{
    start(good, NULL);
    for (int i = 0; i < 8; i++)
        (void)resolver_ask(resolver, "d.example", WIRE_MX, on_answer, NULL);
    wait_for(8);
    for (size_t i = 0; i < 8; i++)
        for (size_t j = 0; j < i; j++)
            ck_assert_uint_ne(servers[0].seen[i].from, servers[0].seen[j].from);
    stop();
}
END_TEST

START_TEST(a_forgotten_question_is_not_answered)
{
    start(good, NULL);
    uint64_t id = resolver_ask(resolver, "d.example", WIRE_MX, on_answer, NULL);
    resolver_forget(resolver, id);
    (void)resolver_ask(resolver, "d.example", WIRE_MX, on_answer, NULL);
    wait_for(1);
    ck_assert_uint_eq(servers[0].seen_count, 2);
    stop();
}
END_TEST

SUITE(resolver, a_server_that_fails_with_edns_is_asked_without, a_server_that_drops_edns_is_asked_without,
      a_server_that_fails_over_udp_is_asked_over_tcp, a_truncated_answer_without_tcp_is_a_temporary_failure,
      when_one_server_fails_the_next_is_asked_and_it_stays_the_first, when_all_fail_the_first_reason_is_given,
      a_no_is_believed_at_once, the_target_of_an_alias_is_queried_when_the_answer_lacks_it,
      aliases_without_end_are_a_temporary_failure, questions_in_flight_have_their_own_ports,
      a_forgotten_question_is_not_answered)
