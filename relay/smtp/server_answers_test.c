/* Dialogs with the server session where its driver decides: AUTH, senders and recipients. */
#include "relay/smtp/testing.h"

START_TEST(what_the_policy_refuses_stays_out_of_the_transaction)
{
    begin(&door25);
    play("S: 220\nC: HELO x.example\nS: 250\nP: 550 5.7.1 Not you\n"
         "C: MAIL FROM:<a@b.example>\nS: 550 5.7.1 Not you\r\nC: RCPT TO:<c@d.example>\nS: 503 5.5.1\nP: accept\n"
         "C: MAIL FROM:<a@b.example>\nS: 250 2.1.0\nP: 550 5.7.1 Relaying denied\n"
         "C: RCPT TO:<c@d.example>\nS: 550 5.7.1 Relaying denied\r\nC: DATA\nS: 554 5.5.1\n");
    ck_assert_uint_eq(server.txn.envelope.recipient_count, 0);
    end();
}
END_TEST

START_TEST(a_permanent_refusal_is_an_error_of_the_client_and_a_temporary_one_is_not)
{
    begin(&door25);
    play("S: 220\nC: HELO x.example\nS: 250\nP: 452 4.3.1 Later\n");
    for (unsigned i = 0; i < 2 * door25.errors_max; i++)
        play("C: MAIL FROM:<a@b.example>\nS: 452 4.3.1 Later\n");
    play("P: 550 5.7.1 No\n");
    for (unsigned i = 1; i < door25.errors_max; i++)
        play("C: MAIL FROM:<a@b.example>\nS: 550 5.7.1 No\nS- \n");
    play("C: MAIL FROM:<a@b.example>\nS: 550 5.7.1 No\nS: 421 4.7.0\nE: close\n");
    end();
}
END_TEST

/* The client's next commands wait in the input, so that replies keep their order. */
START_TEST(mail_and_rcpt_wait_for_the_answer_of_the_policy)
{
    static const struct refusal no = {550, "5.7.1", "No"};
    begin(&door25);
    play("S: 220\nC: HELO x.example\nS: 250\n");
    ck_assert(
        buf_add_cstr(&in, "MAIL FROM:<a@B.example> SIZE=77\r\nRCPT TO:<c@d.example>\r\nRCPT TO:<e@d.example>\r\n"));
    ck_assert_int_eq(server_feed(&server, &in), SERVER_MAIL);
    ck_assert_int_eq(server_feed(&server, &in), SERVER_MAIL);
    ck_assert_str_eq(server.txn.envelope.mail.reverse_path, "a@B.example");
    ck_assert_uint_eq(server.txn.size, 77);
    play("S- \n");
    server_mail_result(&server, NULL);
    ck_assert_int_eq(server_feed(&server, &in), SERVER_RCPT);
    ck_assert_str_eq(server.txn.asked.address, "c@d.example");
    server_rcpt_result(&server, NULL);
    ck_assert_int_eq(server_feed(&server, &in), SERVER_RCPT);
    ck_assert_str_eq(server.txn.asked.address, "e@d.example");
    ck_assert_uint_eq(server.txn.envelope.recipient_count, 1);
    server_rcpt_result(&server, &no);
    ck_assert_int_eq(server_feed(&server, &in), SERVER_NOTHING);
    play("S: 250 2.1.0\nS: 250 2.1.5\nS: 550 5.7.1\nS- \n");
    ck_assert_uint_eq(server.txn.envelope.recipient_count, 1);
    end();
}
END_TEST

/* While a recipient is decided about, the driver may give the session up. */
START_TEST(a_session_may_end_while_the_policy_is_asked)
{
    begin(&door25);
    play("S: 220\nC: HELO x.example\nS: 250\nC: MAIL FROM:<a@b.example>\nS: 250\n");
    ck_assert(buf_add_cstr(&in, "RCPT TO:<c@d.example>\r\n"));
    ck_assert_int_eq(server_feed(&server, &in), SERVER_RCPT);
    server_hang_up(&server, "Timeout");
    ck_assert_ptr_null(server.txn.asked.address);
    play("S: 421\nE: close\n");
    end();
}
END_TEST

