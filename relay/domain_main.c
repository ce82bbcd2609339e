/* relaylab-domain: whether receivers trust mail of a domain. Its verbs are in relay/operator/sending. */
#include "relay/operator/sending/sending.h"

#define VERB_ENTRY(name) &sending_##name,
static const struct cli_command *const verbs[] = {DOMAIN_VERBS(VERB_ENTRY) NULL};

static const struct cli_program program = {
    .self = {.name = "relaylab-domain",
             .summary = "show whether receivers trust mail of a domain",
             .synopsis = "COMMAND [OPTION…] DOMAIN\nhelp COMMAND",
             .about = "Shows what receivers find in the DNS about a domain whose mail this relay sends, and what to do "
                      "about it. No relay has to run.\n"},
    .commands = verbs,
    .see_also = "relaylab relaylab-relay relaylab-dkim"};

int main(int argc, char **argv)
{
    struct cli_call call;
    int code = cli_begin(&call, &program, argc, argv);
    return cli_end(&program, code == CLI_GO_ON ? call.command->run(&call) : code);
}
