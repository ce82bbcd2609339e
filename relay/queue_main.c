/* relaylab-queue: the operator's tool. Asks a running relay over its control socket. Its verbs are in relay/operator.
 */
#include "relay/operator/verbs/verbs.h"

#define VERB_ENTRY(name) &operator_##name.cli,
static const struct cli_command *const verbs[] = {OPERATOR_VERBS(VERB_ENTRY) NULL};
static const struct cli_group groups[] = {{"The relay", operator_relay_rows, 0}, {0}};

static const struct cli_program program = {
    .self = {.name = "relaylab-queue",
             .summary = "show and change the queue of a running relay",
             .synopsis = OPERATOR_RELAY " COMMAND [OPTION…] [ID]\nhelp COMMAND",
             .about = "Shows the queue of a running relay, and changes it. A change is on disk when this program exits "
                      "with status 0.\n",
             .groups = groups,
             .sections = operator_sections},
    .commands = verbs,
    .see_also = "relaylab relaylab-relay"};

int main(int argc, char **argv)
{
    struct cli_call call;
    int code = cli_begin(&call, &program, argc, argv);
    return cli_end(&program, code == CLI_GO_ON ? call.command->run(&call) : code);
}
