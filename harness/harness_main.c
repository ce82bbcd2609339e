/* relaylab: the command that people type. Its verbs are in harness/verbs. */
#include <limits.h>
#include <stdio.h>

#include "harness/shipped/shipped.h"
#include "harness/verbs/offers.h"
#include "harness/verbs/verbs.h"

#define VERB_ENTRY(name) &verb_##name,
static const struct cli_command *const verbs[] = {VERBS(VERB_ENTRY) NULL};

static const struct cli_program program = {
    .self = {.name = "relaylab",
             .summary = "test SMTP relays in a simulated internet and in virtual time",
             .synopsis = "COMMAND [OPTION…] [ARGUMENT…]\nhelp COMMAND",
             .about = "Tests SMTP relays in a simulated internet and in virtual time: five days of retries take "
                      "milliseconds.\n",
             .sections = (const struct cli_section[]){{"To begin",
                                                       "  relaylab run scenarios/retry/greylist-basic.yaml\n"
                                                       "  relaylab help run\n",
                                                       NULL},
                                                      {"Environment",
                                                       SHIPPED_VARIABLE
                                                       "\ta folder with scenarios/ and fixtures/, used where none was "
                                                       "installed with the programs\n",
                                                       NULL},
                                                      {0}}},
    .commands = verbs,
    .see_also = "relaylab-account relaylab-apikey relaylab-ban relaylab-dkim relaylab-domain relaylab-queue "
                "relaylab-relay relaylab-sim relaylab-warp"};

static int run_verb(int argc, char **argv)
{
    char bin[PATH_MAX];
    struct cli_call call;
    int code = cli_begin(&call, &program, argc, argv);
    if (code != CLI_GO_ON)
        return code;
    if (!verb_find_bin(bin)) {
        fprintf(stderr, "relaylab: cannot find its own folder through /proc/self/exe; is /proc mounted?\n");
        return EXIT_TROUBLE;
    }
    call.context = bin;
    return call.command->run(&call);
}

int main(int argc, char **argv)
{
    return cli_end(&program, run_verb(argc, argv));
}
