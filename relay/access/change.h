/*
 * What an operator changes, and what a list shows. Everything is durable when queue_committed says so, later in this
 * turn. ERR_INVALID with a sentence for the operator; then nothing was changed.
 */
#ifndef RL_RELAY_CHANGE_H
#define RL_RELAY_CHANGE_H

#include "lib/text/json.h"
#include "relay/access/access.h"
#include "relay/access/account.h"
#include "relay/access/apikey.h"
#include "relay/access/bans.h"

/* account: its JSON (account.h), with its password. */
int change_add_account(struct access *access, const char *name, const struct json *account, struct err *err);
/* Only what the JSON has. */
int change_set_account(struct access *access, const char *name, const struct json *account, struct err *err);
/* With its keys. */
int change_remove_account(struct access *access, const char *name, struct err *err);

/* The key is written to `out` once; expires_s 0 = never. */
int change_create_key(struct access *access, const char *account, const char *label, int64_t expires_s,
                      char out[KEY_LEN + 1], struct err *err);
int change_revoke_key(struct access *access, const char *id, struct err *err);

int change_lift_ban(struct access *access, const char *client, struct err *err);

/* The next one by name; after NULL = the first. NULL at the end. */
const struct account *change_next_account(const struct access *access, const char *after);
const struct apikey *change_next_key(const struct access *access, const char *after);
/* From position *at on, which moves. */
const struct ban *change_next_ban(const struct access *access, size_t *at);
const char *change_next_user(const struct access *access, size_t *at); /* of the configuration, without an account */

#endif
