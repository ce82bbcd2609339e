#include <stdio.h>

#include "relay/operator/access/access.h"

static int run(const struct operator_verb *verb, const struct operator_options *options, struct err *err)
{
    (void)verb;
    int rc = access_change(options, access_request("account-remove", options->id), NULL, err);
    if (rc == EXIT_DONE)
        printf("removed %s\n", options->id);
    return rc;
}

const struct operator_verb operator_account_remove = {
    .cli = {.name = "remove",
            .summary = "remove an account and its API keys",
            .synopsis = OPERATOR_RELAY " NAME",
            .about = "Removes an account permanently, with its API keys. What it has sent before stays in the queue.\n",
            ACCESS_VERB("NAME", 1, 1),
            .run = operator_run},
    .run = run,
    .may_refuse = true};
