/*
 * Dialogs with a scripted MX host. C: the client sends, S: how the next reply line begins, S- : nothing waits,
 * E: tls | close | reset, T: N  the clock moves to second N.
 */
#include <string.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "sim/mx/session.h"
#include "sim/scenario/testing.h"

static struct scenario *scenario;
static struct world *world;
static struct rounds *rounds;
static struct mx_session session;
static struct buf in, report, kept, events;
static enum mx_event event;
static int64_t now;
static unsigned txns, kept_count;

static void record(void *arg, const char *name, struct trace_fields *fields, struct json *extra)
{
    (void)arg;
    (void)buf_printf(&events, "%s %s %d %s%s%s%s\n", name, fields->verb != NULL ? fields->verb : "-", fields->code,
                     fields->rcpt != NULL ? fields->rcpt : "-",
                     json_get_bool(extra, "pipelined", false) ? " pipelined" : "",
                     json_get(extra, "bare") != NULL ? " bare " : "", json_get_str(extra, "bare", ""));
    json_free(extra);
}

static void keep(void *arg, const struct mx_message *message)
{
    (void)arg;
    kept_count++;
    buf_reset(&kept);
    (void)buf_printf(&kept, "%s>%s:%.*s", message->reverse_path, message->rcpts[0], SLICE_ARG(message->body));
}

static void begin(const char *text)
{
    buf_init(&in, 1024 * 1024);
    buf_init(&report, 65536);
    buf_init(&kept, 65536);
    buf_init(&events, 65536);
    scenario = test_scenario(text, NULL, &report);
    ck_assert_msg(scenario != NULL, "%s", buf_cstr(&report));
    world = world_new(scenario);
    rounds = rounds_new(scenario);
    now = 0;
    txns = kept_count = 0;
    session = (struct mx_session){0};
    mx_session_init(&session);
    session.scenario = scenario;
    session.host = scenario_host(scenario, "mx1.dest.example");
    session.world = world;
    session.rounds = rounds;
    session.callbacks = (struct mx_callbacks){record, keep, NULL};
    session.txn_counter = &txns;
    session.conn = session.connection = 1;
    session.client = "203.0.113.1";
    rounds_connect(rounds, 1, "mx1.dest.example", 0);
    event = mx_session_start(&session, now);
}

static void end(void)
{
    mx_session_fini(&session);
    rounds_free(rounds);
    world_free(world);
    scenario_free(scenario);
    buf_fini(&in);
    buf_fini(&report);
    buf_fini(&kept);
    buf_fini(&events);
}

static void feed(void)
{
    enum mx_event got = mx_session_feed(&session, &in, now);
    event = got != MX_NOTHING ? got : event;
}

static void expect_reply(struct slice wanted)
{
    struct slice out = buf_slice(&session.out);
    size_t len = slice_find(out, '\n');
    ck_assert_msg(len < out.len && out.len >= wanted.len && slice_eq(slice_head(out, wanted.len), wanted),
                  "wanted: %.*s\n   got: %.*s", SLICE_ARG(wanted), (int)len, out.ptr != NULL ? out.ptr : "");
    buf_consume(&session.out, len + 1);
}

static void play(const char *script)
{
    struct slice rest = slice_cstr(script);
    while (rest.len > 0) {
        struct slice step = slice_cut(&rest, '\n'), text = slice_from(step, 3);
        uint64_t seconds = 0;
        if (slice_istarts(step, "C: ")) {
            ck_assert(buf_add_slice(&in, text) && buf_add_cstr(&in, "\r\n"));
            feed();
        } else if (slice_istarts(step, "S: ")) {
            expect_reply(text);
        } else if (slice_istarts(step, "S- ")) {
            ck_assert_msg(session.out.len == 0, "unexpected: %s", buf_cstr(&session.out));
        } else if (slice_istarts(step, "T: ")) {
            ck_assert(slice_to_u64(text, 1000000, &seconds));
            now = (int64_t)seconds * NS_PER_S;
            feed();
        } else {
            enum mx_event wanted = slice_eq_cstr(text, "tls")     ? MX_START_TLS
                                   : slice_eq_cstr(text, "close") ? MX_CLOSE
                                                                  : MX_RESET;
            ck_assert_int_eq(event, wanted);
            event = MX_NOTHING;
            if (wanted == MX_START_TLS)
                (void)mx_session_tls_started(&session);
        }
    }
}

#define UP_TO_RCPT                                                                                                     \
    "S: 220 mx1\nC: HELO relay.example\nS: 250\nC: MAIL FROM:<alice@sender.example>\nS: 250\nC: RCPT "                 \
    "TO:<bob@dest.example>\n"

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

START_TEST(a_rule_answers_in_the_host_s_stead_and_the_trace_says_so)
{
    begin(TEST_SCENARIO("{at: rcpt, reply: \"451 4.7.1 later\"}", ""));
    play(UP_TO_RCPT "S: 451 4.7.1 later\nC: DATA\nS: 554\n");
    ck_assert_ptr_nonnull(strstr(buf_cstr(&events), "rule.fired - 0 bob@dest.example\n"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&events), "smtp.reply RCPT 451 bob@dest.example\n"));
    ck_assert_uint_eq(kept_count, 0);
    end();
}
END_TEST

START_TEST(a_delayed_reply_holds_everything_behind_it)
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

START_TEST(keep_is_apart_from_the_answer)
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
    happened("smtp.command ? 0 - pipelined\n"); /* behind QUIT */
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

START_TEST(line_ends_of_the_wire_are_told)
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

SUITE(session, a_host_without_rules_behaves_well, a_rule_answers_in_the_host_s_stead_and_the_trace_says_so,
      a_delayed_reply_holds_everything_behind_it, what_then_says_happens_after_the_reply, the_banner_can_be_replaced,
      keep_is_apart_from_the_answer, a_lost_reply_keeps_the_message_only_when_the_rule_says_so,
      commands_out_of_order_are_refused, what_came_before_the_reply_to_the_command_before_is_pipelined,
      a_message_that_did_not_wait_for_354_is_pipelined, what_comes_while_a_reply_is_held_back_is_pipelined,
      line_ends_of_the_wire_are_told)