START_TEST(submission_requires_tls_and_then_a_password)
{
    begin(&door587);
    play("S: 220\nC: EHLO x.example\nS* 250-STARTTLS\nS* 250 \n"
         "C: MAIL FROM:<a@b.example>\nS: 530 5.7.0 Issue STARTTLS\n"
         "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nS: 530 5.7.0\n"
         "C: STARTTLS\nS: 220 \nE: tls\n"
         "C: MAIL FROM:<a@b.example>\nS: 503 5.5.1\n" /* EHLO is forgotten (RFC 3207 §4.2) */
         "C: EHLO x.example\nS* 250-AUTH PLAIN\nS* 250 \n"
         "C: MAIL FROM:<a@b.example>\nS: 530 5.7.0 Auth\n"
         "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\n");
    ck_assert_str_eq(server.sasl.user, "alice");
    ck_assert_str_eq(server.sasl.password, "secret");
    play("E: auth yes\nS: 235 2.7.0\nC: MAIL FROM:<a@b.example>\nS: 250 2.1.0\n");
    end();
}
END_TEST

START_TEST(auth_accepts_a_second_line_and_refuses_nonsense)
{
    begin(&door587);
    play("S: 220\nC: STARTTLS\nS: 220\nE: tls\nC: EHLO x.example\nS* 250 \n"
         "C: AUTH PLAIN\nS: 334 \nC: *\nS: 501 5.7.0\n"
         "C: AUTH PLAIN\nS: 334 \nC: AGFsaWNlAHNlY3JldA==\nE: auth no\nS: 535 5.7.8\n"
         "C: AUTH PLAIN  AGFsaWNlAHNlY3JldA== \nE: auth later\nS: 454 4.7.0\n"
         "C: AUTH PLAIN !!!\nS: 501 5.5.2\n"
         "C: AUTH CRAM-MD5\nS: 504 5.5.4\n");
    end();
}
END_TEST

START_TEST(an_exchange_of_several_challenges_is_checked_after_the_last_response)
{
    begin(&door587);
    play("S: 220\nC: STARTTLS\nS: 220\nE: tls\nC: EHLO x.example\nS* 250 \n"
         "C: auth login\nS: 334 VXNlcm5hbWU6\r\nC: Ym9i\nS: 334 UGFzc3dvcmQ6\r\nC: *\nS: 501 5.7.0\n");
    ck_assert_ptr_null(server.sasl.user); /* another exchange starts from the beginning */
    play("C: AUTH LOGIN YWxpY2U=\nS: 334 UGFzc3dvcmQ6\nC: !\nS: 501 5.5.2\n"
         "C: AUTH LOGIN\nS: 334\nC: YWxpY2U=\nS: 334\nC: c2VjcmV0\n");
    ck_assert_str_eq(server.sasl.user, "alice");
    ck_assert_str_eq(server.sasl.password, "secret");
    play("E: auth yes\nS: 235\nC: MAIL FROM:<a@b.example>\nS: 250\n");
    ck_assert_ptr_null(server.sasl.password);
    end();
}
END_TEST

/* As one whole line, as one whose end does not come, and as one that is longer than any PLAIN response. */
START_TEST(an_auth_line_that_is_too_long_fails_the_exchange)
{
    static char line[SERVER_AUTH_LINE_MAX + 100];
    memset(line, 'A', sizeof line);
    begin(&door587);
    play("S: 220\nC: STARTTLS\nS: 220\nE: tls\nC: EHLO x.example\nS* 250 \n"
         "C: AUTH PLAIN\nS: 334 \n");
    send_line(slice_make(line, sizeof line), true);
    play("S: 500 5.5.6\nC: NOOP\nS: 250\nC: AUTH LOGIN Ym9i\nS: 334\n");
    send_line(slice_make(line, sizeof line), true);
    ck_assert_ptr_null(server.sasl.user);
    play("S: 500 5.5.6\nC: AUTH PLAIN\nS: 334 \n");
    send_line(slice_make(line, sizeof line), false);
    play("S: 500 5.5.6\nC: \nS- \nC: NOOP\nS: 250\nC: AUTH PLAIN\nS: 334 \n");
    send_line(slice_make(line, 4000), true);
    play("S: 500 5.5.6\nC: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nE: auth yes\nS: 235\n");
    end();
}
END_TEST

