#include <stdio.h>
#include <string.h>

#include "relay/operator/access/access.h"

static void print_globs(const char *words, const struct json *globs)
{
    printf("%-16s", words);
    for (size_t i = 0; i < json_count(globs); i++)
        printf("%s%s", i > 0 ? ", " : "", json_as_str(json_at(globs, i), ""));
    printf("%s\n", json_count(globs) == 0 ? "any" : "");
}

static void print_amount(const char *words, int64_t used, int64_t max)
{
    printf("%-16s%lld", words, (long long)used);
    if (max > 0)
        printf(" of %lld\n", (long long)max);
    else
        printf(", no limit\n");
}

static void print_account(const struct json *account)
{
    static const struct {
        const char *words, *used, *max;
    } amounts[] = {{"Messages/hour", "messages_hour", "messages_per_hour"},
                   {"Messages/day", "messages_day", "messages_per_day"},
                   {"Recipients/hour", "recipients_hour", "recipients_per_hour"},
                   {"Recipients/day", "recipients_day", "recipients_per_day"},
                   {"Quota/month", "recipients_month", "recipients_per_month"}};
    const struct json *usage = json_get(account, "usage");
    char created[ACCESS_TIME_MAX];
    printf("%-16s%s\n", "Account", json_get_str(account, "name", ""));
    if (usage == NULL) {
        printf("%-16sthe configuration; it may do anything\n", "Source");
        return;
    }
    printf("%-16s%s\n", "State", json_get_bool(account, "disabled", false) ? "disabled" : "enabled");
    printf("%-16s%s\n", "Added", access_time(json_get_int(account, "created", 0), "before", created));
    print_globs("Reverse-paths", json_get(account, "senders"));
    print_globs("From", json_get(account, "authors"));
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++)
        print_amount(amounts[i].words, json_get_int(usage, amounts[i].used, 0),
                     json_get_int(account, amounts[i].max, 0));
    printf("%-16s%s\n", "Pool", json_get_str(account, "pool", "default"));
    printf("%-16s%s\n", "DKIM domain", json_get_str(account, "dkim_domain", "none"));
}

static int run(const struct operator_verb *verb, const struct operator_options *options, struct err *err)
{
    struct json *items = access_items(options, access_request("account-list", options->id), "account", err);
    (void)verb;
    if (items == NULL)
        return ERR_SYSTEM;
    if (json_count(items) == 0) {
        json_free(items);
        fprintf(stderr, "relaylab-account: there is no account %s; `list` shows all\n", options->id);
        return EXIT_NOTHING;
    }
    if (options->json)
        return access_print_json("accounts", items, err);
    print_account(json_at(items, 0));
    json_free(items);
    return EXIT_DONE;
}

const struct operator_verb operator_account_show = {
    .cli = {.name = "show",
            .summary = "show what an account may do, and what it has sent",
            .synopsis = OPERATOR_RELAY " NAME [--json]",
            .about = "Shows the addresses that an account may use, what it has sent in this hour, day and month (UTC), "
                     "and how much it may send.\n",
            .groups = access_list_groups,
            ACCESS_VERB("NAME", 1, 1),
            .run = operator_run},
    .run = run};
