#include <stdio.h>
#include <string.h>

#include "relay/operator/access/access.h"

static void print_account(const struct json *account)
{
    char created[ACCESS_TIME_MAX];
    bool own = strcmp(json_get_str(account, "source", ""), "database") == 0;
    printf("%-24s  %-8s  %s%s\n", json_get_str(account, "name", ""),
           json_get_bool(account, "disabled", false) ? "disabled" : "enabled", own ? "added " : "of the configuration",
           own ? access_time(json_get_int(account, "created", 0), "before", created) : "");
}

static int run(const struct operator_verb *verb, const struct operator_options *options, struct err *err)
{
    struct json *items = access_items(options, access_request("account-list", NULL), "account", err);
    (void)verb;
    if (items == NULL)
        return ERR_SYSTEM;
    if (options->json)
        return access_print_json("accounts", items, err);
    for (size_t i = 0; i < json_count(items); i++)
        print_account(json_at(items, i));
    printf("%zu account%s\n", json_count(items), json_count(items) == 1 ? "" : "s");
    json_free(items);
    return EXIT_DONE;
}

const struct operator_verb operator_account_list = {
    .cli = {.name = "list",
            .summary = "list accounts, and users of the configuration",
            .synopsis = OPERATOR_RELAY " [--json]",
            .about = "Lists accounts, then the `users` of the configuration that no account hides. `show` prints what "
                     "an account may do.\n",
            .groups = access_list_groups,
            ACCESS_VERB("", 0, 0),
            .run = operator_run},
    .run = run};
