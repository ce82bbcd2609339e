/* One delivery from its beginning to its last report, without a socket: what is fed, and what it answers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "relay/deliver/delivery.h"

#define MINUTES(n) ((n)*60 * NS_PER_S)
#define START      MINUTES(1000)
#define HOSTS      4

static struct delivery delivery;
static struct hosts *hosts;
static struct cleartext *cleartext;
static struct site site;
static struct config config;
static struct delivery_facts facts;
static struct mx_host list[HOSTS];
static char names[HOSTS][8];
static struct buf said;

static void begin(size_t recipients)
{
    hosts = hosts_new();
    cleartext = cleartext_new();
    site = (struct site){.window = SITE_WINDOW_AT_FIRST};
    config = (struct config){0};
    config.retry.host.closed_ns = MINUTES(5);
    config.retry.host.unreachable_ns = MINUTES(30);
    config.retry.host.max_ns = MINUTES(240);
    config.limits.outbound_per_domain = 20;
    facts = (struct delivery_facts){.config = &config, .now_ns = START};
    struct delivery_setup setup = {
        .hosts = hosts, .cleartext = cleartext, .site = &site, .started_ns = START, .hosts_max = 3};
    delivery_init(&delivery, &setup, recipients);
    for (unsigned i = 0; i < HOSTS; i++) {
        (void)snprintf(names[i], sizeof names[i], "mx%u", i + 1);
        list[i] = (struct mx_host){.name = names[i], .address = ip_v4(0xc0000201 + i)};
    }
    buf_init(&said, 4096);
}

static void end(void)
{
    delivery_fini(&delivery);
    cleartext_free(cleartext);
    hosts_free(hosts);
    free(site.full_name);
    buf_fini(&said);
}

static void note(const struct delivery_action *action)
{
    static const char *const kinds[] = {"look up",      "connect",      "report", "host failed",
                                        "auth refused", "tls given up", "end"};
    static const char *const outcomes[] = {"delivered", "failed", "deferred", "closed", "unreachable", "wait"};
    (void)buf_printf(&said, "%s", kinds[action->kind]);
    if (action->kind == DELIVERY_CONNECT)
        (void)buf_printf(&said, " %s%s%s", action->host->name, action->plain ? " plain" : "",
                         action->needs_room ? "" : " in its place");
    if (action->kind == DELIVERY_REPORT)
        (void)buf_printf(&said, " %zu %s %s%s%s", action->recipient, outcomes[action->result.outcome],
                         action->result.status != NULL ? action->result.status : "-",
                         action->result.remote_mta != NULL ? " by " : "",
                         action->result.remote_mta != NULL ? action->result.remote_mta : "");
    (void)buf_printf(&said, "\n");
}

/* All that it answers, a line each; the last line feed is left out. */
static void answers(const char *wanted)
{
    struct delivery_action action;
    buf_reset(&said);
    while (delivery_next(&delivery, &action))
        note(&action);
    if (said.len > 0)
        said.len--;
    ck_assert_str_eq(buf_cstr(&said), wanted);
}

static void found(size_t count)
{
    struct mx_route route = {.result = MX_HOSTS, .hosts = list, .count = count};
    delivery_hosts_found(&delivery, &facts, &route);
}

static struct client_verdict reply(enum client_stage stage, int code)
{
    return (struct client_verdict){.stage = stage, .cause = CLIENT_REPLIED, .code = code};
}

static struct client_verdict failure(enum client_stage stage, enum client_cause cause)
{
    return (struct client_verdict){.stage = stage, .cause = cause};
}

/* The transaction at this host has one verdict for each recipient that is left, or one for all. */
static bool verdicts(unsigned host, const struct client_verdict *list_of, size_t count, struct delivery_session session)
{
    size_t recipients;
    struct client_recipient *states = delivery_recipients(&delivery, &recipients);
    for (size_t i = 0; i < recipients; i++)
        states[i].verdict = list_of[count == 1 ? 0 : i];
    session.host = &list[host - 1];
    session.opened_ns = session.opened_ns != 0 ? session.opened_ns : facts.now_ns;
    session.tls = session.tls != NULL ? session.tls : "";
    return delivery_verdicts(&delivery, &facts, &session);
}

static void verdict(unsigned host, struct client_verdict verdict_of_all)
{
    (void)verdicts(host, &verdict_of_all, 1, (struct delivery_session){0});
}

