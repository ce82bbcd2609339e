/* What the files of relay/access share that need the whole; no other file includes it. */
#ifndef RL_RELAY_ACCESS_INTERNAL_H
#define RL_RELAY_ACCESS_INTERNAL_H

#include "relay/access/access.h"
#include "relay/access/account.h"
#include "relay/access/apikey.h"
#include "relay/access/bans.h"
#include "relay/access/table.h"
#include "relay/tls/digest.h"

/* Kinds of records (relay/queue/store.h). */
#define ACCESS_ACCOUNT "account"
#define ACCESS_KEY     "apikey"
#define ACCESS_BAN     "ban"
#define ACCESS_USAGE   "usage"
#define ACCESS_SECRET  "secret"

struct access {
    const struct config *config;
    struct loop *loop;
    struct queue *queue;
    struct log *log;
    struct table accounts; /* struct account */
    struct table keys;     /* struct apikey, by id */
    struct bans bans;
    uint8_t secret[DIGEST_BYTES]; /* makes the keys of users who have none */
    bool has_secret;
};

int64_t access_now_s(const struct access *access);
void access_store_account(struct access *access, const struct account *account);
void access_store_key(struct access *access, const struct apikey *key);
void access_store_ban(struct access *access, const struct ban *ban);
void access_forget_ban(struct access *access, struct ip client); /* in the database */

#endif
