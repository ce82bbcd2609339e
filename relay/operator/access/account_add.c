#include <stdio.h>

#include "relay/operator/access/access.h"
#include "relay/operator/access/password.h"

static int run(const struct operator_verb *verb, const struct operator_options *options, struct err *err)
{
    struct json *account = access_settings_print(options->settings);
    struct json *request = access_request("account-add", options->id);
    (void)verb;
    int rc = password_ask(options->id, account, err);
    json_set(request, "account", account);
    if (rc != ERR_OK) {
        json_free(request);
        return rc;
    }
    rc = access_change(options, request, NULL, err);
    if (rc == EXIT_DONE)
        printf("added %s\n", options->id);
    return rc;
}

const struct operator_verb operator_account_add = {
    .cli = {.name = "add",
            .summary = "add an account",
            .synopsis = OPERATOR_RELAY " NAME [OPTION…]",
            .about = "Adds an account, which can log in at once. The password is asked for at a terminal, or else is "
                     "the first line of standard input. The relay stores a hash of it for AUTH PLAIN and LOGIN, and "
                     "keys for SCRAM.\n\n"
                     "A GLOB is an address, in which `*` stands for any characters and `?` for one, or a domain of "
                     "this form.\n",
            .groups = access_settings_groups,
            ACCESS_VERB("NAME", 1, 1),
            .run = access_run_with_settings},
    .run = run,
    .may_refuse = true};