static void ended(const char *wanted)
{
    delivery_connection_ended(&delivery, &facts);
    answers(wanted);
}

START_TEST(mail_that_is_accepted_is_reported_once)
{
    begin(2);
    delivery_begin(&delivery, &facts);
    answers("look up");
    found(2);
    answers("connect mx1");
    verdict(1, reply(CLIENT_AT_EOD, 250));
    answers("report 0 delivered 2.0.0 by mx1\nreport 1 delivered 2.0.0 by mx1\nend");
    end();
}
END_TEST

START_TEST(a_host_that_is_down_gives_way_to_the_next_one)
{
    begin(1);
    found(2);
    answers("connect mx1");
    verdict(1, failure(CLIENT_AT_CONNECT, CLIENT_REFUSED));
    answers("host failed");
    ended("connect mx2");
    verdict(2, failure(CLIENT_AT_GREETING, CLIENT_TIMED_OUT));
    answers("host failed\nreport 0 unreachable 4.4.2\nend");
    ck_assert_int_eq(hosts_rest_until_ns(hosts, list[0].address), START + MINUTES(30));
    ck_assert_int_eq(site.closed_until_ns, START + MINUTES(30));
    ck_assert_int_eq(site.window, 1); /* the next connection is a probe */
    end();
}
END_TEST

START_TEST(hosts_that_rest_are_passed_over)
{
    begin(1);
    hosts_failed(hosts, list[0].address, START - MINUTES(1), MINUTES(30), MINUTES(240));
    found(2);
    answers("connect mx2");
    verdict(2, failure(CLIENT_AT_CONNECT, CLIENT_TIMED_OUT));
    answers("host failed\nreport 0 unreachable 4.4.1\nend");
    end();
}
END_TEST

START_TEST(when_all_hosts_rest_the_message_waits_for_the_first_of_them)
{
    begin(1);
    hosts_failed(hosts, list[0].address, START - MINUTES(1), MINUTES(30), MINUTES(240));
    hosts_failed(hosts, list[1].address, START - MINUTES(1), MINUTES(10), MINUTES(240));
    found(2);
    answers("report 0 wait -\nend");
    ck_assert_int_eq(site.closed_until_ns, START + MINUTES(9));
    end();
}
END_TEST

START_TEST(a_closed_site_costs_no_question_unless_the_attempt_must_be_made)
{
    for (int must = 0; must < 2; must++) {
        begin(1);
        site.closed_until_ns = START + MINUTES(9);
        facts.must_try = must != 0;
        hosts_failed(hosts, list[0].address, START - MINUTES(1), MINUTES(10), MINUTES(240));
        delivery_begin(&delivery, &facts);
        answers(must ? "look up" : "report 0 wait -\nend");
        if (must) {
            found(1);
            answers("connect mx1");
        }
        end();
    }
}
END_TEST

