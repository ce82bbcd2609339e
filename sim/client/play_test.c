/*
 * Dialogs at work: each script is a line of YAML, each play a list of steps:
 *     S: a line from the target   S| octets without a line's end   C: what the client must have said by now
 *     T: seconds that pass        L: the connection has ended      H: the handshake is done
 *     E: the event that must come, K: the verdicts so far, as "step met" pairs
 */
#include <string.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "sim/client/play.h"
#include "sim/scenario/testing.h"

#define SCENARIO(lines)                                                                                                \
    "scenario: 1\nid: x\ntitle: x\nclock: {until: 1h}\nworld: {}\nstory:\n"                                            \
    "  - {t: 0s, dialog: submission, lines: [" lines "]}\n"

static struct scenario *scenario;
static struct play play;
static struct buf in, report;
static int64_t now_ns;
static enum play_event event;
static char verdicts[256], last[2048];

static void record(void *arg, const char *name, int code, struct json *extra)
{
    size_t at = strlen(verdicts);
    (void)arg;
    if (strcmp(name, "dialog.expect") == 0)
        (void)snprintf(verdicts + at, sizeof verdicts - at, "%s%d %s", at > 0 ? ", " : "",
                       (int)json_get_int(extra, "step", 0), json_get_bool(extra, "met", false) ? "met" : "not");
    (void)snprintf(last, sizeof last, "%s %d %.300s %.300s", name, code, json_get_str(extra, "reason", ""),
                   json_get_str(extra, "text", ""));
    json_free(extra);
}

static void begin(const char *text)
{
    buf_init(&report, 65536);
    buf_init(&in, 4096);
    scenario = test_scenario(text, NULL, &report);
    ck_assert_msg(scenario != NULL, "%s", buf_cstr(&report));
    now_ns = 0;
    verdicts[0] = last[0] = '\0';
    play_init(&play, &scenario->events[0].script, record, NULL);
    event = play_go(&play, &in, now_ns);
}

static void end(void)
{
    play_fini(&play);
    scenario_free(scenario);
    buf_fini(&in);
    buf_fini(&report);
}

static void go(void)
{
    event = play_go(&play, &in, now_ns);
}

static void said(struct slice wanted)
{
    struct slice out = buf_slice(&play.out);
    size_t len = slice_find(out, '\n');
    ck_assert_msg(len < out.len && slice_eq(slice_head(out, len - 1), wanted), "wanted: %.*s\n   got: %.*s",
                  SLICE_ARG(wanted), (int)len, out.ptr != NULL ? out.ptr : "");
    buf_consume(&play.out, len + 1);
}

static void check_event(struct slice wanted)
{
    static const char *const names[] = {"nothing", "tls", "close", "reset", "end-writing"};
    ck_assert_msg(slice_eq_cstr(wanted, names[event]), "wanted %.*s, got %s", SLICE_ARG(wanted), names[event]);
}

static void act(const char *steps)
{
    struct slice rest = slice_cstr(steps);
    while (rest.len > 0) {
        struct slice step = slice_cut(&rest, '\n'), text = slice_from(step, 3);
        uint64_t seconds = 0;
        if (slice_istarts(step, "C: ")) {
            said(text);
        } else if (slice_istarts(step, "E: ")) {
            check_event(text);
        } else if (slice_istarts(step, "K: ")) {
            ck_assert_msg(slice_eq_cstr(text, verdicts), "wanted: %.*s\n   got: %s", SLICE_ARG(text), verdicts);
        } else if (slice_istarts(step, "L: ")) {
            play_lost(&play, "gone");
            go();
        } else if (slice_istarts(step, "H: ")) {
            play_tls(&play, "TLSv1.3");
            go();
        } else if (slice_istarts(step, "T: ")) {
            ck_assert(slice_to_u64(text, 1000000, &seconds));
            now_ns += (int64_t)seconds * NS_PER_S;
            go();
        } else {
            ck_assert(buf_add_slice(&in, text) && (step.ptr[1] == '|' || buf_add_cstr(&in, "\r\n")));
            go();
        }
    }
}

