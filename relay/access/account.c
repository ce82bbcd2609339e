#include "relay/access/account.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/base64.h"
#include "lib/base/mem.h"
#include "lib/text/password.h"

#define COUNT_MAX      INT64_C(1000000000)
#define ITERATIONS_MAX INT64_C(10000000)

enum kind { TEXT, HASH, FLAG, COUNT, ITERATIONS, TIME, OCTETS, GLOBS };

struct key {
    const char *name;
    enum kind kind;
    size_t offset, size;
    bool secret; /* the password, in any form */
};

#define AT(member) offsetof(struct account, member), sizeof((struct account *)0)->member
static const struct key keys[] = {
    {"hash", HASH, AT(hash), true},
    {"salt", OCTETS, AT(keys.salt), true},
    {"iterations", ITERATIONS, AT(keys.iterations), true},
    {"stored_key", OCTETS, AT(keys.stored_key), true},
    {"server_key", OCTETS, AT(keys.server_key), true},
    {"disabled", FLAG, AT(disabled), false},
    {"senders", GLOBS, AT(rights.senders), false},
    {"authors", GLOBS, AT(rights.authors), false},
    {"messages_per_hour", COUNT, AT(rights.messages_per_hour), false},
    {"messages_per_day", COUNT, AT(rights.messages_per_day), false},
    {"recipients_per_hour", COUNT, AT(rights.recipients_per_hour), false},
    {"recipients_per_day", COUNT, AT(rights.recipients_per_day), false},
    {"recipients_per_month", COUNT, AT(rights.recipients_per_month), false},
    {"pool", TEXT, AT(pool), false},
    {"dkim_domain", TEXT, AT(dkim_domain), false},
    {"created", TIME, AT(created_s), false},
};
#define KEYS (sizeof keys / sizeof keys[0])

bool account_name_valid(struct slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!isalnum((unsigned char)name.ptr[i]) && strchr("._-+@", name.ptr[i]) == NULL)
            return false;
    return name.len > 0 && name.len <= ACCOUNT_NAME_MAX && slice_is_ascii(name) && slice_find(name, '\0') == name.len;
}

/* ---- one key ---- */

static bool is_text(const char *text)
{
    for (const char *c = text; c != NULL && *c != '\0'; c++)
        if (*c <= ' ' || *c > '~')
            return false;
    return text != NULL && strlen(text) <= ACCOUNT_TEXT_MAX;
}

/* An empty one takes it away. */
static bool take_text(char **member, const struct json *value)
{
    const char *text = json_as_str(value, NULL);
    if (!is_text(text))
        return false;
    free(*member);
    *member = text[0] != '\0' ? mem_strdup(text) : NULL;
    return true;
}

static bool take_hash(char **member, const struct json *value)
{
    const char *hash = json_as_str(value, NULL);
    return hash != NULL && password_hash_is_whole(hash) && take_text(member, value);
}

static bool take_octets(void *member, size_t size, const struct json *value)
{
    size_t len;
    char *octets = mem_alloc(size);
    bool good = base64_decode(slice_cstr(json_as_str(value, "")), octets, size, &len) && len == size;
    if (good)
        memcpy(member, octets, size);
    free(octets);
    return good;
}

static bool take_count(int64_t *member, const struct json *value, int64_t max)
{
    int64_t count = json_as_int(value, -1);
    if (count < 0 || count > max)
        return false;
    *member = count;
    return true;
}

static bool take_iterations(unsigned *member, const struct json *value)
{
    int64_t count = 0;
    bool good = take_count(&count, value, ITERATIONS_MAX) && count > 0;
    *member = good ? (unsigned)count : *member;
    return good;
}

static bool take_globs(struct rights_globs *member, const struct json *value)
{
    bool good = json_is_list(value) && json_count(value) <= RIGHTS_GLOBS_MAX;
    struct rights_globs globs = {0};
    for (size_t i = 0; good && i < json_count(value); i++) {
        const char *glob = json_as_str(json_at(value, i), NULL);
        good = is_text(glob) && glob[0] != '\0';
        if (good)
            rights_globs_add(&globs, glob);
    }
    rights_globs_fini(good ? member : &globs);
    if (good)
        *member = globs;
    return good;
}

