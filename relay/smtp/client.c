#include "relay/smtp/client.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/base64.h"
#include "lib/base/check.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define COMMANDS_MAX       (1024 * 1024)
#define MINUTES(n)         ((n)*60 * NS_PER_S)
#define BODY_BLOCK_TIMEOUT MINUTES(3) /* RFC 5321 §4.5.3.2.5 */

struct client_sent {
    const struct command *command;
    size_t recipient; /* RCPT */
};

/* One row a command: how long its reply may take, how it is written, what its reply means. */
struct command {
    enum client_stage stage;
    int64_t timeout_ns;
    void (*perform)(struct client *client, size_t recipient);
    void (*on_reply)(struct client *client, size_t recipient);
};

static const struct command greeting, ehlo, helo, starttls, handshake, auth_plain, auth_login, auth_user, auth_password,
    rset, mail, rcpt, data, eod, quit;

/* ---- the FIFO and the clock ---- */

static const struct client_sent *oldest(const struct client *client)
{
    return &client->fifo[client->fifo_head % client->fifo_room];
}

static void arm(struct client *client, int64_t now_ns)
{
    client->deadline_ns = client->fifo_count > 0 ? now_ns + oldest(client)->command->timeout_ns : INT64_MAX;
}

static void send_command(struct client *client, const struct command *command, size_t recipient)
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

/* Once all verdicts are told, replies to what was pipelined change none; the recipients may be gone. */
static void decide(struct client *client, size_t recipient, const struct client_verdict *verdict)
{
    if (!client->verdicts_told && client->txn.recipients[recipient].verdict.cause == CLIENT_NO_CAUSE)
        client->txn.recipients[recipient].verdict = *verdict;
}

static void decide_all(struct client *client, const struct client_verdict *verdict)
{
    for (size_t i = 0; i < client->txn.recipient_count; i++)
        decide(client, i, verdict);
}

static bool all_decided(const struct client *client)
{
    for (size_t i = 0; i < client->txn.recipient_count; i++)
        if (client->txn.recipients[i].verdict.cause == CLIENT_NO_CAUSE)
            return false;
    return true;
}

static struct client_verdict replied(const struct client *client, enum client_stage stage)
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

__attribute__((format(printf, 4, 5))) static void fail_all(struct client *client, enum client_stage stage,
                                                           enum client_cause cause, const char *fmt, ...)
{
    struct client_verdict verdict = {.stage = stage,
                                     .cause = cause,
                                     .encrypted = client->tls,
                                     .tls_required = client->settings.tls == CLIENT_TLS_MUST};
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(verdict.text, sizeof verdict.text, fmt, ap);
    va_end(ap);
    decide_all(client, &verdict);
}

static int class_of(const struct client *client)
{
    return client->reply.code / 100;
}

/* ---- the commands ---- */

static void say_goodbye(struct client *client)
{
    client->phase = CLIENT_PHASE_QUIT;
    send_command(client, &quit, 0);
}

static void refuse_session(struct client *client, enum client_stage stage)
{
    struct client_verdict verdict = replied(client, stage);
    decide_all(client, &verdict);
    say_goodbye(client);
}

static void on_greeting_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    if (class_of(client) == 2)
        send_command(client, &ehlo, 0);
    else
        refuse_session(client, CLIENT_AT_GREETING);
}

static void perform_ehlo(struct client *client, size_t recipient)
{
    (void)recipient;
    memset(&client->offers, 0, sizeof client->offers);
    (void)buf_printf(&client->commands, "EHLO %s\r\n", client->settings.hostname);
}

static void perform_helo(struct client *client, size_t recipient)
{
    (void)recipient;
    (void)buf_printf(&client->commands, "HELO %s\r\n", client->settings.hostname);
}

static struct extension_message message_of(const struct client *client, size_t recipient)
{
    const struct client_transaction *txn = &client->txn;
    return (struct extension_message){
        .mail = txn->mail, .recipient = txn->recipients[recipient].to, .size = txn->body_size};
}

