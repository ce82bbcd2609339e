/* The commands that are under way, the verdicts, and the life of a session. */
#include "relay/smtp/client.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "relay/smtp/client_internal.h"

#define COMMANDS_MAX       (1024 * 1024)
#define BODY_BLOCK_TIMEOUT MINUTES(3) /* RFC 5321 §4.5.3.2.5 */

/* ---- the FIFO and the clock ---- */

static const struct client_sent *oldest(const struct client *client)
{
    return &client->fifo[client->fifo_head % client->fifo_room];
}

static void arm(struct client *client, int64_t now_ns)
{
    client->deadline_ns = client->fifo_count > 0 ? now_ns + oldest(client)->command->timeout_ns : INT64_MAX;
}

void client_send(struct client *client, const struct command *command, size_t recipient)
{
    rl_assert(client->fifo_count < client->fifo_room);
    client->fifo[(client->fifo_head + client->fifo_count++) % client->fifo_room] =
        (struct client_sent){command, recipient};
    if (command->perform != NULL)
        command->perform(client, recipient);
}

static struct client_sent take_oldest(struct client *client)
{
    struct client_sent sent = *oldest(client);
    client->fifo_head++;
    client->fifo_count--;
    return sent;
}

enum client_stage client_stage(const struct client *client)
{
    return client->fifo_count > 0 ? oldest(client)->command->stage : CLIENT_AT_QUIT;
}

int64_t client_deadline_ns(const struct client *client)
{
    return client->deadline_ns;
}

/* ---- verdicts ---- */

/* Once all verdicts are reported, replies to pipelined commands change none; the recipients may be gone. */
void client_decide(struct client *client, size_t recipient, const struct client_verdict *verdict)
{
    if (!client->verdicts_told && client->txn.recipients[recipient].verdict.cause == CLIENT_NO_CAUSE)
        client->txn.recipients[recipient].verdict = *verdict;
}

void client_decide_all(struct client *client, const struct client_verdict *verdict)
{
    for (size_t i = 0; i < client->txn.recipient_count; i++)
        client_decide(client, i, verdict);
}

static bool all_decided(const struct client *client)
{
    for (size_t i = 0; i < client->txn.recipient_count; i++)
        if (client->txn.recipients[i].verdict.cause == CLIENT_NO_CAUSE)
            return false;
    return true;
}

struct client_verdict client_replied(const struct client *client, enum client_stage stage)
{
    struct client_verdict verdict = {.stage = stage,
                                     .cause = CLIENT_REPLIED,
                                     .code = client->reply.code,
                                     .encrypted = client->tls,
                                     .tls_required = client->settings.tls == CLIENT_TLS_MUST};
    (void)reply_status(&client->reply, verdict.status);
    reply_describe(&client->reply, verdict.text, sizeof verdict.text);
    return verdict;
}

struct client_verdict client_failed(const struct client *client, enum client_stage stage, enum client_cause cause,
                                    const char *text)
{
    struct client_verdict verdict = {.stage = stage,
                                     .cause = cause,
                                     .encrypted = client->tls,
                                     .tls_required = client->settings.tls == CLIENT_TLS_MUST};
    (void)snprintf(verdict.text, sizeof verdict.text, "%s", text);
    return verdict;
}

void client_fail_all(struct client *client, enum client_stage stage, enum client_cause cause, const char *text)
{
    struct client_verdict verdict = client_failed(client, stage, cause, text);
    client_decide_all(client, &verdict);
}

int client_reply_class(const struct client *client)
{
    return client->reply.code / 100;
}

/* ---- the commands ---- */

static void perform_quit(struct client *client, size_t recipient)
{
    (void)recipient;
    (void)buf_add_cstr(&client->commands, "QUIT\r\n");
}

static void on_quit_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    client->phase = CLIENT_PHASE_OVER;
}

static const struct command quit = {CLIENT_AT_QUIT, 30 * NS_PER_S, perform_quit, on_quit_reply};

void client_say_goodbye(struct client *client)
{
    client->phase = CLIENT_PHASE_QUIT;
    client_send(client, &quit, 0);
}

void client_refuse_session(struct client *client, enum client_stage stage)
{
    struct client_verdict verdict = client_replied(client, stage);
    client_decide_all(client, &verdict);
    client_say_goodbye(client);
}

/* ---- in ---- */

static enum client_event next_event(struct client *client)
{
    if (client->starttls_pending) {
        client->starttls_pending = false;
        return CLIENT_START_TLS;
    }
    if (!client->verdicts_told && all_decided(client)) {
        client->verdicts_told = true;
        return CLIENT_VERDICTS;
    }
    if (client->phase == CLIENT_PHASE_IDLE && !client->idle_told) {
        client->idle_told = true;
        return CLIENT_IDLE;
    }
    return client->phase == CLIENT_PHASE_OVER ? CLIENT_OVER : CLIENT_NOTHING;
}

