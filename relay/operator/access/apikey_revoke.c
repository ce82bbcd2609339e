#include <stdio.h>

#include "relay/operator/access/access.h"

static int run(const struct operator_verb *verb, const struct operator_options *options, struct err *err)
{
    struct json *request = access_request("apikey-revoke", NULL);
    (void)verb;
    json_set_str(request, "id", options->id);
    int rc = access_change(options, request, NULL, err);
    if (rc == EXIT_DONE)
        printf("revoked %s\n", options->id);
    return rc;
}

const struct operator_verb operator_apikey_revoke = {
    .cli = {.name = "revoke",
            .summary = "revoke an API key",
            .synopsis = OPERATOR_RELAY " ID",
            .about = "The key is refused from now on, and sessions that have logged in with it cannot send any more.\n",
            ACCESS_VERB("ID, which `list` shows", 1, 1),
            .run = operator_run},
    .run = run,
    .may_refuse = true};
