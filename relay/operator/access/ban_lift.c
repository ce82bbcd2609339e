#include <stdio.h>

#include "relay/operator/access/access.h"

static int run(const struct operator_verb *verb, const struct operator_options *options, struct err *err)
{
    struct json *request = access_request("ban-lift", NULL);
    (void)verb;
    json_set_str(request, "client", options->id);
    int rc = access_change(options, request, NULL, err);
    if (rc == EXIT_DONE)
        printf("lifted the ban of %s\n", options->id);
    return rc;
}

const struct operator_verb operator_ban_lift = {
    .cli = {.name = "lift",
            .summary = "lift a ban",
            .synopsis = OPERATOR_RELAY " ADDRESS",
            .about = "The client may connect again at once, and its wrong passwords are forgotten.\n",
            ACCESS_VERB("ADDRESS", 1, 1),
            .run = operator_run},
    .run = run,
    .may_refuse = true};
