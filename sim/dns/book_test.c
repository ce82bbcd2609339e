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
    struct err err;
    ck_assert_int_eq(dns_book_new(&book, scenario, &err), ERR_OK);
    t_ns = 0;
}

static void end(void)
{
    dns_book_free(book);
    scenario_free(scenario);
    buf_fini(&report);
}

/* Asks as a resolver would, with octets made by hand; edns 0: without EDNS. */
static void ask_by(enum dns_transport transport, const char *name, uint8_t type, uint16_t edns)
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
    if (edns > 0) { /* the root, OPT, the size, nothing else (RFC 6891 §6.1.2) */
        const uint8_t opt[] = {0, 0, 41, (uint8_t)(edns >> 8), (uint8_t)edns, 0, 0, 0, 0, 0, 0};
        memcpy(packet + len, opt, sizeof opt);
        len += sizeof opt;
        packet[11] = 1;
    }
    ck_assert(dns_book_answer(book, slice_make(packet, len), transport, t_ns, &reply));
}

static void ask(const char *name, uint8_t type)
{
    ask_by(DNS_UDP, name, type, 0);
    if (reply.bytes != NULL)
        ck_assert_mem_eq(reply.bytes, "\x12\x34", 2); /* the id */
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

START_TEST(faults_count_and_silence_is_not_an_answer)
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

START_TEST(an_invalid_question_gets_no_answer)
{
    begin(TEST_SCENARIO("", ""));
    ck_assert(!dns_book_answer(book, SLICE_LIT("hello"), DNS_UDP, 0, &reply));
    ck_assert(!dns_book_answer(book, SLICE_LIT("\x12\x34\x81\x80\0\0\0\0\0\0\0\0"), DNS_UDP, 0, &reply));
    end();
}
END_TEST

/* One zone, written in flow style. */
#define ZONE(keys)                                                                                                     \
    "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns:\n    d.example: {MX: \"10 mx.d.example\", " keys \
    "}\n  hosts: {mx.d.example: {addr: 192.0.2.1}}\nstory: [{t: 0s, submit: m, from: a@s.example, to: b@d.example}]\n" \
    "expect: [{must: x, spec: RFC1, delivered: {of: m}}]\n"

#define TYPE_MX   15
#define TYPE_TXT  16
#define TYPE_PTR  12
#define TYPE_SRV  33
#define TYPE_TLSA 52

START_TEST(a_list_that_fits_no_datagram_is_truncated_and_whole_over_tcp)
{
    char keys[8192], text[16384];
    size_t at = (size_t)snprintf(keys, sizeof keys, "TXT: [");
    for (int i = 0; i < 40; i++)
        at += (size_t)snprintf(keys + at, sizeof keys - at, "\"a text that takes some room, number %d\", ", i);
    (void)snprintf(keys + at, sizeof keys - at, "x]");
    (void)snprintf(text, sizeof text, ZONE("%s"), keys);
    begin(text);
    ask("d.example", TYPE_TXT);
    ck_assert(reply.truncated && reply.len <= 512 && (reply.bytes[2] & 2) != 0);
    ck_assert_uint_eq(json_count(reply.answers), 0);
    dns_reply_fini(&reply);
    ask_by(DNS_UDP, "d.example", TYPE_TXT, 1232);
    ck_assert(reply.truncated && (reply.bytes[2] & 2) != 0);
    dns_reply_fini(&reply);
    ask_by(DNS_UDP, "d.example", TYPE_TXT, 4096);
    ck_assert(!reply.truncated && reply.len > 1232);
    dns_reply_fini(&reply);
    ask_by(DNS_TCP, "d.example", TYPE_TXT, 0);
    ck_assert(!reply.truncated && (reply.bytes[2] & 2) == 0);
    ck_assert_uint_eq(json_count(reply.answers), 41);
    dns_reply_fini(&reply);
    end();
}
END_TEST

START_TEST(any_record_can_be_written_in_zone_file_form)
{
    begin(ZONE("TLSA: 3 1 1 00ff, PTR: mx.d.example, records: [\"_smtp._tcp 60 IN SRV 0 5 25 mx\", \"@ IN TXT \\\"a "
               "b\\\"\"]"));
    ask("_smtp._tcp.d.example", TYPE_SRV);
    ck_assert_str_eq(answer(0), "_smtp._tcp.d.example. 60 IN SRV 0 5 25 mx.d.example.");
    dns_reply_fini(&reply);
    ask("d.example", TYPE_TXT);
    ck_assert_str_eq(answer(0), "d.example. 3600 IN TXT \"a b\"");
    dns_reply_fini(&reply);
    ask("_tcp.d.example", TYPE_TXT); /* something is below it */
    ck_assert_str_eq(reply.rcode, "NOERROR");
    dns_reply_fini(&reply);
    ask("d.example", TYPE_TLSA);
    ck_assert_str_eq(answer(0), "d.example. 3600 IN TLSA 3 1 1 00ff");
    dns_reply_fini(&reply);
    ask("d.example", TYPE_PTR);
    ck_assert_str_eq(answer(0), "d.example. 3600 IN PTR mx.d.example.");
    dns_reply_fini(&reply);
    end();
}
END_TEST

/* The linter refuses it first. */
START_TEST(an_invalid_record_is_reported_with_its_zone)
{
    struct err err;
    struct dns_book *none = NULL;
    buf_init(&report, 65536);
    scenario = test_scenario(ZONE("records: \"@ IN A 192.0.2.1\""), NULL, &report);
    ((const char **)scenario->zones[0].records.items)[0] = "@ IN A somewhere";
    ck_assert_int_eq(dns_book_new(&none, scenario, &err), ERR_INVALID);
    ck_assert_ptr_null(none);
    ck_assert_ptr_nonnull(strstr(err.text, "zone d.example: `@ IN A somewhere` is not a record"));
    scenario_free(scenario);
    buf_fini(&report);
}
END_TEST

static void fail_as(const char *keys)
{
    char text[2048];
    (void)snprintf(text, sizeof text, ZONE("fail: {%s}"), keys);
    begin(text);
    ask_by(DNS_UDP, "d.example", TYPE_MX, 0);
}

static void and_that_is_all(void)
{
    dns_reply_fini(&reply);
    end();
}

START_TEST(answers_go_wrong_in_each_way)
{
    fail_as("as: formerr");
    ck_assert_uint_eq(reply.bytes[3] & 15, 1);
    and_that_is_all();
    fail_as("as: wrong_id");
    ck_assert_mem_ne(reply.bytes, "\x12\x34", 2);
    ck_assert_uint_eq(reply.bytes[7], 1); /* else it is the answer */
    and_that_is_all();
    fail_as("as: lame");
    ck_assert_uint_eq(reply.bytes[7], 0);
    ck_assert_uint_eq(reply.bytes[9], 1);     /* a name server that serves other zones */
    ck_assert_uint_eq(reply.bytes[2] & 4, 0); /* AA */
    ck_assert_str_eq(reply.rcode, "NOERROR");
    and_that_is_all();
    fail_as("as: loop");
    ck_assert_str_eq(answer(0), "d.example. 3600 IN CNAME loop.d.example.");
    ck_assert_str_eq(answer(1), "loop.d.example. 3600 IN CNAME d.example.");
    and_that_is_all();
    fail_as("as: garbage");
    ck_assert_mem_eq(reply.bytes, "\x12\x34", 2);
    ck_assert_uint_eq(reply.bytes[7], 1);
    ck_assert_mem_eq(reply.bytes + 12 + 11 + 4, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12);
    and_that_is_all();
    fail_as("delay: 7s");
    ck_assert_int_eq(reply.delay_ns, INT64_C(7000000000));
    ck_assert_str_eq(answer(0), "d.example. 3600 IN MX 10 mx.d.example.");
    and_that_is_all();
}
END_TEST

/* Octets of the header: flags in 2 and 3, then the counts of questions, answers, authorities and more. */
START_TEST(old_and_broken_servers_answer_in_their_own_ways)
{
    fail_as("as: notimp");
    ck_assert_uint_eq(reply.bytes[3] & 15, 4);
    and_that_is_all();
    fail_as("as: header_only");
    ck_assert_uint_eq(reply.len, 12);
    ck_assert_uint_eq(reply.bytes[3] & 15, 1);
    ck_assert_uint_eq(reply.bytes[5], 0);
    and_that_is_all();
    fail_as("as: referral");
    ck_assert_str_eq(reply.rcode, "NOERROR");
    ck_assert_uint_eq(reply.bytes[7], 0);
    ck_assert_uint_eq(reply.bytes[9], 1);
    ck_assert_uint_eq(reply.bytes[2] & 4, 0);    /* AA */
    ck_assert_uint_eq(reply.bytes[3] & 0x80, 0); /* RA */
    and_that_is_all();
    fail_as("as: unrelated");
    ck_assert_str_eq(answer(0), "unrelated.example. 3600 IN MX 10 mx.unrelated.example.");
    and_that_is_all();
    fail_as("as: not_authoritative");
    ck_assert_uint_eq(reply.bytes[2] & 4, 0);
    ck_assert_uint_eq(reply.bytes[7], 1);
    and_that_is_all();
    fail_as("as: no_recursion");
    ck_assert_uint_eq(reply.bytes[3] & 0x80, 0);
    ck_assert_uint_eq(reply.bytes[7], 1);
    and_that_is_all();
    fail_as("as: wrong_question");
    ck_assert_mem_eq(reply.bytes + 12, "\1x\7example", 10);
    ck_assert_uint_eq(reply.bytes[7], 1);
    and_that_is_all();
    fail_as("as: cut");
    ck_assert_int_eq(reply.ending, DNS_CUT);
    ck_assert_uint_eq(reply.bytes[7], 1);
    and_that_is_all();
}
END_TEST

START_TEST(an_alias_can_come_without_what_it_leads_to)
{
    begin(
        "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns:\n    d.example: {MX: \"10 mx.d.example\"}\n"
        "    c.example: {CNAME: d.example, fail: {as: alias_only, times: 1}}\n"
        "  hosts: {mx.d.example: {addr: 192.0.2.1}}\nstory: [{t: 0s, submit: m, from: a@s.example, to: b@c.example}]\n"
        "expect: [{must: x, spec: RFC1, delivered: {of: m}}]\n");
    ask("c.example", TYPE_MX);
    ck_assert_str_eq(answer(0), "c.example. 3600 IN CNAME d.example.");
    ck_assert_uint_eq(json_count(reply.answers), 1);
    dns_reply_fini(&reply);
    ask("c.example", TYPE_MX);
    ck_assert_uint_eq(json_count(reply.answers), 2);
    and_that_is_all();
}
END_TEST

START_TEST(a_fault_may_be_for_questions_with_edns_or_without)
{
    static const struct {
        const char *keys;
        uint16_t edns;
        const char *rcode;
    } rows[] = {{"as: servfail, edns: true", 0, "NOERROR"},
                {"as: servfail, edns: true", 1232, "SERVFAIL"},
                {"as: servfail, edns: false", 0, "SERVFAIL"},
                {"as: servfail, edns: false", 1232, "NOERROR"},
                {"as: badvers", 0, "NOERROR"},
                {"as: badvers", 1232, "BADVERS"},
                {"as: timeout, edns: true", 1232, "TIMEOUT"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fail_as(rows[i].keys);
        dns_reply_fini(&reply);
        ask_by(DNS_UDP, "d.example", TYPE_MX, rows[i].edns);
        ck_assert_str_eq(reply.rcode, rows[i].rcode);
        if (strcmp(rows[i].rcode, "BADVERS") == 0) { /* an OPT record, and 1 in its octet for the code */
            const uint8_t opt[] = {0, 0, 41, 1232 >> 8, (uint8_t)1232, 1, 0};
            ck_assert_uint_eq(reply.bytes[11], 1);
            ck_assert_mem_eq(reply.bytes + reply.len - 11, opt, sizeof opt);
        }
        and_that_is_all();
    }
}
END_TEST

START_TEST(tcp_can_end_without_an_answer)
{
    fail_as("as: close, over: tcp");
    ck_assert_str_eq(reply.rcode, "NOERROR"); /* over UDP */
    dns_reply_fini(&reply);
    ask_by(DNS_TCP, "d.example", TYPE_MX, 0);
    ck_assert(reply.silent && reply.ending == DNS_CLOSED);
    and_that_is_all();
    fail_as("as: reset, over: tcp");
    dns_reply_fini(&reply);
    ask_by(DNS_TCP, "d.example", TYPE_MX, 0);
    ck_assert(reply.silent && reply.ending == DNS_RESET);
    and_that_is_all();
}
END_TEST

START_TEST(a_truncated_answer_is_so_over_tcp_too_unless_the_fault_is_for_udp)
{
    fail_as("as: truncated");
    ck_assert(reply.truncated && (reply.bytes[2] & 2) != 0);
    dns_reply_fini(&reply);
    ask_by(DNS_TCP, "d.example", TYPE_MX, 0);
    ck_assert(reply.truncated && (reply.bytes[2] & 2) != 0);
    and_that_is_all();
    fail_as("as: truncated, over: udp");
    ck_assert(reply.truncated);
    dns_reply_fini(&reply);
    ask_by(DNS_TCP, "d.example", TYPE_MX, 0);
    ck_assert(!reply.truncated && json_count(reply.answers) == 1);
    and_that_is_all();
}
END_TEST

START_TEST(a_question_longer_than_any_name_is_not_looked_at)
{
    char big[600] = {0x12, 0x34, 1, 0, 0, 1};
    begin(TEST_SCENARIO("", ""));
    ck_assert(!dns_book_answer(book, slice_make(big, sizeof big), DNS_UDP, 0, &reply));
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

SUITE(book, old_and_broken_servers_answer_in_their_own_ways, an_alias_can_come_without_what_it_leads_to,
      a_fault_may_be_for_questions_with_edns_or_without, tcp_can_end_without_an_answer,
      the_story_changes_records_and_the_faults_count_on, a_list_that_fits_no_datagram_is_truncated_and_whole_over_tcp,
      any_record_can_be_written_in_zone_file_form, an_invalid_record_is_reported_with_its_zone,
      answers_go_wrong_in_each_way, a_truncated_answer_is_so_over_tcp_too_unless_the_fault_is_for_udp,
      a_question_longer_than_any_name_is_not_looked_at, zones_and_hosts_are_answered,
      names_that_are_not_there_do_not_exist, faults_count_and_silence_is_not_an_answer,
      an_invalid_question_gets_no_answer)
