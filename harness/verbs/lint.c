/* relaylab lint: reads and checks scenarios, all of their cases, without running anything. */
#include <stdio.h>
#include <string.h>

#include "harness/suite/files.h"
#include "harness/verbs/offers.h"
#include "harness/verbs/verbs.h"
#include "sim/scenario/loader.h"

/* All cases; false when one has an error. */
static bool lint_file(const char *path, size_t *cases)
{
    struct buf report;
    struct err err = {0};
    bool good = true;
    size_t count = 1;
    buf_init(&report, 1024 * 1024);
    for (size_t i = 0; i < count && good; i++) {
        struct scenario *first = NULL, *one = NULL;
        buf_reset(&report);
        good = scenario_load(&first, path, NULL, &report, &err) == ERR_OK;
        if (good && first->case_count > 0) {
            count = first->case_count;
            buf_reset(&report);
            good = scenario_load(&one, path, first->cases[i].name, &report, &err) == ERR_OK;
        }
        fprintf(stderr, "%s", buf_cstr(&report));
        if (!good && report.len == 0)
            fprintf(stderr, "relaylab lint: %s\n", err.text);
        scenario_free(one);
        scenario_free(first);
        *cases += good;
    }
    buf_fini(&report);
    return good;
}

static int run(struct cli_call *call)
{
    struct scenario_files files;
    struct err err = {0};
    size_t cases = 0, bad = 0;
    int code = cli_read(call, NULL);
    if (code != CLI_GO_ON)
        return code;
    if (scenario_files_find(verb_bin(call), call->argv, (size_t)call->argc, &files, &err) != ERR_OK) {
        fprintf(stderr, "relaylab lint: %s\n", err.text);
        return EXIT_BAD_INPUT;
    }
    for (size_t i = 0; i < files.count; i++)
        bad += !lint_file(files.paths[i], &cases);
    code = files.count == 0 ? EXIT_NOTHING_RAN : bad > 0 ? EXIT_BAD_INPUT : EXIT_AS_EXPECTED;
    printf("%zu scenario%s, %zu run%s, %zu with errors\n", files.count, files.count == 1 ? "" : "s", cases,
           cases == 1 ? "" : "s", bad);
    scenario_files_free(&files);
    return code;
}

const struct cli_command verb_lint = {
    .name = "lint",
    .summary = "check scenarios without running them",
    .synopsis = "[SCENARIO|DIR]…",
    .about = "Checks scenarios, all of their cases, without running them (default: all under scenarios/). Problems are "
             "printed on standard error as `FILE:LINE:COLUMN: error|warning: KEY: PROBLEM`.\n",
    .sections = (const struct cli_section[]){VERB_EXIT_STATUS_OF_FILES("no errors"), {0}},
    .arguments = "SCENARIO|DIR",
    .offer = offer_scenarios,
    .arguments_max = CLI_ANY_NUMBER,
    .run = run};
