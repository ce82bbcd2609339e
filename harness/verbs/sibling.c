/* relaylab relay, queue, account, apikey, ban, dkim, domain, sim, warp: the programs in the folder of this one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/verbs/verbs.h"
#include "lib/base/mem.h"

int sibling_run(const char *bin, char **argv)
{
    char *program = mem_printf("%s/relaylab-%s", bin, argv[0]);
    argv[0] = program;
    (void)execv(program, argv);
    fprintf(stderr, "relaylab: cannot start %s: %s%s\n", program, strerror(errno),
            errno == ENOENT ? "; all programs of relaylab and libwarp.so belong in one folder: copy them together, or "
                              "use `make install`"
                            : "");
    free(program);
    return EXIT_TROUBLE;
}

static int run(struct cli_call *call)
{
    return sibling_run(verb_bin(call), call->argv);
}

#define SIBLING(program, what)                                                                                         \
    const struct cli_command verb_##program = {                                                                        \
        .name = #program, .summary = what " (`relaylab-" #program "`)", .passes_on = true, .run = run}

SIBLING(relay, "run the SMTP relay");
SIBLING(queue, "show and change the queue of a running relay");
SIBLING(account, "manage the accounts of a running relay");
SIBLING(apikey, "manage the API keys of a running relay");
SIBLING(ban, "list and lift bans of a running relay");
SIBLING(dkim, "make and check the keys that sign mail");
SIBLING(domain, "show whether receivers trust mail of a domain");
SIBLING(sim, "run the simulated internet of one scenario");
SIBLING(warp, "run any command in virtual time");
