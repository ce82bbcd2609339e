#include "relay/operator/verbs/verbs.h"

static int run(const struct operator_verb *verb, const struct operator_options *options, struct err *err)
{
    struct show show = {.as_json = options->json};
    int status = operator_look(options, operator_request(verb->cli.name, options), &show, err);
    bool filtered = options->id != NULL || options->domain != NULL || options->rcpt != NULL || options->sender != NULL;
    return status == EXIT_NOTHING && !filtered ? EXIT_DONE : status;
}

static const struct cli_option rows[] = {{.name = "json",
                                          .kind = CLI_FLAG,
                                          OPERATOR_INTO(json),
                                          .help = "print one JSON object, for programs; see JSON below"},
                                         {0}};
static const struct cli_group groups[] = {{"Choosing recipients", operator_filter_rows, 0}, {"Output", rows, 0}, {0}};
static const struct cli_section sections[] = {
    OPERATOR_ARGUMENTS,
    {"JSON",
     "  {\"messages\":[{\"id\",\"from\",\"created\",\"size\",\"recipients\":[{\"rcpt\",\n"
     "    \"state\",\"attempts\",\"last\",\"next\",\"status\",\"reply\",\"host\"}]}]}\n"
     "\n"
     "The state is waiting (never tried), deferred, ready (due, but no connection is "
     "free), active (on the wire), held or damaged. Times are seconds since 1970.\n",
     NULL},
    OPERATOR_EXIT_STATUS,
    {0}};

const struct operator_verb operator_list = {
    .cli = {.name = "list",
            .summary = "list waiting messages, recipients, last replies and next attempts",
            .synopsis = OPERATOR_RELAY " [FILTER] [--json] [ID]",
            .about = "Lists waiting messages, oldest first: queue id, age, size and sender of a message; below it each "
                     "recipient with the number of its attempts, the time of the next one, and the last reply. Without "
                     "a filter, all recipients are listed. Of a message, only matching recipients are shown.\n"
                     "\n"
                     "A message is damaged when its body or its database rows are not as the relay wrote them. It is "
                     "not tried, and `show` reports what is wrong.\n"
                     "\n"
                     "The relay continues to work meanwhile: a long listing does not show the queue of one instant. An "
                     "empty queue is status 0.\n",
            .groups = groups,
            .sections = sections,
            .arguments = "ID",
            .arguments_max = 1,
            .run = operator_run},
    .run = run};
