#include <string.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "sim/scenario/testing.h"

static struct buf report;

static struct scenario *load(const char *text, const char *case_name)
{
    buf_init(&report, 65536);
    struct scenario *s = test_scenario(text, case_name, &report);
    ck_assert_msg(s != NULL, "%s", buf_cstr(&report));
    return s;
}

static void expect_error(const char *text, const char *words)
{
    buf_init(&report, 65536);
    struct scenario *s = test_scenario(text, NULL, &report);
    ck_assert_msg(s == NULL, "accepted; wanted: %s", words);
    ck_assert_msg(strstr(buf_cstr(&report), words) != NULL, "wanted: %s\n   got: %s", words, buf_cstr(&report));
    buf_fini(&report);
}

START_TEST(a_scenario_becomes_a_model)
{
    struct scenario *s =
        load(TEST_SCENARIO("{at: rcpt, greylist: {key: [client, sender, rcpt], wait: 5m}, reply: \"451 4.7.1 x\"}", ""),
             NULL);
    const struct host *mx1 = scenario_host(s, "MX1.dest.example");
    const struct rule *rule = mx1->rules.items;
    ck_assert_str_eq(s->id, "test/one");
    ck_assert_int_eq(s->clock.until_ns, 6 * 3600 * NS_PER_S);
    ck_assert_int_eq(s->clock.start_ns, INT64_C(1893456000) * NS_PER_S);
    ck_assert_int_eq(rule->at, STAGE_RCPT);
    const struct reply_text *reply = rule->effects[EFFECT_REPLY];
    ck_assert_int_eq(reply->code, 451);
    ck_assert_str_eq(reply->text, "4.7.1 x");
    ck_assert_ptr_nonnull(rule->effects[EFFECT_GREYLIST]);
    ck_assert_ptr_null(rule->effects[EFFECT_RAW]);
    ck_assert(scenario_is_mx_of(s, "mx2.dest.example", "dest.example"));
    ck_assert(!scenario_is_mx_of(s, "mx2.dest.example", "sender.example"));
    ck_assert_str_eq(scenario_submission(s, "alice@sender.example", "BOB@dest.example")->id, "m1");
    scenario_free(s);
    buf_fini(&report);
}
END_TEST

#define STORY(submissions)                                                                                             \
    "scenario: 1\nid: test/one\ntitle: t\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: 10 mx.d.example}}\n"     \
    "  hosts: {mx.d.example: {addr: 192.0.2.1}}\nstory: [" submissions "]\n"                                           \
    "expect: [{must: x, spec: RFC1, delivered: {of: m}}]\n"

START_TEST(an_envelope_belongs_to_its_submission_also_when_the_reverse_path_was_rewritten)
{
    static const struct {
        const char *from, *to, *id;
    } rows[] = {
        {"a@s.example", "b@d.example", "m"},
        {"A@S.example", "c@d.example", NULL}, /* a known sender, who wrote to another */
        {"", "c@d.example", "n"},
        {"", "b@d.example", NULL}, /* a bounce */
        {"SRS0=x=y=s.example=a@r.example", "b@d.example", "m"},
        {"@relay.example", "c@d.example", "n"},
        {"SRS0=x=y=s.example=a@r.example", "e@d.example", NULL}, /* two senders wrote to it */
        {"SRS0=x=y=s.example=a@r.example", "x@d.example", NULL},
    };
    buf_init(&report, 4096);
    struct scenario *s = test_scenario(STORY("{t: 0s, submit: m, from: a@s.example, to: [b@d.example, e@d.example]}, "
                                             "{t: 0s, submit: n, from: \"\", to: [c@d.example]}, "
                                             "{t: 0s, submit: o, from: x@s.example, to: [e@d.example]}"),
                                       NULL, &report);
    ck_assert_msg(s != NULL, "%s", buf_cstr(&report));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct submission *found = scenario_submission(s, rows[i].from, rows[i].to);
        ck_assert_msg(rows[i].id == NULL ? found == NULL : found != NULL && strcmp(found->id, rows[i].id) == 0,
                      "%s to %s", rows[i].from, rows[i].to);
    }
    scenario_free(s);
    buf_fini(&report);
}
END_TEST

