/* relaylab targets: lists the relays that can be tested, and fetches third-party ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/shipped/shipped.h"
#include "harness/target/fetch.h"
#include "harness/target/names.h"
#include "harness/verbs/offers.h"
#include "harness/verbs/verbs.h"
#include "lib/base/mem.h"

#define REPORT_MAX 65536

struct options {
    bool fetch;
};

static int none_found(const char *bin)
{
    char *places = shipped_places(bin, TARGETS);
    fprintf(stderr, "relaylab targets: no target found in %s; name a folder with a target.yaml\n", places);
    free(places);
    return EXIT_NOTHING_RAN;
}

/* ---- listing ---- */

static void list(const struct target *target, const char *bin)
{
    char *version = fetch_version(target, bin);
    const char *state = !fetch_needed(target) ? "built here" : version != NULL ? version : "not fetched";
    printf("%-11s  %-18s  %-8s ", target->name, state, target->clock == TARGET_TOLERANT ? "tolerant" : "lockstep");
    for (size_t i = 0; i < target->capabilities.count; i++)
        printf(" %s", ((const char **)target->capabilities.items)[i]);
    printf("%s\n", target->needs_root ? "  (needs root)" : "");
    free(version);
}

static int fetch(const struct target *target, const char *bin, bool named)
{
    struct err err = {0};
    char *version = fetch_version(target, bin);
    bool wanted = fetch_needed(target) && (named || version == NULL);
    free(version);
    if (!wanted)
        return EXIT_AS_EXPECTED;
    fprintf(stderr, "fetching %s …\n", target->name);
    if (fetch_run(target, bin, &err) == ERR_OK)
        return EXIT_AS_EXPECTED;
    fprintf(stderr, "relaylab targets: %s\n", err.text);
    return EXIT_TROUBLE;
}

static int one_target(const char *name, const char *bin, const struct options *options, bool named)
{
    struct buf report;
    struct err err = {0};
    struct target *target = NULL;
    buf_init(&report, REPORT_MAX);
    int code = EXIT_AS_EXPECTED;
    if (target_load(&target, name, bin, &report, &err) != ERR_OK) {
        fprintf(stderr, "%srelaylab targets: %s\n", buf_cstr(&report), err.text);
        code = EXIT_BAD_INPUT;
    } else {
        if (options->fetch)
            code = fetch(target, bin, named);
        list(target, bin);
    }
    target_free(target);
    buf_fini(&report);
    return code;
}

static int run(struct cli_call *call)
{
    struct options options = {0};
    const char *bin = verb_bin(call);
    char **all = NULL;
    int worst = EXIT_AS_EXPECTED, code = cli_read(call, &options);
    if (code != CLI_GO_ON)
        return code;
    bool named = call->argc > 0;
    size_t count = named ? (size_t)call->argc : target_names(bin, &all);
    if (count == 0)
        return none_found(bin);
    for (size_t i = 0; i < count; i++) {
        code = one_target(named ? call->argv[i] : all[i], bin, &options, named);
        worst = code > worst ? code : worst;
    }
    target_names_free(all, named ? 0 : count);
    return worst;
}

static const struct cli_option rows[] = {{.name = "fetch",
                                          .kind = CLI_FLAG,
                                          .offset = offsetof(struct options, fetch),
                                          .help = "download the named targets (default: all that are missing)"},
                                         {0}};
static const struct cli_group groups[] = {{"Options", rows, 0}, {0}};

const struct cli_command verb_targets = {
    .name = "targets",
    .summary = "list the relays that can be tested, and fetch them",
    .synopsis = "[--fetch] [NAME|DIR]…",
    .about = "Lists the relays that can be tested (default: all in fixtures/targets): the name, the fetched version, "
             "the kind of virtual clock, and the capabilities.\n"
             "\n"
             "Third-party relays are never installed, because their packages conflict. `--fetch` downloads Debian "
             "packages (`apt-get download`), with the libraries that the host lacks, or packages of the npm registry, "
             "and unpacks them under build/targets/NAME; installed programs use ~/.cache/relaylab/targets/NAME. No "
             "script of a package runs.\n",
    .groups = groups,
    .sections = (const struct cli_section[]){{"Exit status",
                                              "0\tlisted or fetched\n"
                                              "2\tbad usage, or an adapter has errors\n"
                                              "3\ta target could not be fetched\n"
                                              "4\tno target found\n",
                                              NULL},
                                             {0}},
    .arguments = "NAME|DIR",
    .offer = offer_targets,
    .arguments_max = CLI_ANY_NUMBER,
    .run = run};
