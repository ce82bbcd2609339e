#include "relay/access/access.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/base64.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/text/json.h"
#include "relay/access/internal.h"
#include "relay/log/event.h"

#define RECORD_MAX  ((size_t)256 * 1024)
#define SECRET_NAME "scram"

int64_t access_now_s(const struct access *access)
{
    return loop_wall_ns(access->loop) / NS_PER_S;
}

/* ---- writing ---- */

/* Takes the object. */
static void store(struct access *access, const char *kind, const char *name, struct json *json)
{
    struct buf text;
    buf_init(&text, RECORD_MAX);
    (void)json_write(json, &text);
    queue_put_record(access->queue, kind, name, buf_cstr(&text));
    buf_fini(&text);
    json_free(json);
}

void access_store_account(struct access *access, const struct account *account)
{
    store(access, ACCESS_ACCOUNT, account->name, account_print(account, true));
}

void access_store_key(struct access *access, const struct apikey *key)
{
    store(access, ACCESS_KEY, key->id, apikey_print(key, true));
}

void access_store_ban(struct access *access, const struct ban *ban)
{
    char client[IP_TEXT_MAX];
    struct json *json = json_new_object();
    json_set_int(json, "since", ban->since_s);
    json_set_int(json, "until", ban->until_s);
    json_set_int(json, "failures", ban->failures);
    store(access, ACCESS_BAN, ip_format(ban->client, client), json);
}

void access_forget_ban(struct access *access, struct ip client)
{
    char text[IP_TEXT_MAX];
    queue_delete_record(access->queue, ACCESS_BAN, ip_format(client, text));
}

static void store_usage(struct access *access, const struct account *account)
{
    const struct rights_usage *usage = &account->usage;
    struct json *json = json_new_object();
    json_set_int(json, "at", usage->at_s);
    json_set_int(json, "messages_hour", usage->messages_hour);
    json_set_int(json, "messages_day", usage->messages_day);
    json_set_int(json, "recipients_hour", usage->recipients_hour);
    json_set_int(json, "recipients_day", usage->recipients_day);
    json_set_int(json, "recipients_month", usage->recipients_month);
    store(access, ACCESS_USAGE, account->name, json);
}

/* ---- reading ---- */

static void report(struct access *access, const char *kind, const char *name, const char *problem)
{
    event_log(access->log, EVENT_ACCESS_DAMAGED, log_str("kind", kind), log_str("name", name),
              log_str("problem", problem));
}

/* NULL, and it is reported, when the value is not an object. */
static struct json *parse(struct access *access, const char *kind, const char *name, const char *value)
{
    struct json *json;
    struct err err = {0};
    if (json_parse(slice_cstr(value), &json, &err) == ERR_OK && json_is_map(json))
        return json;
    report(access, kind, name, err.text[0] != '\0' ? err.text : "not an object");
    return NULL;
}

static void load_account(void *arg, const char *name, const char *value)
{
    struct access *access = arg;
    struct err err = {0};
    struct json *json = parse(access, ACCESS_ACCOUNT, name, value);
    if (json == NULL)
        return;
    struct account *account = account_new(name);
    if (account_name_valid(slice_cstr(name)) && account_set(account, json, &err) == ERR_OK && account->hash != NULL) {
        table_add(&access->accounts, account);
    } else {
        report(access, ACCESS_ACCOUNT, name, err.text[0] != '\0' ? err.text : "it has no valid name or password");
        account_free(account);
    }
    json_free(json);
}

static void load_key(void *arg, const char *name, const char *value)
{
    struct access *access = arg;
    struct json *json = parse(access, ACCESS_KEY, name, value);
    struct apikey *key = json != NULL ? apikey_read(name, json) : NULL;
    if (key != NULL)
        table_add(&access->keys, key);
    else if (json != NULL)
        report(access, ACCESS_KEY, name, "it has no digest or account");
    json_free(json);
}

static void load_ban(void *arg, const char *name, const char *value)
{
    struct access *access = arg;
    struct json *json = parse(access, ACCESS_BAN, name, value);
    struct ban ban = {.since_s = json_get_int(json, "since", 0),
                      .until_s = json_get_int(json, "until", 0),
                      .failures = json_get_int(json, "failures", 0)};
    if (json != NULL && ip_parse(slice_cstr(name), &ban.client))
        (void)bans_add(&access->bans, &ban);
    else if (json != NULL)
        report(access, ACCESS_BAN, name, "not an address");
    json_free(json);
}

