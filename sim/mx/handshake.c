/*
 * TLS handshakes that fail. Nothing of TLS is needed for that: what a host sends before its first key is unencrypted,
 * and an alert is seven octets (RFC 8446 §6, §5.1: type 21, version 3.3, length 2, fatal, what).
 */
#include "sim/mx/parts.h"

#define ALERT(what) SLICE_LIT("\x15\x03\x03\x00\x02\x02" what)

static const struct fault {
    const char *name;
    struct slice says;
    enum mx_event event;
} faults[] = {
    [TLS_FAULT_GARBAGE] = {"garbage", SLICE_LIT("These 43 octets do not form a TLS record.\r\n"), MX_NOTHING},
    [TLS_FAULT_CLOSE] = {"close", {0}, MX_CLOSE},
    [TLS_FAULT_RESET] = {"reset", {0}, MX_RESET},
    [TLS_FAULT_STALL] = {"stall", {0}, MX_NOTHING},
    [TLS_FAULT_ALERT] = {"alert internal_error", ALERT("\x50"), MX_CLOSE},
    [TLS_FAULT_VERSION] = {"alert protocol_version", ALERT("\x46"), MX_CLOSE},
    [TLS_FAULT_CIPHER] = {"alert handshake_failure", ALERT("\x28"), MX_CLOSE},
};

static void record(struct mx_session *s, enum trace_kind kind, const char *text)
{
    struct trace_fields f = {.conn = s->conn, .host = s->host->name, .peer = s->client};
    struct json *extra = json_new_object();
    if (text != NULL)
        json_set_str(extra, "text", text);
    s->callbacks.record(s->callbacks.arg, kind, &f, extra);
}

void session_start_handshake(struct mx_session *s, int64_t t_ns)
{
    struct situation situation = session_situation(s, STAGE_HANDSHAKE, t_ns);
    struct decision decision;
    world_decide(s->world, &situation, &decision);
    session_record_rules(s, &decision);
    s->hello_awaited = decision.tls_fail;
    s->hello_delay_ns = decision.delay_ns;
    if (decision.tls_fail == TLS_FAULT_NONE)
        s->event = MX_START_TLS;
    else
        record(s, TRACE_TLS_START, NULL);
}

/* The client's first octets have come: whatever they are, this is the answer, and the last word. */
void session_fail_handshake(struct mx_session *s, int64_t t_ns)
{
    const struct fault *fault = &faults[s->hello_awaited];
    record(s, TRACE_TLS_FAIL, fault->name);
    s->decision = (struct decision){0};
    session_say(s, fault->says, t_ns);
    s->event = fault->event;
    s->closed = fault->event != MX_NOTHING;
    s->stalled = !s->closed;
    s->hello_awaited = TLS_FAULT_NONE;
}