static bool take_flag(bool *member, const struct json *json, const char *name)
{
    bool set = json_get_bool(json, name, false);
    bool good = set == json_get_bool(json, name, true);
    *member = good ? set : *member;
    return good;
}

static bool take(struct account *account, const struct key *key, const struct json *json)
{
    const struct json *value = json_get(json, key->name);
    void *member = (char *)account + key->offset;
    switch (key->kind) {
    case TEXT:
        return take_text(member, value);
    case HASH:
        return take_hash(member, value);
    case FLAG:
        return take_flag(member, json, key->name);
    case COUNT:
        return take_count(member, value, COUNT_MAX);
    case TIME:
        return take_count(member, value, INT64_MAX);
    case ITERATIONS:
        return take_iterations(member, value);
    case OCTETS:
        return take_octets(member, key->size, value);
    case GLOBS:
        return take_globs(member, value);
    }
    return false;
}

static void print_octets(struct json *json, const char *name, const void *octets, size_t size)
{
    struct buf text;
    buf_init(&text, 2 * size + 4);
    (void)base64_encode(slice_make(octets, size), &text);
    json_set_str(json, name, buf_cstr(&text));
    buf_fini(&text);
}

static void print_globs(struct json *json, const char *name, const struct rights_globs *globs)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < globs->count; i++)
        json_push(list, json_new_str(globs->items[i]));
    json_set(json, name, list);
}

static void print_text(struct json *json, const char *name, const char *text)
{
    if (text != NULL)
        json_set_str(json, name, text);
}

static void print(const struct account *account, const struct key *key, struct json *json)
{
    const void *member = (const char *)account + key->offset;
    switch (key->kind) {
    case TEXT:
    case HASH:
        print_text(json, key->name, *(char *const *)member);
        break;
    case FLAG:
        json_set_bool(json, key->name, *(const bool *)member);
        break;
    case COUNT:
    case TIME:
        json_set_int(json, key->name, *(const int64_t *)member);
        break;
    case ITERATIONS:
        json_set_int(json, key->name, *(const unsigned *)member);
        break;
    case OCTETS:
        print_octets(json, key->name, member, key->size);
        break;
    case GLOBS:
        print_globs(json, key->name, member);
        break;
    }
}

/* ---- all keys ---- */

static const struct key *find_key(const char *name)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

int account_set(struct account *account, const struct json *json, struct err *err)
{
    if (!json_is_map(json))
        return err_set(err, ERR_INVALID, "an account is a JSON object");
    for (void *it = json_iter(json); it != NULL; it = json_next(json, it)) {
        const char *name = json_iter_key(it);
        const struct key *key = find_key(name);
        if (strcmp(name, "name") == 0)
            continue;
        if (key == NULL)
            return err_set(err, ERR_INVALID, "this relay does not support `%s` of an account", name);
        if (!take(account, key, json))
            return err_set(err, ERR_INVALID, "the value of `%s` is invalid", name);
    }
    return ERR_OK;
}

struct json *account_print(const struct account *account, bool with_password)
{
    struct json *json = json_new_object();
    json_set_str(json, "name", account->name);
    for (size_t i = 0; i < KEYS; i++)
        if (with_password || !keys[i].secret)
            print(account, &keys[i], json);
    return json;
}

/* ---- life ---- */

struct account *account_new(const char *name)
{
    struct account *account = mem_zalloc(sizeof *account);
    account->name = mem_strdup(name);
    return account;
}

static void fini(struct account *account)
{
    if (account->hash != NULL)
        explicit_bzero(account->hash, strlen(account->hash));
    free(account->hash);
    rights_globs_fini(&account->rights.senders);
    rights_globs_fini(&account->rights.authors);
    free(account->pool);
    free(account->dkim_domain);
    free(account->name);
    explicit_bzero(account, sizeof *account);
}

void account_copy(struct account *to, const struct account *from)
{
    struct json *json = account_print(from, true);
    struct err err;
    (void)account_set(to, json, &err); /* which prints nothing that it does not take */
    json_free(json);
}

void account_free(void *arg)
{
    struct account *account = arg;
    if (account == NULL)
        return;
    fini(account);
    free(account);
}
