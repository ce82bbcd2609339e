#include "relay/access/change.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "relay/access/internal.h"
#include "relay/log/event.h"

#define LABEL_MAX 100

static void log_account(struct access *access, const char *action, const char *name)
{
    event_log(access->log, EVENT_ACCOUNT_CHANGED, log_str("action", action), log_str("user", name));
}

static void log_key(struct access *access, const char *action, const struct apikey *key)
{
    event_log(access->log, EVENT_APIKEY_CHANGED, log_str("action", action), log_str("key", key->id),
              log_str("user", key->account));
}

/* ---- accounts ---- */

static int check_new(const struct access *access, const char *name, struct err *err)
{
    if (!account_name_valid(slice_cstr(name)))
        return err_set(err, ERR_INVALID, "the name of an account is 1 to %d letters, digits and . _ - + @",
                       ACCOUNT_NAME_MAX);
    if (strcmp(name, ACCESS_KEY_USER) == 0)
        return err_set(err, ERR_INVALID, "`%s` is the user name for API keys; choose another", name);
    if (table_find(&access->accounts, name) != NULL)
        return err_set(err, ERR_INVALID, "the account %s exists already", name);
    if (access->accounts.count >= ACCESS_ACCOUNTS_MAX)
        return err_set(err, ERR_INVALID, "there are %d accounts, and no more are possible", ACCESS_ACCOUNTS_MAX);
    return ERR_OK;
}

/* All forms of the password, or SCRAM would fail where PLAIN does not. */
static bool has_password(const struct account *account)
{
    static const struct sasl_keys none;
    return account->hash != NULL && account->keys.iterations > 0 &&
           memcmp(account->keys.stored_key, none.stored_key, SASL_KEY_BYTES) != 0 &&
           memcmp(account->keys.server_key, none.server_key, SASL_KEY_BYTES) != 0;
}

int change_add_account(struct access *access, const char *name, const struct json *json, struct err *err)
{
    int rc = check_new(access, name, err);
    if (rc != ERR_OK)
        return rc;
    struct account *account = account_new(name);
    rc = account_set(account, json, err);
    if (rc == ERR_OK && !has_password(account))
        rc = err_set(err, ERR_INVALID, "an account needs a password");
    if (rc != ERR_OK) {
        account_free(account);
        return rc;
    }
    account->created_s = access_now_s(access);
    table_add(&access->accounts, account);
    access_store_account(access, account);
    log_account(access, "add", name);
    return ERR_OK;
}

static struct account *find_account(const struct access *access, const char *name, struct err *err)
{
    struct account *account = table_find(&access->accounts, name);
    if (account == NULL && access_hash(access, name) != NULL)
        (void)err_set(err, ERR_NOT_FOUND, "%s is a user of the configuration: change it there, then send SIGHUP", name);
    else if (account == NULL)
        (void)err_set(err, ERR_NOT_FOUND, "there is no account %s", name);
    return account;
}

int change_set_account(struct access *access, const char *name, const struct json *json, struct err *err)
{
    struct account *old = find_account(access, name, err);
    if (old == NULL)
        return ERR_NOT_FOUND;
    struct account *account = account_new(name);
    account_copy(account, old);
    account->usage = old->usage;
    int rc = account_set(account, json, err);
    if (rc != ERR_OK) {
        account_free(account);
        return rc;
    }
    table_remove(&access->accounts, old);
    account_free(old);
    table_add(&access->accounts, account);
    access_store_account(access, account);
    log_account(access, "set", name);
    return ERR_OK;
}

static void remove_key(struct access *access, struct apikey *key)
{
    log_key(access, "revoke", key);
    queue_delete_record(access->queue, ACCESS_KEY, key->id);
    table_remove(&access->keys, key);
    apikey_free(key);
}

int change_remove_account(struct access *access, const char *name, struct err *err)
{
    struct account *account = find_account(access, name, err);
    if (account == NULL)
        return ERR_NOT_FOUND;
    for (size_t i = access->keys.count; i-- > 0;) {
        struct apikey *key = access->keys.items[i];
        if (strcmp(key->account, name) == 0)
            remove_key(access, key);
    }
    log_account(access, "remove", name);
    queue_delete_record(access->queue, ACCESS_ACCOUNT, name);
    queue_delete_record(access->queue, ACCESS_USAGE, name);
    table_remove(&access->accounts, account);
    account_free(account);
    return ERR_OK;
}

