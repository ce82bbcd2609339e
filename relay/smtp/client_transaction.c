/* One transaction of a session: RSET, MAIL, RCPT and DATA in their order, and the body. */
#include <stdlib.h>

#include "lib/base/check.h"
#include "relay/smtp/address.h"
#include "relay/smtp/client_internal.h"

static struct extension_message message_of(const struct client *client, size_t recipient)
{
    const struct client_transaction *txn = &client->txn;
    return (struct extension_message){
        .mail = txn->mail, .recipient = txn->recipients[recipient].to, .size = txn->body_size, .utf8 = client->utf8};
}

static bool is_decided(const struct client *client, size_t recipient)
{
    return client->txn.recipients[recipient].verdict.cause != CLIENT_NO_CAUSE;
}

/* What the host's EHLO makes impossible is not even begun. True when some of the recipients can be given to it. */
static bool drop_misfits(struct client *client)
{
    bool some = false;
    client->utf8 = false;
    for (size_t i = 0; i < client->txn.recipient_count; i++) {
        char text[CLIENT_TEXT_MAX];
        struct extension_message message = message_of(client, i);
        enum client_cause cause = extension_misfit(&client->offers, &message, text);
        if (cause != CLIENT_NO_CAUSE) {
            struct client_verdict verdict = client_failed(client, CLIENT_AT_MAIL, cause, text);
            client_decide(client, i, &verdict);
            continue;
        }
        some = true;
        client->utf8 = client->utf8 || extension_needs_utf8(message.mail, message.recipient);
    }
    return some;
}

void client_start_transaction(struct client *client)
{
    client->next_step = 0;
    client->phase = drop_misfits(client) ? CLIENT_PHASE_TRANSACTION : CLIENT_PHASE_IDLE;
}

static void perform_rset(struct client *client, size_t recipient)
{
    (void)recipient;
    (void)buf_add_cstr(&client->commands, "RSET\r\n");
}

static void on_rset_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    client->mail_open = false;
    if (client_reply_class(client) == 2)
        client_start_transaction(client);
    else
        client_refuse_session(client, CLIENT_AT_RSET);
}

/* Where SMTPUTF8 is declared, names have U-labels (RFC 6531 §3.7). */
static void add_path(struct client *client, const char *command, const char *address)
{
    char *unicode = client->utf8 ? address_unicode(address) : NULL;
    (void)buf_printf(&client->commands, "%s:<%s>", command, unicode != NULL ? unicode : address);
    free(unicode);
}

static void perform_mail(struct client *client, size_t recipient)
{
    struct extension_message message = message_of(client, recipient);
    add_path(client, "MAIL FROM", message.mail->reverse_path);
    extension_print(&client->offers, EXTENSION_MAIL, &message, &client->commands);
    (void)buf_add_cstr(&client->commands, "\r\n");
}

static void on_mail_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    client->mail_open = client_reply_class(client) == 2;
    if (client->mail_open)
        return;
    struct client_verdict verdict = client_replied(client, CLIENT_AT_MAIL);
    client_decide_all(client, &verdict);
    client->mail_refused = true;
}

static void perform_rcpt(struct client *client, size_t recipient)
{
    struct extension_message message = message_of(client, recipient);
    add_path(client, "RCPT TO", message.recipient->address);
    extension_print(&client->offers, EXTENSION_RCPT, &message, &client->commands);
    (void)buf_add_cstr(&client->commands, "\r\n");
}

static void on_rcpt_reply(struct client *client, size_t recipient)
{
    if (client_reply_class(client) == 2 && !client->mail_refused) {
        client->txn.recipients[recipient].accepted = true;
        client->accepted_count++;
        return;
    }
    struct client_verdict verdict = client_replied(client, CLIENT_AT_RCPT);
    client_decide(client, recipient, &verdict);
}

static void perform_data(struct client *client, size_t recipient)
{
    (void)recipient;
    (void)buf_add_cstr(&client->commands, "DATA\r\n");
}

