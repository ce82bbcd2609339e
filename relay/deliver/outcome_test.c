/* What a reply or a failure means, and how hosts rest. */
#include <stdio.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "relay/deliver/cleartext.h"
#include "relay/deliver/hosts.h"
#include "relay/deliver/outcome.h"
#include "relay/queue/schedule.h"

#define MINUTES(n) ((n)*60 * NS_PER_S)

START_TEST(every_outcome_is_what_the_clauses_say)
{
    static const struct {
        enum client_stage stage;
        enum client_cause cause;
        int code;
        bool next_host;
        enum queue_outcome result;
        const char *status;
    } cases[] = {
        {CLIENT_AT_CONNECT, CLIENT_REFUSED, 0, true, QUEUE_DEFER_UNREACHABLE, "4.4.1"},
        {CLIENT_AT_CONNECT, CLIENT_TIMED_OUT, 0, true, QUEUE_DEFER_UNREACHABLE, "4.4.1"},
        {CLIENT_AT_GREETING, CLIENT_REPLIED, 421, true, QUEUE_DEFER_CLOSED, "4.3.2"},
        {CLIENT_AT_GREETING, CLIENT_REPLIED, 554, true, QUEUE_DEFER_CLOSED, "4.3.2"},
        {CLIENT_AT_GREETING, CLIENT_REPLIED, 521, true, QUEUE_FAILED, "5.3.2"},
        {CLIENT_AT_HELLO, CLIENT_LOST, 0, true, QUEUE_DEFER_UNREACHABLE, "4.4.2"},
        {CLIENT_AT_HANDSHAKE, CLIENT_TLS_BROKE, 0, true, QUEUE_DEFER_CLOSED, "4.7.5"},
        {CLIENT_AT_HELLO, CLIENT_TLS_BROKE, 0, true, QUEUE_DEFER_CLOSED, "4.7.5"},
        {CLIENT_AT_AUTH, CLIENT_REPLIED, 535, true, QUEUE_DEFER_RECIPIENT, "4.7.8"},
        {CLIENT_AT_AUTH, CLIENT_REPLIED, 454, true, QUEUE_DEFER_RECIPIENT, "4.7.8"},
        {CLIENT_AT_AUTH, CLIENT_NO_AUTH, 0, true, QUEUE_DEFER_RECIPIENT, "4.7.8"},
        {CLIENT_AT_MAIL, CLIENT_REPLIED, 451, false, QUEUE_DEFER_RECIPIENT, "4.0.0"},
        {CLIENT_AT_MAIL, CLIENT_TOO_BIG, 0, false, QUEUE_FAILED, "5.3.4"},
        {CLIENT_AT_MAIL, CLIENT_NOT_8BIT, 0, false, QUEUE_FAILED, "5.6.3"},
        {CLIENT_AT_MAIL, CLIENT_NOT_UTF8_ADDRESS, 0, false, QUEUE_FAILED, "5.6.7"},
        {CLIENT_AT_MAIL, CLIENT_NOT_UTF8_HEADER, 0, false, QUEUE_FAILED, "5.6.9"},
        {CLIENT_AT_RCPT, CLIENT_REPLIED, 450, false, QUEUE_DEFER_RECIPIENT, "4.0.0"},
        {CLIENT_AT_RCPT, CLIENT_REPLIED, 550, false, QUEUE_FAILED, "5.0.0"},
        {CLIENT_AT_RCPT, CLIENT_REPLIED, 552, false, QUEUE_DEFER_RECIPIENT, "4.5.3"},
        {CLIENT_AT_RCPT, CLIENT_REPLIED, 421, false, QUEUE_DEFER_CLOSED, "4.3.2"},
        {CLIENT_AT_HELLO, CLIENT_REPLIED, 450, true, QUEUE_DEFER_CLOSED, "4.3.2"},
        {CLIENT_AT_HELLO, CLIENT_REPLIED, 550, true, QUEUE_FAILED, "5.5.0"},
        {CLIENT_AT_AUTH, CLIENT_REPLIED, 421, true, QUEUE_DEFER_CLOSED, "4.3.2"},
        {CLIENT_AT_AUTH, CLIENT_LOST, 0, true, QUEUE_DEFER_UNREACHABLE, "4.4.2"},
        {CLIENT_AT_AUTH, CLIENT_TIMED_OUT, 0, true, QUEUE_DEFER_UNREACHABLE, "4.4.2"},
        {CLIENT_AT_MAIL, CLIENT_LOST, 0, false, QUEUE_DEFER_RECIPIENT, "4.4.2"},
        {CLIENT_AT_MAIL, CLIENT_TIMED_OUT, 0, false, QUEUE_DEFER_UNREACHABLE, "4.4.2"},
        {CLIENT_AT_DATA, CLIENT_TIMED_OUT, 0, false, QUEUE_DEFER_UNREACHABLE, "4.4.2"},
        {CLIENT_AT_MAIL, CLIENT_GARBLED, 0, false, QUEUE_DEFER_RECIPIENT, "4.5.0"},
        {CLIENT_AT_DATA, CLIENT_REPLIED, 250, false, QUEUE_DEFER_RECIPIENT, "4.5.0"},
        {CLIENT_AT_DATA, CLIENT_REPLIED, 554, false, QUEUE_FAILED, "5.0.0"},
        {CLIENT_AT_EOD, CLIENT_REPLIED, 250, false, QUEUE_DELIVERED, "2.0.0"},
        {CLIENT_AT_EOD, CLIENT_REPLIED, 552, false, QUEUE_FAILED, "5.0.0"},
        {CLIENT_AT_EOD, CLIENT_LOST, 0, false, QUEUE_DEFER_RECIPIENT, "4.4.2"},
        {CLIENT_AT_EOD, CLIENT_TIMED_OUT, 0, false, QUEUE_DEFER_RECIPIENT, "4.4.2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct client_verdict verdict = {.stage = cases[i].stage, .cause = cases[i].cause, .code = cases[i].code};
        const struct outcome *outcome = outcome_of(&verdict, (struct outcome_progress){0});
        ck_assert_msg(outcome->next_host == cases[i].next_host && outcome->result == cases[i].result, "case %zu", i);
        ck_assert_str_eq(outcome->status, cases[i].status);
    }
}
END_TEST

START_TEST(a_421_rests_the_host_at_every_stage)
{
    for (int stage = CLIENT_AT_GREETING; stage <= CLIENT_AT_EOD; stage++) {
        struct client_verdict verdict = {.stage = (enum client_stage)stage, .cause = CLIENT_REPLIED, .code = 421};
        const struct outcome *outcome = outcome_of(&verdict, (struct outcome_progress){0});
        if (stage == CLIENT_AT_HANDSHAKE) /* where nothing is replied */
            continue;
        ck_assert_msg(outcome->host_rests && outcome->result == QUEUE_DEFER_CLOSED, "stage %d", stage);
    }
}
END_TEST

START_TEST(a_552_to_rcpt_is_final_unless_it_speaks_of_too_many_recipients)
{
    static const struct {
        const char *status;
        enum queue_outcome result;
    } cases[] = {{"", QUEUE_DEFER_RECIPIENT}, {"5.5.3", QUEUE_DEFER_RECIPIENT}, {"5.2.2", QUEUE_FAILED},
                 {"5.2.3", QUEUE_FAILED},     {"5.3.4", QUEUE_FAILED},          {"5.7.1", QUEUE_FAILED}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct client_verdict verdict = {.stage = CLIENT_AT_RCPT, .cause = CLIENT_REPLIED, .code = 552};
        (void)snprintf(verdict.status, sizeof verdict.status, "%s", cases[i].status);
        ck_assert_msg(outcome_of(&verdict, (struct outcome_progress){0})->result == cases[i].result, "%s",
                      cases[i].status);
    }
}
END_TEST

/* Right after the handshake the same host is tried once more without TLS; later the message waits, and then goes so. */
START_TEST(a_tls_session_that_dies_is_not_tried_without_end)
{
    static const struct {
        enum client_stage stage;
        enum client_cause cause;
        bool clear_again, plain_later;
    } cases[] = {
        {CLIENT_AT_HELLO, CLIENT_LOST, true, false},      {CLIENT_AT_HELLO, CLIENT_TIMED_OUT, true, false},
        {CLIENT_AT_HELLO, CLIENT_TLS_BROKE, true, false}, {CLIENT_AT_HELLO, CLIENT_GARBLED, true, false},
        {CLIENT_AT_MAIL, CLIENT_LOST, false, true},       {CLIENT_AT_MAIL, CLIENT_TIMED_OUT, false, true},
        {CLIENT_AT_RCPT, CLIENT_TLS_BROKE, false, true},  {CLIENT_AT_DATA, CLIENT_LOST, false, true},
        {CLIENT_AT_EOD, CLIENT_LOST, false, true},        {CLIENT_AT_EOD, CLIENT_TLS_BROKE, false, true},
        {CLIENT_AT_EOD, CLIENT_TIMED_OUT, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct client_verdict verdict = {.stage = cases[i].stage, .cause = cases[i].cause, .encrypted = true};
        const struct outcome *outcome = outcome_of(&verdict, (struct outcome_progress){0});
        ck_assert_msg(outcome->clear_again == cases[i].clear_again && outcome->plain_later == cases[i].plain_later,
                      "case %zu", i);
        outcome = outcome_of(&verdict, (struct outcome_progress){.session_took = true});
        ck_assert_msg(!outcome->plain_later, "case %zu: a session that worked", i);
        verdict.encrypted = false;
        ck_assert_msg(!outcome_of(&verdict, (struct outcome_progress){0})->plain_later, "case %zu without TLS", i);
        verdict.encrypted = verdict.tls_required = true;
        ck_assert_msg(!outcome_of(&verdict, (struct outcome_progress){0})->plain_later, "case %zu, required", i);
    }
}
END_TEST

START_TEST(a_host_whose_tls_sessions_die_is_remembered_for_an_hour)
{
    struct cleartext *cleartext = cleartext_new();
    struct ip mx = ip_v4(0xc000020a);
    ck_assert(!cleartext_wanted(cleartext, mx, MINUTES(1)));
    cleartext_died(cleartext, mx, MINUTES(1));
    ck_assert(cleartext_wanted(cleartext, mx, MINUTES(60)));
    ck_assert(!cleartext_wanted(cleartext, mx, MINUTES(61)));
    cleartext_died(cleartext, mx, MINUTES(61));
    ck_assert(cleartext_wanted(cleartext, mx, MINUTES(62)));
    cleartext_worked(cleartext, mx);
    ck_assert(!cleartext_wanted(cleartext, mx, MINUTES(62)));
    for (uint32_t i = 0; i < CLEARTEXT_MAX + 10; i++)
        cleartext_died(cleartext, ip_v4(0x0a000000 + i), MINUTES(100 + i));
    ck_assert(!cleartext_wanted(cleartext, ip_v4(0x0a000000), MINUTES(100)));
    ck_assert(cleartext_wanted(cleartext, ip_v4(0x0a000000 + CLEARTEXT_MAX), MINUTES(1150)));
    cleartext_free(cleartext);
}
END_TEST

START_TEST(where_tls_is_required_nothing_goes_unencrypted_and_nothing_bounces)
{
    static const struct {
        enum client_stage stage;
        enum client_cause cause;
        int code;
        const char *status;
    } cases[] = {
        {CLIENT_AT_STARTTLS, CLIENT_NO_TLS, 0, "4.7.0"},    {CLIENT_AT_STARTTLS, CLIENT_REPLIED, 454, "4.7.0"},
        {CLIENT_AT_STARTTLS, CLIENT_REPLIED, 502, "4.7.0"}, {CLIENT_AT_HANDSHAKE, CLIENT_TLS_BROKE, 0, "4.7.5"},
        {CLIENT_AT_HANDSHAKE, CLIENT_LOST, 0, "4.7.5"},     {CLIENT_AT_STARTTLS, CLIENT_REPLIED, 421, "4.3.2"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct client_verdict verdict = {
            .stage = cases[i].stage, .cause = cases[i].cause, .code = cases[i].code, .tls_required = true};
        const struct outcome *outcome = outcome_of(&verdict, (struct outcome_progress){0});
        ck_assert_msg(outcome->next_host && !outcome->clear_again && outcome->result >= QUEUE_DEFER_RECIPIENT,
                      "case %zu", i);
        ck_assert_str_eq(outcome->status, cases[i].status);
        ck_assert_msg(outcome->host_rests == (cases[i].code == 421), "case %zu: other mail may go there", i);
    }
}
END_TEST

START_TEST(nothing_that_can_happen_is_without_an_outcome)
{
    for (int stage = CLIENT_AT_CONNECT; stage <= CLIENT_AT_QUIT; stage++) {
        for (int cause = CLIENT_REPLIED; cause <= CLIENT_NOT_UTF8_HEADER; cause++) {
            for (int code = 200; code < 600; code += 1) {
                struct client_verdict verdict = {
                    .stage = (enum client_stage)stage, .cause = (enum client_cause)cause, .code = code};
                for (int required = 0; required < 2; required++) {
                    verdict.tls_required = required != 0;
                    const struct outcome *outcome = outcome_of(&verdict, (struct outcome_progress){0});
                    ck_assert(outcome->result != QUEUE_DELIVERED || (stage == CLIENT_AT_EOD && code < 300));
                }
            }
        }
    }
}
END_TEST

START_TEST(after_progress_the_rest_follows_at_once_and_without_it_never)
{
    static const struct {
        enum client_stage stage;
        enum client_cause cause;
        int code;
        const char *status;
        struct outcome_progress progress;
        bool again;
    } cases[] = {
        {CLIENT_AT_RCPT, CLIENT_REPLIED, 452, "4.5.3", {.transaction_took = true}, true},
        {CLIENT_AT_RCPT, CLIENT_REPLIED, 452, "", {.transaction_took = true}, true},
        {CLIENT_AT_RCPT, CLIENT_REPLIED, 552, "5.5.3", {.transaction_took = true}, true},
        {CLIENT_AT_RCPT, CLIENT_REPLIED, 452, "4.2.2", {.transaction_took = true}, false}, /* that mailbox is full */
        {CLIENT_AT_RCPT, CLIENT_REPLIED, 452, "4.5.3", {.session_took = true}, false},
        {CLIENT_AT_RCPT, CLIENT_REPLIED, 450, "4.5.3", {.transaction_took = true}, false},
        {CLIENT_AT_EOD, CLIENT_REPLIED, 452, "4.5.3", {.transaction_took = true, .session_took = true}, false},
        {CLIENT_AT_MAIL, CLIENT_REPLIED, 421, "", {.session_took = true}, true},
        {CLIENT_AT_RCPT, CLIENT_REPLIED, 421, "", {.session_took = true}, true},
        {CLIENT_AT_MAIL, CLIENT_REPLIED, 421, "", {.transaction_took = true}, false},
        {CLIENT_AT_EOD, CLIENT_REPLIED, 421, "", {.session_took = true}, false}, /* it may have the message */
        {CLIENT_AT_RSET, CLIENT_REPLIED, 554, "", {.session_took = true}, true},
        {CLIENT_AT_RSET, CLIENT_LOST, 0, "", {.session_took = true}, true},
        {CLIENT_AT_MAIL, CLIENT_LOST, 0, "", {.session_took = true}, true},
        {CLIENT_AT_MAIL, CLIENT_TIMED_OUT, 0, "", {.session_took = true}, false},
        {CLIENT_AT_EOD, CLIENT_LOST, 0, "", {.session_took = true}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct client_verdict verdict = {.stage = cases[i].stage, .cause = cases[i].cause, .code = cases[i].code};
        (void)snprintf(verdict.status, sizeof verdict.status, "%s", cases[i].status);
        ck_assert_msg(outcome_of(&verdict, cases[i].progress)->again == cases[i].again, "case %zu", i);
        ck_assert_msg(!outcome_of(&verdict, (struct outcome_progress){0})->again, "case %zu without progress", i);
    }
}
END_TEST

START_TEST(steps_double_up_to_the_longest)
{
    ck_assert_int_eq(schedule_step(MINUTES(5), MINUTES(240), 1), MINUTES(5));
    ck_assert_int_eq(schedule_step(MINUTES(5), MINUTES(240), 3), MINUTES(20));
    ck_assert_int_eq(schedule_step(MINUTES(5), MINUTES(240), 7), MINUTES(240));
    ck_assert_int_eq(schedule_step(MINUTES(5), MINUTES(240), 1000000), MINUTES(240));
}
END_TEST

START_TEST(the_last_attempt_falls_on_the_lifetime)
{
    int64_t next = 0;
    ck_assert(schedule_next(0, MINUTES(60), MINUTES(10), MINUTES(20), &next) && next == MINUTES(30));
    ck_assert(schedule_next(0, MINUTES(60), MINUTES(50), MINUTES(20), &next) && next == MINUTES(60));
    ck_assert(!schedule_next(0, MINUTES(60), MINUTES(60), MINUTES(20), &next));
}
END_TEST

START_TEST(a_host_rests_longer_each_time_until_it_works)
{
    struct hosts *hosts = hosts_new();
    struct ip mx = ip_v4(0xc000020a);
    ck_assert_int_eq(hosts_rest_until_ns(hosts, mx), 0);
    hosts_failed(hosts, mx, MINUTES(100), MINUTES(30), MINUTES(240));
    ck_assert_int_eq(hosts_rest_until_ns(hosts, mx), MINUTES(130));
    hosts_failed(hosts, mx, MINUTES(100), MINUTES(30), MINUTES(240)); /* of the same time: told already */
    ck_assert_int_eq(hosts_rest_until_ns(hosts, mx), MINUTES(130));
    hosts_failed(hosts, mx, MINUTES(130), MINUTES(30), MINUTES(240));
    ck_assert_int_eq(hosts_rest_until_ns(hosts, mx), MINUTES(190));
    hosts_succeeded(hosts, mx, MINUTES(130)); /* opened before it was known to fail */
    ck_assert_int_eq(hosts_rest_until_ns(hosts, mx), MINUTES(190));
    hosts_succeeded(hosts, mx, MINUTES(131));
    ck_assert_int_eq(hosts_rest_until_ns(hosts, mx), 0);
    hosts_free(hosts);
}
END_TEST

START_TEST(the_memory_of_hosts_is_bounded)
{
    struct hosts *hosts = hosts_new();
    for (uint32_t i = 0; i < HOSTS_MAX + 100; i++)
        hosts_failed(hosts, ip_v4(0x0a000000 + i), i, MINUTES(30), MINUTES(240));
    ck_assert_int_eq(hosts_rest_until_ns(hosts, ip_v4(0x0a000000)), 0);
    ck_assert_int_gt(hosts_rest_until_ns(hosts, ip_v4(0x0a000000 + HOSTS_MAX)), 0);
    hosts_free(hosts);
}
END_TEST

SUITE(outcome, a_421_rests_the_host_at_every_stage, a_552_to_rcpt_is_final_unless_it_speaks_of_too_many_recipients,
      a_tls_session_that_dies_is_not_tried_without_end, a_host_whose_tls_sessions_die_is_remembered_for_an_hour,
      every_outcome_is_what_the_clauses_say, where_tls_is_required_nothing_goes_unencrypted_and_nothing_bounces,
      after_progress_the_rest_follows_at_once_and_without_it_never, nothing_that_can_happen_is_without_an_outcome,
      steps_double_up_to_the_longest, the_last_attempt_falls_on_the_lifetime,
      a_host_rests_longer_each_time_until_it_works, the_memory_of_hosts_is_bounded)
