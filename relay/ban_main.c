/* relaylab-ban: the bans of a running relay. Its verbs are in relay/operator/access. */
#include "relay/operator/access/access.h"

#define VERB_ENTRY(name) &operator_ban_##name.cli,
static const struct cli_command *const verbs[] = {BAN_VERBS(VERB_ENTRY) NULL};
static const struct cli_group groups[] = {{"The relay", operator_relay_rows, 0}, {0}};

static const struct cli_program program = {
    .self = {.name = "relaylab-ban",
             .summary = "list and lift bans of a running relay",
             .synopsis = OPERATOR_RELAY " COMMAND [OPTION…] [ARGUMENT…]\nhelp COMMAND",
             .about = "Lists the clients that a running relay has banned since they guess passwords, and lifts bans.\n",
             .groups = groups,
             .sections = access_sections},
    .commands = verbs,
    .see_also = "relaylab relaylab-relay relaylab-queue"};

int main(int argc, char **argv)
{
    struct cli_call call;
    int code = cli_begin(&call, &program, argc, argv);
    return cli_end(&program, code == CLI_GO_ON ? call.command->run(&call) : code);
}
