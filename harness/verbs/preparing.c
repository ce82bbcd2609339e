#include "harness/verbs/preparing.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/suite/pool.h"
#include "harness/target/fetch.h"

int preparing_load_target(const char *verb, const char *where, const char *bin, struct target **out)
{
    struct buf report;
    struct err err = {0};
    buf_init(&report, 65536);
    int rc = target_load(out, where, bin, &report, &err);
    if (rc != ERR_OK)
        fprintf(stderr, "%srelaylab %s: %s\n", buf_cstr(&report), verb, err.text);
    buf_fini(&report);
    return rc;
}

/* --net namespace yields a namespace or an error; a fallback to loopback is reported. */
static bool choose_network(const char *verb, const char *name, enum network *network)
{
    struct err err = {0};
    (void)network_find(name, network);
    bool any = *network == NETWORK_AUTO;
    int rc = network_choose(network, &err);
    if (rc != ERR_OK)
        fprintf(stderr, "relaylab %s: %s\n", verb, err.text);
    else if (any && *network == NETWORK_LOOPBACK)
        fprintf(stderr, "relaylab %s: the simulated internet is on loopback: %s\n", verb, err.text);
    return rc == ERR_OK;
}

/* A target that sees this machine's files is one thing that a run must not be silent about. */
static enum root_kind choose_root(const char *verb, enum network network)
{
    struct err why = {0};
    enum root_kind kind = root_choose(network, &why);
    if (kind == ROOT_HOST)
        fprintf(stderr, "relaylab %s: the target sees the files of this machine, and has no root of its own: %s\n",
                verb, why.text);
    return kind;
}

/* What a target needs of this machine. */
static bool is_ready(const char *verb, const struct target *target, const char *bin, const struct prepared *prepared)
{
    struct err err = {0};
    if (fetch_check(target, bin, &err) != ERR_OK) {
        fprintf(stderr, "relaylab %s: %s\n", verb, err.text);
        return false;
    }
    if ((target->needs_root && geteuid() != 0) ||
        (target_is_layered(target) && (prepared->network != NETWORK_NAMESPACE || prepared->root == ROOT_HOST))) {
        fprintf(stderr,
                "relaylab %s: %s becomes other users and has files of its own laid over /etc: it runs as root, "
                "with --net namespace\n",
                verb, target->name);
        return false;
    }
    return true;
}

bool preparing_ready(const char *verb, const struct target *target, const char *bin, const char *network,
                     struct prepared *out)
{
    if (!choose_network(verb, network, &out->network))
        return false;
    out->root = choose_root(verb, out->network);
    return is_ready(verb, target, bin, out);
}

/* A run waits for the kernel to make and end its namespaces, and another may have the CPU meanwhile. In tolerant mode
 * its processes and the coordinator that looks at them need the CPU for themselves. */
unsigned preparing_jobs(const struct target *target)
{
    unsigned jobs = pool_cpus() * (target->clock == TARGET_LOCKSTEP ? 2 : 1);
    return jobs < POOL_JOBS_MAX ? jobs : POOL_JOBS_MAX;
}

bool preparing_wants_color(const char *when, FILE *out)
{
    const char *no = getenv("NO_COLOR");
    if (strcmp(when, "auto") == 0)
        return isatty(fileno(out)) && (no == NULL || no[0] == '\0');
    return strcmp(when, "always") == 0;
}