static void on_data_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    if (client->reply.code == 354) {
        client->body_open = true;
        client->body_at_line_start = true;
        /* No recipient was accepted, and DATA was pipelined: a lone dot ends it (RFC 2920 §3.1). */
        client->body_sent = client->accepted_count > 0 ? 0 : client->txn.body_size;
        client_send(client, &client_eod, 0);
        return;
    }
    struct client_verdict verdict = client_replied(client, CLIENT_AT_DATA);
    client_decide_all(client, &verdict);
}

static void on_eod_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    if (client->body_open && client_reply_class(client) == 2) {
        client_fail_all(client, CLIENT_AT_EOD, CLIENT_GARBLED, "The host accepted the message before it was complete");
        client->phase = CLIENT_PHASE_OVER;
        return;
    }
    struct client_verdict verdict = client_replied(client, CLIENT_AT_EOD);
    client_decide_all(client, &verdict);
    client->mail_open = false;
    if (client->body_open) /* refused in the middle: there is no way back to commands */
        client->phase = CLIENT_PHASE_OVER;
}

/* Timeouts: RFC 5321 §4.5.3.2.2 to .6; RSET has none there. */
const struct command client_rset = {CLIENT_AT_RSET, MINUTES(1), perform_rset, on_rset_reply};
static const struct command mail = {CLIENT_AT_MAIL, MINUTES(5), perform_mail, on_mail_reply};
static const struct command rcpt = {CLIENT_AT_RCPT, MINUTES(5), perform_rcpt, on_rcpt_reply};
static const struct command data = {CLIENT_AT_DATA, MINUTES(2), perform_data, on_data_reply};
const struct command client_eod = {CLIENT_AT_EOD, MINUTES(10), NULL, on_eod_reply};

/* ---- the transaction's order ---- */

static void send_step(struct client *client)
{
    size_t step = client->next_step++;
    if (step == 0)
        client_send(client, &mail, 0);
    else if (step > client->txn.recipient_count)
        client_send(client, &data, 0);
    else if (!is_decided(client, step - 1))
        client_send(client, &rcpt, step - 1);
}

/* Sends what may be sent now. DATA is the last step, and alone after refusals only when they were pipelined. */
void client_advance(struct client *client)
{
    size_t last = client->txn.recipient_count + 1;
    while (client->phase == CLIENT_PHASE_TRANSACTION) {
        bool idle = client->fifo_count == 0;
        bool hopeless = client->mail_refused || (client->next_step == last && client->accepted_count == 0);
        if (idle && (client->next_step > last || hopeless)) {
            client->phase = CLIENT_PHASE_IDLE;
            return;
        }
        if (client->next_step > last || (!idle && !client->offers.has[EXTENSION_PIPELINING]))
            return;
        send_step(client);
    }
}

/* ---- the body ---- */

bool client_wants_body(const struct client *client)
{
    return client->body_open && client->commands.len == 0 && client->piece.len == 0 &&
           client->body_sent < client->txn.body_size;
}

void client_give_body(struct client *client, struct slice piece)
{
    rl_assert(piece.len > 0 && piece.len <= client->txn.body_size - client->body_sent);
    client->piece = piece;
}

/* Copies body octets with dots stuffed (RFC 5321 §4.5.2), then the end. At least 8 bytes of room are needed. */
void client_pull_body(struct client *client, struct buf *out, size_t room)
{
    size_t used = 0;
    while (client->piece.len > 0 && used + 2 < room) {
        size_t end = slice_find(client->piece, '\n');
        size_t len = end < client->piece.len ? end + 1 : end;
        if (client->body_at_line_start && client->piece.ptr[0] == '.') {
            (void)buf_add_char(out, '.');
            used++;
        }
        if (len > room - used)
            len = room - used;
        (void)buf_add(out, client->piece.ptr, len);
        used += len;
        client->body_sent += len;
        client->body_at_line_start = client->piece.ptr[len - 1] == '\n';
        client->piece = slice_from(client->piece, len);
    }
    if (client->body_sent == client->txn.body_size && used + 5 <= room) {
        (void)buf_add_cstr(out, client->body_at_line_start ? ".\r\n" : "\r\n.\r\n");
        client->body_open = false;
    }
}