/* What the host's EHLO makes impossible is not even begun. */
static bool fits(struct client *client)
{
    char text[CLIENT_TEXT_MAX];
    struct extension_message message = message_of(client, 0);
    enum client_cause cause = extension_misfit(&client->offers, &message, text);
    if (cause != CLIENT_NO_CAUSE)
        fail_all(client, CLIENT_AT_MAIL, cause, "%s", text);
    return cause == CLIENT_NO_CAUSE;
}

static void start_transaction(struct client *client)
{
    client->next_step = 0;
    client->phase = fits(client) ? CLIENT_PHASE_TRANSACTION : CLIENT_PHASE_IDLE;
}

/* The host is known: what our policy asks for comes before the first transaction. A password is never said in clear. */
static void after_hello(struct client *client)
{
    bool must_encrypt = client->settings.tls == CLIENT_TLS_MUST || client->settings.user != NULL;
    if (must_encrypt && !client->tls) {
        fail_all(client, CLIENT_AT_STARTTLS, CLIENT_NO_TLS,
                 "The host does not offer STARTTLS, which our policy requires");
        say_goodbye(client);
    } else if (client->settings.user == NULL) {
        start_transaction(client);
    } else if (client->offers.auth_plain) {
        send_command(client, &auth_plain, 0);
    } else if (client->offers.auth_login) {
        send_command(client, &auth_login, 0);
    } else {
        fail_all(client, CLIENT_AT_AUTH, CLIENT_NO_AUTH,
                 "The host offers neither AUTH PLAIN nor AUTH LOGIN, and is to have a password");
        say_goodbye(client);
    }
}

static void perform_auth_plain(struct client *client, size_t recipient)
{
    struct buf plain; /* RFC 4616 §2: [authzid] NUL authcid NUL passwd */
    (void)recipient;
    buf_init(&plain, COMMANDS_MAX);
    (void)buf_printf(&plain, "%c%s%c%s", 0, client->settings.user, 0, client->settings.password);
    (void)buf_add_cstr(&client->commands, "AUTH PLAIN ");
    (void)base64_encode(buf_slice(&plain), &client->commands);
    (void)buf_add_cstr(&client->commands, "\r\n");
    explicit_bzero(plain.data, plain.len);
    buf_fini(&plain);
}

/* AUTH LOGIN: the host asks for the user, then for the password, each a line of base64. */
static void perform_auth_login(struct client *client, size_t recipient)
{
    (void)recipient;
    (void)buf_add_cstr(&client->commands, "AUTH LOGIN\r\n");
}

static void perform_auth_user(struct client *client, size_t recipient)
{
    (void)recipient;
    (void)base64_encode(slice_cstr(client->settings.user), &client->commands);
    (void)buf_add_cstr(&client->commands, "\r\n");
}

static void perform_auth_password(struct client *client, size_t recipient)
{
    (void)recipient;
    (void)base64_encode(slice_cstr(client->settings.password), &client->commands);
    (void)buf_add_cstr(&client->commands, "\r\n");
}

static void go_on_with(struct client *client, const struct command *next)
{
    if (client->reply.code == 334)
        send_command(client, next, 0);
    else
        refuse_session(client, CLIENT_AT_AUTH);
}

static void on_auth_login_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    go_on_with(client, &auth_user);
}

static void on_auth_user_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    go_on_with(client, &auth_password);
}

static void on_auth_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    if (client->reply.code == 235)
        start_transaction(client);
    else
        refuse_session(client, CLIENT_AT_AUTH);
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
    if (class_of(client) == 2)
        start_transaction(client);
    else
        refuse_session(client, CLIENT_AT_RSET);
}

static void on_ehlo_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    if (class_of(client) == 5 && client->reply.code != 554 && client->reply.code != 521) {
        send_command(client, &helo, 0); /* RFC 5321 §3.2 */
        return;
    }
    if (class_of(client) != 2) {
        refuse_session(client, CLIENT_AT_HELLO);
        return;
    }
    struct slice lines = buf_slice(&client->reply.text);
    (void)slice_cut(&lines, '\n'); /* the host's name */
    while (lines.len > 0)
        extension_note(&client->offers, slice_cut(&lines, '\n'));
    if (client->offers.has[EXTENSION_STARTTLS] && client->settings.tls != CLIENT_TLS_NEVER && !client->tls)
        send_command(client, &starttls, 0);
    else
        after_hello(client);
}

