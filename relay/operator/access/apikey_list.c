#include <stdio.h>

#include "relay/operator/access/access.h"

static void print_key(const struct json *key)
{
    char expires[ACCESS_TIME_MAX], used[ACCESS_TIME_MAX];
    printf("%s  %-24s  %-24s  used %s, expires %s\n", json_get_str(key, "id", ""), json_get_str(key, "account", ""),
           json_get_str(key, "label", ""), access_time(json_get_int(key, "used", 0), "never", used),
           access_time(json_get_int(key, "expires", 0), "never", expires));
}

static int run(const struct operator_verb *verb, const struct operator_options *options, struct err *err)
{
    struct json *items = access_items(options, access_request("apikey-list", options->id), "apikey", err);
    (void)verb;
    if (items == NULL)
        return ERR_SYSTEM;
    if (options->json)
        return access_print_json("apikeys", items, err);
    for (size_t i = 0; i < json_count(items); i++)
        print_key(json_at(items, i));
    printf("%zu key%s\n", json_count(items), json_count(items) == 1 ? "" : "s");
    json_free(items);
    return EXIT_DONE;
}

const struct operator_verb operator_apikey_list = {
    .cli = {.name = "list",
            .summary = "list API keys, of all accounts or of one",
            .synopsis = OPERATOR_RELAY " [ACCOUNT] [--json]",
            .about = "Lists the id, account and name of each key, when it was last used, to five minutes, and when it "
                     "expires. The id is the beginning of the key, after `rlk_`.\n",
            .groups = access_list_groups,
            ACCESS_VERB("ACCOUNT", 0, 1),
            .run = operator_run},
    .run = run};
