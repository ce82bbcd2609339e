/* relaylab-dkim: the keys that sign mail, and their records. Its verbs are in relay/operator/sending. */
#include "relay/operator/sending/sending.h"

#define VERB_ENTRY(name) &sending_##name,
static const struct cli_command *const verbs[] = {DKIM_VERBS(VERB_ENTRY) NULL};

static const struct cli_program program = {
    .self = {.name = "relaylab-dkim",
             .summary = "make and check the keys that sign mail",
             .synopsis = "COMMAND [OPTION…] [DOMAIN [SELECTOR]]\nhelp COMMAND",
             .about = "Makes keys for DKIM, prints the DNS records that receivers need to verify their signatures, and "
                      "checks that the DNS has them. No relay has to run.\n",
             .sections = sending_key_sections},
    .commands = verbs,
    .see_also = "relaylab relaylab-relay relaylab-domain"};

int main(int argc, char **argv)
{
    struct cli_call call;
    int code = cli_begin(&call, &program, argc, argv);
    return cli_end(&program, code == CLI_GO_ON ? call.command->run(&call) : code);
}