/* RFC 5802 §5 over RFC 4954 §4: the last message of the server is a challenge, too. */
#define SCRAM_FIRST "biwsbj11c2VyLHI9ck9wck5HZndFYmVSV2diTkVrcU8="
#define SCRAM_SALT                                                                                                     \
    "cj1yT3ByTkdmd0ViZVJXZ2JORWtxTyVodllEcFdVYTJSYVRDQWZ1eEZJbGopaE5sRiRrMCxzPVcyMlphSjBTTlk3c29Fc1VFamI2Z1E9PSxpPTQw" \
    "OTY="
#define SCRAM_FINAL                                                                                                    \
    "Yz1iaXdzLHI9ck9wck5HZndFYmVSV2diTkVrcU8laHZZRHBXVWEyUmFUQ0FmdXhGSWxqKWhObEYkazAscD1kSHpiWmFwV0lrNGpVaE4rVXRlOXl0" \
    "YWc5empmTUhnc3FtbWl6N0FuZFZRPQ=="
#define SCRAM_WRONG                                                                                                    \
    "Yz1iaXdzLHI9ck9wck5HZndFYmVSV2diTkVrcU8laHZZRHBXVWEyUmFUQ0FmdXhGSWxqKWhObEYkazAscD1BSHpiWmFwV0lrNGpVaE4rVXRlOXl0" \
    "YWc5empmTUhnc3FtbWl6N0FuZFZRPQ=="

START_TEST(scram_asks_for_the_keys_and_ends_with_the_proof)
{
    static const char hello[] = "S: 220\nC: STARTTLS\nS: 220\nE: tls\nC: EHLO x\n"
                                "S* 250-AUTH PLAIN LOGIN SCRAM-SHA-256\r\nS* 250 \n";
    begin(&door587);
    play(hello);
    play("C: AUTH SCRAM-SHA-256-PLUS " SCRAM_FIRST "\nS: 504 5.5.4\n" /* not without a binding */
         "C: AUTH SCRAM-SHA-256\nS: 334 \r\nC: *\nS: 501 5.7.0\n"
         "C: AUTH SCRAM-SHA-256 " SCRAM_FIRST "\nE: no keys now\nS: 454 4.7.0\n"
         "C: AUTH SCRAM-SHA-256 " SCRAM_FIRST "\nE: keys\nS: 334 " SCRAM_SALT "\r\n"
         "C: " SCRAM_WRONG "\nE: auth no\nS: 535 5.7.8\n"
         "C: AUTH SCRAM-SHA-256\nS: 334 \r\nC: " SCRAM_FIRST "\nE: keys\nS: 334 " SCRAM_SALT "\r\n"
         "C: " SCRAM_FINAL "\nS: 334 dj02cnJpVFJCaTIzV3BSUi93dHVwK21NaFVaVW4vZEI1bkxUSlJzamw5NUc0PQ==\r\nC: \n");
    ck_assert_int_eq(server.sasl.proof, SASL_PROVED);
    play("E: auth yes\nS: 235 2.7.0\nC: MAIL FROM:<a@b.example>\nS: 250\n");
    end();
}
END_TEST

START_TEST(scram_is_bound_to_the_session_that_has_octets_for_it)
{
    static const uint8_t octets[SASL_BINDING_BYTES] = {1};
    begin(&door587);
    play("S: 220\nC: STARTTLS\nS: 220\n");
    server_bind(&server, octets);
    play("E: tls\nC: EHLO x\nS* 250-AUTH PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS\r\nS* 250 \n");
    end();
}
END_TEST

