/* The effects of rules on a session, one by one. */
#include "sim/mx/testing.h"

START_TEST(raw_octets_replace_a_reply)
{
    begin(TEST_SCENARIO("{at: rcpt, raw: '250-half\\r\\n\\x32'}", ""));
    play(UP_TO_RCPT);
    ck_assert_str_eq(buf_cstr(&session.out), "250-half\r\n2");
    buf_reset(&session.out);
    play("C: DATA\nS: 554\n"); /* no recipient was accepted */
    end();
    begin(TEST_SCENARIO("{at: rcpt, raw: '250-two\\n250 lines\\n'}", ""));
    play(UP_TO_RCPT "S: 250-two\nS: 250 lines\nC: DATA\nS: 354\n");
    end();
    begin(TEST_SCENARIO("{at: ehlo, raw: '250-x\\r\\n250 starttls\\r\\n'}", ""));
    play("S: 220\nC: EHLO r\nS: 250-x\nS: 250 starttls\nC: STARTTLS\nS: 220\nE: tls\n");
    end();
}
END_TEST

START_TEST(raw_lines_of_different_codes_have_no_code)
{
    begin(TEST_SCENARIO("{at: rcpt, raw: '450-x\\r\\n550 y\\r\\n'}", ""));
    play(UP_TO_RCPT);
    ck_assert_int_eq(session.reply.code, 0);
    end();
    begin(TEST_SCENARIO("{at: rcpt, raw: '550-x\\r\\nz\\r\\n550 y\\r\\n'}", ""));
    play(UP_TO_RCPT);
    ck_assert_int_eq(session.reply.code, 550);
    end();
}
END_TEST

START_TEST(a_dripping_reply_comes_octet_by_octet_and_what_follows_waits_for_it)
{
    begin(TEST_SCENARIO("{at: quit, drip: {bytes: 2, every: 3s}}", ""));
    play("S: 220\nC: QUIT\n");
    ck_assert_str_eq(buf_cstr(&session.out), "22");
    ck_assert_int_eq(event, MX_NOTHING);
    ck_assert_int_eq(mx_session_deadline_ns(&session), 3 * NS_PER_S);
    play("T: 3\n");
    ck_assert_str_eq(buf_cstr(&session.out), "221 ");
    play("T: 20\n");
    ck_assert_int_eq(event, MX_NOTHING);
    play("T: 21\nS: 221 2.0.0 Bye\nE: close\n");
    end();
}
END_TEST

START_TEST(what_is_announced_is_what_is_offered)
{
    begin(TEST_SCENARIO("{at: ehlo, when: {tls: false}, announce: [\"SIZE 10\", X-ODD, starttls]}, "
                        "{at: ehlo, when: {tls: true}, announce: []}",
                        ""));
    play("S: 220\nC: EHLO r\nS: 250-mx1\nS: 250-SIZE 10\nS: 250-X-ODD\nS: 250 starttls\nC: STARTTLS\nS: 220\nE: "
         "tls\nC: STARTTLS\nS: 503\nC: EHLO r\nS: 250 mx1\n");
    end();
    begin(TEST_SCENARIO("{at: ehlo, announce: PIPELINING}", ""));
    play("S: 220\nC: EHLO r\nS: 250-mx1\nS: 250 PIPELINING\nC: STARTTLS\nS: 503\n");
    end();
}
END_TEST

START_TEST(any_2yz_to_starttls_begins_the_handshake)
{
    begin(TEST_SCENARIO("{at: starttls, raw: '250 ok\\r\\n'}", ""));
    play("S: 220\nC: EHLO r\nS: 250-mx1\nS: 250-\nS: 250-\nS: 250-\nS: 250-\nS: 250 STARTTLS\nC: STARTTLS\nS: 250 "
         "ok\nE: tls\n");
    end();
}
END_TEST

START_TEST(octets_can_be_injected_ahead_of_the_handshake)
{
    begin(TEST_SCENARIO("{at: starttls, inject: '250 believe me\\r\\n'}", ""));
    play("S: 220\nC: EHLO r\nS: 250-\nS: 250-\nS: 250-\nS: 250-\nS: 250-\nS: 250 STARTTLS\nC: STARTTLS\nS: 220\nS: 250 "
         "believe me\nE: tls\n");
    end();
}
END_TEST

