/*
 * For tests: dialogs with a scripted MX host. C: the client sends, S: how the next reply line begins, S- : nothing
 * waits, E: tls | close | reset, T: N  the clock moves to second N.
 */
#ifndef RL_SIM_MX_TESTING_H
#define RL_SIM_MX_TESTING_H

#include <string.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "sim/mx/session.h"
#include "sim/scenario/testing.h"

static struct scenario *scenario;
static struct world *world;
static struct rounds *rounds;
static struct mx_session session;
static struct buf in, report, kept, events, commands; /* commands: lines, as the trace has them */
static enum mx_event event;
static int64_t now;
static unsigned txns, kept_count;

static inline void record(void *arg, enum trace_kind kind, struct trace_fields *fields, struct json *extra)
{
    (void)arg;
    (void)buf_printf(&events, "%s %s %d %s%s%s%s\n", trace_event_rows[kind].name,
                     fields->verb != NULL ? fields->verb : "-", fields->code, fields->rcpt != NULL ? fields->rcpt : "-",
                     json_get_bool(extra, "pipelined", false) ? " pipelined" : "",
                     json_get(extra, "bare") != NULL ? " bare " : "", json_get_str(extra, "bare", ""));
    if (json_get(extra, "line") != NULL)
        (void)buf_printf(&commands, "%s\n", json_get_str(extra, "line", ""));
    json_free(extra);
}

static inline void keep(void *arg, const struct mx_message *message)
{
    (void)arg;
    kept_count++;
    buf_reset(&kept);
    (void)buf_printf(&kept, "%s>%s:%.*s", message->reverse_path, message->rcpts[0], SLICE_ARG(message->body));
}

static inline void begin(const char *text)
{
    buf_init(&in, 1024 * 1024);
    buf_init(&report, 65536);
    buf_init(&kept, 65536);
    buf_init(&events, 65536);
    buf_init(&commands, 65536);
    scenario = test_scenario(text, NULL, &report);
    ck_assert_msg(scenario != NULL, "%s", buf_cstr(&report));
    world = world_new(scenario, 1);
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

static inline void end(void)
{
    mx_session_fini(&session);
    rounds_free(rounds);
    world_free(world);
    scenario_free(scenario);
    buf_fini(&in);
    buf_fini(&report);
    buf_fini(&kept);
    buf_fini(&events);
    buf_fini(&commands);
}

static inline void feed(void)
{
    enum mx_event got = mx_session_feed(&session, &in, now);
    event = got != MX_NOTHING ? got : event;
}

static inline void expect_reply(struct slice wanted)
{
    struct slice out = buf_slice(&session.out);
    size_t len = slice_find(out, '\n');
    ck_assert_msg(len < out.len && out.len >= wanted.len && slice_eq(slice_head(out, wanted.len), wanted),
                  "wanted: %.*s\n   got: %.*s", SLICE_ARG(wanted), (int)len, out.ptr != NULL ? out.ptr : "");
    buf_consume(&session.out, len + 1);
}

static inline void play(const char *script)
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

#endif
