/* The linter's sentences: each question, asked of a scenario that is wrong in this one thing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "sim/scenario/testing.h"

static struct buf report;

/* words: NULL = nothing is reported; a scenario with "warning: …" is still accepted. */
static void expect(const char *text, const char *words)
{
    buf_init(&report, 65536);
    struct scenario *s = test_scenario(text, NULL, &report);
    bool good = words == NULL || strncmp(words, "warning: ", 9) == 0;
    ck_assert_msg((s != NULL) == good, "%s\nwanted: %s\n   got: %s", text, words != NULL ? words : "nothing",
                  buf_cstr(&report));
    ck_assert_msg(words == NULL ? report.len == 0 : strstr(buf_cstr(&report), words) != NULL,
                  "%s\nwanted: %s\n   got: %s", text, words != NULL ? words : "nothing", buf_cstr(&report));
    scenario_free(s);
    buf_fini(&report);
}

struct row {
    const char *text, *words;
};

static void expect_all(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect(rows[i].text, rows[i].words);
}
#define EXPECT_ALL(rows) expect_all(rows, sizeof rows / sizeof rows[0])

/* ---- the world ---- */

#define WORLD(dns, hosts)                                                                                              \
    "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: 10 mx.d.example}" dns "}\n"     \
    "  hosts: {mx.d.example: {addr: 192.0.2.1}" hosts "}\n"                                                            \
    "story: [{t: 0s, submit: m, from: a@s.example, to: b@d.example}]\n"                                                \
    "expect: [{must: x, spec: RFC1, delivered: {of: m}}]\n"
#define DNS(zone)  WORLD(", e.example: {" zone "}", "")
#define HOST(host) WORLD("", ", " host)

static char *long_name(const char *format, size_t letters)
{
    char *label = mem_alloc(letters + 1);
    memset(label, 'x', letters);
    label[letters] = '\0';
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    char *text = mem_printf(format, label);
#pragma GCC diagnostic pop
    free(label);
    return text;
}

START_TEST(zones_lead_to_what_there_is)
{
    static const struct row rows[] = {
        {DNS("MX: 10 mx.d.example"), NULL},
        {DNS("MX: 0 ."), NULL}, /* the null MX (RFC 7505) */
        {DNS("MX: 10 mx.e.example"),
         "MX of e.example is mx.e.example, which is neither a host nor a zone of the world"},
        {DNS("MX: [10 mx.d.example, mx.d.example]"), "`mx.d.example` is not an MX record; write \"10 mx1.e.example\""},
        {DNS("MX: 65536 mx.d.example"), "is not an MX record"},
        {DNS("MX: -1 mx.d.example"), "is not an MX record"},
        {DNS("MX: 10 mx..example"), "MX `mx..example`: "},
        {DNS("MX: 10 192.0.2.1"), "warning: world.dns: MX of e.example is the address 192.0.2.1, not a name"},
        {DNS("A: 192.0.2.256"), "A: `192.0.2.256` is not an IPv4 address"},
        {DNS("A: \"2001:db8::1\""), "A: `2001:db8::1` is not an IPv4 address"},
        {DNS("AAAA: 192.0.2.1"), "AAAA: `192.0.2.1` is not an IPv6 address"},
        {DNS("AAAA: [\"2001:db8::1\", \"2001:db8::g\"]"), "AAAA: `2001:db8::g` is not an IPv6 address"},
        {DNS("CNAME: a..b"), "CNAME `a..b`: "},
        {DNS("PTR: [mx.d.example, \".x\"]"), "PTR `.x`: "},
        {WORLD(", e..example: {A: 192.0.2.7}", ""), "zone `e..example`: "},
        {DNS("TLSA: 3 1 1 00ff"), NULL},
        {DNS("TLSA: 3 1 1 00f"), "TLSA `3 1 1 00f` is not \"usage selector type octets\""},
        {DNS("TLSA: 3 1 1"), "is not \"usage selector type octets\""},
        {DNS("TLSA: 256 1 1 00"), "is not \"usage selector type octets\""},
        {DNS("TLSA: 3 1 1 00 ff"), "is not \"usage selector type octets\""},
        {DNS("TLSA: \"3 1 1 0g\""), "write \"3 1 1 00ff…\" (RFC 6698 §2.2)"},
    };
    EXPECT_ALL(rows);
}
END_TEST

