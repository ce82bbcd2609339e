#include "relay/access/change.h"
#include "relay/control/access.h"

static int lift(struct access *access, const struct json *request, struct json *end, struct err *err)
{
    const char *client;
    (void)end;
    int rc = control_access_text(request, "client", &client, err);
    return rc == ERR_OK ? change_lift_ban(access, client, err) : rc;
}

static struct json *next(struct access *access, const struct json *request, struct control_cursor *cursor)
{
    char client[IP_TEXT_MAX];
    (void)request;
    const struct ban *ban = change_next_ban(access, &cursor->at);
    if (ban == NULL)
        return NULL;
    struct json *json = json_new_object();
    json_set_str(json, "client", ip_format(ban->client, client));
    json_set_int(json, "since", ban->since_s);
    json_set_int(json, "until", ban->until_s);
    json_set_int(json, "failures", ban->failures);
    return json;
}

const struct control_access control_ban_list = {.item = "ban", .next = next};
const struct control_access control_ban_lift = {.change = lift};
