/*
 * Any octets from a target, in pieces and over time, against a host with a rule of each kind: the session goes on, or
 * ends as it says. The first octet of a piece is its length, and how many seconds pass before it.
 */
#include "lib/base/check.h"
#include "lib/base/duration.h"
#include "lib/testing/fuzz.h"
#include "sim/mx/session.h"
#include "sim/scenario/loader.h"

#define OUT_MAX ((size_t)16 * 1024 * 1024)

static const char text[] =
    "scenario: 1\nid: x\ntitle: x\nseed: 1\nclock: {until: 6h}\nworld:\n  dns: {d.example: {MX: \"10 mx.d.example\"}}\n"
    "  hosts:\n    mx.d.example:\n      addr: 192.0.2.1\n      limits: {size: 2KiB, rcpts: 3}\n"
    "      net: {rtt: 100ms, segment: line}\n      rules:\n"
    "        - {at: ehlo, times: 1, announce: [\"AUTH PLAIN\", PIPELINING, \"SIZE 2000\", STARTTLS]}\n"
    "        - {at: auth, times: 1, reply: \"535 no\"}\n"
    "        - {at: starttls, times: 1, inject: '250 x\\r\\n'}\n"
    "        - {at: mail, when: {sender: \"c*\"}, raw: '250-a\\r\\n250'}\n"
    "        - {at: rcpt, greylist: {key: [client, sender, rcpt], wait: 5m}, reply: \"451 later\"}\n"
    "        - {at: data, rate_limit: {key: [sender], allow: 3, per: 1h}, reply: \"450 slowly\"}\n"
    "        - {at: body, when: {size: \">=1KiB\"}, reply: \"552 5.3.4 big\"}\n"
    "        - {at: eod, chance: \"50%\", reply: \"451 no\", keep: yes}\n"
    "        - {at: noop, drip: {bytes: 1, every: 1s}}\n        - {at: rset, delay: 5s}\n"
    "        - {at: idle, delay: 3m, reply: \"421 idle\"}\n"
    "story:\n  - {t: 0s, submit: m, from: a@s.example, to: b@d.example}\n"
    "expect:\n  - {must: x, spec: RFC1, delivered: {of: m}}\n";

static void record(void *arg, enum trace_kind kind, struct trace_fields *fields, struct json *extra)
{
    (void)arg;
    (void)fields;
    rl_assert(kind < TRACE_KINDS);
    json_free(extra);
}

static void keep(void *arg, const struct mx_message *message)
{
    (void)arg;
    rl_assert(message->rcpt_count > 0 && message->reverse_path != NULL);
}

static struct scenario *load(void)
{
    struct scenario *scenario = NULL;
    struct buf report;
    struct err err;
    buf_init(&report, 65536);
    rl_assert(scenario_load_text(&scenario, "fuzz.yaml", slice_cstr(text), NULL, &report, &err) == ERR_OK);
    buf_fini(&report);
    return scenario;
}

static void play(struct mx_session *session, struct slice bytes)
{
    struct buf in;
    int64_t now = 0;
    enum mx_event event = mx_session_start(session, now);
    buf_init(&in, 1024 * 1024);
    while (bytes.len > 0 && event != MX_CLOSE && event != MX_RESET) {
        size_t step = (uint8_t)bytes.ptr[0], len = step < bytes.len - 1 ? step : bytes.len - 1;
        (void)buf_add(&in, bytes.ptr + 1, len);
        bytes = slice_from(bytes, len + 1);
        now += (int64_t)step * NS_PER_S;
        event = mx_session_feed(session, &in, now);
        if (event == MX_START_TLS)
            event = mx_session_tls_started(session);
        rl_assert(session->out.len <= OUT_MAX);
        buf_reset(&session->out);
    }
    buf_fini(&in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct scenario *scenario;
    scenario = scenario != NULL ? scenario : load();
    struct world *world = world_new(scenario, 1);
    struct rounds *rounds = rounds_new(scenario);
    struct mx_session session = {0};
    unsigned txns = 0;
    mx_session_init(&session);
    session.scenario = scenario;
    session.host = scenario_host(scenario, "mx.d.example");
    session.world = world;
    session.rounds = rounds;
    session.callbacks = (struct mx_callbacks){record, keep, NULL};
    session.txn_counter = &txns;
    session.conn = session.connection = 1;
    session.client = "203.0.113.1";
    rounds_connect(rounds, 1, "mx.d.example", 0);
    play(&session, slice_make(data, size));
    mx_session_fini(&session);
    rounds_free(rounds);
    world_free(world);
    return 0;
}