START_TEST(names_are_within_the_limits_of_dns)
{
    static const struct {
        const char *zone;
        size_t letters;
        const char *words;
    } rows[] = {
        {WORLD(", %s.example: {A: 192.0.2.7}", ""), 63, NULL},
        {WORLD(", %s.example: {A: 192.0.2.7}", ""), 64, "zone `xxx"},
        {DNS("CNAME: %s.example"), 64, "CNAME `xxx"},
        {WORLD("", ", %s.example: {addr: 192.0.2.7}"), 64, "host `xxx"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = long_name(rows[i].zone, rows[i].letters);
        expect(text, rows[i].words);
        free(text);
    }
}
END_TEST

START_TEST(an_answer_has_room_for_what_a_zone_holds)
{
    struct buf list;
    buf_init(&list, 1024 * 1024);
    for (int i = 0; i < 5000; i++)
        ck_assert(buf_printf(&list, "%s192.0.%d.%d", i > 0 ? ", " : "", i / 250, i % 250));
    char *text = mem_printf(DNS("A: [%s]"), buf_cstr(&list));
    expect(text, "the A records of e.example take 80000 octets; an answer has room for ");
    free(text);
    buf_reset(&list);
    for (int i = 0; i < 100; i++)
        ck_assert(buf_printf(&list, "%s192.0.2.%d", i > 0 ? ", " : "", i));
    text = mem_printf(DNS("A: [%s]"), buf_cstr(&list));
    expect(text, NULL);
    free(text);
    buf_fini(&list);
}
END_TEST

START_TEST(a_fault_can_happen)
{
    static const struct row rows[] = {
        {DNS("fail: [{as: servfail}]"), NULL},
        {DNS("fail: [{as: timeout, times: 2}]"), NULL},
        {DNS("fail: [{delay: 5s}]"), NULL},
        {DNS("fail: [{times: 2}]"), "the fault has no effect; add `as` (what replaces the answer) or `delay`"},
        {DNS("fail: [{as: reset}]"), "UDP has no connection to end; use over: tcp, or as: timeout"},
        {DNS("fail: [{as: reset, over: tcp}]"), NULL},
        {DNS("fail: [{as: close, over: udp}]"), "UDP has no connection to end"},
        {DNS("CNAME: mx.d.example, fail: [{as: alias_only}]"), NULL},
        {DNS("A: 192.0.2.7, fail: [{as: alias_only}]"), "alias_only needs an alias: give e.example a CNAME"},
        {DNS("fail: [{as: badvers, edns: true}]"), NULL},
        {DNS("fail: [{as: servfail, between: 30m..2h}]"), NULL},
        {DNS("fail: [{as: servfail, between: \">=61m\"}]"), "this fault starts after clock.until and never acts"},
        {DNS("fail: [{as: servfial}]"), "did you mean `servfail`?"},
    };
    EXPECT_ALL(rows);
}
END_TEST

START_TEST(hosts_are_where_no_other_is)
{
    static const struct row rows[] = {
        {HOST("b.example: {addr: 198.51.100.7}"), NULL},
        {HOST("b.example: {addr: 203.0.113.127}"), NULL},
        {HOST("b.example: {addr: 203.0.113.128}"),
         "the address of b.example must be in 192.0.2.0/24, 198.51.100.0/24 or"},
        {HOST("b.example: {addr: 203.0.113.1}"), "203.0.113.0/25, but not 203.0.113.1"}, /* the target's own */
        {HOST("b.example: {addr: 192.0.3.1}"), "the address of b.example must be in"},
        {HOST("b.example: {addr: 127.0.0.1}"), "the address of b.example must be in"},
        {HOST("b.example: {addr: 192.0.2.1}"), "mx.d.example and b.example have the same address"},
        {HOST("b.example: {addr: mx}"), "addr"},
        {HOST("b..example: {addr: 192.0.2.7}"), "host `b..example`: "},
        {HOST("b.example: {addr: 192.0.2.7, tls: {cert: no_san}}"), NULL},
        {HOST("b.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example: {addr: 192.0.2.7, tls: "
              "{cert: no_san}}"),
         "cert: no_san has the name only in the common name, which has at most 64 octets (RFC 5280)"},
    };
    EXPECT_ALL(rows);
}
END_TEST

/* ---- rules ---- */

#define RULE(rule) TEST_SCENARIO(rule, "")

START_TEST(a_rule_acts_where_its_conditions_can_hold)
{
    static const struct row rows[] = {
        {RULE("{at: connect, when: {client: \"203.0.113.*\"}, refuse: true}"),
         "before the connection nothing is known of the client"},
        {RULE("{at: connect, when: {connection: 2}, refuse: true}"), NULL},
        {RULE("{at: banner, when: {helo: relay.example}, reply: \"421 x\"}"),
         "the client's name is not known before ehlo"},
        {RULE("{at: rcpt, when: {message: 2}, reply: \"451 x\"}"), NULL},
        {RULE("{at: ehlo, when: {message: 2}, reply: \"421 x\"}"), "messages are counted from mail on"},
        {RULE("{at: mail, when: {tls: true}, reply: \"451 x\"}"), NULL},
        {RULE("{at: mail, when: {tls: false}, reply: \"451 x\"}"), NULL},
        {RULE("{at: banner, when: {tls: true}, reply: \"421 x\"}"), "nothing is encrypted before the handshake"},
        {RULE("{at: banner, when: {auth: false}, reply: \"421 x\"}"), NULL}, /* true of everybody */
        {RULE("{at: rcpt, when: {verb: RCPT}, reply: \"451 x\"}"), NULL},
        {RULE("{at: rcpt, when: {verb: \"r*\"}, reply: \"451 x\"}"), NULL},
        {RULE("{at: eod, when: {verb: DATA}, reply: \"451 x\"}"), "the verb `DATA` is not one of eod"},
        {RULE("{at: banner, when: {verb: \"*\"}, reply: \"421 x\"}"), "the verb `*` is not one of banner"},
        {RULE("{at: rcpt, when: {connection: 0}, reply: \"451 x\"}"), "counts begin with 1"},
        {RULE("{at: rcpt, when: {message: 0}, reply: \"451 x\"}"), "counts begin with 1"},
        {RULE("{at: rcpt, when: {attempt: \"<=1\"}, reply: \"451 x\"}"), NULL},
        {RULE("{at: rcpt, when: {between: \"6h..7h\"}, reply: \"451 x\"}"), NULL},
        {RULE("{at: rcpt, when: {between: \"361m..7h\"}, reply: \"451 x\"}"),
         "starts after clock.until and never acts"},
        {RULE("{at: rcpt, when: {clinet: x}, reply: \"451 x\"}"), "did you mean `client`?"},
    };
    EXPECT_ALL(rows);
}
END_TEST

START_TEST(a_rule_is_not_hidden_by_one_before_it)
{
    static const struct row rows[] = {
        {RULE("{at: rcpt, times: 1, reply: \"451 x\"}, {at: rcpt, reply: \"550 x\"}"), NULL},
        {RULE("{at: rcpt, when: {rcpt: \"b*\"}, reply: \"451 x\"}, {at: rcpt, reply: \"550 x\"}"), NULL},
        {RULE("{at: rcpt, when: {tls: false}, reply: \"451 x\"}, {at: rcpt, reply: \"550 x\"}"), NULL},
        {RULE("{at: rcpt, delay: 5s}, {at: rcpt, reply: \"550 x\"}"), NULL}, /* it decides nothing */
        {RULE("{at: rcpt, reply: \"451 x\"}, {at: rcpt, delay: 5s}"), NULL},
        {RULE("{at: mail, reply: \"451 x\"}, {at: rcpt, reply: \"550 x\"}"), NULL},
        {RULE("{at: rcpt, reply: \"451 x\"}, {at: rcpt, times: 1, reply: \"550 x\"}"),
         "the rule is shadowed by the one in line 13, which always decides"},
        {RULE("{at: rcpt, raw: 'x'}, {at: rcpt, reply: \"550 x\"}"), "the rule is shadowed by"},
    };
    EXPECT_ALL(rows);
}
END_TEST

START_TEST(a_rule_waits_for_a_command_that_the_host_offers)
{
#define OFFERS(ehlo, rule) HOST("b.example: {addr: 192.0.2.7, ehlo: [" ehlo "], rules: [" rule "]}")
    static const struct row rows[] = {
        {OFFERS("SIZE", "{at: starttls, reply: \"454 x\"}"), "the rule cannot act: b.example does not offer STARTTLS"},
        {OFFERS("SIZE, STARTTLS", "{at: starttls, reply: \"454 x\"}"), NULL},
        {OFFERS("SIZE, starttls", "{at: handshake, tls_fail: close}"), NULL},
        {OFFERS("", "{at: handshake, tls_fail: close}"), "does not offer STARTTLS"},
        {OFFERS("SIZE", "{at: ehlo, announce: [STARTTLS]}, {at: starttls, reply: \"454 x\"}"), NULL},
        {OFFERS("SIZE", "{at: ehlo, raw: '250 x'}, {at: starttls, reply: \"454 x\"}"), NULL}, /* who knows */
        {OFFERS("AUTH PLAIN LOGIN", "{at: auth, reply: \"535 x\"}"), NULL},
        {OFFERS("AUTHX", "{at: auth, reply: \"535 x\"}"),
         "b.example does not offer AUTH; say announce: [\"AUTH PLAIN\"]"},
        {RULE("{at: starttls, reply: \"454 x\"}"), NULL}, /* offered by itself */
    };
    EXPECT_ALL(rows);
}
END_TEST

/* ---- submissions ---- */

#define SUBMIT(keys)                                                                                                   \
    "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: 10 mx.d.example}}\n"            \
    "  hosts: {mx.d.example: {addr: 192.0.2.1}}\nstory: [{t: 0s, submit: m, " keys "}]\n"                              \
    "expect: [{must: x, spec: RFC1, delivered: {of: m}}]\n"
#define PLAIN "from: a@s.example, to: b@d.example"

START_TEST(a_submission_can_be_made)
{
    static const struct row rows[] = {
        {SUBMIT(PLAIN), NULL},
        {SUBMIT("from: \"\", to: b@d.example"), NULL},
        {SUBMIT("from: a, to: b@d.example"), "from: `a` is not an address"},
        {SUBMIT("from: a@s.example, to: b"), "to: `b` is not an address"},
        {SUBMIT("from: a@s.example, to: \"b@[192.0.2.1]\""), NULL},
        {SUBMIT("from: a@s.example, to: b@mx.d.example"), NULL}, /* a host's own name */
        {SUBMIT("from: a@s.example, to: b@e.example"),
         "e.example is not in the world; for a domain that does not exist, write e.example: {fail: [{as: nxdomain}]}"},
        {SUBMIT("from: a@s.example, to: []"), "`m` has no recipients"},
        {SUBMIT(PLAIN ", as: bob"), "there is no user `bob`; `given.users` lists the users (default: alice)"},
        {SUBMIT(PLAIN ", as: alice"), NULL},
        {SUBMIT(PLAIN ", as: alice, via: smtp"), "`as` needs a login, and port smtp has none; remove it, or use via"},
        {SUBMIT(PLAIN ", as: alice, via: sendmail"), "`as` needs a login, and the submit command has none"},
        {SUBMIT(PLAIN ", notify: [failure, delay]"), NULL},
        {SUBMIT(PLAIN ", notify: never"), NULL},
        {SUBMIT(PLAIN ", notify: [never, delay]"), "notify: never excludes other values (RFC 3461 §4.1)"},
        {SUBMIT(PLAIN ", size: 1KiB, message: \"Subject: x\\n\\nx\\n\""), "`message` and `size` exclude each other"},
        {SUBMIT(PLAIN ", orcpt: \"rfc822;a\\x7f\""),
         "control characters other than tab and line ends are not allowed in values"},
    };
    EXPECT_ALL(rows);
}
END_TEST

/* ---- expectations ---- */

#define EXPECT(items) TEST_SCENARIO("", items)

START_TEST(an_expectation_can_be_judged)
{
    static const struct row rows[] = {
        {EXPECT("  - {must: X, delivered: {of: m1}}\n"),
         "warning: expect: `spec` is missing; add a clause such as RFC5321#4.5.4.1"},
        {EXPECT("  - {must: X, spec: [RFC1, SMTP], delivered: {of: m1}}\n"), "`SMTP` is not a clause such as"},
        {EXPECT("  - {must: X, spec: RFC1, delivered: {of: m1, to: \"b*\"}}\n"), NULL},
        {EXPECT("  - {must: X, spec: RFC1, delivered: {of: m1, to: [bob@dest.example, \"c*\"]}}\n"),
         "c* is not a recipient of `m1`"},
        {EXPECT("  - {must: X, spec: RFC1, attempts: {of: m2, to: \"*\", count: 1}}\n"),
         "there is no submission `m2`; did you mean `m1`?"},
        {EXPECT("  - {must: X, spec: RFC1, dsn: {of: other, action: failed}}\n"), "there is no submission `other`"},
        {EXPECT("  - {must: X, spec: RFC1, queued: {of: m1, at: 5h59m}}\n"), NULL},
        {EXPECT("  - {must: X, spec: RFC1, queued: {of: m1, at: 6h}}\n"),
         "the time of this check is after clock.until"},
        {EXPECT("  - {must: Something holds, spec: RFC1, delivered: {of: m1}}\n"),
         "warning: expect: this sentence repeats the one in line "},
        {EXPECT("  - {must: X, spec: RFC1, over_seeds: {event: smtp.accepted, by: host, each: \">=1%\", among: "
                "[mx1.dest.example]}}\n"),
         "over_seeds needs many runs; add seeds: 64"},
    };
    EXPECT_ALL(rows);
}
END_TEST

START_TEST(nothing_is_reported_to_a_null_reverse_path)
{
#define NULL_SENDER(check)                                                                                             \
    "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: 10 mx.d.example}}\n"            \
    "  hosts: {mx.d.example: {addr: 192.0.2.1}}\nstory: [{t: 0s, submit: m, from: \"\", to: b@d.example}]\n"           \
    "expect: [{must: x, spec: RFC1, " check "}]\n"
    expect(NULL_SENDER("dsn: {of: m, action: failed, times: 1}"), "`m` has a null reverse-path, so it gets no report");
    expect(NULL_SENDER("dsn: {of: m, action: failed, times: \">=1\"}"), "`m` has a null reverse-path");
    expect(NULL_SENDER("dsn: {of: m, action: failed, times: 0}"), NULL);
}
END_TEST

START_TEST(a_case_has_something_to_do_and_to_expect)
{
#define BARE(story, expectations)                                                                                      \
    "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: 10 mx.d.example}}\n"            \
    "  hosts: {mx.d.example: {addr: 192.0.2.1}}\nstory: [" story "]\nexpect: [" expectations "]\n"
    expect(BARE("", "{must: x, spec: RFC1, never: {event: tcp.connect}}"), "this case has no submission and no dialog");
    expect(BARE("{t: 0s, submit: m, " PLAIN "}", ""), "this case has no expectation");
    expect(BARE("{t: 0s, submit: m, " PLAIN ", case: other}", "{must: x, spec: RFC1, delivered: {of: m}}"),
           "there is no case `other`");
}
END_TEST

START_TEST(mail_that_needs_an_mta_sts_policy_says_so)
{
#define POLICY "d.example: {MX: 10 mx.d.example, mta_sts: {mode: enforce, mx: mx.d.example}}"
#define MTA_STS(to, more)                                                                                              \
    "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {" POLICY                                        \
    ", e.example: {MX: 10 mx.d.example}}\n"                                                                            \
    "  hosts: {mx.d.example: {addr: 192.0.2.1}}\nstory: [{t: 0s, submit: m, from: a@s.example, to: b@" to "}]\n"       \
    "expect: [{must: x, spec: RFC1, delivered: {of: m}}]\n" more
    expect(MTA_STS("d.example", ""), "mail to d.example needs its MTA-STS policy; add requires: [mta-sts]");
    expect(MTA_STS("D.EXAMPLE", ""), "mail to d.example needs its MTA-STS policy");
    expect(MTA_STS("d.example", "requires: [mta-sts]\n"), NULL);
    expect(MTA_STS("e.example", ""), NULL);
}
END_TEST

/* ---- the file ---- */

static const char *lint_at(const char *path, const char *id)
{
    static char words[4096];
    char folder[] = "/tmp/relaylab-lint-XXXXXX";
    struct scenario *s = NULL;
    ck_assert_ptr_nonnull(mkdtemp(folder));
    char *full = mem_printf("%s/%s", folder, path), *command = mem_strdup(full);
    for (char *slash = strchr(command + strlen(folder) + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        ck_assert_int_eq(mkdir(command, 0755), 0);
        *slash = '/';
    }
    FILE *file = fopen(full, "w");
    ck_assert_ptr_nonnull(file);
    fprintf(file,
            "scenario: 1\nid: %s\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: 10 mx.d.example}}\n"
            "  hosts: {mx.d.example: {addr: 192.0.2.1}}\nstory: [{t: 0s, submit: m, " PLAIN "}]\n"
            "expect: [{must: x, spec: RFC1, delivered: {of: m}}]\n",
            id);
    ck_assert_int_eq(fclose(file), 0);
    buf_init(&report, 65536);
    (void)scenario_load(&s, full, NULL, &report, NULL);
    (void)snprintf(words, sizeof words, "%s", buf_cstr(&report));
    scenario_free(s);
    buf_fini(&report);
    ck_assert_int_eq(unlink(full), 0);
    for (char *slash; (slash = strrchr(command, '/')) != NULL && strlen(command) > strlen(folder);) {
        *slash = '\0';
        (void)rmdir(command);
    }
    free(command);
    free(full);
    return words;
}

START_TEST(the_id_of_a_scenario_is_its_path)
{
    static const struct {
        const char *path, *id, *words; /* words: "" = it fits */
    } cases[] = {
        {"scenarios/retry/one.yaml", "retry/one", ""},
        {"scenarios/retry/one.yaml", "retry/two",
         ":2:5: error: id: `retry/two` does not fit the path; expected `retry/one`"},
        {"scenarios/retry/one.yaml", "one", "expected `retry/one`"},
        {"scenarios/retry/one.yaml", "retry/one.yaml", "expected `retry/one`"},
        {"scenarios/retry/one", "retry/one", ""},
        {"scenarios/scenarios/one.yaml", "one", ""}, /* the innermost */
        {"my-scenarios/retry/one.yaml", "anything", ""},
        {"elsewhere/one.yaml", "anything", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *words = lint_at(cases[i].path, cases[i].id);
        ck_assert_msg(cases[i].words[0] != '\0' ? strstr(words, cases[i].words) != NULL : words[0] == '\0', "%s: %s",
                      cases[i].path, words);
    }
}
END_TEST

START_TEST(a_clock_that_real_files_are_ahead_of_is_suspicious)
{
#define START(start)                                                                                                   \
    "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h, start: " start                                                   \
    "}\nworld:\n  dns: {d.example: {MX: 10 mx.d.example}}\n"                                                           \
    "  hosts: {mx.d.example: {addr: 192.0.2.1}}\nstory: [{t: 0s, submit: m, " PLAIN "}]\n"                             \
    "expect: [{must: x, spec: RFC1, delivered: {of: m}}]\n"
    expect(START("2030-01-01T00:00:00Z"), NULL);
    expect(START("2029-12-31T23:59:59Z"),
           "warning: clock.start: a start before 2030 may be earlier than the time stamps");
}
END_TEST

/* ---- patterns ---- */

#define CHECK(check) TEST_SCENARIO("", "  - {must: X, spec: RFC1, " check "}\n")

START_TEST(a_pattern_that_can_match_nothing_does_not_pass_silently)
{
    static const struct row rows[] = {
        {CHECK("never: {event: smtp.reply, code: 421}"), NULL},
        {CHECK("never: {event: \"smtp.*\", code: \"4*\"}"), NULL},
        {CHECK("never: {event: \"stmp.*\"}"), "no event `stmp.*` in a trace"},
        {CHECK("never: {event: tcp.connect, code: 421}"), "tcp.connect has no `code`; these events have: "},
        {CHECK("never: {}"), "a pattern with at least one trace field"},
        {CHECK("never: [x]"), "a pattern over trace fields such as"},
        {CHECK("never: {event: [smtp.reply]}"), "a value, a glob or a range"},
        {CHECK("never: {after: {event: tcp.connect}}"), "a pattern with at least one trace field"},
        {CHECK("never: {event: tcp.connect, after: {evnet: x}}"), "no field `evnet` in a trace; did you mean `event`?"},
        {CHECK("never: {event: tcp.connect, except: {event: tcp.close}}"), "a list of patterns"},
        {CHECK("never: {event: tcp.connect, except: [{event: nothing}]}"), "no event `nothing` in a trace"},
        {CHECK("count: {event: tcp.connect}"), "`is` with a count such as \"<=30\""},
        {CHECK("count: {event: tcp.connect, is: many}"), "`is` with a count such as \"<=30\""},
        {CHECK("count: {event: tcp.connect, is: \"<=3\", window: 1h}"), NULL},
        {CHECK("count: {event: tcp.connect, is: \"<=3\", window: 1}"), "window"},
        {CHECK("count: {event: tcp.connect, is: \"<=3\", window: 0s}"), "expected `window` with a time above 0s"},
        {CHECK("ratio: {event: smtp.reply, code: 250, max: 0.5}"), "`over` with a pattern that matches the whole"},
        {CHECK("ratio: {event: smtp.reply, over: {event: smtp.reply}}"), "`min` or `max`"},
        {CHECK("timeline: []"), "a list of patterns, in order"},
        {CHECK("timeline: [{event: tcp.connect, after: 5}]"), "expected a range of times with units"},
        {CHECK("timeline: [{after: 5s}]"), "a pattern with at least one trace field"},
    };
    EXPECT_ALL(rows);
}
END_TEST

/* "nan" compares false with everything, and nothing is above "inf": the check would pass whatever happens. */
START_TEST(a_share_is_a_number)
{
    static const char *const good[] = {"0", "0.0", "0.25", "1", "2.5", "1e-3"};
    static const char *const bad[] = {"nan", "NAN", "inf", "-inf", "-0.1", "0.5x", "half", "\"\"", "50%", "[0.5]"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        char *text = mem_printf(CHECK("ratio: {event: smtp.reply, over: {event: smtp.reply}, max: %s}"), good[i]);
        expect(text, NULL);
        free(text);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char *text = mem_printf(CHECK("ratio: {event: smtp.reply, over: {event: smtp.reply}, min: %s}"), bad[i]);
        expect(text, "a share such as 0.5");
        free(text);
    }
}
END_TEST

START_TEST(shares_over_seeds_are_of_what_an_event_has)
{
#define SEEDS(check) CHECK("over_seeds: {event: smtp.accepted, " check "}") "seeds: 64\n"
    static const struct row rows[] = {
        {SEEDS("by: host, each: \">=15%\", among: [mx1.dest.example, mx2.dest.example]"), NULL},
        {SEEDS("each: \">=15%\", among: [mx1.dest.example]"), "`by` with a field of the trace, such as host"},
        {SEEDS("by: hots, each: \">=15%\", among: [mx1.dest.example]"),
         "no field `hots` in a trace; did you mean `hosts`?"},
        {SEEDS("by: t, each: \">=15%\", among: [mx1.dest.example]"),
         "a field of the trace whose value is text, such as host"},
        {SEEDS("by: host, among: [mx1.dest.example]"), "`each` with a share such as \">=15%\""},
        {SEEDS("by: host, each: 15, among: [mx1.dest.example]"), "`each` with a share such as \">=15%\""},
        {SEEDS("by: host, each: \">=15%\", among: mx1.dest.example"), "among"},
    };
    EXPECT_ALL(rows);
}
END_TEST

SUITE(lint, zones_lead_to_what_there_is, names_are_within_the_limits_of_dns, an_answer_has_room_for_what_a_zone_holds,
      a_fault_can_happen, hosts_are_where_no_other_is, a_rule_acts_where_its_conditions_can_hold,
      a_rule_is_not_hidden_by_one_before_it, a_rule_waits_for_a_command_that_the_host_offers, a_submission_can_be_made,
      an_expectation_can_be_judged, nothing_is_reported_to_a_null_reverse_path,
      a_case_has_something_to_do_and_to_expect, mail_that_needs_an_mta_sts_policy_says_so,
      the_id_of_a_scenario_is_its_path, a_clock_that_real_files_are_ahead_of_is_suspicious,
      a_pattern_that_can_match_nothing_does_not_pass_silently, a_share_is_a_number,
      shares_over_seeds_are_of_what_an_event_has)
