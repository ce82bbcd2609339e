/* The verbs of `relaylab`. Each is one file that defines `verb_NAME`, and one word of the list here. */
#ifndef RL_HARNESS_VERBS_H
#define RL_HARNESS_VERBS_H

#include "lib/cli/cli.h"

#define VERBS(X)                                                                                                       \
    X(run)                                                                                                             \
    X(explain)                                                                                                         \
    X(course)                                                                                                          \
    X(grade)                                                                                                           \
    X(lint)                                                                                                            \
    X(list)                                                                                                            \
    X(rules)                                                                                                           \
    X(targets)                                                                                                         \
    X(report)                                                                                                          \
    X(matrix)                                                                                                          \
    X(baseline)                                                                                                        \
    X(schema)                                                                                                          \
    X(relay)                                                                                                           \
    X(queue)                                                                                                           \
    X(account)                                                                                                         \
    X(apikey)                                                                                                          \
    X(ban)                                                                                                             \
    X(dkim)                                                                                                            \
    X(domain)                                                                                                          \
    X(sim)                                                                                                             \
    X(warp)

#define VERB_DECLARE(name) extern const struct cli_command verb_##name;
VERBS(VERB_DECLARE)
#undef VERB_DECLARE

enum exit_code {
    EXIT_AS_EXPECTED = 0,
    EXIT_NOT_AS_EXPECTED = 1,
    EXIT_BAD_INPUT = CLI_EXIT_USAGE, /* also a bad scenario or configuration */
    EXIT_TROUBLE = 3,                /* the harness or the target could not run */
    EXIT_NOTHING_RAN = 4,
};

/* The section of a verb that only reads scenarios; done: what status 0 says. */
#define VERB_EXIT_STATUS_OF_FILES(done)                                                                                \
    {                                                                                                                  \
        "Exit status", "0\t" done "\n2\ta scenario has errors, or bad usage\n4\tno scenario found\n", NULL             \
    }

/* The folder of the programs. */
static inline const char *verb_bin(const struct cli_call *call)
{
    return call->context;
}

/* Runs relaylab-NAME in place of this program; argv[0] is NAME. Returns only when it cannot. */
int sibling_run(const char *bin, char **argv);

#endif