static void on_helo_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    if (class_of(client) == 2)
        after_hello(client);
    else
        refuse_session(client, CLIENT_AT_HELLO);
}

static void perform_starttls(struct client *client, size_t recipient)
{
    (void)recipient;
    (void)buf_add_cstr(&client->commands, "STARTTLS\r\n");
}

static void on_starttls_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    if (client->reply.code == 220) {
        client->starttls_pending = true;
        send_command(client, &handshake, 0);
        return;
    }
    if (client->settings.tls == CLIENT_TLS_MUST || client->settings.user != NULL)
        refuse_session(client, CLIENT_AT_STARTTLS);
    else
        after_hello(client); /* 454, 501, …: opportunistic, so on in clear (RFC 3207 §4) */
}

static void perform_mail(struct client *client, size_t recipient)
{
    struct extension_message message = message_of(client, recipient);
    (void)buf_printf(&client->commands, "MAIL FROM:<%s>", message.mail->reverse_path);
    extension_print(&client->offers, EXTENSION_MAIL, &message, &client->commands);
    (void)buf_add_cstr(&client->commands, "\r\n");
}

static void on_mail_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    client->mail_open = class_of(client) == 2;
    if (client->mail_open)
        return;
    struct client_verdict verdict = replied(client, CLIENT_AT_MAIL);
    decide_all(client, &verdict);
    client->mail_refused = true;
}

static void perform_rcpt(struct client *client, size_t recipient)
{
    struct extension_message message = message_of(client, recipient);
    (void)buf_printf(&client->commands, "RCPT TO:<%s>", message.recipient->address);
    extension_print(&client->offers, EXTENSION_RCPT, &message, &client->commands);
    (void)buf_add_cstr(&client->commands, "\r\n");
}

static void on_rcpt_reply(struct client *client, size_t recipient)
{
    if (class_of(client) == 2 && !client->mail_refused) {
        client->txn.recipients[recipient].accepted = true;
        client->accepted_count++;
        return;
    }
    struct client_verdict verdict = replied(client, CLIENT_AT_RCPT);
    decide(client, recipient, &verdict);
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
        /* Nobody was accepted, and DATA was pipelined: a lone dot ends it (RFC 2920 §3.1). */
        client->body_sent = client->accepted_count > 0 ? 0 : client->txn.body_size;
        send_command(client, &eod, 0);
        return;
    }
    struct client_verdict verdict = replied(client, CLIENT_AT_DATA);
    decide_all(client, &verdict);
}

static void on_eod_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    if (client->body_open && class_of(client) == 2) {
        fail_all(client, CLIENT_AT_EOD, CLIENT_GARBLED, "The host took the message before it was sent");
        client->phase = CLIENT_PHASE_OVER;
        return;
    }
    struct client_verdict verdict = replied(client, CLIENT_AT_EOD);
    decide_all(client, &verdict);
    client->mail_open = false;
    if (client->body_open) /* refused in the middle: there is no way back to commands */
        client->phase = CLIENT_PHASE_OVER;
}

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

