/*
 * The verbs of the server session, as a table: what each needs before it, and what it does.
 * RFC 5321 §4.1.1, RFC 3207 §4, RFC 4954 §4, RFC 1870 §6, RFC 6152 §2. Enhanced codes after RFC 3463 and 2034.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/base64.h"
#include "lib/base/mem.h"
#include "relay/smtp/address.h"
#include "relay/smtp/server.h"

#define PLAIN_MAX 1024

/* What must hold before a verb is taken, in the order in which it is checked. */
enum need {
    NEED_HELO = 1,
    NEED_TLS_AND_AUTH = 2, /* at the submission door */
    NEED_MAIL = 4,
    NEED_RCPT = 8,
    NEED_NO_ARGS = 16,
};

struct verb {
    const char *name;
    unsigned needs;
    void (*run)(struct server *server, struct slice args);
};

/* ---- EHLO and HELO ---- */

static bool take_helo(struct server *server, struct slice args, bool esmtp)
{
    args = slice_trim(args);
    if (!address_domain_valid(args)) {
        server_refuse(server, "501 5.5.4 A host name or an address literal must follow");
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

static void on_ehlo(struct server *server, struct slice args)
{
    const struct server_settings *settings = &server->settings;
    if (!take_helo(server, args, true))
        return;
    server_reply(server, "250-%s", settings->hostname);
    server_reply(server, "250-PIPELINING");
    server_reply(server, "250-SIZE %llu", (unsigned long long)settings->size_max);
    if (settings->tls_available && !server->tls)
        server_reply(server, "250-STARTTLS");
    if (settings->submission && server->tls)
        server_reply(server, "250-AUTH PLAIN"); /* never in clear (RFC 4954 §4) */
    server_reply(server, "250-8BITMIME");
    server_reply(server, "250 ENHANCEDSTATUSCODES");
}

/* ---- MAIL and RCPT ---- */

/* One "KEY=VALUE" of MAIL. False when it was refused, with the reply made. */
static bool take_mail_parameter(struct server *server, struct slice word)
{
    struct slice value = word;
    struct slice key = slice_cut(&value, '=');
    uint64_t size;
    if (slice_ieq_cstr(key, "SIZE") && slice_to_u64(value, UINT64_MAX, &size)) {
        server->txn.declared_size = size;
        if (size <= server->settings.size_max)
            return true;
        server_refuse(server, "552 5.3.4 Message exceeds the limit of %llu octets",
                      (unsigned long long)server->settings.size_max);
        return false;
    }
    if (slice_ieq_cstr(key, "BODY") && (slice_ieq_cstr(value, "7BIT") || slice_ieq_cstr(value, "8BITMIME")))
        return true; /* what was declared decides nothing: relay/message/octets.h */
    bool known = slice_ieq_cstr(key, "SIZE") || slice_ieq_cstr(key, "BODY");
    server_refuse(server, known ? "501 5.5.4 Bad value of %.*s" : "555 5.5.4 Unknown parameter %.*s", SLICE_ARG(key));
    return false;
}

static bool take_mail_parameters(struct server *server, struct slice rest)
{
    unsigned seen = 0;
    while (rest.len > 0) {
        struct slice word = slice_cut(&rest, ' ');
        if (word.len == 0)
            continue;
        unsigned bit = slice_istarts(word, "SIZE=") ? 1u : slice_istarts(word, "BODY=") ? 2u : 4u;
        if ((seen & bit & 3u) != 0) {
            server_refuse(server, "501 5.5.4 A parameter stands twice");
            return false;
        }
        seen |= bit;
        if (!take_mail_parameter(server, word))
            return false;
    }
    return true;
}

/* Cuts "FROM:<path>" off; spaces after the colon are tolerated, as many clients send them. */
static bool take_path(struct server *server, struct slice *args, const char *keyword, bool null_allowed,
                      struct address *out)
{
    if (slice_istarts(*args, keyword)) {
        *args = slice_trim(slice_from(*args, strlen(keyword)));
        if (address_parse_path(args, null_allowed, out) && (args->len == 0 || args->ptr[0] == ' '))
            return true;
        server_refuse(server, null_allowed ? "501 5.1.7 Bad reverse-path" : "501 5.1.3 Bad forward-path");
        return false;
    }
    server_refuse(server, "501 5.5.4 %s<address> must follow", keyword);
    return false;
}

static void on_mail(struct server *server, struct slice args)
{
    struct address from;
    if (server->txn.open) {
        server_refuse(server, "503 5.5.1 A transaction is open already");
        return;
    }
    if (!take_path(server, &args, "FROM:", true, &from))
        return;
    if (!take_mail_parameters(server, args)) {
        server_end_transaction(server);
        return;
    }
    if (!server_has_room(server, server->txn.declared_size)) { /* RFC 1870 §6.1 */
        server_end_transaction(server);
        server_reply_over_budget(server);
        return;
    }
    server->txn.open = true;
    server->txn.reverse_path = slice_dup(from.whole);
    server_reply(server, "250 2.1.0 Sender ok");
}

static bool is_bare_postmaster(struct slice args)
{
    return slice_istarts(args, "TO:") && slice_ieq_cstr(slice_trim(slice_from(args, 3)), "<postmaster>");
}

static void on_rcpt(struct server *server, struct slice args)
{
    struct server_transaction *txn = &server->txn;
    struct address to;
    char postmaster[sizeof "TO:<postmaster@>" + ADDRESS_DOMAIN_MAX];
    if (is_bare_postmaster(args)) { /* RFC 5321 §4.5.1: of this host */
        (void)snprintf(postmaster, sizeof postmaster, "TO:<postmaster@%s>", server->settings.hostname);
        args = slice_cstr(postmaster);
    }
    if (!take_path(server, &args, "TO:", false, &to))
        return;
    if (slice_trim(args).len > 0) {
        server_refuse(server, "555 5.5.4 No parameters are known here");
    } else if (!server->settings.submission && !server->settings.trusted) {
        server_refuse(server, "554 5.7.1 Relaying denied");
    } else if (txn->recipient_count >= server->settings.recipients_max) {
        server_reply(server, "452 4.5.3 Too many recipients");
    } else {
        txn->recipients = mem_realloc(txn->recipients, txn->recipient_count + 1, sizeof *txn->recipients);
        txn->recipients[txn->recipient_count++] = slice_dup(to.whole);
        server_reply(server, "250 2.1.5 Recipient ok");
    }
}

static void on_data(struct server *server, struct slice args)
{
    (void)args;
    server->mode = SERVER_DATA;
    server->data_too_big = server->data_bare = server->data_over_budget = server->data_mid_line = false;
    server_reply(server, "354 End the message with <CR><LF>.<CR><LF>");
}

/* ---- STARTTLS and AUTH ---- */

static void on_starttls(struct server *server, struct slice args)
{
    (void)args;
    if (server->tls) {
        server_refuse(server, "503 5.5.1 TLS is active already");
    } else if (!server->settings.tls_available) {
        server_refuse(server, "502 5.5.1 STARTTLS is not offered");
    } else {
        server_reply(server, "220 2.0.0 Go ahead");
        server->pending = SERVER_START_TLS;
    }
}

/* RFC 4616: [authzid] NUL authcid NUL passwd */
static void take_credentials(struct server *server, struct slice encoded)
{
    char plain[PLAIN_MAX];
    size_t len;
    if (slice_eq_cstr(encoded, "=")) /* an empty initial response, RFC 4954 §4 */
        encoded.len = 0;
    if (encoded.len > PLAIN_MAX / 3 * 4) {
        server_refuse(server, "500 5.5.6 Authentication exchange line is too long");
        return;
    }
    if (!base64_decode(encoded, plain, sizeof plain, &len)) {
        server_refuse(server, "501 5.5.2 That is not base64");
        return;
    }
    struct slice rest = slice_make(plain, len);
    struct slice authzid = slice_cut(&rest, '\0');
    struct slice authcid = slice_cut(&rest, '\0');
    if (authcid.len == 0 || rest.len == 0 || slice_find(rest, '\0') < rest.len ||
        (authzid.len > 0 && !slice_eq(authzid, authcid))) {
        server_refuse(server, "535 5.7.8 Authentication credentials invalid");
    } else {
        server->auth_user = slice_dup(authcid);
        server->auth_password = slice_dup(rest);
        server->pending = SERVER_CHECK_AUTH;
    }
    explicit_bzero(plain, sizeof plain);
}

void server_auth_line(struct server *server, struct slice line)
{
    server->mode = SERVER_COMMANDS;
    if (slice_eq_cstr(line, "*"))
        server_refuse(server, "501 5.7.0 Authentication cancelled");
    else
        take_credentials(server, line);
}

static void on_auth(struct server *server, struct slice args)
{
    struct slice mechanism = slice_cut(&args, ' ');
    if (!server->settings.submission) {
        server_refuse(server, "502 5.5.1 AUTH is not offered here");
    } else if (!server->tls) {
        server_refuse(server, "530 5.7.0 Issue STARTTLS first");
    } else if (server->user != NULL || server->txn.open) {
        server_refuse(server, "503 5.5.1 Not now");
    } else if (!slice_ieq_cstr(mechanism, "PLAIN")) {
        server_refuse(server, "504 5.5.4 Unknown mechanism");
    } else if (args.len > 0) {
        take_credentials(server, args);
    } else {
        server->mode = SERVER_AUTH_LINE;
        server_reply(server, "334 ");
    }
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
    server_reply(server, "252 2.5.0 Cannot verify; send some mail and see");
}

static void on_help(struct server *server, struct slice args)
{
    (void)args;
    server_reply(server, "214 2.0.0 EHLO HELO MAIL RCPT DATA RSET NOOP QUIT VRFY STARTTLS AUTH");
}

static void on_quit(struct server *server, struct slice args)
{
    (void)args;
    server_reply(server, "221 2.0.0 %s closing", server->settings.hostname);
    server->pending = SERVER_CLOSE;
}

static const struct verb verbs[] = {
    {"EHLO", 0, on_ehlo},
    {"HELO", 0, on_helo},
    {"MAIL", NEED_HELO | NEED_TLS_AND_AUTH, on_mail},
    {"RCPT", NEED_TLS_AND_AUTH | NEED_MAIL, on_rcpt},
    {"DATA", NEED_TLS_AND_AUTH | NEED_MAIL | NEED_RCPT | NEED_NO_ARGS, on_data},
    {"RSET", NEED_NO_ARGS, on_rset},
    {"NOOP", 0, on_noop},
    {"QUIT", NEED_NO_ARGS, on_quit},
    {"VRFY", 0, on_vrfy},
    {"HELP", 0, on_help},
    {"STARTTLS", NEED_NO_ARGS, on_starttls},
    {"AUTH", NEED_HELO, on_auth},
};

static bool meets_needs(struct server *server, const struct verb *verb, struct slice args)
{
    unsigned needs = verb->needs;
    if ((needs & NEED_NO_ARGS) != 0 && slice_trim(args).len > 0)
        server_refuse(server, "501 5.5.4 %s has no arguments", verb->name);
    else if ((needs & NEED_HELO) != 0 && server->helo == NULL)
        server_refuse(server, "503 5.5.1 Say EHLO first");
    else if ((needs & NEED_TLS_AND_AUTH) != 0 && server->settings.submission && !server->tls)
        server_refuse(server, "530 5.7.0 Issue STARTTLS first");
    else if ((needs & NEED_TLS_AND_AUTH) != 0 && server->settings.submission && server->user == NULL)
        server_refuse(server, "530 5.7.0 Authentication required");
    else if ((needs & NEED_MAIL) != 0 && !server->txn.open)
        server_refuse(server, "503 5.5.1 Say MAIL first");
    else if ((needs & NEED_RCPT) != 0 && server->txn.recipient_count == 0)
        server_refuse(server, "554 5.5.1 No valid recipients");
    else
        return true;
    return false;
}

void server_dispatch(struct server *server, struct slice line)
{
    struct slice args = line;
    struct slice name = slice_cut(&args, ' ');
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (!slice_ieq_cstr(name, verbs[i].name))
            continue;
        if (meets_needs(server, &verbs[i], args))
            verbs[i].run(server, args);
        return;
    }
    server_refuse(server, "500 5.5.2 Unknown command");
}
