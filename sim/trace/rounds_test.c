/* What counts as an attempt. Times in seconds. */
#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "sim/scenario/testing.h"
#include "sim/trace/rounds.h"

#define S(n) ((n)*NS_PER_S)

static struct scenario *scenario;
static struct rounds *rounds;
static struct buf report;

static void begin(void)
{
    buf_init(&report, 65536);
    scenario =
        test_scenario("scenario: 1\nid: test/one\ntitle: A test\nclock: {until: 6h}\nworld:\n  dns:\n"
                      "    dest.example: {MX: [\"10 mx1.dest.example\", \"20 mx2.dest.example\"]}\n  hosts:\n"
                      "    mx1.dest.example: {addr: 192.0.2.10}\n    mx2.dest.example: {addr: 192.0.2.11}\nstory:\n"
                      "  - {t: 0s, submit: m1, from: alice@sender.example, to: [bob@dest.example]}\n"
                      "  - {t: 0s, submit: m2, from: alice@sender.example, to: [ann@dest.example]}\n"
                      "  - {t: 0s, submit: m3, from: carol@sender.example, to: [eve@dest.example]}\n"
                      "expect:\n  - {must: X, spec: RFC1, delivered: {of: m1}}\n",
                      NULL, &report);
    ck_assert_msg(scenario != NULL, "%s", buf_cstr(&report));
    rounds = rounds_new(scenario);
    rounds_submitted(rounds, "m1", 1, 0);
}

static void end(void)
{
    rounds_free(rounds);
    scenario_free(scenario);
    buf_fini(&report);
}

static const struct rounds_of *bob(void)
{
    return rounds_get(rounds, "m1", 1, "bob@dest.example");
}

static void try_bob(unsigned conn, const char *host, int64_t t)
{
    rounds_connect(rounds, conn, host, t);
    (void)rounds_rcpt(rounds, conn, "m1", 1, "bob@dest.example", t);
    rounds_closed(rounds, conn, t);
}

START_TEST(hosts_tried_one_after_another_are_one_round)
{
    begin();
    rounds_connect_failed(rounds, "mx1.dest.example", S(0));
    try_bob(1, "mx2.dest.example", S(30));
    rounds_connect_failed(rounds, "mx1.dest.example", S(300));
    ck_assert_uint_eq(bob()->count, 2);
    ck_assert_uint_eq(bob()->list[0].host_count, 2);
    ck_assert_int_eq(bob()->list[1].open_ns, S(300));
    end();
}
END_TEST

START_TEST(the_same_host_again_is_another_round_also_at_the_same_instant)
{
    begin();
    try_bob(1, "mx1.dest.example", S(0));
    try_bob(2, "mx1.dest.example", S(0));
    ck_assert_uint_eq(bob()->count, 2);
    end();
}
END_TEST

START_TEST(fifteen_minutes_without_an_event_close_a_round)
{
    begin();
    try_bob(1, "mx1.dest.example", S(0));
    try_bob(2, "mx2.dest.example", S(901));
    ck_assert_uint_eq(bob()->count, 2);
    end();
}
END_TEST

START_TEST(a_connection_belongs_to_the_recipients_that_its_transactions_name)
{
    begin();
    rounds_submitted(rounds, "m2", 1, 0);
    try_bob(1, "mx1.dest.example", S(0));
    rounds_end(rounds, S(1));
    ck_assert_uint_eq(bob()->count, 1);
    ck_assert_uint_eq(rounds_get(rounds, "m2", 1, "ann@dest.example")->count, 0);
    end();
}
END_TEST

START_TEST(a_connection_without_a_transaction_belongs_to_all_that_are_pending)
{
    begin();
    rounds_submitted(rounds, "m2", 1, S(10));
    rounds_connect(rounds, 1, "mx1.dest.example", S(5));
    rounds_closed(rounds, 1, S(6));
    rounds_connect(rounds, 2, "mx1.dest.example", S(20));
    rounds_closed(rounds, 2, S(21));
    ck_assert_uint_eq(bob()->count, 2);
    ck_assert_uint_eq(rounds_get(rounds, "m2", 1, "ann@dest.example")->count, 1);
    end();
}
END_TEST

/* The second connection, as it ends, is not for one whom the first has delivered meanwhile, were it at the same
 * instant. */
