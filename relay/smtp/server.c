#include "relay/smtp/server.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "relay/smtp/foreign.h"

#define OUT_MAX   (256 * 1024)
#define DATA_PART 16384

#define SURPLUS_LISTS 10 /* times as many recipients as a message may have */

void server_init(struct server *server, const struct server_settings *settings)
{
    *server = (struct server){.settings = *settings,
                              .tls = settings->implicit_tls,
                              .door = {.without = settings->without, .has_keys = settings->has_keys}};
    buf_init(&server->out, OUT_MAX);
    buf_init(&server->txn.body, settings->size_max + 1);
}

uint64_t server_room(const struct server *server)
{
    uint64_t room = UINT64_MAX;
    for (const struct server_budget *budget = server->settings.budget; budget != NULL; budget = budget->whole) {
        uint64_t left = budget->used < budget->max ? budget->max - budget->used : 0;
        room = left < room ? left : room;
    }
    return room;
}

static void count_body(struct server *server, size_t len_before)
{
    for (struct server_budget *budget = server->settings.budget; budget != NULL; budget = budget->whole)
        budget->used += (uint64_t)server->txn.body.len - len_before; /* which may be less */
}

static void drop_body(struct server *server)
{
    size_t before = server->txn.body.len;
    buf_fini(&server->txn.body);
    count_body(server, before);
}

void server_end_transaction(struct server *server)
{
    struct server_transaction *txn = &server->txn;
    envelope_fini(&txn->envelope);
    envelope_recipient_fini(&txn->asked);
    drop_body(server);
    *txn = (struct server_transaction){.body = txn->body};
}

void server_fini(struct server *server)
{
    server_end_transaction(server);
    sasl_end(&server->sasl);
    free(server->helo);
    buf_fini(&server->out);
}

__attribute__((format(printf, 2, 0))) static void add_reply(struct server *server, const char *fmt, va_list ap)
{
    (void)buf_vprintf(&server->out, fmt, ap);
    (void)buf_add_cstr(&server->out, "\r\n");
}

void server_reply(struct server *server, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add_reply(server, fmt, ap);
    va_end(ap);
}

void server_refuse(struct server *server, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add_reply(server, fmt, ap);
    va_end(ap);
    if (++server->errors >= server->settings.errors_max) {
        server_reply(server, "421 4.7.0 %s Too many errors", server->settings.hostname);
        server->pending = SERVER_CLOSE;
    }
}

bool server_take_idle(struct server *server)
{
    if (++server->idle_commands <= server->settings.idle_commands_max)
        return true;
    server_end_transaction(server);
    server_reply(server, "421 4.7.0 %s Too many commands without a message, closing the connection",
                 server->settings.hostname);
    server->pending = SERVER_CLOSE;
    return false;
}

const char *server_why_closed(const struct server *server)
{
    if (server->errors >= server->settings.errors_max)
        return "too many errors";
    return server->idle_commands > server->settings.idle_commands_max ? "too many commands without a message" : "quit";
}

void server_greet(struct server *server)
{
    server_reply(server, "220 %s ESMTP Relaylab", server->settings.hostname);
}

void server_hang_up(struct server *server, const char *why)
{
    server_end_transaction(server);
    server_reply(server, "421 4.3.2 %s %s", server->settings.hostname, why);
    server->pending = SERVER_CLOSE;
}

/* ---- message data (RFC 5321 §4.1.1.4, §4.5.2) ---- */

void server_begin_data(struct server *server)
{
    server->data_too_big = server->data_bare = server->data_over_budget = server->data_mid_line = false;
}

void server_add_data(struct server *server, struct slice text, const char *line_end)
{
    struct buf *body = &server->txn.body;
    size_t len = text.len + strlen(line_end), before = body->len;
    if (server->data_too_big || server->data_over_budget)
        return;
    server->data_too_big = before + len > server->settings.size_max;
    uint64_t room = server_room(server);
    server->data_over_budget = room == 0 || room < len;
    if (server->data_too_big || server->data_over_budget) {
        drop_body(server);
        return;
    }
    (void)buf_add_slice(body, text);
    (void)buf_add_cstr(body, line_end);
    count_body(server, before);
}