#define UP_TO_STARTTLS                                                                                                 \
    "S: 220\nC: EHLO r\nS: 250-\nS: 250-\nS: 250-\nS: 250-\nS: 250-\nS: 250 STARTTLS\nC: STARTTLS\nS: 220\n"

static void hello_meets(const char *rule, const char *octets, size_t len, enum mx_event wanted)
{
    begin(rule);
    play(UP_TO_STARTTLS);
    ck_assert_int_eq(event, MX_NOTHING);
    play("C: (a ClientHello)\n");
    ck_assert_uint_eq(session.out.len, len);
    ck_assert_mem_eq(session.out.data != NULL ? session.out.data : "", octets, len);
    ck_assert_int_eq(event, wanted);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&events), "tls.start"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&events), "tls.fail"));
    buf_reset(&session.out);
    play("C: NOOP\nT: 100000\nS- \n");
    end();
}

#define FAILS(how) TEST_SCENARIO("{at: handshake, tls_fail: " how "}", "")

START_TEST(each_broken_handshake_breaks_in_its_own_way)
{
    hello_meets(FAILS("close"), "", 0, MX_CLOSE);
    hello_meets(FAILS("reset"), "", 0, MX_RESET);
    hello_meets(FAILS("stall"), "", 0, MX_NOTHING);
    hello_meets(FAILS("alert"), "\x15\x03\x03\0\2\2\x50", 7, MX_CLOSE);
    hello_meets(FAILS("version"), "\x15\x03\x03\0\2\2\x46", 7, MX_CLOSE);
    hello_meets(FAILS("cipher"), "\x15\x03\x03\0\2\2\x28", 7, MX_CLOSE);
    hello_meets(FAILS("garbage"), "These 43 octets do not form a TLS record.\r\n", 43, MX_NOTHING);
}
END_TEST

START_TEST(a_broken_handshake_is_counted_and_delayed_like_any_rule)
{
    begin(TEST_SCENARIO("{at: handshake, times: 1, tls_fail: close, delay: 9s}", ""));
    play(UP_TO_STARTTLS "C: hello\nT: 8\n");
    ck_assert_int_eq(event, MX_NOTHING);
    play("T: 9\nE: close\n");
    mx_session_fini(&session);
    session.connection = 2;
    struct mx_session second = {.scenario = scenario,
                                .host = session.host,
                                .world = world,
                                .rounds = rounds,
                                .callbacks = session.callbacks,
                                .txn_counter = &txns,
                                .conn = 2,
                                .connection = 2,
                                .client = session.client};
    session = second;
    mx_session_init(&session);
    event = mx_session_start(&session, now);
    play(UP_TO_STARTTLS "E: tls\n");
    end();
}
END_TEST

#define UP_TO_DATA UP_TO_RCPT "S: 250\nC: DATA\nS: 354\n"

START_TEST(the_connection_breaks_in_the_middle_of_the_message)
{
    begin(TEST_SCENARIO("{at: body, when: {size: \">=8B\"}, then: reset}", ""));
    play(UP_TO_DATA "C: 1234\nS- \nC: 5678\nE: reset\n");
    ck_assert_uint_eq(kept_count, 0);
    end();
}
END_TEST

START_TEST(a_reply_in_the_middle_of_the_message_is_the_reply_to_it)
{
    begin(TEST_SCENARIO("{at: body, reply: \"550 5.7.1 no more\"}", ""));
    play(UP_TO_DATA "C: x\nS: 550 5.7.1\nC: y\nC: .\nS- \nC: MAIL FROM:<a@b>\nS: 250\n");
    ck_assert_uint_eq(kept_count, 0);
    end();
}
END_TEST

START_TEST(a_message_is_one_chance_of_a_body_rule)
{
    begin(TEST_SCENARIO("{at: body, times: \">=2\", reply: \"550 5.7.1 no more\"}", ""));
    play(UP_TO_DATA "C: x\nC: y\nC: z\nS- \nC: .\nS: 250\nC: MAIL FROM:<alice@sender.example>\nS: 250\nC: RCPT "
                    "TO:<bob@dest.example>\nS: 250\nC: DATA\nS: 354\nC: x\nS: 550\n");
    end();
}
END_TEST

