#include <stdio.h>

#include "relay/operator/access/access.h"

static int run(const struct operator_verb *verb, const struct operator_options *options, struct err *err)
{
    struct json *account = json_new_object(), *request = access_request("account-set", options->id);
    (void)verb;
    json_set_bool(account, "disabled", false);
    json_set(request, "account", account);
    int rc = access_change(options, request, NULL, err);
    if (rc == EXIT_DONE)
        printf("enabled %s\n", options->id);
    return rc;
}

const struct operator_verb operator_account_enable = {.cli = {.name = "enable",
                                                              .summary = "let a disabled account log in again",
                                                              .synopsis = OPERATOR_RELAY " NAME",
                                                              .about = "Its password and API keys are as before.\n",
                                                              ACCESS_VERB("NAME", 1, 1),
                                                              .run = operator_run},
                                                      .run = run,
                                                      .may_refuse = true};
