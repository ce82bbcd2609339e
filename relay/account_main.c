/* relaylab-account: the accounts of a running relay. Its verbs are in relay/operator/access. */
#include "relay/operator/access/access.h"

#define VERB_ENTRY(name) &operator_account_##name.cli,
static const struct cli_command *const verbs[] = {ACCOUNT_VERBS(VERB_ENTRY) NULL};
static const struct cli_group groups[] = {{"The relay", operator_relay_rows, 0}, {0}};

static const struct cli_program program = {
    .self = {.name = "relaylab-account",
             .summary = "manage the accounts of a running relay",
             .synopsis = OPERATOR_RELAY " COMMAND [OPTION…] [ARGUMENT…]\nhelp COMMAND",
             .about = "Manages who may log in to a running relay, and what each may send. A change holds at once, "
                      "without a restart, and is on disk when this program exits with status 0.\n",
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
