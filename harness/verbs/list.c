/* relaylab list: the scenarios, one run a line. */
#include <stdio.h>

#include "harness/verbs/choosing.h"
#include "harness/verbs/offers.h"
#include "harness/verbs/verbs.h"

static int run(struct cli_call *call)
{
    struct choice choice = {0};
    struct chosen chosen;
    int code = cli_read(call, &choice);
    if (code != CLI_GO_ON)
        return code;
    code = choosing_load("list", verb_bin(call), &choice, call->argv, call->argc, false, &chosen);
    for (size_t i = 0; code == EXIT_AS_EXPECTED && i < chosen.count; i++)
        printf("%s%s%s\t%s\n", chosen.list[i]->id, chosen.list[i]->case_name != NULL ? " --case " : "",
               chosen.list[i]->case_name != NULL ? chosen.list[i]->case_name : "", chosen.list[i]->title);
    chosen_free(&chosen);
    return code;
}

static const struct cli_group groups[] = {{"Choosing scenarios", choosing_rows, 0}, {0}};

const struct cli_command verb_list = {
    .name = "list",
    .summary = "list scenarios",
    .synopsis = "[OPTION…] [SCENARIO|DIR]…",
    .about =
        "Lists scenarios (default: all under scenarios/), one line a run: the id, with --case and its case as they are "
        "typed, a TAB, the title. "
        "The options choose scenarios as those of `relaylab run` do.\n",
    .groups = groups,
    .sections = (const struct cli_section[]){VERB_EXIT_STATUS_OF_FILES("listed"), {0}},
    .arguments = "SCENARIO|DIR",
    .offer = offer_scenarios,
    .arguments_max = CLI_ANY_NUMBER,
    .run = run};