/* They become names of folders. */
START_TEST(names_cannot_lead_out_of_a_folder)
{
    static const char *const bad[] = {"../x", "a/../b", "/etc", "a//b", "a/", ".hidden", "a b", "a\\tb", ""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[1024];
        (void)snprintf(text, sizeof text, "scenario: 1\nid: \"%s\"\ntitle: t\n", bad[i]);
        expect_error(text, "id: expected names with `/` between them");
    }
    expect_error("scenario: 1\nid: test/one\ntitle: t\ncases: {../x: {}}\n",
                 "`../x` is not a name: at most 100 letters, digits");
    expect_error(
        "scenario: 1\nid: test/one\ntitle: t\nstory:\n  - {t: 0s, submit: a/b, from: \"\", to: [a@b.example]}\n",
        "submit: expected a name: at most 100 letters, digits");
}
END_TEST

START_TEST(a_sender_domain_has_a_host_without_being_named)
{
    struct scenario *s = load(TEST_SCENARIO("", ""), NULL);
    const struct host *mx = scenario_host(s, "mx.sender.example");
    ck_assert_ptr_nonnull(mx);
    ck_assert(mx->automatic);
    ck_assert(scenario_is_mx_of(s, "mx.sender.example", "sender.example"));
    scenario_free(s);
    buf_fini(&report);
}
END_TEST

#define CASES                                                                                                          \
    "scenario: 1\nid: test/one\ntitle: A test\nclock: {until: 6h}\ncases:\n  soft: {code: \"451\"}\n"                  \
    "  hard: {code: \"550\", requires: [dsn]}\nworld:\n  dns: {dest.example: {MX: [\"10 mx.dest.example\"]}}\n"        \
    "  hosts:\n    mx.dest.example: {addr: 192.0.2.10, rules: [{at: rcpt, reply: \"${code} no\"}]}\nstory:\n"          \
    "  - {t: 0s, submit: m1, from: a@s.example, to: \"user{1..3}@dest.example\"}\n"                                    \
    "  - {t: 1m, submit: m2, from: \"b{n}@s.example\", to: x@dest.example, count: 2, every: 5m, case: hard}\n"         \
    "expect:\n  - {must: A, spec: RFC5321#1, delivered: {of: m1}}\n"                                                   \
    "  - {must: B, spec: RFC5321#1, case: hard, delivered: {of: m2, times: 0}}\n"

static int code_of_first(const struct scenario *s)
{
    const struct rule *rule = s->hosts[0].rules.items;
    return ((const struct reply_text *)rule->effects[EFFECT_REPLY])->code;
}

START_TEST(cases_replace_variables_and_bring_their_own)
{
    struct scenario *soft = load(CASES, NULL);
    ck_assert_str_eq(soft->case_name, "soft");
    ck_assert_int_eq(code_of_first(soft), 451);
    ck_assert_uint_eq(soft->story_count, 1);
    ck_assert_uint_eq(soft->story[0].to_count, 3);
    ck_assert_str_eq(soft->story[0].to[2], "user3@dest.example");
    ck_assert_uint_eq(soft->expect_count, 1);
    scenario_free(soft);
    buf_fini(&report);
    struct scenario *hard = load(CASES, "hard");
    ck_assert_int_eq(code_of_first(hard), 550);
    ck_assert_uint_eq(hard->story_count, 3);
    ck_assert_str_eq(hard->story[2].from, "b2@s.example");
    ck_assert_int_eq(hard->story[2].t_ns, 360 * NS_PER_S);
    ck_assert_uint_eq(hard->needs.count, 1);
    scenario_free(hard);
    buf_fini(&report);
}
END_TEST

