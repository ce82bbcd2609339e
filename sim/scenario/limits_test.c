/* A scenario that is too large in any way is an error with its position: nothing here may abort or be accepted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/testing/suite.h"
#include "sim/scenario/testing.h"

#define WORLD_OF(names, story)                                                                                         \
    "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: \"10 mx.d.example\"}}\n"        \
    "  hosts: {mx.d.example: {addr: 192.0.2.1}" names "}\nstory:\n" story                                              \
    "expect:\n  - {must: x, spec: RFC1, delivered: {of: m}}\n"
#define SUBMIT(keys) "  - {t: 0s, submit: m, from: \"a{n}@s.example\", to: b@d.example, " keys "}\n"

static struct buf report;

/* words NULL: it is good. */
static void expect(const char *text, const char *words)
{
    buf_init(&report, 65536);
    struct scenario *s = test_scenario(text, NULL, &report);
    ck_assert_msg((s != NULL) == (words == NULL), "wanted: %s\n   got: %s", words != NULL ? words : "nothing",
                  buf_cstr(&report));
    ck_assert_msg(words == NULL || strstr(buf_cstr(&report), words) != NULL, "wanted: %s\n   got: %s", words,
                  buf_cstr(&report));
    scenario_free(s);
    buf_fini(&report);
}

