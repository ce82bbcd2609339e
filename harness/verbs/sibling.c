/* relaylab relay, queue, sim, warp: the programs beside this one. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/verbs/verbs.h"
#include "lib/base/mem.h"

int verb_sibling(int argc, char **argv, const char *bin)
{
    char *program = mem_printf("%s/relaylab-%s", bin, argv[0]);
    (void)argc;
    argv[0] = program;
    (void)execv(program, argv);
    fprintf(stderr, "relaylab: cannot start %s: %s\n", program, strerror(errno));
    return EXIT_TROUBLE;
}