static void garbled(struct client *client)
{
    client_fail_all(client, client_stage(client), CLIENT_GARBLED, "The host sent an invalid SMTP reply");
    client->phase = CLIENT_PHASE_OVER;
}

static void take_reply(struct client *client, int64_t now_ns)
{
    if (client->fifo_count == 0 || oldest(client)->command->on_reply == NULL) {
        garbled(client); /* unsolicited */
        return;
    }
    struct client_sent sent = take_oldest(client);
    if (client->reply.code == 421) { /* the host closes, whatever was asked (RFC 5321 §3.8) */
        struct client_verdict verdict = client_replied(client, sent.command->stage);
        client_decide_all(client, &verdict);
        client->phase = CLIENT_PHASE_OVER;
        return;
    }
    sent.command->on_reply(client, sent.recipient);
    client_advance(client);
    arm(client, now_ns);
}

enum client_event client_feed(struct client *client, struct buf *in, int64_t now_ns)
{
    while (client->phase != CLIENT_PHASE_OVER && !client->starttls_pending) {
        enum reply_state state = reply_feed(&client->reply, in);
        if (state == REPLY_MORE)
            break;
        if (state == REPLY_MALFORMED)
            garbled(client);
        else
            take_reply(client, now_ns);
        reply_reset(&client->reply);
    }
    return next_event(client);
}

enum client_event client_tick(struct client *client, int64_t now_ns)
{
    if (now_ns >= client->deadline_ns && client->phase != CLIENT_PHASE_OVER) {
        client_fail_all(client, client_stage(client), CLIENT_TIMED_OUT, "The host did not answer in time");
        client->phase = CLIENT_PHASE_OVER;
    }
    return next_event(client);
}

enum client_event client_tls_started(struct client *client, int64_t now_ns)
{
    rl_assert(client_stage(client) == CLIENT_AT_HANDSHAKE);
    (void)take_oldest(client);
    client->tls = true;
    client_send(client, &client_ehlo, 0); /* RFC 3207 §4.2: all that was known is forgotten */
    arm(client, now_ns);
    return next_event(client);
}

enum client_event client_end(struct client *client, enum client_cause what, const char *words)
{
    client_fail_all(client, client_stage(client), what, words);
    client->phase = CLIENT_PHASE_OVER;
    return next_event(client);
}

/* ---- out ---- */

void client_pull(struct client *client, struct buf *out, size_t room, int64_t now_ns)
{
    size_t len = client->commands.len < room ? client->commands.len : room;
    (void)buf_add(out, client->commands.data, len);
    buf_consume(&client->commands, len);
    if (!client->body_open || client->commands.len > 0 || room - len < 8)
        return;
    client_pull_body(client, out, room - len);
    client->deadline_ns = now_ns + (client->body_open ? BODY_BLOCK_TIMEOUT : client_eod.timeout_ns);
}

/* ---- life, and one transaction after another ---- */

static void set_transaction(struct client *client, const struct client_transaction *txn)
{
    rl_assert(txn->recipient_count > 0 && client->fifo_count == 0);
    client->txn = *txn;
    if (client->fifo_room < txn->recipient_count + 4) {
        client->fifo_room = txn->recipient_count + 4;
        client->fifo = mem_realloc(client->fifo, client->fifo_room, sizeof *client->fifo);
    }
    client->fifo_head = 0;
    client->accepted_count = 0;
    client->body_sent = 0;
    client->piece = slice_make(NULL, 0);
    client->body_open = client->mail_refused = false;
    client->verdicts_told = client->idle_told = false;
}

void client_init(struct client *client, const struct client_settings *settings, const struct client_transaction *first,
                 int64_t now_ns)
{
    *client = (struct client){.settings = *settings};
    set_transaction(client, first);
    buf_init(&client->commands, COMMANDS_MAX);
    reply_init(&client->reply);
    client_send(client, &client_greeting, 0);
    arm(client, now_ns);
}

void client_fini(struct client *client)
{
    buf_fini(&client->commands);
    reply_fini(&client->reply);
    free(client->fifo);
    client->fifo = NULL;
}

bool client_is_idle(const struct client *client)
{
    return client->phase == CLIENT_PHASE_IDLE;
}

void client_next(struct client *client, const struct client_transaction *txn, int64_t now_ns)
{
    rl_assert(client_is_idle(client));
    set_transaction(client, txn);
    if (client->mail_open) {
        client->phase = CLIENT_PHASE_RSET;
        client_send(client, &client_rset, 0);
    } else {
        client_start_transaction(client);
        client_advance(client);
    }
    arm(client, now_ns);
}

void client_quit(struct client *client, int64_t now_ns)
{
    rl_assert(client_is_idle(client));
    client_say_goodbye(client);
    arm(client, now_ns);
}