/* ---- keys ---- */

static bool is_label(const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        if (!isprint((unsigned char)*c))
            return false;
    return text[0] != '\0' && strlen(text) <= LABEL_MAX;
}

static bool has_label(const struct access *access, const char *account, const char *label)
{
    const struct apikey *key = NULL;
    while ((key = change_next_key(access, key != NULL ? key->id : NULL)) != NULL)
        if (strcmp(key->account, account) == 0 && strcmp(key->label, label) == 0)
            return true;
    return false;
}

static int check_key(const struct access *access, const char *account, const char *label, struct err *err)
{
    if (access_hash(access, account) == NULL && table_find(&access->accounts, account) == NULL)
        return err_set(err, ERR_NOT_FOUND, "there is no account %s", account);
    if (!is_label(label))
        return err_set(err, ERR_INVALID, "the name of a key is 1 to %d printable ASCII characters", LABEL_MAX);
    if (has_label(access, account, label))
        return err_set(err, ERR_INVALID, "%s has a key with the name %s already", account, label);
    if (access->keys.count >= ACCESS_KEYS_MAX)
        return err_set(err, ERR_INVALID, "there are %d keys, and no more are possible; revoke some", ACCESS_KEYS_MAX);
    return ERR_OK;
}

int change_create_key(struct access *access, const char *account, const char *label, int64_t expires_s,
                      char out[KEY_LEN + 1], struct err *err)
{
    char text[KEY_LEN + 1], id[KEY_ID_LEN + 1];
    int rc = check_key(access, account, label, err);
    if (rc == ERR_OK && expires_s != 0 && expires_s <= access_now_s(access))
        rc = err_set(err, ERR_INVALID, "the key would have expired already");
    if (rc != ERR_OK)
        return rc;
    do {
        key_new(text);
        key_id(slice_cstr(text), id);
    } while (table_find(&access->keys, id) != NULL);
    struct apikey *key = apikey_new(slice_cstr(text), account, label);
    key->created_s = access_now_s(access);
    key->expires_s = expires_s;
    table_add(&access->keys, key);
    access_store_key(access, key);
    log_key(access, "create", key);
    memcpy(out, text, sizeof text);
    explicit_bzero(text, sizeof text);
    return ERR_OK;
}

int change_revoke_key(struct access *access, const char *id, struct err *err)
{
    struct apikey *key = table_find(&access->keys, id);
    if (key == NULL)
        return err_set(err, ERR_NOT_FOUND, "there is no API key with the id %s", id);
    remove_key(access, key);
    return ERR_OK;
}

/* ---- bans ---- */

int change_lift_ban(struct access *access, const char *client, struct err *err)
{
    struct ip address;
    char text[IP_TEXT_MAX];
    if (!ip_parse(slice_cstr(client), &address))
        return err_set(err, ERR_INVALID, "%s is not an address", client);
    if (bans_find(&access->bans, address, access_now_s(access)) == NULL)
        return err_set(err, ERR_NOT_FOUND, "%s is not banned", client);
    (void)bans_lift(&access->bans, address);
    access_forget_ban(access, address);
    event_log(access->log, EVENT_CLIENT_LIFTED, log_str("client", ip_format(address, text)));
    return ERR_OK;
}

/* ---- lists ---- */

const struct account *change_next_account(const struct access *access, const char *after)
{
    return table_after(&access->accounts, after);
}

const struct apikey *change_next_key(const struct access *access, const char *after)
{
    return table_after(&access->keys, after);
}

const struct ban *change_next_ban(const struct access *access, size_t *at)
{
    while (*at < access->bans.count) {
        const struct ban *ban = &access->bans.all[(*at)++];
        if (ban->until_s > access_now_s(access))
            return ban;
    }
    return NULL;
}

const char *change_next_user(const struct access *access, size_t *at)
{
    const struct yaml_map *users = &access->config->users;
    while (*at < users->count) {
        const char *name = users->entries[(*at)++].key;
        if (table_find(&access->accounts, name) == NULL)
            return name;
    }
    return NULL;
}
