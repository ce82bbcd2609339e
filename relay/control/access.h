/*
 * The verbs of the control socket that concern accounts, API keys and bans. A row of CONTROL_ACCESS is a verb: X(id,
 * "verb", "its keys"); access_account.c, access_apikey.c and access_ban.c define control_ID.
 *
 * A list answers {"account":{…}}, {"apikey":{…}} or {"ban":{…}} lines, and counts them in the last:
 * {"end":{"items":…}}. What an account has: relay/access/account.h. A change answers {"end":{…}} when it is durable.
 */
#ifndef RL_RELAY_CONTROL_ACCESS_H
#define RL_RELAY_CONTROL_ACCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/err.h"
#include "lib/text/json.h"
#include "relay/access/access.h"

#define CONTROL_ACCESS_VERBS(X)                                                                                        \
    X(account_add, "account-add", "name account")                                                                      \
    X(account_set, "account-set", "name account")                                                                      \
    X(account_remove, "account-remove", "name")                                                                        \
    X(account_list, "account-list", "name")                                                                            \
    X(apikey_create, "apikey-create", "name label expires")                                                            \
    X(apikey_revoke, "apikey-revoke", "id")                                                                            \
    X(apikey_list, "apikey-list", "name")                                                                              \
    X(ban_list, "ban-list", "")                                                                                        \
    X(ban_lift, "ban-lift", "client")

/* Where a list is. */
struct control_cursor {
    char *after; /* name of the last one; NULL = none yet */
    size_t at;
    bool second; /* in the second of two tables */
};

struct control_access {
    const char *item; /* of a list; NULL = a change */
    /* What the last line says, or an error, and nothing is changed. */
    int (*change)(struct access *access, const struct json *request, struct json *end, struct err *err);
    /* The next one, or NULL. */
    struct json *(*next)(struct access *access, const struct json *request, struct control_cursor *cursor);
};

#define CONTROL_ACCESS_DECLARE(id, verb, keys) extern const struct control_access control_##id;
CONTROL_ACCESS_VERBS(CONTROL_ACCESS_DECLARE)
#undef CONTROL_ACCESS_DECLARE

const struct control_access *control_access_find(const char *verb); /* NULL = none */
bool control_access_has(const struct control_access *access, const char *key);

/* A text of the request, or an error that names it. */
int control_access_text(const struct json *request, const char *key, const char **out, struct err *err);
void control_cursor_move(struct control_cursor *cursor, const char *name);
void control_cursor_fini(struct control_cursor *cursor);

#endif