START_TEST(lines_are_sent_and_replies_compared)
{
    begin(SCENARIO(
        "{expect: 220}, {send: EHLO x}, {expect: {code: 250, has: [SIZE*, AUTH*PLAIN], lacks: STARTTLS}, "
        "must: a, spec: RFC1}, {send: \"A{1..2}\"}, {expect: [250, \"5?? 5.1.*\"], times: 2, must: b, spec: RFC1}"));
    act("E: nothing\nS: 220 hi\nC: EHLO x\nS: 250-me\nS: 250-size 100\nS| 250 AUTH LO\nK: 1 met\nS: GIN PLAIN\n"
        "K: 1 met, 3 met\nC: A1\nC: A2\nS: 550 5.1.1 no\nK: 1 met, 3 met\nS: 250 ok\nK: 1 met, 3 met, 5 met\nE: "
        "close\n");
    ck_assert_str_eq(last, "dialog.end 0 over ");
    end();
    begin(SCENARIO("{expect: {code: 250, lacks: STARTTLS}, must: a, spec: RFC1}"));
    act("S: 250-me\nS: 250 STARTTLS\nK: 1 not\n");
    end();
    begin(SCENARIO("{expect: 250, times: 3, must: a, spec: RFC1}, {send: NOOP}"));
    act("S: 250 a\nS: 452 b\nS: 250 c\nK: 1 not\nC: NOOP\n");
    end();
}
END_TEST

START_TEST(a_broken_sentence_goes_on_and_a_reply_out_of_step_ends_it)
{
    begin(SCENARIO(
        "{expect: 530, must: a, spec: RFC1}, {send: NOOP}, {expect: 250}, {expect: 220, must: b, spec: RFC1}"));
    act("S: 250 ok\nK: 1 not\nC: NOOP\nS: 500 what\nK: 1 not, 3 not\nE: close\n");
    ck_assert(play.over);
    ck_assert_str_eq(last, "dialog.end 0 unexpected what");
    end();
}
END_TEST

START_TEST(silence_is_waited_for_and_missed)
{
    begin(SCENARIO("{quiet: 30s, must: a, spec: RFC1}, {wait: 10s}, {send: NOOP}, {expect: 250, must: b, spec: RFC1}, "
                   "{quiet: 5s, must: c, spec: RFC1}, {expect: 250, must: d, spec: RFC1}"));
    act("T: 29\nK: \nT: 1\nK: 1 met\nT: 9\n");
    ck_assert_uint_eq(play.out.len, 0);
    act("T: 1\nC: NOOP\nT: 299\nK: 1 met\nT: 1\nK: 1 met, 4 not\n");
    act("S: 250 late\nK: 1 met, 4 not, 5 not, 6 met\n"); /* what breaks the silence is still there for the next line */
    end();
}
END_TEST

START_TEST(a_reply_may_do_as_well_as_silence_and_is_there_for_the_next_line)
{
    static const char lines[] =
        SCENARIO("{quiet: 30s, or: [\"4??\", 521], must: a, spec: RFC1}, {expect: \"???\", must: b, spec: RFC1}");
    begin(lines);
    act("S: 451 no\nK: 1 met, 2 met\n");
    end();
    begin(lines);
    act("S: 250 yes\nK: 1 not, 2 met\n");
    end();
    begin(lines);
    act("T: 30\nK: 1 met\n");
    end();
}
END_TEST