START_TEST(without_hosts_the_domain_fails_or_waits)
{
    static const struct {
        enum mx_result result;
        const char *status, *answer;
    } rows[] = {{MX_PERMANENT, "5.1.10", "report 0 failed 5.1.10\nend"},
                {MX_TEMPORARY, "4.4.3", "report 0 deferred 4.4.3\nend"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(1);
        struct mx_route route = {.result = rows[i].result, .status = rows[i].status};
        delivery_no_hosts(&delivery, &route);
        answers(rows[i].answer);
        end();
    }
}
END_TEST

START_TEST(each_recipient_has_the_outcome_of_its_own_reply)
{
    begin(3);
    found(1);
    answers("connect mx1");
    struct client_verdict mixed[] = {reply(CLIENT_AT_EOD, 250), reply(CLIENT_AT_RCPT, 550), reply(CLIENT_AT_RCPT, 450)};
    ck_assert(verdicts(1, mixed, 3, (struct delivery_session){0}));
    answers("report 0 delivered 2.0.0 by mx1\nreport 1 failed 5.0.0 by mx1\nreport 2 deferred 4.0.0 by mx1\nend");
    ck_assert_int_eq(hosts_failed_ns(hosts, list[0].address), 0);
    end();
}
END_TEST

/* RFC 5321 §4.5.3.1.10 */
START_TEST(recipients_that_were_too_many_follow_on_the_same_connection_or_on_a_new_one)
{
    for (int cut = 0; cut < 2; cut++) {
        begin(2);
        found(2);
        answers("connect mx1");
        struct client_verdict mixed[] = {reply(CLIENT_AT_EOD, 250), reply(CLIENT_AT_RCPT, 452)};
        (void)verdicts(1, mixed, 2, (struct delivery_session){0});
        answers("report 0 delivered 2.0.0 by mx1");
        if (cut)
            ended("connect mx1 in its place");
        ck_assert_uint_eq(delivery_first(&delivery), 1);
        verdict(1, reply(CLIENT_AT_EOD, 250));
        answers("report 1 delivered 2.0.0 by mx1\nend");
        end();
    }
}
END_TEST

START_TEST(a_refusal_without_tls_is_final_although_tls_was_broken_before)
{
    begin(1);
    found(1);
    answers("connect mx1");
    verdict(1, failure(CLIENT_AT_HANDSHAKE, CLIENT_TLS_BROKE));
    answers("host failed");
    ended("connect mx1 plain in its place");
    verdict(1, reply(CLIENT_AT_HELLO, 550));
    answers("host failed\nreport 0 failed 5.5.0 by mx1\nend");
    end();
}
END_TEST

START_TEST(broken_tls_is_tried_once_more_without_tls_at_the_same_host)
{
    begin(1);
    found(2);
    answers("connect mx1");
    verdict(1, failure(CLIENT_AT_HANDSHAKE, CLIENT_TLS_BROKE));
    answers("host failed");
    ck_assert_int_eq(hosts_rest_until_ns(hosts, list[0].address), 0);
    ended("connect mx1 plain in its place");
    verdict(1, failure(CLIENT_AT_CONNECT, CLIENT_REFUSED));
    answers("host failed");
    ended("connect mx2"); /* with TLS again */
    verdict(2, reply(CLIENT_AT_EOD, 250));
    answers("report 0 delivered 2.0.0 by mx2\nend");
    end();
}
END_TEST

START_TEST(a_host_whose_tls_sessions_died_gets_the_next_message_without_tls)
{
    begin(1);
    found(1);
    answers("connect mx1");
    struct client_verdict lost = failure(CLIENT_AT_MAIL, CLIENT_LOST);
    lost.encrypted = true;
    (void)verdicts(1, &lost, 1, (struct delivery_session){.tls = "TLSv1.3"});
    answers("tls given up\nreport 0 deferred 4.4.2\nend");
    delivery_fini(&delivery);
    struct delivery_setup setup = {
        .hosts = hosts, .cleartext = cleartext, .site = &site, .started_ns = START, .hosts_max = 3};
    delivery_init(&delivery, &setup, 1);
    found(1);
    answers("connect mx1 plain");
    end();
}
END_TEST

START_TEST(too_many_connections_is_not_a_deferral_while_others_are_open)
{
    for (int others = 0; others < 2; others++) {
        begin(1);
        found(1);
        answers("connect mx1");
        struct client_verdict busy = reply(CLIENT_AT_GREETING, 421);
        (void)verdicts(1, &busy, 1, (struct delivery_session){.others = others != 0});
        answers(others ? "host failed\nreport 0 wait -\nend" : "host failed\nreport 0 closed 4.3.2 by mx1\nend");
        ck_assert_int_eq(hosts_rest_until_ns(hosts, list[0].address), START + MINUTES(5));
        end();
    }
}
END_TEST

/* A host that takes no mail (RFC 7504) is the last word only when no other host may still take it. */
START_TEST(a_host_that_takes_no_mail_is_final_only_when_all_hosts_say_so)
{
    begin(1);
    found(2);
    answers("connect mx1");
    verdict(1, failure(CLIENT_AT_CONNECT, CLIENT_TIMED_OUT));
    answers("host failed");
    ended("connect mx2");
    struct client_verdict final = reply(CLIENT_AT_GREETING, 521);
    (void)snprintf(final.status, sizeof final.status, "5.3.2"); /* of this host alone */
    verdict(2, final);
    answers("host failed\nreport 0 unreachable 4.4.1 by mx2\nend");
    end();
    begin(1);
    found(2);
    answers("connect mx1");
    verdict(1, reply(CLIENT_AT_GREETING, 521));
    answers("host failed");
    ended("connect mx2");
    verdict(2, reply(CLIENT_AT_GREETING, 521));
    answers("host failed\nreport 0 failed 5.3.2 by mx2\nend");
    end();
}
END_TEST

START_TEST(hosts_beyond_the_round_keep_the_message_from_failing)
{
    begin(1);
    found(HOSTS); /* a round has three */
    answers("connect mx1");
    for (unsigned i = 1; i <= 3; i++) {
        verdict(i, reply(CLIENT_AT_GREETING, 521));
        if (i < 3) {
            answers("host failed");
            ended(i == 1 ? "connect mx2" : "connect mx3");
        }
    }
    answers("host failed\nreport 0 unreachable 4.4.1 by mx3\nend");
    end();
}
END_TEST

START_TEST(a_refused_password_is_logged_and_the_message_waits)
{
    begin(1);
    found(1);
    answers("connect mx1");
    verdict(1, reply(CLIENT_AT_AUTH, 535));
    answers("host failed\nauth refused\nreport 0 deferred 4.7.8 by mx1\nend");
    end();
}
END_TEST

START_TEST(without_room_or_a_socket_the_host_is_not_to_blame)
{
    begin(1);
    found(1);
    answers("connect mx1");
    delivery_no_room(&delivery, &list[0]);
    answers("report 0 wait -\nend");
    ck_assert_str_eq(site.full_name, "mx1");
    end();
    begin(1);
    found(1);
    answers("connect mx1");
    delivery_no_socket(&delivery, "Too many open files");
    answers("report 0 deferred 4.3.0\nend");
    ck_assert_int_eq(hosts_failed_ns(hosts, list[0].address), 0);
    end();
}
END_TEST

/* An idle connection ends before its next message: the DNS is asked then, and no host was tried. */
START_TEST(a_reused_connection_that_ends_begins_with_the_lookup)
{
    begin(1);
    struct client_verdict lost = failure(CLIENT_AT_RSET, CLIENT_LOST);
    (void)verdicts(1, &lost, 1, (struct delivery_session){.took = true});
    answers("");
    ended("look up");
    found(1);
    answers("connect mx1 in its place");
    end();
}
END_TEST

START_TEST(a_host_that_says_stop_rests_and_one_that_works_does_not)
{
    begin(1);
    found(1);
    answers("connect mx1");
    verdict(1, reply(CLIENT_AT_MAIL, 421));
    answers("report 0 closed 4.3.2 by mx1\nend");
    ck_assert_int_eq(hosts_rest_until_ns(hosts, list[0].address), START + MINUTES(5));
    ck_assert_int_eq(site.window, 1);
    delivery_fini(&delivery);
    facts.now_ns += MINUTES(6);
    struct delivery_setup setup = {
        .hosts = hosts, .cleartext = cleartext, .site = &site, .started_ns = facts.now_ns, .hosts_max = 3};
    delivery_init(&delivery, &setup, 1);
    found(1);
    answers("connect mx1");
    verdict(1, reply(CLIENT_AT_RCPT, 550));
    answers("report 0 failed 5.0.0 by mx1\nend");
    ck_assert_int_eq(hosts_rest_until_ns(hosts, list[0].address), 0);
    end();
}
END_TEST

SUITE(delivery, mail_that_is_accepted_is_reported_once, a_host_that_is_down_gives_way_to_the_next_one,
      hosts_that_rest_are_passed_over, when_all_hosts_rest_the_message_waits_for_the_first_of_them,
      a_closed_site_costs_no_question_unless_the_attempt_must_be_made, without_hosts_the_domain_fails_or_waits,
      each_recipient_has_the_outcome_of_its_own_reply,
      recipients_that_were_too_many_follow_on_the_same_connection_or_on_a_new_one,
      broken_tls_is_tried_once_more_without_tls_at_the_same_host,
      a_refusal_without_tls_is_final_although_tls_was_broken_before,
      a_host_whose_tls_sessions_died_gets_the_next_message_without_tls,
      too_many_connections_is_not_a_deferral_while_others_are_open,
      a_host_that_takes_no_mail_is_final_only_when_all_hosts_say_so,
      hosts_beyond_the_round_keep_the_message_from_failing, a_refused_password_is_logged_and_the_message_waits,
      without_room_or_a_socket_the_host_is_not_to_blame, a_reused_connection_that_ends_begins_with_the_lookup,
      a_host_that_says_stop_rests_and_one_that_works_does_not)