void server_end_data(struct server *server)
{
    server->mode = SERVER_COMMANDS;
    if (server->data_too_big) {
        server_end_transaction(server);
        server_refuse(server, "552 5.3.4 Message exceeds the limit of %llu octets",
                      (unsigned long long)server->settings.size_max);
    } else if (server->data_bare) {
        server_end_transaction(server);
        server_refuse(server, "550 5.6.0 Message contains a bare CR or LF; lines must end with CR LF");
    } else {
        server->pending = SERVER_MESSAGE;
    }
}

static bool has_bare(struct slice line)
{
    return slice_find(line, '\n') < line.len || slice_find(line, '\r') < line.len;
}

/* Position of the first CR LF, or len. */
static size_t find_crlf(struct slice s)
{
    for (size_t i = 0; i + 1 < s.len; i++) {
        const char *cr = memchr(s.ptr + i, '\r', s.len - 1 - i);
        if (cr == NULL)
            return s.len;
        i = (size_t)(cr - s.ptr);
        if (s.ptr[i + 1] == '\n')
            return i;
    }
    return s.len;
}

/* A line, or a part of one that goes on (then line_end is empty). */
static void take_data(struct server *server, struct slice text, const char *line_end)
{
    bool first = !server->data_mid_line;
    server->data_mid_line = line_end[0] == '\0';
    if (first && !server->data_mid_line && slice_eq_cstr(text, ".")) {
        server_end_data(server);
        return;
    }
    server->data_bare = server->data_bare || has_bare(text);
    if (first && text.len > 0 && text.ptr[0] == '.')
        text = slice_from(text, 1);
    server_add_data(server, text, line_end);
}

/* What cannot end a line yet is kept back, up to DATA_PART octets; of a longer line only a CR that may end it. */
static size_t feed_data(struct server *server, struct slice in)
{
    size_t used = 0;
    while (used < in.len && server->mode == SERVER_DATA) {
        struct slice rest = slice_from(in, used);
        size_t end = find_crlf(rest);
        if (end < rest.len) {
            take_data(server, slice_head(rest, end), "\r\n");
            used += end + 2;
            continue;
        }
        if (rest.len >= DATA_PART) {
            end -= rest.ptr[end - 1] == '\r';
            take_data(server, slice_head(rest, end), "");
            used += end;
        }
        break;
    }
    return used;
}

/* ---- command lines ---- */

/* RFC 4954 §4: it fails the exchange that it belongs to, if any. */
static void refuse_long_line(struct server *server, bool auth)
{
    server->mode = SERVER_COMMANDS;
    sasl_end(&server->sasl);
    server_refuse(server, auth ? "500 5.5.6 Authentication exchange line is too long" : "500 5.5.2 Line too long");
}

static void take_line(struct server *server, struct slice line)
{
    server->commands++;
    if (server->skipping_line) {
        server->skipping_line = false;
        return;
    }
    bool auth = server->mode == SERVER_AUTH_LINE || slice_istarts(line, "AUTH ");
    if (line.len + 2 > (auth ? SERVER_AUTH_LINE_MAX : SERVER_LINE_MAX)) {
        refuse_long_line(server, auth);
    } else if (has_bare(line) || memchr(line.ptr != NULL ? line.ptr : "", '\0', line.len) != NULL) {
        server_refuse(server, "500 5.5.2 Bare CR, LF or NUL in a command");
    } else if (server->mode == SERVER_AUTH_LINE) {
        server_auth_line(server, line);
    } else {
        server_dispatch(server, line);
    }
}

static bool cut_off_foreign(struct server *server, struct slice in)
{
    if (server->mode != SERVER_COMMANDS || server->skipping_line)
        return false;
    server->foreign = foreign_protocol(in);
    if (server->foreign == NULL)
        return false;
    server_end_transaction(server);
    server_reply(server, "421 4.7.0 %s This is an SMTP server, but the client speaks %s", server->settings.hostname,
                 server->foreign);
    server->pending = SERVER_CLOSE;
    return true;
}

static size_t feed_line(struct server *server, struct slice in)
{
    if (cut_off_foreign(server, in))
        return in.len;
    size_t end = find_crlf(in);
    if (end < in.len) {
        take_line(server, slice_head(in, end));
        return end + 2;
    }
    if (in.len <= SERVER_AUTH_LINE_MAX)
        return 0;
    if (!server->skipping_line)
        refuse_long_line(server, server->mode == SERVER_AUTH_LINE || slice_istarts(in, "AUTH "));
    server->skipping_line = true;
    return in.len - 1; /* the last octet may be half of a CR LF */
}

