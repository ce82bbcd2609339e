#include <string.h>

#include "relay/access/change.h"
#include "relay/control/access.h"

/* The answer is the only place where the key is ever shown. */
static int create(struct access *access, const struct json *request, struct json *end, struct err *err)
{
    const char *name, *label;
    char key[KEY_LEN + 1], id[KEY_ID_LEN + 1];
    int rc = control_access_text(request, "name", &name, err);
    if (rc == ERR_OK)
        rc = control_access_text(request, "label", &label, err);
    if (rc == ERR_OK)
        rc = change_create_key(access, name, label, json_get_int(request, "expires", 0), key, err);
    if (rc != ERR_OK)
        return rc;
    key_id(slice_cstr(key), id);
    json_set_str(end, "id", id);
    json_set_str(end, "key", key);
    explicit_bzero(key, sizeof key);
    return ERR_OK;
}

static int revoke(struct access *access, const struct json *request, struct json *end, struct err *err)
{
    const char *id;
    (void)end;
    int rc = control_access_text(request, "id", &id, err);
    return rc == ERR_OK ? change_revoke_key(access, id, err) : rc;
}

static struct json *next(struct access *access, const struct json *request, struct control_cursor *cursor)
{
    const struct apikey *key;
    while ((key = change_next_key(access, cursor->after)) != NULL) {
        control_cursor_move(cursor, key->id);
        if (strcmp(json_get_str(request, "name", key->account), key->account) == 0)
            return apikey_print(key, false);
    }
    return NULL;
}

const struct control_access control_apikey_create = {.change = create};
const struct control_access control_apikey_revoke = {.change = revoke};
const struct control_access control_apikey_list = {.item = "apikey", .next = next};
