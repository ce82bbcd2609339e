/* Logging in: by password, by API key, by SCRAM; and clients that guess. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "relay/access/internal.h"
#include "relay/log/event.h"
#include "relay/sasl/scram.h"

#define USED_EVERY  300 /* seconds: how often the time of a key's last use is written */
#define NONCE_BYTES 18

/* ---- passwords ---- */

static const char *hash_of_user(const struct yaml_entry *entry)
{
    return *(const char *const *)entry->value;
}

const char *access_hash(const struct access *access, const char *user)
{
    const struct account *account = table_find(&access->accounts, user);
    const struct yaml_map *users = &access->config->users;
    if (account != NULL)
        return account->disabled ? NULL : account->hash;
    for (size_t i = 0; i < users->count; i++)
        if (strcmp(users->entries[i].key, user) == 0)
            return hash_of_user(&users->entries[i]);
    return NULL;
}

const char *access_any_hash(const struct access *access)
{
    const struct account *account = table_after(&access->accounts, NULL);
    const struct yaml_map *users = &access->config->users;
    if (account != NULL)
        return account->hash;
    return users->count > 0 ? hash_of_user(&users->entries[0]) : NULL;
}

bool access_knows(const struct access *access, const char *user)
{
    return table_find(&access->accounts, user) != NULL || access_hash(access, user) != NULL ||
           strcmp(user, ACCESS_KEY_USER) == 0;
}

/* ---- API keys ---- */

static const struct apikey *find_key(const struct access *access, struct slice text)
{
    char id[KEY_ID_LEN + 1];
    uint8_t digest[DIGEST_BYTES];
    key_id(text, id);
    key_digest(text, digest);
    const struct apikey *key = table_find(&access->keys, id);
    return key != NULL && digest_equal(key->digest, digest, DIGEST_BYTES) ? key : NULL;
}

static void note_use(struct access *access, struct apikey *key)
{
    int64_t now_s = access_now_s(access);
    if (now_s < key->used_s + USED_EVERY)
        return;
    key->used_s = now_s;
    access_store_key(access, key);
}

enum access_verdict access_check_key(struct access *access, const char *user, const char *password,
                                     struct principal *out)
{
    struct slice text = slice_cstr(password);
    if (!key_has_form(text))
        return ACCESS_NO_KEY;
    const struct apikey *key = key_is_whole(text) ? find_key(access, text) : NULL;
    if (key == NULL || apikey_is_over(key, access_now_s(access)) || access_hash(access, key->account) == NULL ||
        (strcmp(user, ACCESS_KEY_USER) != 0 && strcmp(user, key->account) != 0))
        return ACCESS_KEY_WRONG;
    note_use(access, (struct apikey *)key);
    *out = principal_of_account(key->account, key->id);
    return ACCESS_KEY_GOOD;
}

/* ---- SCRAM ---- */

bool access_has_keys(const struct access *access)
{
    const struct yaml_map *users = &access->config->users;
    for (size_t i = 0; i < users->count; i++)
        if (table_find(&access->accounts, users->entries[i].key) == NULL)
            return false;
    return access->accounts.count > 0;
}

/* Printable, and not predictable. In virtual time it depends on the seed alone, as all that the trace may show. */
static void make_nonce(char out[SASL_NONCE_MAX + 1])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t octets[NONCE_BYTES];
    arc4random_buf(octets, sizeof octets);
    for (size_t i = 0; i < sizeof octets; i++) {
        out[2 * i] = digits[octets[i] >> 4];
        out[2 * i + 1] = digits[octets[i] & 15];
    }
    out[2 * sizeof octets] = '\0';
}

/* What an octet string of this name is made of; without the secret, it looks random. */
static void derive(const struct access *access, const char *what, const char *user, uint8_t out[DIGEST_BYTES])
{
    char *text = mem_printf("%s:%s", what, user);
    digest_hmac(access->secret, text, strlen(text), out);
    free(text);
}

static void invent_keys(const struct access *access, const char *user, struct sasl_keys *out)
{
    uint8_t salt[DIGEST_BYTES];
    derive(access, "salt", user, salt);
    derive(access, "stored key", user, out->stored_key);
    derive(access, "server key", user, out->server_key);
    memcpy(out->salt, salt, sizeof out->salt);
    out->iterations = SCRAM_ITERATIONS;
}

void access_find_keys(const struct access *access, const char *user, struct sasl_keys *out)
{
    const struct account *account = table_find(&access->accounts, user);
    struct sasl_keys invented;
    invent_keys(access, user, &invented);
    *out = account != NULL ? account->keys : invented;
    if (account != NULL && account->disabled) /* with its own salt: that it is disabled is not to be seen either */
        memcpy(out->stored_key, invented.stored_key, sizeof out->stored_key);
    make_nonce(out->nonce);
}

/* ---- clients that guess ---- */

bool access_is_banned(const struct access *access, struct ip client)
{
    return !config_trusts(access->config, client) && bans_find(&access->bans, client, access_now_s(access)) != NULL;
}

static void ban(struct access *access, struct ip client)
{
    int64_t now_s = access_now_s(access), time_s = access->config->bans.time_ns / NS_PER_S;
    struct ban ban = {client, now_s, now_s + time_s, access->config->bans.after};
    char text[IP_TEXT_MAX];
    struct ban gone = bans_add(&access->bans, &ban);
    if (gone.until_s != 0)
        access_forget_ban(access, gone.client);
    access_store_ban(access, &ban);
    event_log(access->log, EVENT_CLIENT_BANNED, log_str("client", ip_format(client, text)),
              log_int("failures", ban.failures), log_int("time_s", time_s));
}

void access_note(struct access *access, struct ip client, bool good)
{
    const struct config *config = access->config;
    if (good)
        bans_forgive(&access->bans, client);
    else if (!config_trusts(config, client) && bans_fail(&access->bans, client, config->bans.after,
                                                         config->bans.time_ns / NS_PER_S, access_now_s(access)))
        ban(access, client);
}
