/* relaylab matrix: what the relays do, side by side, from runs of all of them, or from stored reports. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/matrix/kinds.h"
#include "harness/verbs/choosing.h"
#include "harness/verbs/comparing.h"
#include "harness/verbs/merging.h"
#include "harness/verbs/offers.h"
#include "harness/verbs/outputs.h"
#include "harness/verbs/verbs.h"

struct matrix_values {
    struct comparing comparing;
    struct choice choice;
    struct outputs outputs;
};

/* ---- the command line ---- */

static bool take_report(void *base, const char *value, struct err *err)
{
    return outputs_take(base, matrix_formats, value, err);
}

static void list_kinds(struct buf *out)
{
    outputs_list(matrix_formats, out);
}

static void offer_kinds(struct buf *out)
{
    outputs_offer(matrix_formats, out);
}

static const struct cli_option writing[] = {
    {.name = "report",
     .kind = CLI_TAKE,
     .take = take_report,
     .value = "KIND=FILE",
     .help = "write the matrix as KIND; may be repeated. `-` is standard output. Without this option, it is printed as "
             "text",
     .offer = offer_kinds},
    {0}};

static bool is_report(const char *argument)
{
    size_t len = strlen(argument);
    return len > 5 && strcmp(argument + len - 5, ".json") == 0;
}

/* How many arguments are stored reports: all or none, or it is an error. */
static int count_reports(const struct cli_call *call, size_t *count)
{
    *count = 0;
    for (int i = 0; i < call->argc; i++)
        *count += is_report(call->argv[i]);
    if (*count > 0 && *count < (size_t)call->argc)
        return cli_refuse(call, "scenarios and stored reports exclude each other: a stored report is not played again");
    return CLI_GO_ON;
}

/* ---- the records ---- */

static bool chooses(const struct choice *choice)
{
    return choice->case_name != NULL || choice->tag != NULL || choice->spec != NULL || choice->level != NULL ||
           choice->lesson != 0 || choice->of_count > 0;
}

static int read_records(const struct cli_call *call, const struct matrix_values *values, struct json **records)
{
    struct err err = {0};
    if (chooses(&values->choice))
        return cli_refuse(call, "stored reports are shown whole: options that choose scenarios are for playing them");
    if (merging_read(call->argv, (size_t)call->argc, records, &err) != ERR_OK)
        return cli_refuse(call, "%s", err.text);
    return comparing_sift(&values->comparing, records);
}

static int play_records(const struct cli_call *call, struct matrix_values *values, struct json **records)
{
    struct chosen chosen;
    int code = choosing_load("matrix", verb_bin(call), &values->choice, call->argv, call->argc, false, &chosen);
    if (code == EXIT_AS_EXPECTED)
        code = comparing_play(&values->comparing, verb_bin(call), &chosen, records);
    chosen_free(&chosen);
    return code;
}

static int write_matrix(const struct outputs *outputs, const struct json *records)
{
    struct err err = {0};
    if (outputs->count > 0)
        return outputs_write(outputs, "matrix", records) ? EXIT_AS_EXPECTED : EXIT_TROUBLE;
    if (report_write(&matrix_formats[0], "-", records, &err) == ERR_OK)
        return EXIT_AS_EXPECTED;
    fprintf(stderr, "relaylab matrix: %s\n", err.text);
    return EXIT_TROUBLE;
}

static int run(struct cli_call *call)
{
    struct matrix_values values = {.comparing = {.network = "auto"}};
    struct json *records = NULL;
    size_t reports;
    int code = cli_read(call, &values);
    if (code == CLI_GO_ON)
        code = count_reports(call, &reports);
    if (code != CLI_GO_ON)
        return code;
    if (!outputs_check(&values.outputs, "matrix"))
        return EXIT_BAD_INPUT;
    code = reports > 0 ? read_records(call, &values, &records) : play_records(call, &values, &records);
    if (code == EXIT_AS_EXPECTED)
        code = comparing_note(&values.comparing, verb_bin(call), records, &records);
    if (code == EXIT_AS_EXPECTED)
        code = write_matrix(&values.outputs, records);
    json_free(records);
    return code;
}

static const struct cli_group groups[] = {{"Choosing scenarios", choosing_rows, offsetof(struct matrix_values, choice)},
                                          {"Relays", comparing_rows, offsetof(struct matrix_values, comparing)},
                                          {"Reports", writing, offsetof(struct matrix_values, outputs)},
                                          {0}};

const struct cli_command verb_matrix = {
    .name = "matrix",
    .summary = "compare what relays do: every scenario, every fetched relay",
    .synopsis = "[OPTION…] [SCENARIO|DIR]…\n[OPTION…] REPORT.json…",
    .about =
        "Shows what relays do, side by side: a row is a situation, a column is a relay, and a cell is what it did, in "
        "words. A second table has the verdicts of every scenario. Arguments that end in .json are stored reports of "
        "`relaylab run --report json=FILE`, one or several for each relay: then nothing is played. Otherwise the "
        "scenarios (default: all) are played with every relay that is built or fetched. All scenarios take one minute "
        "to one hour for a relay, so `--report records=FILE` keeps what was played.\n",
    .groups = groups,
    .sections = (const struct cli_section[]){{"Kinds of reports", NULL, list_kinds},
                                             {"Exit status",
                                              "0\twritten, whatever the verdicts are\n"
                                              "2\ta bad scenario or report, or bad usage\n"
                                              "3\tthe harness or a relay could not run, or a report could not be "
                                              "written\n"
                                              "4\tnothing ran\n",
                                              NULL},
                                             {0}},
    .arguments = "SCENARIO|DIR|REPORT.json",
    .offer = offer_scenarios,
    .arguments_max = CLI_ANY_NUMBER,
    .run = run};
