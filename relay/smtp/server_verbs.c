/*
 * The verbs of the server session, as a table: what each needs before it, and what it does.
 * What EHLO offers, and the parameters of MAIL and RCPT: extension.h.
 * RFC 5321 §4.1.1, RFC 3207 §4, RFC 4954 §4. Enhanced codes after RFC 3463 and 2034.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/base64.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "relay/smtp/address.h"
#include "relay/smtp/extension.h"
#include "relay/smtp/server.h"

#define REFUSAL_ROOM 100 /* of words, around what the client sent */

/* What must hold before a verb is accepted, in the order in which it is checked. */
enum need {
    NEED_HELO = 1,
    NEED_TLS_AND_AUTH = 2, /* at the submission door */
    NEED_MAIL = 4,
    NEED_RCPT = 8,
    NEED_NO_ARGS = 16,
    NEED_NO_CHUNK = 32,
};

struct verb {
    const char *name;
    unsigned needs;
    void (*run)(struct server *server, struct slice args);
    bool idle; /* it moves no mail by itself, and can be repeated without an error */
};

/* ---- EHLO and HELO ---- */

/* RFC 5321 §4.1.4: a client's name is not a reason to refuse its mail, so everything that can be a name is accepted. */
static bool take_helo(struct server *server, struct slice args, bool esmtp)
{
    args = slice_trim(args);
    if (args.len == 0 || args.len > ADDRESS_DOMAIN_MAX) {
        server_refuse(server, "501 5.5.4 A host name of at most %d octets must follow", ADDRESS_DOMAIN_MAX);
        return false;
    }
    server_end_transaction(server); /* RFC 5321 §4.1.4 */
    free(server->helo);
    server->helo = slice_dup(args);
    server->esmtp = esmtp;
    return true;
}

static void on_helo(struct server *server, struct slice args)
{
    if (take_helo(server, args, false))
        server_reply(server, "250 %s", server->settings.hostname);
}

static struct extension_door door_of(const struct server *server)
{
    const struct server_settings *settings = &server->settings;
    return (struct extension_door){.submission = settings->submission,
                                   .tls = server->tls,
                                   .tls_available = settings->tls_available,
                                   .size_max = settings->size_max,
                                   .sasl = server->door};
}

static void on_ehlo(struct server *server, struct slice args)
{
    struct extension_door door = door_of(server);
    if (!take_helo(server, args, true))
        return;
    server_reply(server, "250-%s", server->settings.hostname);
    extension_add_offers(&door, &server->out);
}

/* ---- MAIL and RCPT ---- */

/* False when one is refused, with the reply made. */
static bool take_parameters(struct server *server, enum extension_command command, struct slice parameters,
                            struct extension_values *values)
{
    struct extension_door door = door_of(server);
    struct buf refusal;
    buf_init(&refusal, SERVER_LINE_MAX + REFUSAL_ROOM);
    bool taken = extension_take(&door, command, parameters, values, &refusal);
    if (!taken)
        server_refuse(server, "%s", buf_cstr(&refusal));
    buf_fini(&refusal);
    return taken;
}

/* Cuts "FROM:<path>" off; spaces on both sides of the colon are tolerated, as many clients send them. */
static bool take_path(struct server *server, struct slice *args, const char *keyword, bool null_allowed,
                      struct address *out)
{
    struct slice path = *args;
    if (!slice_ieq_cstr(slice_trim(slice_cut(&path, ':')), keyword) || path.len == 0) {
        server_refuse(server, "501 5.5.4 %s:<address> must follow", keyword);
        return false;
    }
    path = slice_trim(path);
    if (!address_parse_path(&path, null_allowed, out)) {
        server_refuse(server, null_allowed ? "501 5.1.7 Bad reverse-path" : "501 5.1.3 Bad forward-path");
        return false;
    }
    *args = path;
    return true;
}

static void on_mail(struct server *server, struct slice args)
{
    struct address from;
    if (server->txn.open) {
        server_refuse(server, "503 5.5.1 A mail transaction is already open");
        return;
    }
    if (!take_path(server, &args, "FROM", true, &from))
        return;
    struct extension_values values = {.mail = &server->txn.envelope.mail};
    if (!take_parameters(server, EXTENSION_MAIL, args, &values)) {
        server_end_transaction(server);
        return;
    }
    if (!slice_is_ascii(from.whole) && !values.mail->utf8) { /* RFC 6531 §3.5 */
        server_end_transaction(server);
        server_refuse(server, "550 5.6.7 This reverse-path is not ASCII, and SMTPUTF8 was not declared");
        return;
    }
    server->txn.size = values.size;
    server->txn.envelope.mail.reverse_path = address_canonical(&from);
    server->pending = SERVER_MAIL;
}

/* RFC 5321 §4.5.1 */
static bool is_bare_postmaster(struct slice args)
{
    struct slice path = args;
    (void)slice_cut(&path, ':');
    path = slice_trim(path);
    if (path.len > 2 && path.ptr[0] == '<' && path.ptr[path.len - 1] == '>')
        path = slice_trim(slice_make(path.ptr + 1, path.len - 2));
    return slice_ieq_cstr(path, "postmaster");
}

