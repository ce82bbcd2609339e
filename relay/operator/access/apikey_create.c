#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/base/duration.h"
#include "relay/operator/access/access.h"

static int run(const struct operator_verb *verb, const struct operator_options *options, struct err *err)
{
    struct json *request = access_request("apikey-create", options->id), *end = NULL;
    (void)verb;
    json_set_str(request, "label", options->second);
    if (options->expires_ns > 0)
        json_set_int(request, "expires", (int64_t)time(NULL) + options->expires_ns / NS_PER_S);
    int rc = access_change(options, request, &end, err);
    if (rc != EXIT_DONE)
        return rc;
    printf("%s\n", json_get_str(end, "key", ""));
    fprintf(stderr, "relaylab-apikey: the id of this key is %s; the key itself is not shown again\n",
            json_get_str(end, "id", ""));
    json_free(end);
    return EXIT_DONE;
}

static const struct cli_option rows[] = {{.name = "expires",
                                          .kind = CLI_DURATION,
                                          OPERATOR_INTO(expires_ns),
                                          .value = "SPAN",
                                          .help = "how long it is valid: 90d; without it, until it is revoked"},
                                         {0}};
static const struct cli_group groups[] = {{"The key", rows, 0}, {0}};

const struct operator_verb operator_apikey_create = {
    .cli = {.name = "create",
            .summary = "create an API key of an account, and print it",
            .synopsis = OPERATOR_RELAY " ACCOUNT NAME [--expires SPAN]",
            .about = "Prints a new key on standard output. It is the password of the account, and of the user name "
                     "`apikey`, with AUTH PLAIN and LOGIN. The relay stores only a digest of it, so it cannot be shown "
                     "again.\n",
            .groups = groups,
            ACCESS_VERB("ACCOUNT NAME", 2, 2),
            .run = operator_run},
    .run = run,
    .may_refuse = true};
