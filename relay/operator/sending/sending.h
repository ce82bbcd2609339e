/*
 * The verbs of relaylab-dkim and relaylab-domain: what a domain needs in its DNS so that mail from this relay is
 * trusted. Each is one file of this folder, which defines `sending_NAME`, and one word of a list here. They read keys
 * and ask the DNS themselves: no relay has to run.
 */
#ifndef RL_RELAY_SENDING_H
#define RL_RELAY_SENDING_H

#include "lib/base/err.h"
#include "lib/cli/cli.h"
#include "relay/config/config.h"
#include "relay/dkim/dkim_key.h"

#define DKIM_VERBS(X)   X(keygen) X(dns) X(check)
#define DOMAIN_VERBS(X) X(status)

#define SENDING_DECLARE(name) extern const struct cli_command sending_##name;
DKIM_VERBS(SENDING_DECLARE)
DOMAIN_VERBS(SENDING_DECLARE)
#undef SENDING_DECLARE

enum { SENDING_GOOD, SENDING_NOT_GOOD, SENDING_USAGE, SENDING_UNKNOWN };

/* ---- for the verbs ---- */

struct sending_options {
    const char *config, *key;
};

/* Of one key: it lives during the call. */
struct sending_key {
    const char *domain, *selector;
    const struct dkim_key *key;
};

#define SENDING_KEYS         "(-c FILE [DOMAIN] | --key FILE DOMAIN SELECTOR)"
#define SENDING_INTO(member) .offset = offsetof(struct sending_options, member)
extern const struct cli_option sending_key_rows[];
extern const struct cli_section sending_key_sections[];

/*
 * Calls back for each key that the command line chooses: those of the configuration, which may be limited to a domain,
 * or the one in a file. config: NULL for that one. The exit status; problems are printed to standard error.
 */
int sending_each_key(struct cli_call *call, void (*each)(void *arg, const struct sending_key *key), void *arg,
                     void (*begin)(void *arg, const struct config *config));

/* Reads a configuration, and prints what is wrong with it. */
int sending_load(const char *program, const char *path, struct config **out);

#endif
