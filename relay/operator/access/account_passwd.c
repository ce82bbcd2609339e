#include <stdio.h>

#include "relay/operator/access/access.h"
#include "relay/operator/access/password.h"

static int run(const struct operator_verb *verb, const struct operator_options *options, struct err *err)
{
    struct json *account = json_new_object(), *request = access_request("account-set", options->id);
    (void)verb;
    int rc = password_ask(options->id, account, err);
    json_set(request, "account", account);
    if (rc != ERR_OK) {
        json_free(request);
        return rc;
    }
    rc = access_change(options, request, NULL, err);
    if (rc == EXIT_DONE)
        printf("changed the password of %s\n", options->id);
    return rc;
}

const struct operator_verb operator_account_passwd = {
    .cli = {.name = "passwd",
            .summary = "change the password of an account",
            .synopsis = OPERATOR_RELAY " NAME",
            .about = "Asks for the new password at a terminal, or else reads it from the first line of standard input. "
                     "Sessions that have logged in continue; API keys are not changed.\n",
            ACCESS_VERB("NAME", 1, 1),
            .run = operator_run},
    .run = run,
    .may_refuse = true};