static void load_usage(void *arg, const char *name, const char *value)
{
    struct access *access = arg;
    struct account *account = table_find(&access->accounts, name);
    struct json *json = parse(access, ACCESS_USAGE, name, value);
    if (account != NULL && json != NULL)
        account->usage = (struct rights_usage){.at_s = json_get_int(json, "at", 0),
                                               .messages_hour = json_get_int(json, "messages_hour", 0),
                                               .messages_day = json_get_int(json, "messages_day", 0),
                                               .recipients_hour = json_get_int(json, "recipients_hour", 0),
                                               .recipients_day = json_get_int(json, "recipients_day", 0),
                                               .recipients_month = json_get_int(json, "recipients_month", 0)};
    json_free(json);
}

static void load_secret(void *arg, const char *name, const char *value)
{
    struct access *access = arg;
    char octets[DIGEST_BYTES + 1];
    size_t len;
    if (strcmp(name, SECRET_NAME) != 0 || !base64_decode(slice_cstr(value), octets, sizeof octets, &len) ||
        len != DIGEST_BYTES)
        return;
    memcpy(access->secret, octets, DIGEST_BYTES);
    access->has_secret = true;
}

static void make_secret(struct access *access)
{
    struct buf text;
    buf_init(&text, 2 * (size_t)DIGEST_BYTES);
    digest_random_key(access->secret);
    (void)base64_encode(slice_make(access->secret, DIGEST_BYTES), &text);
    queue_put_record(access->queue, ACCESS_SECRET, SECRET_NAME, buf_cstr(&text));
    buf_fini(&text);
}

static int load(struct access *access, struct err *err)
{
    static const struct {
        const char *kind;
        void (*each)(void *arg, const char *name, const char *value);
    } kinds[] = {{ACCESS_ACCOUNT, load_account},
                 {ACCESS_KEY, load_key},
                 {ACCESS_BAN, load_ban},
                 {ACCESS_USAGE, load_usage},
                 {ACCESS_SECRET, load_secret}};
    int rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < sizeof kinds / sizeof kinds[0]; i++)
        rc = queue_each_record(access->queue, kinds[i].kind, kinds[i].each, access, err);
    if (rc == ERR_OK && !access->has_secret)
        make_secret(access);
    return rc;
}

/* ---- what an account may do ---- */

/* Of the configuration. */
static bool is_user(const struct access *access, const char *name)
{
    const struct yaml_map *users = &access->config->users;
    for (size_t i = 0; i < users->count; i++)
        if (strcmp(users->entries[i].key, name) == 0)
            return true;
    return false;
}

const struct rights *access_rights(struct access *access, const struct principal *principal,
                                   const struct rights_usage **usage)
{
    static const struct rights any;
    static const struct rights_usage none;
    struct account *account = table_find(&access->accounts, principal->account);
    const struct apikey *key = principal->key != NULL ? table_find(&access->keys, principal->key) : NULL;
    if (principal->key != NULL && (key == NULL || apikey_is_over(key, access_now_s(access))))
        return NULL;
    *usage = &none;
    if (account == NULL)
        return is_user(access, principal->account) ? &any : NULL;
    rights_usage_move(&account->usage, access_now_s(access));
    *usage = &account->usage;
    return account->disabled ? NULL : &account->rights;
}

void access_spend(struct access *access, const char *name, int64_t messages, int64_t recipients)
{
    struct account *account = table_find(&access->accounts, name);
    if (account == NULL || !rights_limit(&account->rights))
        return;
    rights_usage_move(&account->usage, access_now_s(access));
    rights_usage_add(&account->usage, messages, recipients);
}

void access_store_usage(struct access *access, const char *name)
{
    const struct account *account = table_find(&access->accounts, name);
    if (account != NULL && rights_limit(&account->rights))
        store_usage(access, account);
}

/* ---- life ---- */

int access_open(struct access **out, const struct config *config, struct loop *loop, struct queue *queue,
                struct log *log, struct err *err)
{
    struct access *access = mem_zalloc(sizeof *access);
    access->config = config;
    access->loop = loop;
    access->queue = queue;
    access->log = log;
    int rc = load(access, err);
    if (rc == ERR_OK)
        *out = access;
    else
        access_close(access);
    return rc;
}

void access_close(struct access *access)
{
    if (access == NULL)
        return;
    table_fini(&access->accounts, account_free);
    table_fini(&access->keys, apikey_free);
    explicit_bzero(access, sizeof *access);
    free(access);
}

void access_reload(struct access *access, const struct config *config)
{
    access->config = config;
}