START_TEST(a_silent_client_is_disconnected)
{
    begin(TEST_SCENARIO("{at: idle, delay: 30s, reply: \"421 4.4.2 Too slow\"}", ""));
    play("S: 220\nT: 20\nC: NOOP\nS: 250\nT: 49\nS- \n");
    ck_assert_int_eq(mx_session_deadline_ns(&session), 50 * NS_PER_S);
    play("T: 50\nS: 421 4.4.2\nE: close\n");
    end();
}
END_TEST

START_TEST(auth_is_accepted_unless_a_rule_refuses_it)
{
    begin(TEST_SCENARIO("{at: ehlo, announce: [\"AUTH PLAIN LOGIN\"]}, "
                        "{at: mail, when: {auth: false}, reply: \"530 5.7.0 who are you\"}",
                        ""));
    play("S: 220\nC: AUTH PLAIN AGEAYg==\nS: 503\nC: EHLO r\nS: 250-\nS: 250 AUTH\n"
         "C: MAIL FROM:<a@b>\nS: 530\nC: AUTH PLAIN AGEAYg==\nS: 235\nC: MAIL FROM:<a@b>\nS: 250\nC: AUTH PLAIN x\nS: "
         "503\n");
    ck_assert_ptr_null(strstr(buf_cstr(&events), "AGEAYg"));
    end();
    begin(TEST_SCENARIO("{at: ehlo, drip: {bytes: 2, every: 1s}, announce: [\"AUTH PLAIN LOGIN\"]}, {at: auth, "
                        "times: 1, reply: \"535 5.7.8 no\"}",
                        ""));
    play("S: 220\nC: EHLO r\nT: 60\nS: 250-\nS: 250 AUTH\nC: AUTH LOGIN\nS: 334 VX\nC: YQ==\nS: 334 UG\nC: Yg==\nS: "
         "535\n"
         "C: AUTH PLAIN\nS: 334 \nC: *\nS: 501\nC: AUTH CRAM-MD5\nS: 504\nC: AUTH PLAIN\nS: 334 \nC: AGEAYg==\nS: "
         "235\n");
    end();
}
END_TEST

START_TEST(without_a_recipient_nothing_is_kept_whatever_is_said)
{
    begin(TEST_SCENARIO(
        "{at: rcpt, reply: \"550 5.1.1 no\"}, {at: data, reply: \"354 go on\"}, {at: eod, reply: \"250 ok\"}", ""));
    play("S: 220\nC: HELO r\nS: 250\nC: MAIL FROM:<>\nS: 250\nC: RCPT TO:<bob@dest.example>\nS: 550\nC: DATA\nS: "
         "354\nC: .\nS: 250\n");
    ck_assert_uint_eq(kept_count, 0);
    end();
}
END_TEST

START_TEST(silence_after_a_reply_has_no_end)
{
    begin(TEST_SCENARIO("{at: mail, reply: \"250 2.1.0 ok\", then: stall}", ""));
    play("S: 220\nC: HELO r\nS: 250\nC: MAIL FROM:<a@b>\nS: 250\nC: NOOP\nT: 100000\nS- \n");
    end();
}
END_TEST

SUITE(mx_effects, any_2yz_to_starttls_begins_the_handshake, without_a_recipient_nothing_is_kept_whatever_is_said,
      a_dripping_reply_comes_octet_by_octet_and_what_follows_waits_for_it, what_is_announced_is_what_is_offered,
      octets_can_be_injected_ahead_of_the_handshake, each_broken_handshake_breaks_in_its_own_way,
      a_broken_handshake_is_counted_and_delayed_like_any_rule, the_connection_breaks_in_the_middle_of_the_message,
      a_reply_in_the_middle_of_the_message_is_the_reply_to_it, a_message_is_one_chance_of_a_body_rule,
      raw_octets_replace_a_reply, raw_lines_of_different_codes_have_no_code, a_silent_client_is_disconnected,
      auth_is_accepted_unless_a_rule_refuses_it, silence_after_a_reply_has_no_end)
