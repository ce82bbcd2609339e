/* What a simulated MX host says, and what the trace records of its client. */
#include "sim/mx/testing.h"

START_TEST(a_host_without_rules_behaves_well)
{
    begin(TEST_SCENARIO("", ""));
    play("S: 220 mx1.dest.example\nC: EHLO relay.example\nS: 250-mx1\nS: 250-PIPELINING\nS: 250-SIZE\nS: 250-8BITMIME\n"
         "S: 250-ENHANCEDSTATUSCODES\nS: 250 STARTTLS\nC: STARTTLS\nS: 220\nE: tls\nC: EHLO relay.example\nS: 250-\nS: "
         "250-\n"
         "S: 250-\nS: 250-\nS: 250 ENH\nC: MAIL FROM:<alice@sender.example> SIZE=3\nS: 250\nC: RCPT "
         "TO:<bob@dest.example>\nS: 250\n"
         "C: DATA\nS: 354\nC: ..x\nC: .\nS: 250\nC: QUIT\nS: 221\nE: close\n");
    ck_assert_str_eq(buf_cstr(&kept), "alice@sender.example>bob@dest.example:.x\r\n");
    end();
}
END_TEST

START_TEST(a_rule_answers_instead_of_the_host_and_the_trace_shows_it)
{
    begin(TEST_SCENARIO("{at: rcpt, reply: \"451 4.7.1 later\"}", ""));
    play(UP_TO_RCPT "S: 451 4.7.1 later\nC: DATA\nS: 554\n");
    ck_assert_ptr_nonnull(strstr(buf_cstr(&events), "rule.fired - 0 bob@dest.example\n"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&events), "smtp.reply RCPT 451 bob@dest.example\n"));
    ck_assert_uint_eq(kept_count, 0);
    end();
}
END_TEST

START_TEST(a_delayed_reply_delays_everything_after_it)
{
    begin(TEST_SCENARIO("{at: rcpt, delay: 30s}", ""));
    play(UP_TO_RCPT "C: DATA\nS- \n");
    ck_assert_int_eq(mx_session_deadline_ns(&session), 30 * NS_PER_S);
    play("T: 29\nS- \nT: 30\nS: 250\nS: 354\n");
    end();
}
END_TEST

START_TEST(what_then_says_happens_after_the_reply)
{
    begin(TEST_SCENARIO("{at: mail, reply: \"451 x\", then: close}", ""));
    play("S: 220\nC: HELO r\nS: 250\nC: MAIL FROM:<a@b>\nS: 451\nE: close\n");
    end();
    begin(TEST_SCENARIO("{at: mail, reply: \"421 x\"}", ""));
    play("S: 220\nC: HELO r\nS: 250\nC: MAIL FROM:<a@b>\nS: 421\nE: close\n");
    end();
    begin(TEST_SCENARIO("{at: mail, then: reset}", ""));
    play("S: 220\nC: HELO r\nS: 250\nC: MAIL FROM:<a@b>\nS- \nE: reset\n");
    end();
    begin(TEST_SCENARIO("{at: mail, blackhole: true}", ""));
    play("S: 220\nC: HELO r\nS: 250\nC: MAIL FROM:<a@b>\nC: NOOP\nT: 100000\nS- \n");
    end();
}
END_TEST

START_TEST(the_banner_can_be_replaced)
{
    begin(TEST_SCENARIO("{at: connect, reply: \"421 4.3.2 too busy\"}", ""));
    play("S: 421 4.3.2 too busy\nE: close\n");
    end();
    begin(TEST_SCENARIO("{at: banner, reply: \"554 no\"}", ""));
    play("S: 554 no\nC: QUIT\nS: 221\nE: close\n");
    end();
}
END_TEST

START_TEST(keep_does_not_depend_on_the_answer)
{
    begin(TEST_SCENARIO("{at: eod, reply: \"451 4.3.0 x\", keep: yes}", ""));
    play(UP_TO_RCPT "S: 250\nC: DATA\nS: 354\nC: x\nC: .\nS: 451\n");
    ck_assert_uint_eq(kept_count, 1);
    end();
    begin(TEST_SCENARIO("{at: eod, keep: no}", ""));
    play(UP_TO_RCPT "S: 250\nC: DATA\nS: 354\nC: x\nC: .\nS: 250\n");
    ck_assert_uint_eq(kept_count, 0);
    end();
}
END_TEST

START_TEST(a_lost_reply_keeps_the_message_only_when_the_rule_says_so)
{
    begin(TEST_SCENARIO("{at: eod, then: reset}", ""));
    play(UP_TO_RCPT "S: 250\nC: DATA\nS: 354\nC: x\nC: .\nS- \nE: reset\n");
    ck_assert_uint_eq(kept_count, 0);
    end();
    begin(TEST_SCENARIO("{at: eod, keep: yes, then: reset}", ""));
    play(UP_TO_RCPT "S: 250\nC: DATA\nS: 354\nC: x\nC: .\nS- \nE: reset\n");
    ck_assert_uint_eq(kept_count, 1);
    end();
}
END_TEST

START_TEST(commands_out_of_order_are_refused)
{
    begin(TEST_SCENARIO("", ""));
    play("S: 220\nC: MAIL FROM:<a@b>\nS: 503\nC: HELO r\nS: 250\nC: RCPT TO:<a@b>\nS: 503\nC: DATA\nS: 503\nC: FOO\nS: "
         "500\n"
         "C: MAIL a@b\nS: 501\nC: MAIL FROM:<a@b>\nS: 250\nC: MAIL FROM:<a@b>\nS: 503\nC: RSET\nS: 250\nC: MAIL "
         "FROM:<a@b>\nS: 250\n");
    end();
}
END_TEST

