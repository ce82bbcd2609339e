/* relaylab report: any report from stored ones, of one run or of its shards. */
#include <stdio.h>
#include <string.h>

#include "harness/verbs/merging.h"
#include "harness/verbs/outputs.h"
#include "harness/verbs/verbs.h"

/* "junit" is "junit=-". */
static const struct report_format *find(const char *word, const char **path, struct err *err)
{
    *path = "-";
    return strchr(word, '=') != NULL ? report_find(word, path, err) : report_find_kind(word, err);
}

static int run(struct cli_call *call)
{
    struct err err = {0};
    struct json *records = NULL;
    const char *path;
    int code = cli_read(call, NULL);
    if (code != CLI_GO_ON)
        return code;
    const struct report_format *format = find(call->argv[0], &path, &err);
    if (format == NULL || report_check_path(path, &err) != ERR_OK ||
        merging_read(call->argv + 1, (size_t)call->argc - 1, &records, &err) != ERR_OK)
        return cli_refuse(call, "%s", err.text);
    code = report_write(format, path, records, &err) == ERR_OK ? EXIT_AS_EXPECTED : EXIT_TROUBLE;
    if (code != EXIT_AS_EXPECTED)
        fprintf(stderr, "relaylab report: %s\n", err.text);
    json_free(records);
    return code;
}

const struct cli_command verb_report = {
    .name = "report",
    .summary = "convert stored reports, and merge those of shards",
    .synopsis = "KIND[=FILE] REPORT.json…",
    .about =
        "Makes a report of any kind from stored ones. `relaylab run --report json=FILE` stores one, and each run "
        "leaves " OUTPUTS_LATEST "/report.json. Several are merged as the shards of one run: the result is that of "
        "the whole run, except for real times. Without FILE, the report goes to standard output.\n",
    .sections = (const struct cli_section[]){{"Kinds of reports", NULL, outputs_list_kinds},
                                             {"Exit status",
                                              "0\twritten\n"
                                              "2\tunknown kind, a bad report, or bad usage\n"
                                              "3\tthe report could not be written\n",
                                              NULL},
                                             {0}},
    .arguments = "KIND[=FILE] and REPORT.json",
    .arguments_min = 2,
    .arguments_max = CLI_ANY_NUMBER,
    .offer = outputs_offer_kinds,
    .run = run};