START_TEST(sizes_and_counts_have_limits)
{
    static const struct {
        const char *text, *words;
    } rows[] = {
        {WORLD_OF("", SUBMIT("size: 64MiB")), NULL},
        {WORLD_OF("", SUBMIT("size: 4GiB")), ":9:5: error: story: `size` of `m` is more than 64 MiB"},
        {WORLD_OF("", SUBMIT("size: 64MiB, count: 17")), ":9:5: error: story: the story submits more than 1 GiB"},
        {WORLD_OF("", SUBMIT("count: 1000000000")), "story[0].count: "},
        {WORLD_OF("", SUBMIT("count: 10000, every: 3650d")), "comes after clock.until"},
        {WORLD_OF("", "  - {t: 0s, submit: m, from: a@s.example, to: \"u{1..1000000000}@d.example\"}\n"),
         ":9:5: error: story: `u{1..1000000000}@d.example` has a {…} that is neither {n} nor one range like {1..25}"},
        {WORLD_OF("", "  - {t: 0s, submit: m, from: a@s.example, to: \"u{1..99999999999999999999}@d.example\"}\n"),
         "that is neither {n} nor one range like {1..25}"},
        {WORLD_OF("", "  - {t: 0s, submit: m, from: a@s.example, to: \"u{1..2}{1..2}@d.example\"}\n"),
         "that is neither {n} nor one range like {1..25}"},
        {WORLD_OF("", "  - {t: 0s, submit: m, from: a@s.example, to: \"u{n}-{1..2}-{n}@d.example\"}\n"), NULL},
        {WORLD_OF("", "  - {t: 0s, submit: m, from: a@s.example, to: \"a\\r\\nb@d.example\"}\n"),
         ":9:5: error: story: `to` of `m` contains a control character"},
        {WORLD_OF("", "  - {t: 0s, submit: m, from: \"a\\tb@s.example\", to: b@d.example}\n"),
         ":9:5: error: story: `from` of `m` contains a control character"},
        {WORLD_OF("", "  - {t: 0s, submit: m, from: a@, to: b@d.example}\n"), "from: `a@` is not an address"},
        {WORLD_OF("", SUBMIT("params: [\"A\\nDATA\"]")), "`params` of `m` contains a control character"},
        {WORLD_OF("", SUBMIT("notify: failure, envid: \"a\\nb\"")), "`envid` of `m` contains a control character"},
        {WORLD_OF("", SUBMIT("via: smtp") "  - {t: 0s, dialog: smtp, lines: [{expect: 220}, {raw: '0123456789', times: "
                                          "10000}]}\n"),
         NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect(rows[i].text, rows[i].words);
}
END_TEST

/* The piece again and again, with its number. */
static void add_many(struct buf *out, int count, const char *before, const char *after)
{
    for (int i = 0; i < count; i++)
        (void)buf_printf(out, "%s%d%s", before, i, after);
}

START_TEST(variables_make_no_more_than_their_budget)
{
    struct buf text;
    buf_init(&text, 1024 * 1024);
    (void)buf_add_cstr(&text, "cases: {one: {v: \"");
    add_many(&text, 10000, "0123456789", "");
    (void)buf_add_cstr(&text, "\"}}\n");
    for (int i = 0; i < 400; i++)
        (void)buf_printf(&text, "x%d: \"${v}\"\n", i);
    expect(buf_cstr(&text), "generate more than 32 MiB of text");
    buf_reset(&text);
    (void)buf_add_cstr(&text, "cases: {one: {v: \"");
    add_many(&text, 10000, "0123456789", "");
    (void)buf_add_cstr(&text, "\"}}\nx: \"");
    add_many(&text, 1000, "${v}", "");
    (void)buf_add_cstr(&text, "\"\n");
    expect(buf_cstr(&text), "with its variables the text has more than 1 MiB");
    expect("cases: {one: {a: \"${b}\", b: \"${a}\"}}\nx: \"${a}\"\n", "this case has no variable `b`");
    buf_reset(&text);
    (void)buf_add_cstr(&text, "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld: {}\nstory:\n"
                              "  - {t: 0s, submit: m, count: 10000, to: b@d.example, from: \"");
    add_many(&text, 2000, "{n}", "");
    (void)buf_add_cstr(&text, "@s.example\"}\nexpect: []\n");
    expect(buf_cstr(&text), "generate more than 32 MiB of text");
    buf_fini(&text);
}
END_TEST

START_TEST(cases_have_a_limit)
{
    struct buf text;
    buf_init(&text, 1024 * 1024);
    (void)buf_add_cstr(&text, "cases:\n");
    add_many(&text, 257, "  c", ": {}\n");
    expect(buf_cstr(&text), ":258:3: error: cases: 257 cases; at most 256 are allowed");
    buf_fini(&text);
}
END_TEST

/* A scenario of this world, whose parts are repeated. */
static void expect_many(const char *zones, const char *hosts, int count, const char *before, const char *after,
                        const char *end, const char *words)
{
    struct buf text;
    buf_init(&text, 1024 * 1024);
    (void)buf_printf(&text,
                     "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns:\n    d.example: {MX: 10 "
                     "mx.d.example}\n%s",
                     zones);
    if (hosts == NULL)
        add_many(&text, count, before, after);
    (void)buf_printf(&text, "%s  hosts:\n    mx.d.example: {addr: 192.0.2.1%s", hosts == NULL ? end : "",
                     hosts != NULL ? hosts : "}\n");
    if (hosts != NULL)
        add_many(&text, count, before, after);
    (void)buf_printf(&text, "%sstory:\n%sexpect:\n  - {must: x, spec: RFC1, delivered: {of: m}}\n",
                     hosts != NULL ? end : "", SUBMIT("via: smtp"));
    expect(buf_cstr(&text), words);
    buf_fini(&text);
}

START_TEST(worlds_have_limits)
{
    static const char at_most[] = ": error: world.dns: 5001 entries; at most 5000 are allowed";
    expect_many("", NULL, 5000, "    z", ".example: {A: 192.0.2.1}\n", "", at_most);
    expect_many("", ", rules: [", 1001, "{at: rcpt, when: {rcpt: \"u", "@*\"}, reply: \"451 x\"}, ", "]}\n",
                ".rules: 1001 items; at most 1000 are allowed");
    expect_many("", "}\n", 1000, "    h", ".d.example: {addr: 192.0.2.2}\n", "",
                ": error: world.hosts: 1001 entries; at most 1000 are allowed");
}
END_TEST

START_TEST(a_zone_that_no_answer_can_hold_is_an_error)
{
    expect_many("    a.example:\n      A: [", NULL, 3750, "10.0.0.1, #", "\n", "10.0.0.1]\n",
                ":9:7: error: world.dns: the A records of a.example take 60016 octets; an answer has room for 60000");
    expect_many("    a.example:\n      A: [", NULL, 3749, "10.0.0.1, #", "\n", "10.0.0.1]\n", NULL);
    expect_many("    a.example:\n      TXT: \"", NULL, 20000, "x", "yz", "\"\n", "the TXT records of a.example take");
}
END_TEST

START_TEST(what_a_target_is_set_up_with_has_limits)
{
    static const struct {
        const char *given, *words;
    } rows[] = {
        {"given: {users: {\"\": x}}\n", "given.users: a user's name and password have 1 to 255 octets"},
        {"given: {users: {bob: \"\"}}\n", "given.users: a user's name and password have 1 to 255 octets"},
        {"given: {users: {bob: \"a\\nb\"}}\n", "and no control characters"},
        {"given: {users: {\"b\\tb\": \"a\"}}\n", "and no control characters"},
        {"given: {users: {bob: \"grün und blau\"}}\n", NULL},
        {"given: {limits: {size: 257MiB}}\n", "given.limits: `size` is more than 256 MiB"},
        {"given: {limits: {size: 256MiB}}\n", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[2048];
        (void)snprintf(text, sizeof text, "%s" WORLD_OF("", SUBMIT("via: smtp")), rows[i].given);
        expect(text, rows[i].words);
    }
}
END_TEST

#define L63 "a63-octets-label-0123456789012345678901234567890123456789012345"

START_TEST(names_are_those_that_dns_can_carry)
{
    static const struct {
        const char *name, *words;
    } rows[] = {
        {"_smtp.d.example", NULL},
        {"123.example", NULL},
        {"xn--bcher-kva.example", NULL},
        {L63 "." L63 "." L63 "." L63, "more than 253 octets"},
        {L63 "a.example", "more than 63 octets"},
        {"a..example", "a label is empty"},
        {".example", "a label is empty"},
        {"\"\"", "the name is empty"},
        {"\"a b.example\"", "letters, digits, hyphens and underscores"},
        {"bücher.example", "write its A-label"},
        {"\"*.example\"", "wildcards are not supported"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[2048], words[256];
        (void)snprintf(text, sizeof text, WORLD_OF(", %s: {addr: 192.0.2.2}", SUBMIT("via: smtp")), rows[i].name);
        (void)snprintf(words, sizeof words, "%s", rows[i].words != NULL ? rows[i].words : "");
        expect(text, rows[i].words != NULL ? words : NULL);
    }
}
END_TEST

SUITE(limits, sizes_and_counts_have_limits, variables_make_no_more_than_their_budget, cases_have_a_limit,
      names_are_those_that_dns_can_carry, worlds_have_limits, a_zone_that_no_answer_can_hold_is_an_error,
      what_a_target_is_set_up_with_has_limits)
