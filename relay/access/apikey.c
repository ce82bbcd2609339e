#include "relay/access/apikey.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/base64.h"
#include "lib/base/mem.h"

struct apikey *apikey_new(struct slice text, const char *account, const char *label)
{
    struct apikey *key = mem_zalloc(sizeof *key);
    key->id = mem_alloc(KEY_ID_LEN + 1);
    key_id(text, key->id);
    key_digest(text, key->digest);
    key->account = mem_strdup(account);
    key->label = mem_strdup(label);
    return key;
}

void apikey_free(void *arg)
{
    struct apikey *key = arg;
    if (key == NULL)
        return;
    free(key->id);
    free(key->account);
    free(key->label);
    free(key);
}

bool apikey_is_over(const struct apikey *key, int64_t now_s)
{
    return key->expires_s != 0 && key->expires_s <= now_s;
}

static bool read_digest(const struct json *json, uint8_t out[DIGEST_BYTES])
{
    char octets[DIGEST_BYTES + 1];
    size_t len;
    if (!base64_decode(slice_cstr(json_get_str(json, "digest", "")), octets, sizeof octets, &len) ||
        len != DIGEST_BYTES)
        return false;
    memcpy(out, octets, DIGEST_BYTES);
    return true;
}

struct apikey *apikey_read(const char *id, const struct json *json)
{
    const char *account = json_get_str(json, "account", NULL);
    struct apikey key;
    if (strlen(id) != KEY_ID_LEN || account == NULL || !read_digest(json, key.digest))
        return NULL;
    key.id = mem_strdup(id);
    key.account = mem_strdup(account);
    key.label = mem_strdup(json_get_str(json, "label", ""));
    key.created_s = json_get_int(json, "created", 0);
    key.expires_s = json_get_int(json, "expires", 0);
    key.used_s = json_get_int(json, "used", 0);
    struct apikey *out = mem_alloc(sizeof *out);
    *out = key;
    return out;
}

struct json *apikey_print(const struct apikey *key, bool with_digest)
{
    struct json *json = json_new_object();
    struct buf digest;
    json_set_str(json, "id", key->id);
    json_set_str(json, "account", key->account);
    json_set_str(json, "label", key->label);
    json_set_int(json, "created", key->created_s);
    json_set_int(json, "expires", key->expires_s);
    json_set_int(json, "used", key->used_s);
    buf_init(&digest, 2 * (size_t)DIGEST_BYTES);
    (void)base64_encode(slice_make(key->digest, DIGEST_BYTES), &digest);
    if (with_digest)
        json_set_str(json, "digest", buf_cstr(&digest));
    buf_fini(&digest);
    return json;
}