START_TEST(a_delivered_recipient_is_not_pending_for_what_ends_at_the_same_instant)
{
    begin();
    rounds_submitted(rounds, "m2", 1, 0);
    rounds_connect(rounds, 1, "mx1.dest.example", S(0));
    rounds_connect(rounds, 2, "mx1.dest.example", S(0));
    (void)rounds_rcpt(rounds, 1, "m1", 1, "bob@dest.example", S(0));
    rounds_delivered(rounds, "m1", 1, "bob@dest.example", S(0));
    rounds_closed(rounds, 2, S(2)); /* MAIL was refused */
    ck_assert_uint_eq(bob()->count, 1);
    ck_assert_uint_eq(rounds_get(rounds, "m2", 1, "ann@dest.example")->count, 1);
    end();
}
END_TEST

/* MAIL was refused, so the connection names no recipient; and the sender has its bounce before the QUIT. */
START_TEST(a_bounce_may_overtake_the_connection_that_it_reports_on)
{
    begin();
    rounds_connect(rounds, 1, "mx1.dest.example", S(0));
    rounds_bounced(rounds, "m1", 1, "bob@dest.example", S(0));
    rounds_closed(rounds, 1, S(0));
    ck_assert_uint_eq(bob()->count, 1);
    rounds_connect_failed(rounds, "mx1.dest.example", S(1000));
    ck_assert_uint_eq(bob()->count, 1);
    end();
}
END_TEST

START_TEST(after_the_delivery_nothing_is_pending)
{
    begin();
    try_bob(1, "mx1.dest.example", S(0));
    rounds_delivered(rounds, "m1", 1, "bob@dest.example", S(1));
    rounds_connect_failed(rounds, "mx1.dest.example", S(1000));
    ck_assert_uint_eq(bob()->count, 1);
    end();
}
END_TEST

START_TEST(connects_of_one_instant_for_several_messages_are_one_attempt_of_each)
{
    begin();
    rounds_submitted(rounds, "m2", 1, S(0));
    for (int i = 0; i < 2; i++) {
        rounds_connect_failed(rounds, "mx1.dest.example", S(i * 1800));
        rounds_connect_failed(rounds, "mx1.dest.example", S(i * 1800));
    }
    ck_assert_uint_eq(bob()->count, 2);
    rounds_connect_failed(rounds, "mx1.dest.example", S(1800)); /* a third for two messages is one too many */
    ck_assert_uint_eq(bob()->count, 3);
    end();
}
END_TEST

START_TEST(going_on_unencrypted_is_the_same_attempt)
{
    begin();
    rounds_connect(rounds, 1, "mx1.dest.example", S(0)); /* its handshake breaks */
    rounds_closed(rounds, 1, S(0));
    try_bob(2, "mx1.dest.example", S(0));
    ck_assert_uint_eq(bob()->count, 1);
    end();
}
END_TEST

START_TEST(no_attempt_begins_before_the_submission)
{
    begin();
    rounds_connect(rounds, 1, "mx1.dest.example", S(5));
    rounds_submitted(rounds, "m2", 1, S(60));
    (void)rounds_rcpt(rounds, 1, "m2", 1, "ann@dest.example", S(61));
    ck_assert_int_eq(rounds_get(rounds, "m2", 1, "ann@dest.example")->list[0].open_ns, S(61));
    end();
}
END_TEST

static const struct rounds_of *ann(void)
{
    return rounds_get(rounds, "m2", 1, "ann@dest.example");
}

static const struct rounds_of *eve(void)
{
    return rounds_get(rounds, "m3", 1, "eve@dest.example");
}

/* A submit command that ends when its mail is sent: its refusals come before it acknowledges anything. */
START_TEST(a_message_is_pending_from_when_it_is_handed_over)
{
    begin();
    rounds_delivered(rounds, "m1", 1, "bob@dest.example", 0);
    rounds_handed(rounds, "m2", 1, S(5));
    rounds_connect(rounds, 1, "mx1.dest.example", S(5)); /* MAIL is refused */
    rounds_closed(rounds, 1, S(5));
    rounds_connect_failed(rounds, "mx1.dest.example", S(65));
    rounds_connect(rounds, 2, "mx1.dest.example", S(185));
    (void)rounds_rcpt(rounds, 2, "m2", 1, "ann@dest.example", S(185));
    rounds_delivered(rounds, "m2", 1, "ann@dest.example", S(185));
    rounds_submitted(rounds, "m2", 1, S(185));
    ck_assert_int_eq(ann()->handed_ns, S(5));
    ck_assert_int_eq(ann()->submitted_ns, S(185));
    ck_assert_uint_eq(ann()->count, 3);
    ck_assert_int_eq(ann()->list[0].open_ns, S(5));
    end();
}
END_TEST

