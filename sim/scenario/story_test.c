/* The story apart from submissions: what is accepted, in which order, and what the linter says about it. */
#include <string.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "sim/scenario/testing.h"

#define STORY(items)                                                                                                   \
    "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: \"10 mx.d.example\"}}\n"        \
    "  hosts: {mx.d.example: {addr: 192.0.2.1}}\nstory:\n"                                                             \
    "  - {t: 0s, submit: m, from: a@s.example, to: b@d.example}\n" items                                               \
    "expect:\n  - {must: x, spec: RFC1, delivered: {of: m}}\n"

static struct buf report;

static struct scenario *load(const char *text)
{
    buf_init(&report, 65536);
    struct scenario *s = test_scenario(text, NULL, &report);
    ck_assert_msg(s != NULL, "%s", buf_cstr(&report));
    buf_fini(&report);
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

START_TEST(actions_come_in_the_order_of_time_and_then_of_the_file)
{
    struct scenario *s = load(STORY("  - {t: 2m, target: restart}\n  - {t: 1m, target: kill}\n"
                                    "  - {t: 5m, target: flush}\n  - {t: 5m, target: reload}\n"));
    ck_assert_uint_eq(s->event_count, 4);
    ck_assert_int_eq(s->events[0].action, TARGET_KILL);
    ck_assert_int_eq(s->events[0].t_ns, 60 * NS_PER_S);
    ck_assert_int_eq(s->events[1].action, TARGET_RESTART);
    ck_assert_int_eq(s->events[2].action, TARGET_FLUSH);
    ck_assert_int_eq(s->events[3].action, TARGET_RELOAD);
    scenario_free(s);
}
END_TEST

START_TEST(an_item_says_what_it_is)
{
    expect_error(STORY("  - {t: 1m}\n"), "expected an item of the story");
    expect_error(STORY("  - {t: 1m, target: kil}\n"), "did you mean `kill`?");
    expect_error(STORY("  - {t: 1m, target: kill, after: 2m}\n"), "story[1]: unknown key `after`");
    expect_error(STORY("  - {target: kill}\n"), "`t` is missing");
}
END_TEST

START_TEST(each_item_that_submits_has_its_own_name)
{
    expect_error(STORY("  - {t: 1m, submit: m, from: c@s.example, to: b@d.example}\n"),
                 ":10:5: error: story: there is another submission `m`; each needs its own name");
    scenario_free(load(STORY("  - {t: 1m, submit: n, from: \"c{n}@s.example\", to: b@d.example, count: 3}\n")));
}
END_TEST

START_TEST(nothing_is_asked_of_a_target_that_does_not_run)
{
    expect_error(STORY("  - {t: 2h, target: stop}\n"), "comes after clock.until");
    expect_error(STORY("  - {t: 1m, submit: n, from: c@s.example, to: c@d.example}\n") "  - {must: y, spec: RFC1, "
                                                                                       "queued: {of: n, at: 59m}}\n",
                 "the time of this check is after clock.until");
    expect_error(STORY("  - {t: 1m, target: kill}\n  - {t: 2m, target: flush}\n"),
                 "the target is not running at this time: see `kill` in line 10");
    expect_error(STORY("  - {t: 1m, target: stop}\n  - {t: 2m, submit: n, from: a@s.example, to: c@d.example}\n"),
                 "the target is not running when `n` is submitted");
    expect_error(STORY("  - {t: 1m, target: restart}\n  - {t: 1m, submit: n, from: a@s.example, to: c@d.example}\n"),
                 "the target is not running when `n` is submitted");
    scenario_free(load(STORY("  - {t: 1m, target: stop}\n  - {t: 2m, target: restart}\n"
                             "  - {t: 3m, submit: n, from: a@s.example, to: c@d.example}\n")));
}
END_TEST

/* Of an item that makes many messages. */
START_TEST(what_comes_while_the_target_is_down_is_reported_once)
{
    static const char words[] = "the target is not running when";
    buf_init(&report, 65536);
    ck_assert_ptr_null(
        test_scenario(STORY("  - {t: 1m, target: stop}\n  - {t: 2m, submit: n, from: \"a{n}@s.example\", "
                            "to: c@d.example, count: 3}\n"),
                      NULL, &report));
    const char *first = strstr(buf_cstr(&report), words);
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_null(strstr(first + 1, words));
    buf_fini(&report);
}
END_TEST

#define TEXT(keys) STORY("  - {t: 1m, submit: n, from: c@s.example, to: c@d.example, " keys "}\n")

START_TEST(a_text_without_a_header_section_is_meant_to_be_one)
{
    struct scenario *s = load(TEXT("without_header: true, message: \"Dear Bob\\nbuy milk\\n\""));
    ck_assert(slice_eq_cstr(s->story[1].manner.message, "Dear Bob\r\nbuy milk\r\n"));
    scenario_free(s);
    expect_error(TEXT("message: \"Dear Bob\\nbuy milk\\n\""), "add without_header: true");
    expect_error(TEXT("without_header: true, message: \"To: bob\\n\\nhello\\n\""), "begins with a header field");
    expect_error(TEXT("without_header: true"), "needs `message`");
}
END_TEST

START_TEST(a_client_that_has_sent_its_fin_sends_nothing_more)
{
    scenario_free(
        load(STORY("  - {t: 1m, dialog: smtp, lines: [{expect: 220}, {send: QUIT}, {close: half}, {expect: 221}, "
                   "{expect: closed}]}\n")));
    expect_error(
        STORY("  - {t: 1m, dialog: smtp, lines: [{expect: 220}, {close: half}, {expect: 221}, {send: QUIT}]}\n"),
        "comes after `close: half`");
}
END_TEST

START_TEST(a_change_of_a_zone_replaces_the_keys_that_it_names)
{
    struct scenario *s =
        load(STORY("  - {t: 20m, change: {dns: {D.example: {ttl: 5m}}}}\n"
                   "  - {t: 10m, change: {dns: {d.example: {MX: [\"5 mx.d.example\"], A: 192.0.2.9}}}}\n"));
    const struct zone *first = scenario_zone_at(s, "d.example", 599 * NS_PER_S);
    const struct zone *second = scenario_zone_at(s, "d.example", 600 * NS_PER_S);
    const struct zone *third = scenario_zone_at(s, "d.example", 1200 * NS_PER_S);
    ck_assert_str_eq(*(const char **)first->mx.items, "10 mx.d.example");
    ck_assert_uint_eq(first->a.count, 0);
    ck_assert_str_eq(*(const char **)second->mx.items, "5 mx.d.example");
    ck_assert_int_eq(second->ttl_ns, 3600 * NS_PER_S);
    ck_assert_str_eq(*(const char **)third->a.items, "192.0.2.9");
    ck_assert_int_eq(third->ttl_ns, 300 * NS_PER_S);
    ck_assert_ptr_eq(scenario_zone(s, "d.example"), first);
    scenario_free(s);
}
END_TEST

START_TEST(a_change_of_a_host_ends_its_rules_and_begins_others)
{
    struct scenario *s =
        load(STORY("  - {t: 10m, change: {hosts: {mx.d.example: {rules: [{at: rcpt, reply: \"451 x\"}]}}}}\n"
                   "  - {t: 20m, change: {hosts: {mx.d.example: {rules: [{at: rcpt, reply: \"550 x\"}]}}}}\n"));
    const struct host *host = scenario_host(s, "mx.d.example");
    const struct rule *rules = host->rules.items;
    ck_assert_uint_eq(host->rules.count, 2);
    ck_assert(!range_fits(&rules[0].when.between, 599 * NS_PER_S) &&
              range_fits(&rules[0].when.between, 600 * NS_PER_S));
    ck_assert(range_fits(&rules[0].when.between, 1200 * NS_PER_S - 1) &&
              !range_fits(&rules[0].when.between, 1200 * NS_PER_S));
    ck_assert(range_fits(&rules[1].when.between, 1200 * NS_PER_S) && range_fits(&rules[1].when.between, INT64_MAX));
    scenario_free(s);
}
END_TEST

START_TEST(a_change_belongs_to_the_world_and_can_act)
{
    expect_error(STORY("  - {t: 1m, change: {dns: {e.example: {ttl: 5m}}}}\n"),
                 "story.change.dns.e.example: the world has no such zone");
    expect_error(STORY("  - {t: 1m, change: {dns: {d.example: {MX: [\"10 nobody.example\"]}}}}\n"),
                 "which is neither a host nor a zone of the world");
    expect_error(STORY("  - {t: 1m, change: {dns: {d.example: {MXX: x}}}}\n"), "unknown key `MXX`; did you mean `MX`?");
    expect_error(STORY("  - {t: 1m, change: {hosts: {mx2.d.example: {rules: []}}}}\n"), "no host `mx2.d.example`");
    expect_error(STORY("  - {t: 1m, change: {hosts: {mx.d.example: {addr: 192.0.2.7, rules: []}}}}\n"),
                 "unknown key `addr`");
    expect_error(STORY("  - {t: 5m, change: {hosts: {mx.d.example: {rules: [{at: rcpt, when: {between: 1m..2m}, "
                       "reply: \"451 x\"}]}}}}\n"),
                 "the rule cannot act");
}
END_TEST

#define LINES(lines) STORY("  - {t: 1m, dialog: smtp, lines: [" lines "]}\n")

START_TEST(dialogs_are_numbered_and_their_sentences_are_expectations)
{
    struct scenario *s =
        load(STORY("  - {t: 2m, dialog: smtp, lines: [{expect: 220}, {expect: 250, should: b, spec: RFC2}]}\n"
                   "  - {t: 1m, dialog: submission, lines: [{expect: 220, must: a, spec: RFC1}]}\n"));
    ck_assert_uint_eq(s->expect_count, 3);
    ck_assert_str_eq(s->expects[1].sentence, "a");
    ck_assert_int_eq(s->expects[1].kind, CHECK_DIALOG);
    ck_assert_uint_eq(((const struct check_dialog *)s->expects[1].check)->dialog, 1);
    ck_assert_str_eq(s->expects[2].sentence, "b");
    ck_assert_int_eq(s->expects[2].level, LEVEL_SHOULD);
    ck_assert_uint_eq(((const struct check_dialog *)s->expects[2].check)->dialog, 2);
    ck_assert_uint_eq(((const struct check_dialog *)s->expects[2].check)->line, 2);
    scenario_free(s);
}
END_TEST

START_TEST(a_dialog_that_cannot_be_played_is_an_error)
{
    expect_error(LINES("{say: x}"), "a line with one of expect, quiet, send");
    expect_error(LINES("{expect: yes}"), "a reply such as 250");
    expect_error(LINES("{expect: 250, must: x, may: y}"), "more than one sentence");
    expect_error(LINES("{expect: 250, spec: RFC1}"), "a clause without a sentence");
    expect_error(LINES("{expect: 250, mutt: x}"), "did you mean `must`?");
    expect_error(LINES("{send: \"{x}\"}"), "`raw` sends {…} unchanged");
    expect_error(LINES("{raw: 'a\\q'}"), "a text in single quotes");
    expect_error(LINES("{starttls: yes}, {expect: 250}"),
                 "a dialog must begin with a line that sends or expects something");
    expect_error(LINES("{close: yes}, {expect: 250}"), "comes after `close`");
    expect_error(LINES("{send: STARTTLS}, {starttls: yes}"), "starttls must follow the expected reply");
    expect_error(LINES("{expect: 530, must: x, spec: 6409}"), "`6409` is not a clause");
    expect_error(STORY("  - {t: 1m, dialog: submissions, lines: [{expect: 220}, {starttls: yes}]}\n"),
                 "TLS is active from the start");
    expect_error(STORY("  - {t: 1m, dialog: imap, lines: [{expect: 220}]}\n"), "submission, submissions or smtp");
    expect_error(STORY("  - {t: 1m, target: kill}\n  - {t: 2m, dialog: smtp, lines: [{expect: 220}]}\n"),
                 "the target is not running at the time of this dialog");
}
END_TEST

#define SUBMIT(how) STORY("  - {t: 1m, submit: n, from: c@s.example, to: c@d.example, " how "}\n")

START_TEST(a_submission_says_how)
{
    struct scenario *s =
        load(SUBMIT("via: smtp, notify: [failure, delay], ret: hdrs, params: SIZE=9, headers: {X-A: b}, "
                    "message: \"Subject: x\\n\\n.\\ny\""));
    const struct manner *manner = &s->story[1].manner;
    ck_assert_int_eq(manner->via, PORT_SMTP);
    ck_assert_str_eq(((const char **)manner->notify.items)[1], "DELAY");
    ck_assert_str_eq(manner->ret, "HDRS");
    ck_assert_str_eq(manner->headers.entries[0].key, "X-A");
    ck_assert(slice_eq_cstr(manner->message, "Subject: x\r\n\r\n.\r\ny\r\n"));
    ck_assert_int_eq(s->story[0].manner.via, PORT_SUBMISSION);
    scenario_free(s);
    expect_error(SUBMIT("via: uucp"), "submission, submissions, smtp or sendmail");
    expect_error(SUBMIT("as: alice, via: sendmail"), "the submit command has none");
    expect_error(SUBMIT("as: mallory"), "there is no user `mallory`");
    expect_error(SUBMIT("as: alice, via: smtp"), "port smtp has none");
    expect_error(SUBMIT("notify: [never, delay]"), "never excludes other values");
    expect_error(SUBMIT("notify: always"), "never, success, failure or delay");
    expect_error(SUBMIT("message: none.eml"), "no file `none.eml` in fixtures/messages");
    expect_error(SUBMIT("message: ../messages/dots.eml"), "no file");
    expect_error(SUBMIT("message: \"hello you\\n\""), "does not begin with a header field");
    expect_error(SUBMIT("size: 1KiB, message: \"Subject: x\\n\""), "exclude each other");
}
END_TEST

SUITE(story, a_text_without_a_header_section_is_meant_to_be_one, a_client_that_has_sent_its_fin_sends_nothing_more,
      what_comes_while_the_target_is_down_is_reported_once, actions_come_in_the_order_of_time_and_then_of_the_file,
      each_item_that_submits_has_its_own_name, an_item_says_what_it_is, nothing_is_asked_of_a_target_that_does_not_run,
      a_change_of_a_zone_replaces_the_keys_that_it_names, a_change_of_a_host_ends_its_rules_and_begins_others,
      a_change_belongs_to_the_world_and_can_act, dialogs_are_numbered_and_their_sentences_are_expectations,
      a_dialog_that_cannot_be_played_is_an_error, a_submission_says_how)