START_TEST(ranges_are_counts_or_times)
{
    struct scenario *s =
        load(TEST_SCENARIO("{at: rcpt, times: \"2..3\", when: {between: \">=5m\"}, reply: \"451 x\"}", ""), NULL);
    const struct rule *rule = scenario_host(s, "mx1.dest.example")->rules.items;
    ck_assert(!range_fits(&rule->times, 1) && range_fits(&rule->times, 3) && !range_fits(&rule->times, 4));
    ck_assert(!range_fits(&rule->when.between, 299 * NS_PER_S) && range_fits(&rule->when.between, 300 * NS_PER_S));
    ck_assert(range_fits(&rule->when.connection, 77));
    scenario_free(s);
    buf_fini(&report);
}
END_TEST

/* One rule a line, and what is wrong with it. */
static const struct {
    const char *rule, *words;
} useless_rules[] = {
    {"{at: rcpt}", "the rule does nothing"},
    {"{at: rcpt, reply: \"451 5.7.1 x\"}", "does not fit the class of 451"},
    {"{at: rcpt, reply: \"354 x\"}", "354 is not a reply at rcpt"},
    {"{at: data, reply: \"250 x\"}", "250 is not a reply at data"},
    {"{at: body, reply: \"250 x\"}", "250 is not a reply at body"},
    {"{at: rcpt, reply: \"235 x\"}", "235 is not a reply at rcpt"},
    {"{at: idle, delay: 5m, reply: \"451 x\"}", "451 is not a reply at idle"},
    {"{at: idle, reply: \"421 x\"}", "a rule at idle needs `delay`"},
    {"{at: rcpt, reply: \"451 x\", raw: x}", "give one of them"},
    {"{at: rcpt, raw: 'x\\q'}", "expected a text in single quotes"},
    {"{at: rcpt, refuse: true}", "`refuse` acts at connect"},
    {"{at: rcpt, keep: yes}", "`keep` acts at eod"},
    {"{at: rcpt, tls_fail: close}", "`tls_fail` acts at handshake"},
    {"{at: handshake, delay: 5s}", "a rule at handshake needs tls_fail"},
    {"{at: handshake, tls_fail: close, reply: \"451 x\"}", "a handshake has no replies"},
    {"{at: helo, announce: [x]}", "`announce` acts at ehlo"},
    {"{at: ehlo, inject: x}", "`inject` acts at starttls"},
    {"{at: rcpt, greylist: {key: client, wait: 5m}}", "a greylist needs the reply"},
    {"{at: rcpt, reply: \"450 x\", rate_limit: {key: client, allow: 1MiB, per: 1h}}", "with count: bytes"},
    {"{at: ehlo, reply: \"450 x\", rate_limit: {key: client, allow: 1MiB, per: 1h, count: bytes}}", "known from mail"},
    {"{at: rcpt, reply: \"451 x\"}, {at: rcpt, reply: \"550 x\"}", "is shadowed by"},
    {"{at: rcpt, when: {between: \">=7h\"}, reply: \"451 x\"}", "starts after clock.until and never acts"},
    {"{at: rcpt, chance: \"5%\", reply: \"451 x\"}", "say seed: 1"},
    {"{at: rcpt, chance: \"0%\", reply: \"451 x\"}", "expected a chance such as"},
    {"{at: mail, when: {rcpt: \"bob@*\"}, reply: \"451 x\"}", "the recipient is known only at rcpt"},
    {"{at: ehlo, when: {sender: \"a@*\"}, reply: \"421 x\"}", "the sender is not known before mail"},
    {"{at: mail, when: {attempt: 2}, reply: \"451 x\"}", "the attempt is known from rcpt"},
    {"{at: ehlo, when: {size: \">=1B\"}, reply: \"421 x\"}", "the size is known from mail"},
    {"{at: starttls, when: {tls: true}, reply: \"454 x\"}", "nothing is encrypted before the handshake"},
    {"{at: banner, when: {auth: true}, reply: \"421 x\"}", "no client has authenticated before auth"},
    {"{at: mail, when: {verb: RCPT}, reply: \"451 x\"}", "the verb `RCPT` is not one of mail"},
    {"{at: mail, times: 0, reply: \"451 x\"}", "counts begin with 1"},
    {"{at: auth, reply: \"535 x\"}", "does not offer AUTH"},
    {"{at: ehlo, announce: [SIZE]}, {at: auth, reply: \"535 x\"}", "does not offer AUTH"},
};

