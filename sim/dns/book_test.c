#include <string.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "sim/dns/book.h"
#include "sim/scenario/testing.h"

static struct scenario *scenario;
static struct dns_book *book;
static struct dns_reply reply;
static struct buf report;
static int64_t t_ns; /* of the next questions */

static void begin(const char *text)
{
    buf_init(&report, 65536);
    scenario = test_scenario(text, NULL, &report);
    ck_assert_msg(scenario != NULL, "%s", buf_cstr(&report));
    book = dns_book_new(scenario);
    t_ns = 0;
}

static void end(void)
{
    dns_book_free(book);
    scenario_free(scenario);
    buf_fini(&report);
}

/* Asks as a resolver would, with octets made by hand. */
static void ask(const char *name, uint8_t type)
{
    uint8_t packet[300] = {0x12, 0x34, 1, 0, 0, 1};
    size_t len = 12;
    struct slice rest = slice_cstr(name);
    while (rest.len > 0) {
        struct slice label = slice_cut(&rest, '.');
        packet[len++] = (uint8_t)label.len;
        memcpy(packet + len, label.ptr, label.len);
        len += label.len;
    }
    len += 2; /* the root, and the type's high octet */
    packet[len++] = type;
    len += 1;
    packet[len++] = 1;
    ck_assert(dns_book_answer(book, slice_make(packet, len), t_ns, &reply));
    if (reply.bytes != NULL)
        ck_assert_mem_eq(reply.bytes, packet, 2); /* the id */
}

static const char *answer(size_t i)
{
    return json_as_str(json_at(reply.answers, i), "");
}

START_TEST(zones_and_hosts_are_answered)
{
    begin(TEST_SCENARIO("", ""));
    ask("Dest.Example", 15);
    ck_assert_str_eq(reply.qname, "dest.example");
    ck_assert_str_eq(reply.rcode, "NOERROR");
    ck_assert_str_eq(answer(0), "dest.example. 3600 IN MX 10 mx1.dest.example.");
    ck_assert_str_eq(answer(1), "dest.example. 3600 IN MX 20 mx2.dest.example.");
    ck_assert_uint_eq(reply.bytes[7], 2);
    dns_reply_fini(&reply);
    ask("mx1.dest.example", 1);
    ck_assert_str_eq(answer(0), "mx1.dest.example. 3600 IN A 192.0.2.10");
    dns_reply_fini(&reply);
    ask("mx1.dest.example", 28);
    ck_assert_str_eq(reply.rcode, "NOERROR");
    ck_assert_uint_eq(json_count(reply.answers), 0);
    dns_reply_fini(&reply);
    end();
}
END_TEST

START_TEST(names_that_are_not_there_do_not_exist)
{
    begin(TEST_SCENARIO("", ""));
    ask("nowhere.example", 15);
    ck_assert_str_eq(reply.rcode, "NXDOMAIN");
    ck_assert_uint_eq(reply.bytes[3] & 15, 3);
    dns_reply_fini(&reply);
    ask("example", 15); /* something is below it */
    ck_assert_str_eq(reply.rcode, "NOERROR");
    dns_reply_fini(&reply);
    ask("typo.example", 1);
    ck_assert_str_eq(reply.rcode, "NXDOMAIN");
    dns_reply_fini(&reply);
    end();
}
END_TEST

START_TEST(faults_count_and_silence_is_no_answer)
{
    begin(
        "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns:\n"
        "    d.example: {MX: \"10 mx.d.example\", fail: [{type: MX, as: servfail, times: 1}, {type: MX, as: timeout, "
        "times: 1}]}\n"
        "    n.example: {MX: \"0 .\"}\n    c.example: {CNAME: d.example}\n"
        "  hosts: {mx.d.example: {addr: 192.0.2.1}}\nstory: [{t: 0s, submit: m, from: a@s.example, to: b@d.example}]\n"
        "expect: [{must: x, spec: RFC1, delivered: {of: m}}]\n");
    ask("d.example", 15);
    ck_assert_str_eq(reply.rcode, "SERVFAIL");
    dns_reply_fini(&reply);
    ask("d.example", 15);
    ck_assert(reply.silent && reply.bytes == NULL);
    dns_reply_fini(&reply);
    ask("d.example", 15);
    ck_assert_str_eq(answer(0), "d.example. 3600 IN MX 10 mx.d.example.");
    dns_reply_fini(&reply);
    ask("n.example", 15);
    ck_assert_str_eq(answer(0), "n.example. 3600 IN MX 0 .");
    dns_reply_fini(&reply);
    ask("c.example", 15);
    ck_assert_str_eq(answer(0), "c.example. 3600 IN CNAME d.example.");
    ck_assert_str_eq(answer(1), "d.example. 3600 IN MX 10 mx.d.example.");
    dns_reply_fini(&reply);
    end();
}
END_TEST

START_TEST(what_is_no_question_gets_no_answer)
{
    begin(TEST_SCENARIO("", ""));
    ck_assert(!dns_book_answer(book, SLICE_LIT("hello"), 0, &reply));
    ck_assert(!dns_book_answer(book, SLICE_LIT("\x12\x34\x81\x80\0\0\0\0\0\0\0\0"), 0, &reply));
    end();
}
END_TEST

START_TEST(the_story_changes_records_and_the_faults_count_on)
{
    begin("scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns:\n    d.example: {MX: \"10 mx.d.example\", "
          "fail: [{as: servfail, times: 2}]}\n  hosts: {mx.d.example: {addr: 192.0.2.1}}\nstory:\n"
          "  - {t: 0s, submit: m, from: a@s.example, to: b@d.example}\n"
          "  - {t: 10m, change: {dns: {d.example: {MX: \"5 mx.d.example\"}}}}\n"
          "  - {t: 20m, change: {dns: {d.example: {fail: [{as: nxdomain, times: 1}]}}}}\n"
          "expect: [{must: x, spec: RFC1, delivered: {of: m}}]\n");
    static const struct {
        int64_t t_ns;
        const char *rcode, *mx;
    } steps[] = {{0, "SERVFAIL", ""},
                 {600 * NS_PER_S, "SERVFAIL", ""}, /* the second of two */
                 {600 * NS_PER_S, "NOERROR", "d.example. 3600 IN MX 5 mx.d.example."},
                 {1200 * NS_PER_S, "NXDOMAIN", ""}, /* other faults: their own count */
                 {1200 * NS_PER_S, "NOERROR", "d.example. 3600 IN MX 5 mx.d.example."}};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        t_ns = steps[i].t_ns;
        ask("d.example", 15);
        ck_assert_str_eq(reply.rcode, steps[i].rcode);
        ck_assert_str_eq(answer(0), steps[i].mx);
        dns_reply_fini(&reply);
    }
    end();
}
END_TEST

SUITE(book, zones_and_hosts_are_answered, names_that_are_not_there_do_not_exist, faults_count_and_silence_is_no_answer,
      what_is_no_question_gets_no_answer, the_story_changes_records_and_the_faults_count_on)