/* Everything at once, as one segment. */
static void send_at_once(const char *lines)
{
    ck_assert(buf_add_cstr(&in, lines));
    feed();
}

static void happened(const char *line)
{
    ck_assert_msg(strstr(buf_cstr(&events), line) != NULL, "wanted: %s got:\n%s", line, buf_cstr(&events));
}

START_TEST(what_came_before_the_reply_to_the_command_before_is_pipelined)
{
    begin(TEST_SCENARIO("", ""));
    send_at_once("HELO r\r\nMAIL FROM:<a@b>\r\nRCPT TO:<bob@dest.example>\r\n");
    happened("smtp.command HELO 0 -\n");
    happened("smtp.command MAIL 0 - pipelined\n");
    happened("smtp.command RCPT 0 bob@dest.example pipelined\n");
    play("C: DATA\n");
    happened("smtp.command DATA 0 -\n");
    send_at_once("x\r\n.\r\nQUIT\r\nNOOP\r\n");
    happened("smtp.data - 0 -\n");
    happened("smtp.command QUIT 0 - pipelined\n");
    happened("smtp.command ? 0 - pipelined\n"); /* after QUIT */
    end();
}
END_TEST

START_TEST(a_message_that_did_not_wait_for_354_is_pipelined)
{
    begin(TEST_SCENARIO("", ""));
    play(UP_TO_RCPT);
    send_at_once("DATA\r\nx\r\n.\r\nNOOP\r\n");
    happened("smtp.data - 0 - pipelined\n");
    happened("smtp.command NOOP 0 - pipelined\n");
    end();
}
END_TEST

START_TEST(what_comes_while_a_reply_is_held_back_is_pipelined)
{
    begin(TEST_SCENARIO("{at: banner, delay: 30s}", ""));
    play("C: HELO r\nT: 30\nC: NOOP\nC: NOOP\n");
    happened("smtp.command HELO 0 - pipelined\n");
    happened("smtp.command NOOP 0 -\n");
    end();
}
END_TEST

START_TEST(what_comes_while_354_is_held_back_is_pipelined)
{
    begin(TEST_SCENARIO("{at: data, delay: 30s}", ""));
    play(UP_TO_RCPT);
    send_at_once("DATA\r\n");
    send_at_once("x\r\n.\r\n");
    play("T: 30\n");
    happened("smtp.data - 0 - pipelined\n");
    end();
}
END_TEST

/* The host stops reading in the middle of the message, or answers there: no reply is due that the rest waits for. */
START_TEST(the_rest_of_a_message_is_not_pipelined_whatever_the_host_does_in_its_middle)
{
    static const char *const scenarios[] = {TEST_SCENARIO("{at: body, delay: 150s}", ""),
                                            TEST_SCENARIO("{at: body, delay: 150s, reply: 550 5.7.1 No}", ""),
                                            TEST_SCENARIO("{at: body, reply: 550 5.7.1 No, drip: {every: 5s}}", "")};
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        begin(scenarios[i]);
        play(UP_TO_RCPT);
        send_at_once("DATA\r\n");
        send_at_once("x\r\ny\r\n");
        send_at_once("z\r\n.\r\nNOOP\r\n");
        play("T: 300\n");
        happened("smtp.data - 0 -\n");
        happened("smtp.command NOOP 0 - pipelined\n");
        end();
    }
}
END_TEST

START_TEST(a_2yz_in_the_middle_of_a_message_accepts_it_once_it_is_complete)
{
    static const struct {
        const char *scenario;
        unsigned kept;
    } rows[] = {{TEST_SCENARIO("{at: body, raw: '250 2.0.0 Queued\\r\\n'}", ""), 1},
                {TEST_SCENARIO("{at: body, reply: 550 5.7.1 No}", ""), 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(rows[i].scenario);
        play(UP_TO_RCPT);
        send_at_once("DATA\r\n");
        send_at_once("x\r\n");
        ck_assert_uint_eq(kept_count, 0);
        send_at_once("y\r\n.\r\n");
        ck_assert_uint_eq(kept_count, rows[i].kept);
        end();
    }
}
END_TEST

START_TEST(line_ends_on_the_wire_are_recorded)
{
    begin(TEST_SCENARIO("", ""));
    send_at_once("HELO r\n");
    happened("smtp.command HELO 0 - bare LF\n");
    play("C: NOOP\n");
    happened("smtp.command NOOP 0 -\n");
    play("C: MAIL FROM:<a@b>\nC: RCPT TO:<bob@dest.example>\nC: DATA\n");
    send_at_once("a\rb\r\nc\n.\r\n");
    happened("smtp.data - 0 - bare CR LF\n");
    end();
}
END_TEST

SUITE(session, a_host_without_rules_behaves_well, a_rule_answers_instead_of_the_host_and_the_trace_shows_it,
      a_delayed_reply_delays_everything_after_it, what_then_says_happens_after_the_reply, the_banner_can_be_replaced,
      keep_does_not_depend_on_the_answer, a_lost_reply_keeps_the_message_only_when_the_rule_says_so,
      commands_out_of_order_are_refused, what_came_before_the_reply_to_the_command_before_is_pipelined,
      a_message_that_did_not_wait_for_354_is_pipelined, what_comes_while_a_reply_is_held_back_is_pipelined,
      what_comes_while_354_is_held_back_is_pipelined,
      the_rest_of_a_message_is_not_pipelined_whatever_the_host_does_in_its_middle,
      a_2yz_in_the_middle_of_a_message_accepts_it_once_it_is_complete, line_ends_on_the_wire_are_recorded)