static void on_rcpt(struct server *server, struct slice args)
{
    struct address to;
    char postmaster[sizeof "TO:<postmaster@>" + ADDRESS_DOMAIN_MAX];
    if (slice_istarts(args, "TO") && is_bare_postmaster(args)) { /* of this host */
        (void)snprintf(postmaster, sizeof postmaster, "TO:<postmaster@%s>", server->settings.hostname);
        args = slice_cstr(postmaster);
    }
    if (!take_path(server, &args, "TO", false, &to))
        return;
    struct envelope_recipient recipient = {0};
    struct extension_values values = {.mail = &server->txn.envelope.mail, .recipient = &recipient};
    if (!take_parameters(server, EXTENSION_RCPT, args, &values)) {
        envelope_recipient_fini(&recipient);
        return;
    }
    if (!slice_is_ascii(to.whole) && !values.mail->utf8) { /* RFC 6531 §3.5 */
        envelope_recipient_fini(&recipient);
        server_refuse(server, "553 5.6.7 This forward-path is not ASCII, and SMTPUTF8 was not declared");
        return;
    }
    server->txn.asked = recipient;
    server->txn.asked.address = address_canonical(&to);
    server->pending = SERVER_RCPT;
}

static void on_data(struct server *server, struct slice args)
{
    (void)args;
    server->mode = SERVER_DATA;
    server_begin_data(server);
    server_reply(server, "354 End the message with <CR><LF>.<CR><LF>");
}

/* ---- STARTTLS and AUTH ---- */

static void on_starttls(struct server *server, struct slice args)
{
    (void)args;
    if (server->tls) {
        server_refuse(server, "503 5.5.1 TLS is already active");
    } else if (!server->settings.tls_available) {
        server_refuse(server, "502 5.5.1 STARTTLS is not offered");
    } else {
        server_reply(server, "220 2.0.0 Go ahead");
        server->pending = SERVER_START_TLS;
    }
}

static void end_auth(struct server *server, const char *refusal)
{
    sasl_end(&server->sasl);
    server_refuse(server, "%s", refusal);
}

static void send_challenge(struct server *server, const struct buf *challenge)
{
    struct buf encoded;
    buf_init(&encoded, SASL_CHALLENGE_MAX * 2);
    (void)base64_encode(buf_slice(challenge), &encoded);
    server->mode = SERVER_AUTH_LINE;
    server_reply(server, "334 %s", buf_cstr(&encoded));
    buf_fini(&encoded);
}

static void go_on(struct server *server, enum sasl_result result, const struct buf *challenge)
{
    switch (result) {
    case SASL_CHALLENGE:
        send_challenge(server, challenge);
        break;
    case SASL_LOOKUP:
        server->pending = SERVER_FIND_KEYS;
        break;
    case SASL_CHECK:
        server->pending = SERVER_CHECK_AUTH;
        break;
    case SASL_WRONG:
        end_auth(server, "535 5.7.8 Authentication credentials invalid");
        break;
    }
}

static void take_decoded(struct server *server, struct slice response)
{
    struct buf challenge;
    buf_init(&challenge, SASL_CHALLENGE_MAX);
    go_on(server, sasl_respond(&server->sasl, response, &challenge), &challenge);
    buf_fini(&challenge);
}

void server_auth_keys(struct server *server, const struct sasl_keys *keys)
{
    struct buf challenge;
    rl_assert(server->pending == SERVER_FIND_KEYS);
    server->pending = SERVER_NOTHING;
    buf_init(&challenge, SASL_CHALLENGE_MAX);
    go_on(server, sasl_found(&server->sasl, keys, &challenge), &challenge);
    buf_fini(&challenge);
}

static void take_response(struct server *server, struct slice encoded)
{
    char response[SASL_RESPONSE_MAX];
    size_t len;
    if (slice_eq_cstr(encoded, "=")) /* an empty initial response, RFC 4954 §4 */
        encoded.len = 0;
    if (encoded.len > SASL_RESPONSE_MAX / 3 * 4) {
        end_auth(server, "500 5.5.6 Authentication exchange line is too long");
        return;
    }
    if (!base64_decode(encoded, response, sizeof response, &len)) {
        end_auth(server, "501 5.5.2 Invalid base64");
        return;
    }
    take_decoded(server, slice_make(response, len));
    explicit_bzero(response, sizeof response);
}

void server_auth_line(struct server *server, struct slice line)
{
    server->mode = SERVER_COMMANDS;
    if (slice_eq_cstr(line, "*"))
        end_auth(server, "501 5.7.0 Authentication cancelled");
    else
        take_response(server, slice_trim(line));
}