START_TEST(the_linter_names_rules_without_effect)
{
    for (size_t i = 0; i < sizeof useless_rules / sizeof useless_rules[0]; i++) {
        char text[4096];
        (void)snprintf(text, sizeof text, TEST_SCENARIO("%s", ""), useless_rules[i].rule);
        expect_error(text, useless_rules[i].words);
    }
}
END_TEST

#define ZONES(zones)                                                                                                   \
    "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {" zones "}\n  hosts: {mx.d.example: {addr: "    \
    "192.0.2.1}}\nstory: [{t: 0s, submit: m, from: a@s.example, to: b@d.example}]\nexpect: [{must: x, spec: RFC1, "    \
    "delivered: {of: m}}]\n"

static void expect_warning(const char *text, const char *words)
{
    buf_init(&report, 65536);
    struct scenario *s = test_scenario(text, NULL, &report);
    ck_assert_msg(s != NULL, "%s", buf_cstr(&report));
    ck_assert_msg(words != NULL ? strstr(buf_cstr(&report), words) != NULL : report.len == 0, "wanted: %s\n   got: %s",
                  words != NULL ? words : "nothing", buf_cstr(&report));
    scenario_free(s);
    buf_fini(&report);
}

START_TEST(the_linter_looks_where_zones_lead)
{
    expect_error(ZONES("d.example: {MX: 10 mx}"),
                 "MX of d.example is mx, which is neither a host nor a zone of the world");
    expect_error(ZONES("d.example: {MX: 10 mx.d.example, records: [\"@ mx 20 other\"]}"), "move it to MX of its zone");
    expect_error(ZONES("d.example: {MX: 10 mx.d.example, fail: {times: 1}}"), "the fault has no effect");
    expect_error(ZONES("d.example: {MX: 10 mx.d.example, fail: {as: lame, between: \">=2h\"}}"),
                 "starts after clock.until and never acts");
    expect_error(ZONES("d.example: {MX: 10 mx.d.example, fail: {as: close}}"), "use over: tcp");
    expect_error(ZONES("d.example: {MX: 10 mx.d.example, fail: {as: alias_only}}"), "give d.example a CNAME");
    expect_error(ZONES("d.example: {MX: 10 mx.d.example, fail: {as: badvers, edns: false}}"),
                 "never matches with edns: false");
    expect_warning(ZONES("d.example: {MX: [10 a.d.example, 20 b.d.example]}, a.d.example: {A: [127.0.0.1, "
                         "169.254.169.254, 203.0.113.1]}, b.d.example: {AAAA: \"2001:db8::1\"}"),
                   NULL);
    expect_warning(ZONES("d.example: {MX: 10 alias.d.example}, alias.d.example: {CNAME: mx.d.example}"), "a CNAME");
    expect_warning(ZONES("d.example: {MX: 10 192.0.2.1}"), "is the address 192.0.2.1, not a name");
    expect_warning(ZONES("d.example: {MX: 10 alias.d.example}, alias.d.example: {CNAME: mx.d.example}") "tags: [M14]\n",
                   NULL);
    expect_warning(ZONES("d.example: {MX: 10 192.0.2.1}") "tags: [M16]\n", NULL);
}
END_TEST

