/* relaylab baseline: shows, checks and updates the known results of a target, without running anything. */
#include <stdio.h>
#include <string.h>

#include "harness/verbs/baselining.h"
#include "harness/verbs/merging.h"
#include "harness/verbs/verbs.h"
#include "lib/base/nearest.h"

static int show(const struct baseline *baseline)
{
    for (size_t i = 0; i < baseline->count; i++)
        printf("%s\t%s\t%s\n", baseline->entries[i].key, result_name(baseline->entries[i].verdict),
               baseline->entries[i].reason);
    return EXIT_AS_EXPECTED;
}

static int unknown_word(const struct cli_call *call, const char *word)
{
    struct nearest near;
    nearest_init(&near, word);
    nearest_offer(&near, "show");
    nearest_offer(&near, "check");
    nearest_offer(&near, "update");
    return cli_refuse(call, "unknown command `%s`; expected show, check or update%s", word, nearest_hint(&near));
}

static int compare(const struct baselining *options, const struct baseline *baseline, char **paths, int count)
{
    struct err err = {0};
    struct json *records = NULL;
    if (merging_read(paths, (size_t)count, &records, &err) != ERR_OK) {
        fprintf(stderr, "relaylab baseline: %s\n", err.text);
        return EXIT_BAD_INPUT;
    }
    int code = baselining_finish(options, "baseline", baseline, records, NULL, EXIT_AS_EXPECTED);
    if (options->update && code == EXIT_NOT_AS_EXPECTED)
        code = EXIT_BAD_INPUT;
    json_free(records);
    return code;
}

static int run(struct cli_call *call)
{
    struct baselining options = {0};
    struct baseline *baseline = NULL;
    int code = cli_read(call, &options);
    if (code != CLI_GO_ON)
        return code;
    const char *what = call->argv[0];
    bool is_show = strcmp(what, "show") == 0;
    options.update = strcmp(what, "update") == 0;
    if (!is_show && !options.update && strcmp(what, "check") != 0)
        return unknown_word(call, what);
    if (call->argc < 2 || (!is_show && call->argc < 3))
        return cli_refuse(call, "missing argument; expected %s", call->argc < 2 ? "FILE" : "REPORT.json");
    if (is_show && call->argc > 2)
        return cli_refuse(call, "unexpected argument `%s`", call->argv[2]);
    options.path = call->argv[1];
    code = baselining_open(&options, "baseline", &baseline);
    if (code == EXIT_AS_EXPECTED)
        code = is_show ? show(baseline) : compare(&options, baseline, call->argv + 2, call->argc - 2);
    baseline_free(baseline);
    return code;
}

static const struct cli_group groups[] = {{"Updating", baselining_update_rows, 0}, {0}};

const struct cli_command verb_baseline = {
    .name = "baseline",
    .summary = "show, check or update the known results of a target",
    .synopsis = "show FILE\ncheck FILE REPORT.json…\nupdate [OPTION…] FILE REPORT.json…",
    .about =
        "Shows a baseline, compares the stored reports of a whole run with it, or updates it to them. A baseline "
        "has one entry for each verdict that differs from what the scenarios expect, each with its reason:\n"
        "\n"
        "  retry/greylist-basic#it-arrives-once: {verdict: warn, reason: \"issue 17\"}\n"
        "\n"
        "The key is the scenario's id, its case in parentheses, and the expectation's id, or its sentence in lower "
        "case with hyphens (report.json has it as `id`). A key without #… is the run as a whole. `relaylab run "
        "--baseline FILE` does the same with the run that it makes.\n",
    .groups = groups,
    .sections = (const struct cli_section[]){{"Exit status",
                                              "0\tno difference, or updated\n"
                                              "1\tdifferences\n"
                                              "2\ta bad file or bad usage; nothing was changed\n",
                                              NULL},
                                             {0}},
    .arguments = "show|check|update|FILE",
    .arguments_min = 1,
    .arguments_max = CLI_ANY_NUMBER,
    .run = run};
