/* relaylab list: what scenarios there are, one run a line. */
#include <getopt.h>
#include <stdio.h>

#include "harness/report/terminal.h"
#include "harness/suite/files.h"
#include "harness/verbs/verbs.h"
#include "sim/scenario/loader.h"

static const char usage[] =
    "Usage: relaylab list [SCENARIO…|DIR…]\n"
    "\n"
    "Lists scenarios (default: all under scenarios/), one line a run: the id with its case, TAB, the\n"
    "title.\n"
    "\n"
    "Exit status: 0 listed, 2 a scenario has errors or bad usage, 4 no scenario found.\n";

static bool list_file(const char *path)
{
    struct scenario *scenario;
    struct buf report;
    struct err err = {0};
    buf_init(&report, 1024 * 1024);
    bool good = scenario_load(&scenario, path, NULL, &report, &err) == ERR_OK;
    if (!good)
        fprintf(stderr, "%srelaylab list: %s\n", buf_cstr(&report), err.text);
    buf_fini(&report);
    if (!good)
        return false;
    if (scenario->case_count == 0)
        printf("%s\t%s\n", scenario->id, scenario->title);
    for (size_t i = 0; i < scenario->case_count; i++)
        printf("%s (%s)\t%s\n", scenario->id, scenario->cases[i].name, scenario->title);
    scenario_free(scenario);
    return true;
}

int verb_list(int argc, char **argv, const char *bin)
{
    static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {0}};
    struct scenario_files files;
    struct err err = {0};
    bool good = true;
    int c;
    (void)bin;
    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        (void)fputs(usage, c == 'h' ? stdout : stderr);
        return c == 'h' ? EXIT_AS_EXPECTED : EXIT_BAD_INPUT;
    }
    if (scenario_files_find(argv + optind, (size_t)(argc - optind), &files, &err) != ERR_OK) {
        fprintf(stderr, "relaylab list: %s\n", err.text);
        return EXIT_BAD_INPUT;
    }
    for (size_t i = 0; i < files.count; i++)
        good = list_file(files.paths[i]) && good;
    int code = files.count == 0 ? EXIT_NOTHING_RAN : good ? EXIT_AS_EXPECTED : EXIT_BAD_INPUT;
    scenario_files_free(&files);
    return code;
}