START_TEST(records_that_the_server_cannot_read_are_errors)
{
    static const char *const bad[] = {
        "www IN A 192.0.2.300", "www IN AAAA 192.0.2.1", "www IN", "nonsense",
        "www IN NOSUCH 1",      "www IN SRV 0 5 mx",     "",       "www IN TLSA 3 1 1 xyz",
        "www 300 IN CNAME a..b"};
    static const char *const good[] = {"www 300 IN A 192.0.2.7", "_smtp._tcp 300 IN SRV 0 5 25 mx",
                                       "www IN TYPE65280 \\\\# 3 010203", "@ IN NS ns.example", "www A 192.0.2.7"};
    char text[1024], words[128];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)snprintf(text, sizeof text, ZONES("d.example: {MX: 10 mx.d.example, records: [\"%s\"]}"), bad[i]);
        (void)snprintf(words, sizeof words, ":6:20: error: world.dns: `%s` is not a record in zone-file form", bad[i]);
        expect_error(text, words);
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        (void)snprintf(text, sizeof text, ZONES("d.example: {MX: 10 mx.d.example, records: [\"%s\"]}"), good[i]);
        expect_warning(text, NULL);
    }
    expect_error(ZONES("d.example: {MX: 10 mx.d.example, records: [\"@ TYPE15 \\\\# 4 000a0000\"]}"),
                 "move it to MX of its zone");
}
END_TEST

START_TEST(the_linter_accepts_unusual_rules_that_can_act)
{
    static const char *const fine[] = {
        "{at: any, when: {verb: \"R*\", rcpt: \"b*\", attempt: 2}, reply: \"451 x\"}",
        "{at: rcpt, reply: \"299 x\"}",
        "{at: rcpt, raw: '099 odd\\r\\n'}",
        "{at: ehlo, announce: [\"AUTH PLAIN\"]}, {at: auth, reply: \"535 x\"}",
        "{at: body, when: {size: \">=1KiB\"}, then: reset}",
    };
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
        char text[4096];
        buf_init(&report, 65536);
        (void)snprintf(text, sizeof text, TEST_SCENARIO("%s", ""), fine[i]);
        struct scenario *s = test_scenario(text, NULL, &report);
        ck_assert_msg(s != NULL && report.len == 0, "%s: %s", fine[i], buf_cstr(&report));
        scenario_free(s);
        buf_fini(&report);
    }
}
END_TEST

START_TEST(the_linter_says_what_could_not_mean_anything)
{
    expect_error(TEST_SCENARIO("", "  - {must: X, spec: RFC5321#1, delivered: {of: m9}}\n"),
                 "no submission `m9`; did you mean `m1`?");
    expect_error(TEST_SCENARIO("", "  - {must: X, spec: RFC5321#1, delivered: {of: m1, to: eve@dest.example}}\n"),
                 "is not a recipient of");
    expect_error(TEST_SCENARIO("", "  - {must: X, spec: RFC5321#1}\n"), "no check");
    expect_error(TEST_SCENARIO("", "  - {must: X, should: Y, spec: RFC5321#1, delivered: {of: m1}}\n"),
                 "more than one sentence");
    expect_error(TEST_SCENARIO("", "  - {must: X, spec: 5321, delivered: {of: m1}}\n"), "`5321` is not a clause");
    expect_error(TEST_SCENARIO("", "tags: [a]\nrequires: [dns]\n"), "requires[0]: unknown capability `dns`");
}
END_TEST

