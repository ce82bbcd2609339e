#include <stdio.h>

#include "relay/operator/access/access.h"

static int run(const struct operator_verb *verb, const struct operator_options *options, struct err *err)
{
    struct json *account = access_settings_print(options->settings);
    struct json *request = access_request("account-set", options->id);
    (void)verb;
    bool nothing = json_count(account) == 0;
    json_set(request, "account", account);
    if (nothing) {
        json_free(request);
        return err_set(err, ERR_INVALID, "missing settings; `relaylab account set --help` lists them");
    }
    int rc = access_change(options, request, NULL, err);
    if (rc == EXIT_DONE)
        printf("changed %s\n", options->id);
    return rc;
}

const struct operator_verb operator_account_set = {
    .cli = {.name = "set",
            .summary = "change what an account may do",
            .synopsis = OPERATOR_RELAY " NAME OPTION…",
            .about = "Changes what is given, and leaves the rest. `--sender` and `--from` replace the addresses that "
                     "were allowed before. It holds from the next command of each session on.\n",
            .groups = access_settings_groups,
            ACCESS_VERB("NAME", 1, 1),
            .run = access_run_with_settings},
    .run = run,
    .may_refuse = true};