/* Its attempt failed, and it reports that; what other messages do later is not an attempt of this one. */
START_TEST(a_refused_recipient_is_not_pending_any_more)
{
    begin();
    rounds_delivered(rounds, "m1", 1, "bob@dest.example", 0);
    rounds_handed(rounds, "m2", 1, S(5));
    rounds_connect(rounds, 1, "mx1.dest.example", S(5));
    rounds_refused(rounds, "m2", 1, NULL, S(5)); /* the command ends before its connection does */
    rounds_closed(rounds, 1, S(5));
    rounds_connect_failed(rounds, "mx1.dest.example", S(6));
    ck_assert_uint_eq(ann()->count, 1);
    ck_assert_int_eq(ann()->submitted_ns, INT64_MAX);
    end();
}
END_TEST

START_TEST(a_refused_recipient_is_not_handed_over_with_the_others)
{
    begin();
    rounds_refused(rounds, "m2", 1, "ann@dest.example", S(1));
    rounds_handed(rounds, "m2", 1, S(2));
    rounds_submitted(rounds, "m2", 1, S(2));
    rounds_connect_failed(rounds, "mx1.dest.example", S(3));
    ck_assert_int_eq(ann()->handed_ns, INT64_MAX);
    ck_assert_uint_eq(ann()->count, 0);
    end();
}
END_TEST

/* The target asked the DNS for the first message, keeps the connection, and uses it for the second one. */
START_TEST(no_attempt_begins_before_the_message_is_handed_over)
{
    begin();
    rounds_dns(rounds, "dest.example", S(0));
    rounds_connect(rounds, 1, "mx1.dest.example", S(0));
    (void)rounds_rcpt(rounds, 1, "m1", 1, "bob@dest.example", S(0));
    rounds_handed(rounds, "m2", 1, S(1));
    (void)rounds_rcpt(rounds, 1, "m2", 1, "ann@dest.example", S(1));
    ck_assert_int_eq(ann()->list[0].open_ns, S(1));
    end();
}
END_TEST

/* As proxies and cut-through relays do. */
START_TEST(a_target_that_relays_while_it_receives_has_the_recipient_from_then_on)
{
    begin();
    rounds_connect(rounds, 1, "mx1.dest.example", S(4));
    (void)rounds_rcpt(rounds, 1, "m2", 1, "ann@dest.example", S(5));
    rounds_handed(rounds, "m2", 1, S(7));
    rounds_submitted(rounds, "m2", 1, S(9));
    ck_assert_uint_eq(ann()->count, 1);
    ck_assert_int_eq(ann()->handed_ns, S(5));
    ck_assert_int_eq(ann()->list[0].open_ns, S(5));
    end();
}
END_TEST

static void refuse_mail(unsigned conn, unsigned txn, const char *from, int64_t t)
{
    rounds_connect(rounds, conn, "mx1.dest.example", t);
    rounds_mail(rounds, conn, txn, from, t);
    rounds_closed(rounds, conn, t);
}

/* In the scenario of these tests m3 alone is from another sender. */
START_TEST(a_refused_mail_belongs_to_the_message_whose_reverse_path_it_has)
{
    begin();
    rounds_handed(rounds, "m2", 1, 0);
    rounds_handed(rounds, "m3", 1, 0);
    refuse_mail(1, 1, "carol@sender.example", S(0));
    ck_assert_uint_eq(eve()->count, 1);
    ck_assert_uint_eq(eve()->list[0].shared_by, 0);
    ck_assert_uint_eq(bob()->count + ann()->count, 0);
    refuse_mail(2, 2, "alice@sender.example", S(5));
    ck_assert_uint_eq(bob()->count, 1);
    ck_assert_uint_eq(bob()->list[0].shared_by, 1);
    ck_assert_uint_eq(ann()->list[0].shared_by, 1);
    ck_assert_uint_eq(eve()->count, 1);
    end();
}
END_TEST

