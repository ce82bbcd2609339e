#include <stdio.h>

#include "relay/operator/access/access.h"

static void print_ban(const struct json *ban)
{
    char since[ACCESS_TIME_MAX], until[ACCESS_TIME_MAX];
    printf("%-39s  since %s, until %s, after %lld wrong passwords\n", json_get_str(ban, "client", ""),
           access_time(json_get_int(ban, "since", 0), "", since), access_time(json_get_int(ban, "until", 0), "", until),
           (long long)json_get_int(ban, "failures", 0));
}

static int run(const struct operator_verb *verb, const struct operator_options *options, struct err *err)
{
    struct json *items = access_items(options, access_request("ban-list", NULL), "ban", err);
    (void)verb;
    if (items == NULL)
        return ERR_SYSTEM;
    if (options->json)
        return access_print_json("bans", items, err);
    for (size_t i = 0; i < json_count(items); i++)
        print_ban(json_at(items, i));
    printf("%zu ban%s\n", json_count(items), json_count(items) == 1 ? "" : "s");
    json_free(items);
    return EXIT_DONE;
}

const struct operator_verb operator_ban_list = {
    .cli = {.name = "list",
            .summary = "list clients that are banned",
            .synopsis = OPERATOR_RELAY " [--json]",
            .about = "Lists the client addresses whose connections are refused, since too many wrong passwords came "
                     "from them (`bans` of the configuration).\n",
            .groups = access_list_groups,
            ACCESS_VERB("", 0, 0),
            .run = operator_run},
    .run = run};