/* What ends a session that is held: errors_max errors, or idle_commands_max commands. */
START_TEST(no_session_can_be_held_by_what_is_sent_before_a_message)
{
    static const char *const steps[] = {
        "C: \n",
        "C:  \n",
        "C: NOOP\n",
        "C: RSET\n",
        "C: HELP\n",
        "C: VRFY x\n",
        "C: EHLO x\n",
        "C: STARTTLS\n",
        "C: DATA\n",
        "C: AUTH\n",
        "C: AUTH NONE\n",
        "C: AUTH PLAIN\nC: *\n",
        "C: AUTH PLAIN !\n",
        "C: AUTH LOGIN\nC: Ym9i\nC: *\n",
        "C: AUTH LOGIN\nC: \n",
        "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nE: auth no\n",
        "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nE: auth later\n",
        "C: AUTH SCRAM-SHA-256 " SCRAM_FIRST "\nE: keys\nC: *\n",
        "C: AUTH SCRAM-SHA-256 " SCRAM_FIRST "\nE: no keys now\n",
        "C: AUTH SCRAM-SHA-256 " SCRAM_FIRST "\nE: keys\nC: " SCRAM_WRONG "\nE: auth no\n",
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        unsigned times = 0;
        begin(&door587);
        play("C: EHLO x\nC: STARTTLS\nE: tls\nC: EHLO x\n");
        for (; server.pending != SERVER_CLOSE && times < 1000; times++) {
            buf_reset(&server.out);
            play(steps[i]);
        }
        ck_assert_msg(times <= door587.idle_commands_max, "%u times: %s", times, steps[i]);
        ck_assert_str_ne(server_why_closed(&server), "quit");
        end();
    }
}
END_TEST

START_TEST(auth_of_mail_is_accepted_where_auth_is_offered)
{
    struct server_settings settings = door587;
    settings.errors_max = 100;
    begin(&settings);
    play("S: 220\nC: STARTTLS\nS: 220\nE: tls\nC: EHLO x.example\nS* 250 \n"
         "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nE: auth yes\nS: 235\n"
         "C: MAIL FROM:<a@b.example> AUTH=<>\nS: 250\nC: RSET\nS: 250\n"
         "C: MAIL FROM:<a@b.example> auth=e+3Dmc2@b.example SIZE=10\nS: 250\nC: RSET\nS: 250\n"
         "C: MAIL FROM:<a@b.example> AUTH=\nS: 501 5.5.4\nC: MAIL FROM:<a@b.example> AUTH=a+3\nS: 501 5.5.4\n"
         "C: MAIL FROM:<a@b.example> AUTH=a+zz\nS: 501 5.5.4\nC: MAIL FROM:<a@b.example> AUTH=a=b\nS: 501 5.5.4\n"
         "C: MAIL FROM:<a@b.example> AUTH=gr\xc3\xbc\nS: 501 5.5.4\n"
         "C: MAIL FROM:<a@b.example> AUTH=<> AUTH=<>\nS: 501 5.5.4\n");
    end();
    begin(&door25);
    play("S: 220\nC: HELO x.example\nS: 250\nC: MAIL FROM:<a@b.example> AUTH=<>\nS: 555 5.5.4\n");
    end();
}
END_TEST

SUITE(server_answers, what_the_policy_refuses_stays_out_of_the_transaction,
      a_permanent_refusal_is_an_error_of_the_client_and_a_temporary_one_is_not,
      mail_and_rcpt_wait_for_the_answer_of_the_policy, a_session_may_end_while_the_policy_is_asked,
      submission_requires_tls_and_then_a_password, auth_accepts_a_second_line_and_refuses_nonsense,
      an_exchange_of_several_challenges_is_checked_after_the_last_response,
      an_auth_line_that_is_too_long_fails_the_exchange, scram_asks_for_the_keys_and_ends_with_the_proof,
      scram_is_bound_to_the_session_that_has_octets_for_it, no_session_can_be_held_by_what_is_sent_before_a_message,
      auth_of_mail_is_accepted_where_auth_is_offered)
