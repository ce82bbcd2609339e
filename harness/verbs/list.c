/* relaylab list: what scenarios there are, one run a line. */
#include <stdio.h>

#include "harness/report/terminal.h"
#include "harness/verbs/choosing.h"
#include "harness/verbs/verbs.h"

static const struct option_page page = {
    .verb = "list",
    .synopsis = "[OPTION…] [SCENARIO…|DIR…]",
    .about = "Lists scenarios (default: all under scenarios/), one line a run: the id with its case, TAB, the\n"
             "title. The options choose as those of `relaylab run` do.\n",
    .end = "Exit status: 0 listed, 2 a scenario has errors or bad usage, 4 no scenario found.\n"};

int verb_list(int argc, char **argv, const char *bin)
{
    struct choice choice = {0};
    struct chosen chosen;
    const struct option_group groups[] = {{"Choosing scenarios", choosing_rows, &choice}, {0}};
    char name[256];
    int first;
    int code = options_parse(&page, groups, argc, argv, &first);
    if (code >= 0)
        return code;
    code = choosing_load("list", bin, &choice, argv + first, argc - first, false, &chosen);
    for (size_t i = 0; code == EXIT_AS_EXPECTED && i < chosen.count; i++)
        printf("%s\t%s\n", terminal_name(chosen.list[i], name, sizeof name), chosen.list[i]->title);
    chosen_free(&chosen);
    return code;
}
