/*
 * Who may log in, and what each may do: the accounts and API keys that `relaylab account` and `relaylab apikey` make,
 * kept in the queue's database; the `users` of the configuration, who may do anything; and bans of clients that guess.
 * An account hides a user of the same name.
 *
 *     access_open -> access_hash, access_check_key, access_find_keys: logging in
 *                 -> access_rights, access_spend: what an account that has logged in may do, at any time after it
 *                 -> change.h: what an operator changes
 *
 * All of it is in memory and written through, so a change holds at once, and is durable when queue_committed says so.
 * What was handed out (a hash, rights) is valid until the next change or reload.
 * Limits: ACCESS_ACCOUNTS_MAX accounts, ACCESS_KEYS_MAX keys; bans.h.
 *
 * Files: access.c life and what is kept, login.c logging in, change.c changes; only these include internal.h.
 */
#ifndef RL_RELAY_ACCESS_H
#define RL_RELAY_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/base/ip.h"
#include "lib/io/loop.h"
#include "lib/text/log.h"
#include "relay/config/config.h"
#include "relay/policy/principal.h"
#include "relay/policy/rights.h"
#include "relay/queue/queue.h"
#include "relay/sasl/sasl.h"

#define ACCESS_ACCOUNTS_MAX 10000
#define ACCESS_KEYS_MAX     10000
#define ACCESS_KEY_USER     "apikey" /* the user name with which a key of any account logs in */

struct access;

int access_open(struct access **out, const struct config *config, struct loop *loop, struct queue *queue,
                struct log *log, struct err *err);
void access_close(struct access *access); /* may be NULL */
void access_reload(struct access *access, const struct config *config);

/* ---- logging in ---- */

/* crypt(3). NULL = there is no such account, or it is disabled. */
const char *access_hash(const struct access *access, const char *user);
/* Some hash, for an unknown user to cost as much as a known one; NULL = there are no accounts. */
const char *access_any_hash(const struct access *access);
/* Whether a log may name this user. An unknown name may be a password that was typed into the wrong field. */
bool access_knows(const struct access *access, const char *user);

enum access_verdict { ACCESS_NO_KEY, ACCESS_KEY_GOOD, ACCESS_KEY_WRONG };
/* Whether the password is an API key, and may be used with this user name. At ACCESS_KEY_GOOD, *out is who that is. */
enum access_verdict access_check_key(struct access *access, const char *user, const char *password,
                                     struct principal *out);

/* Whether all who have a password have keys for SCRAM, and there is such an account. */
bool access_has_keys(const struct access *access);
/* With a new nonce. A user without keys has some that no password matches, always the same. */
void access_find_keys(const struct access *access, const char *user, struct sasl_keys *out);

bool access_is_banned(const struct access *access, struct ip client);
/* A password, key or proof of this client was right, or wrong. */
void access_note(struct access *access, struct ip client, bool good);

/* ---- what an account may do ---- */

/* *usage is set, too. NULL: it was disabled or removed, or its key revoked, since it logged in. */
const struct rights *access_rights(struct access *access, const struct principal *principal,
                                   const struct rights_usage **usage);
/* A message of this account counts from now on; negative amounts take it back. */
void access_spend(struct access *access, const char *account, int64_t messages, int64_t recipients);
/* What it has sent, durable with what this turn writes. */
void access_store_usage(struct access *access, const char *account);

#endif