START_TEST(a_reply_in_place_of_silence_is_judged_when_it_is_whole)
{
    static const char lines[] =
        SCENARIO("{quiet: 30s, or: [\"5?? never*\"], must: a, spec: RFC1}, {expect: \"550 no\", must: b, spec: RFC1}");
    begin(lines);
    act("S| 5\nT: 1\nK: \nS: 50-no\nK: \nS| 550 nev\nK: \nS: er\nK: 1 met, 2 met\n");
    end();
    begin(lines);
    act("S| 5\nT: 29\nK: \nT: 1\nK: 1 not\n");
    end();
    begin(lines);
    act("S| 5\nL: \nK: 1 not, 2 not\n");
    end();
    begin(SCENARIO("{quiet: 30s, must: a, spec: RFC1}"));
    act("S| 5\nK: 1 not\n"); /* where silence alone will do, an octet ends it */
    end();
}
END_TEST

START_TEST(the_end_of_the_connection_is_expected_or_ends_the_dialog)
{
    begin(SCENARIO(
        "{send: QUIT}, {expect: 221}, {expect: closed, must: a, spec: RFC1}, {quiet: 5s, must: b, spec: RFC1}"));
    act("C: QUIT\nS: 221 bye\nL: \nK: 2 met, 3 met, 4 met\nE: close\n");
    end();
    begin(SCENARIO("{expect: [250, closed], must: a, spec: RFC1}, {send: x}, {expect: 250, must: b, spec: RFC1}"));
    act("L: \nK: 1 met\nE: close\n");
    ck_assert_str_eq(last, "dialog.end 0 closed gone");
    end();
    begin(SCENARIO("{expect: closed, must: a, spec: RFC1}"));
    act("S: 250 no\nK: 1 not\n");
    end();
    begin(SCENARIO("{expect: 250, must: a, spec: RFC1}, {expect: 250, must: b, spec: RFC1}"));
    act("L: \nK: 1 not\nE: close\n");
    ck_assert(play.over);
    end();
}
END_TEST

START_TEST(a_handshake_waits_and_what_follows_shows_that_it_failed)
{
    begin(SCENARIO(
        "{send: STARTTLS}, {expect: 220}, {starttls: yes}, {send: EHLO y}, {expect: 250, may: a, spec: RFC1}"));
    act("S: 220 go\nC: STARTTLS\nE: tls\nT: 10\nE: nothing\nH: \nC: EHLO y\n");
    end();
    begin(SCENARIO("{expect: 220}, {starttls: yes}, {quiet: 5s, must: a, spec: RFC1}, {send: NOOP}"));
    act("S: 220 go\nE: tls\nL: \nK: 1 met, 3 met\nE: close\n");
    ck_assert_str_eq(last, "dialog.end 0 closed gone");
    end();
    begin(SCENARIO("{quiet: 0s, may: a, spec: RFC1}, {raw: 'a\\r\\n\\x00', times: 3}, {close: reset}"));
    ck_assert_uint_eq(play.out.len, 12);
    act("E: reset\n");
    end();
}
END_TEST

START_TEST(a_reply_without_an_end_is_bounded)
{
    begin(SCENARIO("{expect: 250, must: a, spec: RFC1}"));
    for (int i = 0; i < 512; i++)
        act("S| 250-long\n");
    act("K: 1 not\n");
    end();
}
END_TEST

START_TEST(a_client_that_has_sent_its_fin_still_reads)
{
    begin(SCENARIO("{send: QUIT}, {close: half}, {expect: 221, must: a, spec: RFC1}, {expect: closed, must: b, spec: "
                   "RFC1}"));
    act("C: QUIT\nE: end-writing\nS: 221 bye\nL: \nK: 3 met, 4 met\nE: close\n");
    end();
}
END_TEST

SUITE(play, a_client_that_has_sent_its_fin_still_reads, lines_are_sent_and_replies_compared,
      a_broken_sentence_goes_on_and_a_reply_out_of_step_ends_it, silence_is_waited_for_and_missed,
      a_reply_may_do_as_well_as_silence_and_is_there_for_the_next_line,
      a_reply_in_place_of_silence_is_judged_when_it_is_whole, the_end_of_the_connection_is_expected_or_ends_the_dialog,
      a_handshake_waits_and_what_follows_shows_that_it_failed, a_reply_without_an_end_is_bounded)