/* Without an initial response, the mechanism asks for one. */
static void begin_auth(struct server *server, struct slice mechanism, struct slice initial)
{
    struct buf challenge;
    buf_init(&challenge, SASL_CHALLENGE_MAX);
    if (!sasl_start(&server->sasl, &server->door, mechanism, &challenge))
        server_refuse(server, "504 5.5.4 Unknown mechanism");
    else if (initial.len > 0)
        take_response(server, initial);
    else
        send_challenge(server, &challenge);
    buf_fini(&challenge);
}

static void on_auth(struct server *server, struct slice args)
{
    struct slice mechanism = slice_cut(&args, ' ');
    if (!server->settings.submission)
        server_refuse(server, "502 5.5.1 AUTH is not offered here");
    else if (!server->tls)
        server_refuse(server, "530 5.7.0 Issue STARTTLS first");
    else if (server->authenticated || server->txn.open)
        server_refuse(server, "503 5.5.1 AUTH is accepted once a session, and not within a transaction");
    else
        begin_auth(server, mechanism, slice_trim(args));
}

/* ---- the rest ---- */

static void on_rset(struct server *server, struct slice args)
{
    (void)args;
    server_end_transaction(server);
    server_reply(server, "250 2.0.0 Ok");
}

static void on_noop(struct server *server, struct slice args)
{
    (void)args;
    server_reply(server, "250 2.0.0 Ok");
}

static void on_vrfy(struct server *server, struct slice args)
{
    (void)args;
    server_reply(server, "252 2.5.0 Cannot verify the user; send a message to find out");
}

static void on_help(struct server *server, struct slice args)
{
    (void)args;
    server_reply(server, "214 2.0.0 EHLO HELO MAIL RCPT DATA BDAT RSET NOOP QUIT VRFY STARTTLS AUTH");
}

static void on_quit(struct server *server, struct slice args)
{
    (void)args;
    server_reply(server, "221 2.0.0 %s closing", server->settings.hostname);
    server->pending = SERVER_CLOSE;
}

static const struct verb verbs[] = {
    {"EHLO", 0, on_ehlo, true},
    {"HELO", 0, on_helo, true},
    {"MAIL", NEED_HELO | NEED_TLS_AND_AUTH, on_mail, true},
    {"RCPT", NEED_TLS_AND_AUTH | NEED_MAIL | NEED_NO_CHUNK, on_rcpt, false},
    {"DATA", NEED_TLS_AND_AUTH | NEED_MAIL | NEED_RCPT | NEED_NO_ARGS | NEED_NO_CHUNK, on_data, false},
    {"BDAT", 0, server_bdat, false}, /* its octets follow in any case */
    {"RSET", NEED_NO_ARGS, on_rset, true},
    {"NOOP", 0, on_noop, true},
    {"QUIT", NEED_NO_ARGS, on_quit, false},
    {"VRFY", 0, on_vrfy, true},
    {"HELP", 0, on_help, true},
    {"STARTTLS", NEED_NO_ARGS, on_starttls, false},
    {"AUTH", NEED_HELO, on_auth, false},
};

/* The reply that says which need is not met; NULL = all are. */
static const char *obstacle(const struct server *server, unsigned needs)
{
    bool submission = server->settings.submission;
    if ((needs & NEED_HELO) != 0 && server->helo == NULL)
        return "503 5.5.1 Send EHLO first";
    if ((needs & NEED_TLS_AND_AUTH) != 0 && submission && !server->tls)
        return "530 5.7.0 Issue STARTTLS first";
    if ((needs & NEED_TLS_AND_AUTH) != 0 && submission && !server->authenticated)
        return "530 5.7.0 Authentication required";
    if ((needs & NEED_MAIL) != 0 && !server->txn.open)
        return "503 5.5.1 Send MAIL first";
    if ((needs & NEED_RCPT) != 0 && server->txn.envelope.recipient_count == 0)
        return "554 5.5.1 No valid recipients";
    if ((needs & NEED_NO_CHUNK) != 0 && server->txn.chunked)
        return "503 5.5.1 A part of the message has come by BDAT"; /* RFC 3030 §2 */
    return NULL;
}

const char *server_chunk_obstacle(const struct server *server)
{
    return obstacle(server, NEED_TLS_AND_AUTH | NEED_MAIL | NEED_RCPT);
}

static bool meets_needs(struct server *server, const struct verb *verb, struct slice args)
{
    const char *refusal = obstacle(server, verb->needs);
    bool surplus = (verb->needs & NEED_NO_ARGS) != 0 && slice_trim(args).len > 0;
    if (surplus)
        server_refuse(server, "501 5.5.4 %s accepts no arguments", verb->name);
    else if (refusal != NULL)
        server_refuse(server, "%s", refusal);
    return !surplus && refusal == NULL;
}

void server_dispatch(struct server *server, struct slice line)
{
    struct slice args = line;
    struct slice name = slice_cut(&args, ' ');
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (!slice_ieq_cstr(name, verbs[i].name))
            continue;
        if (verbs[i].idle && !server_take_idle(server))
            return;
        if (meets_needs(server, &verbs[i], args))
            verbs[i].run(server, args);
        return;
    }
    server_refuse(server, "500 5.5.2 Unknown command");
}
