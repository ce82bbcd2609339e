/* drop, which asks. */
#include <stdio.h>
#include <unistd.h>

#include "relay/operator/ask.h"
#include "relay/operator/verbs/verbs.h"

static void count_line(void *arg, const struct json *line)
{
    (void)arg;
    (void)line;
}

static int confirm(const struct operator_options *options, bool *sure, struct err *err)
{
    struct json *end = NULL, *request = operator_request("list", options);
    int rc = ask(options->control, request, count_line, NULL, &end, err);
    json_free(request);
    if (rc != ERR_OK)
        return rc;
    char answer[8] = "";
    printf("Drop %lld recipients of %lld messages, %s? [y/N] ", (long long)json_get_int(end, "recipients", 0),
           (long long)json_get_int(end, "messages", 0),
           options->bounce ? "and notify the senders" : "without notifying the senders");
    (void)fflush(stdout);
    json_free(end);
    *sure = fgets(answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y');
    return ERR_OK;
}

static int run(const struct operator_verb *verb, const struct operator_options *options, struct err *err)
{
    bool sure = options->yes || isatty(STDIN_FILENO) == 0;
    int rc = sure ? ERR_OK : confirm(options, &sure, err);
    if (rc != ERR_OK)
        return rc;
    if (sure)
        return operator_request_change(options->bounce ? "bounce" : verb->cli.name, verb, options, err);
    printf("nothing dropped\n");
    return EXIT_NOTHING;
}

static const struct cli_option rows[] = {
    {.name = "bounce",
     .kind = CLI_FLAG,
     OPERATOR_INTO(bounce),
     .help = "notify the sender, as when delivery fails; a bounce is never bounced"},
    {.name = "yes",
     .kind = CLI_FLAG,
     OPERATOR_INTO(yes),
     .help = "do not ask; without it, a user at a terminal is asked first"},
    {0}};
static const struct cli_group groups[] = {
    {"Dropping", rows, 0}, {"Choosing recipients", operator_filter_or_all_rows, 0}, {0}};

const struct operator_verb operator_drop = {
    .cli = {.name = "drop",
            .summary = "remove recipients from the queue, with or without notifying the sender",
            .synopsis = OPERATOR_RELAY " ID|FILTER|--all [--bounce] [--yes]",
            .about = "Removes recipients from the queue permanently. A message is removed with its last recipient. A "
                     "recipient that is on the wire may still be delivered; if not, it is dropped when its attempt "
                     "ends.\n",
            OPERATOR_CHANGES(groups)},
    .run = run,
    .done = "dropped",
    .whole = ", or --all"};
