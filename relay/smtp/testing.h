/*
 * For tests: dialogs with the server session. A script has one step a line:
 *     C: what the client sends (\n is CR LF; "C| " sends without a line end)
 *     S: how the next reply line must begin       S- : no reply is waiting
 *     S* the same for a later line of the reply
 *     E: tls | keys | auth yes | auth no | message | message full | message over budget | close     the event that must
 * be pending, and its answer
 *     P: accept | 452 4.3.1 text     the policy's answer to each MAIL and RCPT from here on
 */
#ifndef RL_RELAY_SMTP_TESTING_H
#define RL_RELAY_SMTP_TESTING_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/testing/suite.h"
#include "relay/sasl/testing.h"
#include "relay/smtp/server.h"

static struct server server;
static struct buf in;
static struct server_budget budget;
static struct refusal refusal; /* the policy's answer; without a code, it accepts */

/* Until something else than the policy must answer. */
static inline void feed(void)
{
    const struct refusal *answer = refusal.code != 0 ? &refusal : NULL;
    enum server_event event;
    while ((event = server_feed(&server, &in)) == SERVER_MAIL || event == SERVER_RCPT)
        if (event == SERVER_MAIL)
            server_mail_result(&server, answer);
        else
            server_rcpt_result(&server, answer);
}

static inline void set_policy(struct slice answer)
{
    static char status[8], text[80];
    unsigned code = 0;
    (void)sscanf(slice_eq_cstr(answer, "accept") ? "" : answer.ptr, "%u %7s %79[^\n]", &code, status, text);
    refusal = (struct refusal){code, status, text};
}

static inline void begin(const struct server_settings *settings)
{
    budget = (struct server_budget){.max = 1 << 20};
    refusal = (struct refusal){0};
    server_init(&server, settings);
    buf_init(&in, 65536);
    server_greet(&server);
}

static inline void end(void)
{
    server_fini(&server);
    buf_fini(&in);
    ck_assert_uint_eq(budget.used, 0);
}

static inline void send_line(struct slice line, bool whole)
{
    ck_assert(buf_add_slice(&in, line));
    if (whole)
        ck_assert(buf_add_cstr(&in, "\r\n"));
    feed();
}

static inline void expect_reply(struct slice wanted)
{
    struct slice out = buf_slice(&server.out);
    size_t len = slice_find(out, '\n');
    ck_assert_msg(len < out.len, "no reply; wanted: %.*s", SLICE_ARG(wanted));
    ck_assert_msg(out.len >= wanted.len && slice_eq(slice_head(out, wanted.len), wanted), "wanted: %.*s\n   got: %.*s",
                  SLICE_ARG(wanted), (int)len, out.ptr);
    buf_consume(&server.out, len + 1);
}

static inline bool out_begins(struct slice wanted)
{
    return slice_eq(slice_head(buf_slice(&server.out), wanted.len), wanted);
}

/* The same after any lines of the reply: that to EHLO grows with each extension. */
static inline void expect_later_line(struct slice wanted)
{
    while (server.out.len > 4 && server.out.data[3] == '-' && !out_begins(wanted))
        buf_consume(&server.out, slice_find(buf_slice(&server.out), '\n') + 1);
    expect_reply(wanted);
}

static inline const struct refusal *refusal_of(struct slice event)
{
    static const struct refusal full = {452, "4.3.1", "Full"};
    ck_assert_int_eq(server.data_over_budget, slice_eq_cstr(event, "message over budget"));
    return slice_eq_cstr(event, "message") ? NULL : &full;
}

static inline void expect_event(struct slice event)
{
    static const struct {
        const char *name;
        enum server_event event;
    } events[] = {
        {"tls", SERVER_START_TLS},         {"auth yes", SERVER_CHECK_AUTH},  {"auth no", SERVER_CHECK_AUTH},
        {"auth later", SERVER_CHECK_AUTH}, {"keys", SERVER_FIND_KEYS},       {"no keys now", SERVER_FIND_KEYS},
        {"message", SERVER_MESSAGE},       {"message full", SERVER_MESSAGE}, {"message over budget", SERVER_MESSAGE},
        {"close", SERVER_CLOSE},           {"nothing", SERVER_NOTHING}};
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        if (slice_eq_cstr(event, events[i].name))
            ck_assert_msg(server.pending == events[i].event, "pending %d, wanted %s", server.pending, events[i].name);
    if (slice_eq_cstr(event, "tls"))
        server_tls_started(&server);
    else if (slice_eq_cstr(event, "keys"))
        server_auth_keys(&server, &pencil);
    else if (slice_eq_cstr(event, "auth later") || slice_eq_cstr(event, "no keys now"))
        server_auth_later(&server);
    else if (slice_istarts(event, "auth"))
        server_auth_result(&server, slice_eq_cstr(event, "auth yes"));
    else if (slice_istarts(event, "message"))
        server_message_result(&server, refusal_of(event), "q1");
    feed();
}

static inline void play(const char *script)
{
    struct slice rest = slice_cstr(script);
    while (rest.len > 0) {
        struct slice step = slice_cut(&rest, '\n'), text = slice_from(step, 3);
        if (slice_istarts(step, "C: "))
            send_line(text, true);
        else if (slice_istarts(step, "C| "))
            send_line(text, false);
        else if (slice_istarts(step, "S: "))
            expect_reply(text);
        else if (slice_istarts(step, "S* "))
            expect_later_line(text);
        else if (slice_istarts(step, "P: "))
            set_policy(text);
        else if (slice_istarts(step, "S- "))
            ck_assert_msg(server.out.len == 0, "unexpected: %s", buf_cstr(&server.out));
        else
            expect_event(text);
    }
}

static const struct server_settings door25 = {.hostname = "relay.example",
                                              .budget = &budget,
                                              .tls_available = true,
                                              .size_max = 1000,
                                              .recipients_max = 2,
                                              .errors_max = 5,
                                              .idle_commands_max = 20};
static const struct server_settings door587 = {.hostname = "relay.example",
                                               .budget = &budget,
                                               .submission = true,
                                               .has_keys = true,
                                               .tls_available = true,
                                               .size_max = 1000,
                                               .recipients_max = 2,
                                               .errors_max = 5,
                                               .idle_commands_max = 20};

#endif