enum server_event server_feed(struct server *server, struct buf *in)
{
    size_t used = SIZE_MAX;
    rl_assert(in->max > SERVER_AUTH_LINE_MAX + 1 && in->max > DATA_PART);
    while (in->len > 0 && used > 0 && server->pending == SERVER_NOTHING && server->out.len < OUT_MAX / 2) {
        used = server->mode == SERVER_DATA    ? feed_data(server, buf_slice(in))
               : server->mode == SERVER_CHUNK ? server_feed_chunk(server, buf_slice(in))
                                              : feed_line(server, buf_slice(in));
        buf_consume(in, used);
    }
    return server->pending;
}

/* ---- what the driver answers ---- */

void server_tls_started(struct server *server)
{
    rl_assert(server->pending == SERVER_START_TLS);
    server_end_transaction(server); /* RFC 3207 §4.2: all that was said before is forgotten */
    free(server->helo);
    server->helo = NULL;
    server->esmtp = server->authenticated = false;
    server->tls = true;
    server->pending = SERVER_NOTHING;
}

void server_bind(struct server *server, const uint8_t binding[SASL_BINDING_BYTES])
{
    server->door.has_binding = true;
    memcpy(server->door.binding, binding, SASL_BINDING_BYTES);
}

void server_auth_result(struct server *server, bool good)
{
    rl_assert(server->pending == SERVER_CHECK_AUTH);
    server->pending = SERVER_NOTHING;
    if (good) {
        server->authenticated = true;
        server_reply(server, "235 2.7.0 Authentication successful");
    } else {
        server_refuse(server, "535 5.7.8 Authentication credentials invalid");
    }
    sasl_end(&server->sasl);
}

void server_auth_later(struct server *server)
{
    rl_assert(server->pending == SERVER_CHECK_AUTH || server->pending == SERVER_FIND_KEYS);
    server->pending = SERVER_NOTHING;
    server_refuse(server, "454 4.7.0 Temporary authentication failure, try again later"); /* RFC 4954 §6 */
    sasl_end(&server->sasl);
}

static void reply_refusal(struct server *server, const struct refusal *refusal)
{
    static const char format[] = "%u %s %s";
    if (refusal->code >= 500)
        server_refuse(server, format, refusal->code, refusal->status, refusal->text);
    else
        server_reply(server, format, refusal->code, refusal->status, refusal->text);
}

void server_mail_result(struct server *server, const struct refusal *refusal)
{
    rl_assert(server->pending == SERVER_MAIL);
    server->pending = SERVER_NOTHING;
    if (refusal != NULL) {
        server_end_transaction(server);
        reply_refusal(server, refusal);
        return;
    }
    server->txn.open = true;
    server_reply(server, "250 2.1.0 Sender ok");
}

/*
 * Counts a recipient that was accepted and adds nothing, or may be tried again. A list that is too long is the client's
 * right (RFC 5321 §4.5.3.1.10); one without an end is not. False when the session ends.
 */
static bool take_surplus(struct server *server)
{
    return ++server->txn.surplus / SURPLUS_LISTS < server->settings.recipients_max || server_take_idle(server);
}

/* One mailbox gets one copy, however often it is named (RFC 5321 §3.3 allows that). */
void server_rcpt_result(struct server *server, const struct refusal *refusal)
{
    struct server_transaction *txn = &server->txn;
    struct envelope_recipient asked = txn->asked;
    rl_assert(server->pending == SERVER_RCPT);
    server->pending = SERVER_NOTHING;
    txn->asked = (struct envelope_recipient){0};
    bool known = envelope_has(&txn->envelope, asked.address);
    bool permanent = refusal != NULL && refusal->code >= 500;
    bool added = refusal == NULL && !known;
    if (added)
        envelope_add(&txn->envelope, &asked);
    envelope_recipient_fini(&asked);
    if (!added && !permanent && !take_surplus(server))
        return;
    if (refusal != NULL)
        reply_refusal(server, refusal);
    else
        server_reply(server, "250 2.1.5 Recipient ok");
}

void server_message_result(struct server *server, const struct refusal *refusal, const char *queue_id)
{
    rl_assert(server->pending == SERVER_MESSAGE && (refusal != NULL || !server->data_over_budget));
    server->pending = SERVER_NOTHING;
    server_end_transaction(server);
    if (refusal != NULL) {
        reply_refusal(server, refusal);
        return;
    }
    server->idle_commands = 0;
    server_reply(server, "250 2.0.0 Queued as %s", queue_id);
}