START_TEST(a_mail_refused_on_a_connection_that_served_another_message_is_an_attempt)
{
    begin();
    rounds_handed(rounds, "m3", 1, 0);
    rounds_connect(rounds, 1, "mx1.dest.example", S(0));
    rounds_mail(rounds, 1, 1, "alice@sender.example", S(0));
    (void)rounds_rcpt(rounds, 1, "m1", 1, "bob@dest.example", S(0));
    rounds_mail(rounds, 1, 2, "carol@sender.example", S(2));
    rounds_mail(rounds, 1, 3, "", S(2)); /* and a bounce */
    rounds_closed(rounds, 1, S(3));
    ck_assert_uint_eq(eve()->count, 1);
    ck_assert_uint_eq(eve()->list[0].contacts[0].txn, 2);
    ck_assert_uint_eq(bob()->count, 1);
    end();
}
END_TEST

START_TEST(a_transaction_of_no_submission_is_not_an_attempt)
{
    begin();
    rounds_connect(rounds, 1, "mx1.dest.example", S(0));
    rounds_mail(rounds, 1, 1, "", S(0));
    ck_assert_uint_eq(rounds_rcpt(rounds, 1, NULL, 0, "postmaster@dest.example", S(0)), 0);
    rounds_closed(rounds, 1, S(0));
    ck_assert_uint_eq(bob()->count, 0);
    end();
}
END_TEST

START_TEST(a_rcpt_pipelined_with_a_refused_mail_names_its_recipient)
{
    begin();
    rounds_handed(rounds, "m2", 1, 0);
    rounds_connect(rounds, 1, "mx1.dest.example", S(0));
    rounds_mail(rounds, 1, 1, "alice@sender.example", S(0));
    (void)rounds_rcpt(rounds, 1, NULL, 0, "ann@dest.example", S(0));
    rounds_closed(rounds, 1, S(2));
    ck_assert_uint_eq(bob()->count, 0);
    ck_assert_uint_eq(ann()->count, 1);
    ck_assert_uint_eq(ann()->list[0].shared_by, 0);
    end();
}
END_TEST

/* The sender is rewritten, or it is something else that the target sends. */
START_TEST(a_refused_mail_with_an_unknown_reverse_path_is_shared)
{
    begin();
    refuse_mail(1, 1, "bounces+17@sender.example", S(0));
    ck_assert_uint_eq(bob()->count, 1);
    ck_assert_uint_eq(bob()->list[0].shared_by, 1);
    end();
}
END_TEST

START_TEST(a_nameless_contact_is_rather_for_a_recipient_that_was_not_tried_just_now)
{
    begin();
    rounds_handed(rounds, "m2", 1, 0);
    try_bob(1, "mx1.dest.example", S(0));
    rounds_connect_failed(rounds, "mx1.dest.example", S(0));
    ck_assert_uint_eq(bob()->count, 1);
    ck_assert_uint_eq(bob()->list[0].shared_by, 0);
    ck_assert_uint_eq(ann()->count, 1);
    ck_assert_uint_eq(ann()->list[0].shared_by, 1);
    end();
}
END_TEST

START_TEST(questions_about_a_domain_to_which_two_messages_go_are_shared)
{
    begin();
    rounds_handed(rounds, "m2", 1, 0);
    rounds_dns(rounds, "dest.example", S(0));
    rounds_dns_answer(rounds, &(struct rounds_answer){"dest.example", "MX", "SERVFAIL", NULL, 0});
    rounds_end(rounds, S(1000));
    ck_assert_uint_eq(ann()->list[0].shared_by, 1);
    end();
}
END_TEST

START_TEST(a_round_opens_with_its_dns_question)
{
    begin();
    rounds_dns(rounds, "dest.example", S(10));
    try_bob(1, "mx1.dest.example", S(12));
    ck_assert_uint_eq(bob()->count, 1);
    ck_assert_int_eq(bob()->list[0].open_ns, S(10));
    end();
}
END_TEST

static void ask(const char *name, const char *type, int64_t t, const char *rcode, const char *fault, size_t records)
{
    rounds_dns(rounds, name, t);
    rounds_dns_answer(rounds, &(struct rounds_answer){name, type, rcode, fault, records});
}

