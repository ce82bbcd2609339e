#include <stdio.h>

#include "relay/operator/verbs/verbs.h"

static int run(const struct operator_verb *verb, const struct operator_options *options, struct err *err)
{
    struct show show = {.as_json = options->json, .detailed = !options->json && !options->raw, .exact = options->raw};
    struct json *request = operator_request(verb->cli.name, options);
    json_set_str(request, "content", options->json ? "none" : options->body || options->raw ? "all" : "header");
    int status = operator_look(options, request, &show, err);
    if (status == EXIT_NOTHING)
        fprintf(stderr, "relaylab-queue: no message %s is in the queue; `list` shows those that are\n", options->id);
    return status;
}

static const struct cli_option rows[] = {
    {.name = "body",
     .kind = CLI_FLAG,
     OPERATOR_INTO(body),
     .help = "print the whole message instead of its header section"},
    {.name = "raw",
     .kind = CLI_FLAG,
     OPERATOR_INTO(raw),
     .help = "print only the message, octet for octet, for redirection to a file; otherwise octets that are not "
             "printable are shown as \\xNN"},
    {.name = "json",
     .kind = CLI_FLAG,
     OPERATOR_INTO(json),
     .help = "print envelope and recipients as `list --json` does"},
    {0}};
static const struct cli_group groups[] = {{"Output", rows, 0}, {0}};

const struct operator_verb operator_show = {
    .cli = {.name = "show",
            .summary = "show one message: envelope, each recipient, header section or all of it",
            .synopsis = OPERATOR_RELAY " ID [--body | --raw | --json]",
            .about = "Shows one message: its envelope; of each recipient the state, the last and the next attempt and "
                     "the last reply; then the header section.\n",
            .groups = groups,
            .sections = operator_sections,
            .arguments = "ID, the queue id of a message; `list` shows them",
            .arguments_min = 1,
            .arguments_max = 1,
            .run = operator_run},
    .run = run};
