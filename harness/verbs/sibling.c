/* relaylab relay, queue, sim, warp: the programs in the folder of this one. */
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
    fprintf(stderr, "relaylab: cannot start %s: %s%s\n", program, strerror(errno),
            errno == ENOENT ? "; all programs of relaylab and libwarp.so belong in one folder: copy them together, or "
                              "use `make install`"
                            : "");
    return EXIT_TROUBLE;
}
