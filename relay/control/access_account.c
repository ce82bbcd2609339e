#include <string.h>

#include "relay/access/change.h"
#include "relay/control/access.h"

static int with_account(int (*change)(struct access *, const char *, const struct json *, struct err *),
                        struct access *access, const struct json *request, struct err *err)
{
    const char *name;
    int rc = control_access_text(request, "name", &name, err);
    return rc == ERR_OK ? change(access, name, json_get(request, "account"), err) : rc;
}

static int add(struct access *access, const struct json *request, struct json *end, struct err *err)
{
    (void)end;
    return with_account(change_add_account, access, request, err);
}

static int set(struct access *access, const struct json *request, struct json *end, struct err *err)
{
    (void)end;
    return with_account(change_set_account, access, request, err);
}

static int remove_one(struct access *access, const struct json *request, struct json *end, struct err *err)
{
    const char *name;
    (void)end;
    int rc = control_access_text(request, "name", &name, err);
    return rc == ERR_OK ? change_remove_account(access, name, err) : rc;
}

/* What it has sent, as of now. */
static struct json *print_usage(struct access *access, const char *name)
{
    const struct rights_usage *usage = NULL;
    struct principal principal = {.kind = PRINCIPAL_ACCOUNT, .account = (char *)name};
    struct json *json = json_new_object();
    (void)access_rights(access, &principal, &usage);
    json_set_int(json, "messages_hour", usage->messages_hour);
    json_set_int(json, "messages_day", usage->messages_day);
    json_set_int(json, "recipients_hour", usage->recipients_hour);
    json_set_int(json, "recipients_day", usage->recipients_day);
    json_set_int(json, "recipients_month", usage->recipients_month);
    return json;
}

static struct json *print_account(struct access *access, const struct account *account)
{
    struct json *json = account_print(account, false);
    json_set_str(json, "source", "database");
    json_set(json, "usage", print_usage(access, account->name));
    return json;
}

static struct json *print_user(const char *name)
{
    struct json *json = json_new_object();
    json_set_str(json, "name", name);
    json_set_str(json, "source", "configuration");
    return json;
}

static bool is_wanted(const struct json *request, const char *name)
{
    return strcmp(json_get_str(request, "name", name), name) == 0;
}

/* Accounts, then users of the configuration. */
static struct json *next(struct access *access, const struct json *request, struct control_cursor *cursor)
{
    const struct account *account;
    const char *user;
    while (!cursor->second && (account = change_next_account(access, cursor->after)) != NULL) {
        control_cursor_move(cursor, account->name);
        if (is_wanted(request, account->name))
            return print_account(access, account);
    }
    cursor->second = true;
    while ((user = change_next_user(access, &cursor->at)) != NULL)
        if (is_wanted(request, user))
            return print_user(user);
    return NULL;
}

const struct control_access control_account_add = {.change = add};
const struct control_access control_account_set = {.change = set};
const struct control_access control_account_remove = {.change = remove_one};
const struct control_access control_account_list = {.item = "account", .next = next};
