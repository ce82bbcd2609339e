#include "relay/control/request.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/text/json.h"

static const char *const verbs[] = {"list", "show"}; /* and the actions */
static const char *const contents[] = {"none", "header", "all"};

static int find_name(const char *name, const char *const names[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return (int)i;
    return -1;
}
#define FIND(name, names) find_name(name, names, sizeof names / sizeof names[0])

static char *dup_text(const struct json *value)
{
    const char *text = json_as_str(value, NULL);
    return text != NULL ? mem_strdup(text) : NULL;
}

/* One key of the request. A later relaylab-queue may send what this relay cannot honour: that must not pass. */
static int take(struct control_request *request, const char *key, const struct json *value, struct err *err)
{
    char **text = strcmp(key, "id") == 0       ? &request->id
                  : strcmp(key, "sender") == 0 ? &request->sender
                  : strcmp(key, "rcpt") == 0   ? &request->recipient
                                               : NULL;
    if (strcmp(key, "verb") == 0 || strcmp(key, "all") == 0)
        return ERR_OK;
    if (text != NULL && (*text = dup_text(value)) != NULL)
        return ERR_OK;
    int content = FIND(json_as_str(value, ""), contents);
    if (strcmp(key, "content") != 0 || content < 0)
        return err_set(err, ERR_INVALID, "this relay does not support `%s` in this request", key);
    request->content = (enum control_content)content;
    return ERR_OK;
}

static int take_access(struct control_request *request, const struct control_access *access, const struct json *json,
                       struct err *err)
{
    for (void *it = json_iter(json); it != NULL; it = json_next(json, it))
        if (strcmp(json_iter_key(it), "verb") != 0 && !control_access_has(access, json_iter_key(it)))
            return err_set(err, ERR_INVALID, "this relay does not support `%s` in this request", json_iter_key(it));
    request->verb = CONTROL_ACCESS;
    request->access = access;
    request->json = json_dup(json);
    return ERR_OK;
}

static int take_all(struct control_request *request, const struct json *json, struct err *err)
{
    if (!json_is_map(json))
        return err_set(err, ERR_INVALID, "a request is a JSON object on one line");
    const char *name = json_get_str(json, "verb", "");
    const struct control_access *access = control_access_find(name);
    if (access != NULL)
        return take_access(request, access, json, err);
    int verb = FIND(name, verbs), rc = ERR_OK;
    request->action = queue_action_of(name);
    if (verb < 0 && request->action == QUEUE_ACTION_COUNT)
        return err_set(err, ERR_INVALID, "this relay does not support that verb; relaylab-queue may be newer");
    request->verb = verb < 0 ? CONTROL_CHANGE : (enum control_verb)verb;
    request->all = json_get_bool(json, "all", false);
    for (void *it = json_iter(json); rc == ERR_OK && it != NULL; it = json_next(json, it))
        rc = take(request, json_iter_key(it), json_iter_value(it), err);
    bool any = request->id != NULL || request->sender != NULL || request->recipient != NULL || request->all;
    if (rc == ERR_OK && request->verb == CONTROL_SHOW && request->id == NULL)
        rc = err_set(err, ERR_INVALID, "show needs an id");
    if (rc == ERR_OK && request->verb == CONTROL_CHANGE && !any)
        rc = err_set(err, ERR_INVALID, "%s: the request names no recipients", name);
    return rc;
}

int control_request_parse(struct slice line, struct control_request *out, struct err *err)
{
    struct control_request request = {0};
    struct json *json;
    int rc = json_parse(line, &json, err);
    if (rc != ERR_OK)
        return err_set(err, ERR_INVALID, "a request is a JSON object on one line");
    rc = take_all(&request, json, err);
    json_free(json);
    if (rc == ERR_OK)
        *out = request;
    else
        control_request_fini(&request);
    return rc;
}

void control_request_fini(struct control_request *request)
{
    free(request->id);
    free(request->sender);
    free(request->recipient);
    json_free(request->json);
    *request = (struct control_request){0};
}