START_TEST(names_and_addresses_must_belong_to_the_world)
{
    static const char world[] =
        "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: [\"%s\"]}}\n"
        "  hosts: {mx.d.example: {addr: %s}, b.d.example: {addr: 192.0.2.2}}\n"
        "story: [{t: 0s, submit: m, from: a@s.example, to: [b@%s]}, {t: 0s, submit: n, from: %s, to: [c@d.example]}]\n"
        "expect: [{must: x, spec: RFC1, delivered: {of: m}}]\n";
    static const struct {
        const char *mx, *addr, *domain, *from, *words;
    } cases[] = {
        {"10 mx.e.example", "192.0.2.1", "d.example", "x@s.example", "which is neither a host nor a zone of the world"},
        {"mx.d.example", "192.0.2.1", "d.example", "x@s.example", "is not an MX record"},
        {"10 mx.d.example", "10.0.0.1", "d.example", "x@s.example", "must be in 192.0.2.0/24"},
        {"10 mx.d.example", "203.0.113.1", "d.example", "x@s.example", "must be in 192.0.2.0/24"},
        {"10 mx.d.example", "192.0.2.2", "d.example", "x@s.example", "have the same address"},
        {"10 mx.d.example", "192.0.2.1", "e.example", "x@s.example", "e.example is not in the world"},
        {"10 mx.d.example", "192.0.2.1", "d.example", "nobody", "is not an address"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[2048];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        (void)snprintf(text, sizeof text, world, cases[i].mx, cases[i].addr, cases[i].domain, cases[i].from);
#pragma GCC diagnostic pop
        expect_error(text, cases[i].words);
    }
}
END_TEST

START_TEST(indistinguishable_submissions_are_refused)
{
    expect_error(
        "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: [\"10 mx.d.example\"]}}\n"
        "  hosts: {mx.d.example: {addr: 192.0.2.1}}\n"
        "story: [{t: 0s, submit: m, from: a@s.example, to: [b@d.example], count: 2}]\n"
        "expect: [{must: x, spec: RFC1, delivered: {of: m}}]\n",
        "cannot be distinguished");
}
END_TEST

START_TEST(a_misspelt_pattern_is_an_error)
{
#define NEVER(pattern) TEST_SCENARIO("", "  - {must: X, spec: RFC1, never: " pattern "}\n")
    expect_error(NEVER("{evnet: msg.delivered}"), "no field `evnet` in a trace; did you mean `event`?");
    expect_error(NEVER("{event: msg.deliverd}"), "no event `msg.deliverd` in a trace; did you mean `msg.delivered`?");
    expect_error(NEVER("{event: msg.delivered, tls: yes}"), "expected true or false");
    expect_error(NEVER("{event: run.end, t: 5}"), "expected a range of times with units");
    expect_error(NEVER("{event: smtp.reply, code: high}"), "expected a number or a range");
    expect_error(TEST_SCENARIO("", "  - {must: X, spec: RFC1, requires: strattls, delivered: {of: m1}}\n"),
                 "did you mean `starttls`?");
}
END_TEST

START_TEST(many_copies_are_accepted_and_too_many_are_an_error)
{
#define COPIES(count, to)                                                                                              \
    "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: \"10 mx.d.example\"}}\n"        \
    "  hosts: {mx.d.example: {addr: 192.0.2.1}}\nstory: [{t: 0s, submit: m, from: \"a{n}@s.example\", to: \"" to       \
    "\", count: " count "}]\nexpect: [{must: x, spec: RFC1, delivered: {of: m}}]\n"
    struct scenario *s = load(COPIES("2000", "b@d.example"), NULL);
    ck_assert_uint_eq(s->story_count, 2000);
    scenario_free(s);
    buf_fini(&report);
    expect_error(COPIES("1000", "b{1..1000}@d.example"), "more than 100000 recipients in all");
}
END_TEST

START_TEST(the_set_up_of_the_target_is_read)
{
    struct scenario *s = load(TEST_SCENARIO("", "given:\n  retry: {first: 5m, steps: [10m, 20m], then: 4h, warn: 4h}\n"
                                                "  tls: {dest.example: verify}\n  limits: {size: 2MiB}\n"),
                              NULL);
    ck_assert_int_eq(s->given.retry->first_ns, 300 * NS_PER_S);
    ck_assert_uint_eq(s->given.retry->steps.count, 2);
    ck_assert_int_eq(((const int64_t *)s->given.retry->steps.items)[1], 1200 * NS_PER_S);
    ck_assert_int_eq(s->given.retry->lifetime_ns, 0);
    ck_assert_int_eq(scenario_tls(s, "DEST.example"), GIVEN_TLS_VERIFY);
    ck_assert_int_eq(scenario_tls(s, "sender.example"), GIVEN_TLS_MAY);
    ck_assert_uint_eq(s->given.limits.size, 2 << 20);
    ck_assert_uint_eq(s->given.users.count, 1);
    ck_assert_str_eq(s->given.users.entries[0].key, "alice");
    scenario_free(s);
    buf_fini(&report);
    s = load(TEST_SCENARIO("", "given: {retry: default, smarthost: {host: mx2.dest.example}, "
                               "tls: {MX2.dest.example: verify}}\n"),
             NULL);
    ck_assert_ptr_null(s->given.retry);
    ck_assert(scenario_is_mx_of(s, "mx2.dest.example", "sender.example"));
    ck_assert(!scenario_is_mx_of(s, "mx1.dest.example", "dest.example"));
    scenario_free(s);
    buf_fini(&report);
}
END_TEST

START_TEST(a_set_up_without_effect_is_reported)
{
#define GIVEN(text) TEST_SCENARIO("", "given: {" text "}\n")
    expect_error(GIVEN("tls: {typo.example: verify}"), "nothing is sent to typo.example");
    expect_error(GIVEN("tls: {dest.example: verfy}"), "did you mean `verify`?");
    expect_error(GIVEN("retry: {first: 5m, steps: [20m, 10m], then: 1h}"), "must not decrease; a step is shorter");
    expect_error(GIVEN("retry: {first: 5m, steps: [20m], then: 10m}"), "must not decrease; then is shorter");
    expect_error(GIVEN("retry: {steps: [20m], then: 10m}"), "a schedule has first and then");
    expect_error(GIVEN("retry: {steps: [20m], lifetime: 1h}"), "a schedule has first and then");
    expect_error(GIVEN("retry: {first: 5m}"), "a schedule has first and then");
    expect_error(GIVEN("retry: {first: 5m, then: 5m, lifetime: 5m}"), "over before the second attempt");
    expect_error(GIVEN("retry: {warn: 5m, lifetime: 5m}"), "over before the warning");
    expect_error(GIVEN("retry: {warn: 0s}"), "out of range");
    expect_error(GIVEN("retry: never"), "expected a retry schedule, or `default`");
    expect_error(GIVEN("users: {}"), "`users` is empty");
    expect_error(GIVEN("smarthost: {host: mx9.dest.example}"), "is not a host of the world");
    expect_error(GIVEN("smarthost: {host: mx1.dest.example, user: u}"), "need each other");
    expect_error(GIVEN("smarthost: {host: mx1.dest.example, port: 465}"), "do not offer implicit TLS");
    expect_error(GIVEN("dkim: {domain: sender.example, selector: s, key: rsa512}"), "expected rsa2048 or ed25519");
}
END_TEST

START_TEST(a_variable_without_a_value_is_an_error)
{
    expect_error(TEST_SCENARIO("{at: rcpt, reply: \"${code} x\"}", ""), "no variable `code`");
}
END_TEST

SUITE(scenario, records_that_the_server_cannot_read_are_errors, the_linter_looks_where_zones_lead,
      the_linter_names_rules_without_effect, the_linter_accepts_unusual_rules_that_can_act, a_scenario_becomes_a_model,
      names_cannot_lead_out_of_a_folder, a_sender_domain_has_a_host_without_being_named,
      cases_replace_variables_and_bring_their_own, ranges_are_counts_or_times,
      the_linter_says_what_could_not_mean_anything, names_and_addresses_must_belong_to_the_world,
      indistinguishable_submissions_are_refused, a_misspelt_pattern_is_an_error,
      many_copies_are_accepted_and_too_many_are_an_error, the_set_up_of_the_target_is_read,
      a_set_up_without_effect_is_reported, a_variable_without_a_value_is_an_error,
      an_envelope_belongs_to_its_submission_also_when_the_reverse_path_was_rewritten)