START_TEST(failed_questions_alone_are_rounds_and_retransmissions_are_not)
{
    begin();
    ask("dest.example", "MX", S(0), "TIMEOUT", "timeout", 0);
    ask("dest.example", "MX", S(5), "TIMEOUT", "timeout", 0);
    ask("dest.example", "MX", S(310), "SERVFAIL", NULL, 0);
    ask("dest.example", "MX", S(900), "NOERROR", "lame", 0);
    rounds_end(rounds, S(1000));
    ck_assert_uint_eq(bob()->count, 3);
    ck_assert_int_eq(bob()->list[1].open_ns, S(310));
    end();
}
END_TEST

START_TEST(a_connection_that_ends_late_was_an_attempt_when_it_began)
{
    begin();
    rounds_connect(rounds, 1, "mx1.dest.example", S(0));
    rounds_connect(rounds, 2, "mx1.dest.example", S(2000));
    rounds_closed(rounds, 2, S(2000));
    rounds_closed(rounds, 1, S(3000));
    ck_assert_uint_eq(bob()->count, 2);
    ck_assert_int_eq(bob()->list[0].open_ns, S(0));
    ck_assert_int_eq(bob()->list[1].open_ns, S(2000));
    end();
}
END_TEST

START_TEST(questions_with_good_answers_and_no_connect_are_not_an_attempt)
{
    begin();
    ask("dest.example", "MX", S(0), "NOERROR", NULL, 2);
    ask("mx1.dest.example", "AAAA", S(0), "NOERROR", NULL, 0);
    ask("mx1.dest.example", "A", S(0), "NOERROR", NULL, 1);
    try_bob(1, "mx1.dest.example", S(0));
    ask("dest.example", "MX", S(1000), "NOERROR", NULL, 2);
    ask("dest.example", "MX", S(2000), "NOERROR", NULL, 2);
    try_bob(2, "mx1.dest.example", S(2001));
    rounds_end(rounds, S(3000));
    ck_assert_uint_eq(bob()->count, 2);
    ck_assert_int_eq(bob()->list[1].open_ns, S(2000));
    end();
}
END_TEST

START_TEST(a_host_without_an_address_was_an_attempt)
{
    begin();
    ask("dest.example", "MX", S(0), "NOERROR", NULL, 2);
    ask("mx1.dest.example", "A", S(0), "NOERROR", NULL, 0);
    rounds_end(rounds, S(2000));
    ck_assert_uint_eq(bob()->count, 1);
    end();
}
END_TEST

SUITE(rounds, hosts_tried_one_after_another_are_one_round,
      the_same_host_again_is_another_round_also_at_the_same_instant, fifteen_minutes_without_an_event_close_a_round,
      a_connection_belongs_to_the_recipients_that_its_transactions_name,
      a_connection_without_a_transaction_belongs_to_all_that_are_pending, after_the_delivery_nothing_is_pending,
      a_delivered_recipient_is_not_pending_for_what_ends_at_the_same_instant,
      a_bounce_may_overtake_the_connection_that_it_reports_on,
      connects_of_one_instant_for_several_messages_are_one_attempt_of_each, going_on_unencrypted_is_the_same_attempt,
      no_attempt_begins_before_the_submission, a_message_is_pending_from_when_it_is_handed_over,
      a_refused_recipient_is_not_pending_any_more, a_refused_recipient_is_not_handed_over_with_the_others,
      no_attempt_begins_before_the_message_is_handed_over,
      a_target_that_relays_while_it_receives_has_the_recipient_from_then_on,
      a_refused_mail_belongs_to_the_message_whose_reverse_path_it_has,
      a_mail_refused_on_a_connection_that_served_another_message_is_an_attempt,
      a_rcpt_pipelined_with_a_refused_mail_names_its_recipient, a_transaction_of_no_submission_is_not_an_attempt,
      a_refused_mail_with_an_unknown_reverse_path_is_shared,
      a_nameless_contact_is_rather_for_a_recipient_that_was_not_tried_just_now,
      questions_about_a_domain_to_which_two_messages_go_are_shared, a_round_opens_with_its_dns_question,
      failed_questions_alone_are_rounds_and_retransmissions_are_not,
      a_connection_that_ends_late_was_an_attempt_when_it_began,
      questions_with_good_answers_and_no_connect_are_not_an_attempt, a_host_without_an_address_was_an_attempt)
