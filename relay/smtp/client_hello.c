/* The session before its first transaction: greeting, EHLO or HELO, STARTTLS, AUTH. */
#include <string.h>

#include "lib/base/base64.h"
#include "relay/smtp/client_internal.h"

#define AUTH_MAX (1024 * 1024)

static const struct command helo, starttls, handshake, auth_plain, auth_login, auth_user, auth_password;

static void on_greeting_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    if (client_reply_class(client) == 2)
        client_send(client, &client_ehlo, 0);
    else
        client_refuse_session(client, CLIENT_AT_GREETING);
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

/* The host's extensions are known: what our policy requires comes before the first transaction. A password is never
 * sent unencrypted. */
static void after_hello(struct client *client)
{
    bool must_encrypt = client->settings.tls == CLIENT_TLS_MUST || client->settings.user != NULL;
    if (must_encrypt && !client->tls) {
        client_fail_all(client, CLIENT_AT_STARTTLS, CLIENT_NO_TLS,
                        "The host does not offer STARTTLS, which our policy requires");
        client_say_goodbye(client);
    } else if (client->settings.user == NULL) {
        client_start_transaction(client);
    } else if (client->offers.auth_plain) {
        client_send(client, &auth_plain, 0);
    } else if (client->offers.auth_login) {
        client_send(client, &auth_login, 0);
    } else {
        client_fail_all(client, CLIENT_AT_AUTH, CLIENT_NO_AUTH,
                        "The host offers neither AUTH PLAIN nor AUTH LOGIN, but a password is configured for it");
        client_say_goodbye(client);
    }
}

static void perform_auth_plain(struct client *client, size_t recipient)
{
    struct buf plain; /* RFC 4616 §2: [authzid] NUL authcid NUL passwd */
    (void)recipient;
    buf_init(&plain, AUTH_MAX);
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
        client_send(client, next, 0);
    else
        client_refuse_session(client, CLIENT_AT_AUTH);
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
        client_start_transaction(client);
    else
        client_refuse_session(client, CLIENT_AT_AUTH);
}

static void on_ehlo_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    if (client_reply_class(client) == 5 && client->reply.code != 554 && client->reply.code != 521) {
        client_send(client, &helo, 0); /* RFC 5321 §3.2 */
        return;
    }
    if (client_reply_class(client) != 2) {
        client_refuse_session(client, CLIENT_AT_HELLO);
        return;
    }
    struct slice lines = buf_slice(&client->reply.text);
    (void)slice_cut(&lines, '\n'); /* the host's name */
    while (lines.len > 0)
        extension_note(&client->offers, slice_cut(&lines, '\n'));
    if (client->offers.has[EXTENSION_STARTTLS] && client->settings.tls != CLIENT_TLS_NEVER && !client->tls)
        client_send(client, &starttls, 0);
    else
        after_hello(client);
}

static void on_helo_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    if (client_reply_class(client) == 2)
        after_hello(client);
    else
        client_refuse_session(client, CLIENT_AT_HELLO);
}

static void perform_starttls(struct client *client, size_t recipient)
{
    (void)recipient;
    (void)buf_add_cstr(&client->commands, "STARTTLS\r\n");
}

static void on_starttls_reply(struct client *client, size_t recipient)
{
    (void)recipient;
    if (client_reply_class(client) == 2) { /* RFC 5321 §4.2: the first digit says it */
        client->starttls_pending = true;
        client_send(client, &handshake, 0);
        return;
    }
    if (client->settings.tls == CLIENT_TLS_MUST || client->settings.user != NULL)
        client_refuse_session(client, CLIENT_AT_STARTTLS);
    else
        after_hello(client); /* 454, 501, …: opportunistic, so it goes on unencrypted (RFC 3207 §4) */
}

/* Timeouts: RFC 5321 §4.5.3.2.1 for the greeting; EHLO, STARTTLS and AUTH have none there, and get MAIL's or less. */
const struct command client_greeting = {CLIENT_AT_GREETING, MINUTES(5), NULL, on_greeting_reply};
const struct command client_ehlo = {CLIENT_AT_HELLO, MINUTES(5), perform_ehlo, on_ehlo_reply};
static const struct command helo = {CLIENT_AT_HELLO, MINUTES(5), perform_helo, on_helo_reply};
static const struct command starttls = {CLIENT_AT_STARTTLS, MINUTES(2), perform_starttls, on_starttls_reply};
static const struct command handshake = {CLIENT_AT_HANDSHAKE, MINUTES(2), NULL, NULL};
static const struct command auth_plain = {CLIENT_AT_AUTH, MINUTES(5), perform_auth_plain, on_auth_reply};
static const struct command auth_login = {CLIENT_AT_AUTH, MINUTES(5), perform_auth_login, on_auth_login_reply};
static const struct command auth_user = {CLIENT_AT_AUTH, MINUTES(5), perform_auth_user, on_auth_user_reply};
static const struct command auth_password = {CLIENT_AT_AUTH, MINUTES(5), perform_auth_password, on_auth_reply};