/* Timeouts: RFC 5321 §4.5.3.2.1 to .6; EHLO, STARTTLS, RSET and QUIT have none there, and get MAIL's or less. */
static const struct command greeting = {CLIENT_AT_GREETING, MINUTES(5), NULL, on_greeting_reply};
static const struct command ehlo = {CLIENT_AT_HELLO, MINUTES(5), perform_ehlo, on_ehlo_reply};
static const struct command helo = {CLIENT_AT_HELLO, MINUTES(5), perform_helo, on_helo_reply};
static const struct command starttls = {CLIENT_AT_STARTTLS, MINUTES(2), perform_starttls, on_starttls_reply};
static const struct command handshake = {CLIENT_AT_HANDSHAKE, MINUTES(2), NULL, NULL};
static const struct command auth_plain = {CLIENT_AT_AUTH, MINUTES(5), perform_auth_plain, on_auth_reply};
static const struct command auth_login = {CLIENT_AT_AUTH, MINUTES(5), perform_auth_login, on_auth_login_reply};
static const struct command auth_user = {CLIENT_AT_AUTH, MINUTES(5), perform_auth_user, on_auth_user_reply};
static const struct command auth_password = {CLIENT_AT_AUTH, MINUTES(5), perform_auth_password, on_auth_reply};
static const struct command rset = {CLIENT_AT_RSET, MINUTES(1), perform_rset, on_rset_reply};
static const struct command mail = {CLIENT_AT_MAIL, MINUTES(5), perform_mail, on_mail_reply};
static const struct command rcpt = {CLIENT_AT_RCPT, MINUTES(5), perform_rcpt, on_rcpt_reply};
static const struct command data = {CLIENT_AT_DATA, MINUTES(2), perform_data, on_data_reply};
static const struct command eod = {CLIENT_AT_EOD, MINUTES(10), NULL, on_eod_reply};
static const struct command quit = {CLIENT_AT_QUIT, 30 * NS_PER_S, perform_quit, on_quit_reply};

/* ---- the transaction's order ---- */

static void send_step(struct client *client)
{
    size_t step = client->next_step++;
    if (step == 0)
        send_command(client, &mail, 0);
    else if (step <= client->txn.recipient_count)
        send_command(client, &rcpt, step - 1);
    else
        send_command(client, &data, 0);
}

/* Sends what may be sent now. DATA is the last step, and alone after refusals only when they were pipelined. */
static void advance(struct client *client)
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
    fail_all(client, client_stage(client), CLIENT_GARBLED, "The host sent something that is no SMTP reply");
    client->phase = CLIENT_PHASE_OVER;
}

static void take_reply(struct client *client, int64_t now_ns)
{
    if (client->fifo_count == 0 || oldest(client)->command->on_reply == NULL) {
        garbled(client); /* nobody asked */
        return;
    }
    struct client_sent sent = take_oldest(client);
    if (client->reply.code == 421) { /* the host closes, whatever was asked (RFC 5321 §3.8) */
        struct client_verdict verdict = replied(client, sent.command->stage);
        decide_all(client, &verdict);
        client->phase = CLIENT_PHASE_OVER;
        return;
    }
    sent.command->on_reply(client, sent.recipient);
    advance(client);
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
        fail_all(client, client_stage(client), CLIENT_TIMED_OUT, "The host did not answer in time");
        client->phase = CLIENT_PHASE_OVER;
    }
    return next_event(client);
}

enum client_event client_tls_started(struct client *client, int64_t now_ns)
{
    rl_assert(client_stage(client) == CLIENT_AT_HANDSHAKE);
    (void)take_oldest(client);
    client->tls = true;
    send_command(client, &ehlo, 0); /* RFC 3207 §4.2: all that was known is forgotten */
    arm(client, now_ns);
    return next_event(client);
}

enum client_event client_end(struct client *client, enum client_cause what, const char *words)
{
    fail_all(client, client_stage(client), what, "%s", words);
    client->phase = CLIENT_PHASE_OVER;
    return next_event(client);
}

/* ---- out ---- */

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
static void pull_body(struct client *client, struct buf *out, size_t room)
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

void client_pull(struct client *client, struct buf *out, size_t room, int64_t now_ns)
{
    size_t len = client->commands.len < room ? client->commands.len : room;
    (void)buf_add(out, client->commands.data, len);
    buf_consume(&client->commands, len);
    if (!client->body_open || client->commands.len > 0 || room - len < 8)
        return;
    pull_body(client, out, room - len);
    client->deadline_ns = now_ns + (client->body_open ? BODY_BLOCK_TIMEOUT : eod.timeout_ns);
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
    send_command(client, &greeting, 0);
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
        send_command(client, &rset, 0);
    } else {
        start_transaction(client);
        advance(client);
    }
    arm(client, now_ns);
}

void client_quit(struct client *client, int64_t now_ns)
{
    rl_assert(client_is_idle(client));
    say_goodbye(client);
    arm(client, now_ns);
}
