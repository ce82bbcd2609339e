/* Each check was seen to be broken, and each invariant: a row of a registry without a case here fails. */
#include "harness/judge/over_seeds.h"
#include "harness/judge/testing.h"
#include "lib/testing/suite.h"

#define DIALOG                                                                                                         \
    "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld: {}\nstory:\n"                                            \
    "  - {t: 0s, dialog: smtp, lines: [{expect: 220, must: It greets, spec: RFC5321#3.1}]}\n"
#define SHARES                                                                                                         \
    "scenario: 1\nid: x\ntitle: x\nseeds: 4\nclock: {until: 1h}\nworld:\n  dns: {d.example: {MX: \"10 "                \
    "mx.d.example\"}}\n  hosts: {mx.d.example: {addr: 192.0.2.10}}\n"                                                  \
    "story: [{t: 0s, submit: m1, from: alice@s.example, to: bob@d.example}]\nexpect: [{must: x, spec: RFC1, "          \
    "over_seeds: {event: tcp.connect, by: host, each: \">=40%\", among: [mx.d.example, other.example]}}]\n"
#define TO_BOB "of: m1, to: bob@d.example, "

static const struct {
    enum check_kind kind;
    int invariant;
    const char *world, *events;
} broken[] = {
    {CHECK_DELIVERED, -1, ONE("must", "delivered: {of: m1}"), SUBMITTED},
    {CHECK_ATTEMPTS, -1, ONE("must", "attempts: {" TO_BOB "count: 3}"), SUBMITTED TWO_TRIES},
    {CHECK_DSN, -1, ONE("must", "dsn: {of: m1}"), SUBMITTED},
    {CHECK_NEVER, -1, ONE("must", "never: {event: tcp.connect}"), SUBMITTED TWO_TRIES},
    {CHECK_NEVER, -1, ONE("must", "never: {event: dns.answer, truncated: true, fault: trunc*, answers: \"* MX *\"}"),
     "{\"t\":1.0,\"event\":\"dns.answer\",\"truncated\":true,\"fault\":\"truncated\",\"answers\":[\"a\",\"d. 60 MX "
     "1\"]}\n"},
    {CHECK_NEVER, -1, ONE("must", "never: {event: smtp.command, pipelined: false, longest: \">=513\"}"),
     "{\"t\":1.0,\"event\":\"smtp.command\",\"verb\":\"NOOP\",\"longest\":600}\n"},
    {CHECK_NEVER, -1, ONE("must", "never: {event: dialog.expect, met: false}"),
     "{\"t\":1.0,\"event\":\"dialog.expect\",\"dialog\":1,\"step\":1,\"met\":false}\n"},
    {CHECK_COUNT, -1, ONE("must", "count: {event: tcp.connect, is: 3}"), SUBMITTED TWO_TRIES},
    {CHECK_RATIO, -1, ONE("must", "ratio: {event: smtp.reply, code: 451, over: {event: smtp.reply}, max: 0.4}"),
     SUBMITTED TWO_TRIES},
    {CHECK_TIMELINE, -1, ONE("must", "timeline: [{event: smtp.reply, code: 250}, {event: smtp.reply, code: 451}]"),
     SUBMITTED TWO_TRIES},
    {CHECK_OVER_SEEDS, -1, SHARES, CONNECT("1", "1.0")},
    {CHECK_QUEUED, -1, ONE("must", "queued: {" TO_BOB "at: 7s}"), SUBMITTED QUEUE("", "0")},
    {CHECK_DIALOG, -1, DIALOG,
     "{\"t\":1.0,\"event\":\"dialog.expect\",\"dialog\":1,\"step\":1,\"met\":false,\"code\":554}\n"},
    {CHECK_INVARIANT, INVARIANT_QUEUE_EMPTY, ONE("must", "invariant: queue_empty"), SUBMITTED QUEUE(BOB, "1")},
    {CHECK_INVARIANT, INVARIANT_NO_LOSS, ONE("must", "invariant: no_loss"), SUBMITTED QUEUE("", "0")},
    {CHECK_INVARIANT, INVARIANT_NO_DUPLICATE, ONE("must", "invariant: no_duplicate"),
     SUBMITTED DELIVERED("5.0", "true") DELIVERED("6.0", "true")},
};

#define BROKEN_COUNT (sizeof broken / sizeof broken[0])

/* The check itself is asked, so that neither a target's capabilities nor the number of seeds stand in its way. */
static void judge_broken(size_t i)
{
    struct trial trial;
    struct seed_tallies tallies;
    struct finding finding = {.at = SIZE_MAX};
    char *events = NULL;
    ck_assert(asprintf(&events, "%s%s", HEAD, broken[i].events) > 0);
    trial_begin(&trial, broken[i].world, events);
    free(events);
    const struct expect *expect = &trial.scenario->expects[0];
    ck_assert_msg(expect->kind == broken[i].kind, "case %zu is of kind %d", i, (int)expect->kind);
    ck_assert(broken[i].invariant < 0 || *(const int *)expect->check == broken[i].invariant);
    seed_tallies_init(&tallies, trial.scenario);
    seed_tallies_add(&tallies, &trial.trace);
    seed_tallies_add(&tallies, &trial.trace);
    trial.facts.tallies = &tallies;
    judge_check(&trial.facts, expect, &finding);
    ck_assert_msg(finding.result == BROKEN, "case %zu, %s: seen %s", i, expect->sentence, finding.seen);
    ck_assert_msg(finding.wanted[0] != '\0' && finding.seen[0] != '\0' && finding.because[0] != '\0',
                  "case %zu: wanted `%s`, seen `%s`, because `%s`", i, finding.wanted, finding.seen, finding.because);
    seed_tallies_fini(&tallies);
    trial_end(&trial);
}

START_TEST(each_check_sees_its_break)
{
    for (size_t i = 0; i < BROKEN_COUNT; i++)
        judge_broken(i);
}
END_TEST

START_TEST(each_row_of_the_registry_was_seen_to_be_broken)
{
    for (enum check_kind kind = 0; kind < CHECK_KINDS; kind++) {
        size_t cases = 0;
        for (size_t k = 0; k < BROKEN_COUNT; k++)
            cases += broken[k].kind == kind;
        ck_assert_msg(cases > 0, "no trace here breaks the check of kind %d", (int)kind);
    }
}
END_TEST

START_TEST(each_invariant_was_seen_to_be_broken)
{
    for (int i = 0; i < INVARIANTS; i++) {
        size_t cases = 0;
        for (size_t k = 0; k < BROKEN_COUNT; k++)
            cases += broken[k].invariant == i;
        ck_assert_msg(cases > 0, "no trace here breaks invariant %d", i);
    }
}
END_TEST

SUITE(checks, each_check_sees_its_break, each_row_of_the_registry_was_seen_to_be_broken,
      each_invariant_was_seen_to_be_broken)
