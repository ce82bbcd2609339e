/* relaylab report: any report from stored ones, of one run or of its shards. */
#include <stdio.h>
#include <string.h>

#include "harness/report/stored.h"
#include "harness/verbs/options.h"
#include "harness/verbs/outputs.h"
#include "harness/verbs/verbs.h"

static const struct option_page page = {
    .verb = "report",
    .synopsis = "KIND[=FILE] REPORT.json…",
    .about = "Makes any report out of stored ones (`relaylab run --report json=FILE` writes them, and each run\n"
             "leaves " OUTPUTS_LATEST "/report.json). Several are taken as the shards of one run. Without a\n"
             "FILE it goes to standard output.\n",
    .more = outputs_print_kinds,
    .end = "Exit status: 0 written, 2 no such kind, a bad report or bad usage, 3 it could not be written.\n"};

static int refuse(const char *text)
{
    fprintf(stderr, "relaylab report: %s\nrelaylab report: see relaylab report --help\n", text);
    return EXIT_BAD_INPUT;
}

/* "junit" is "junit=-". */
static const struct report_format *find(const char *word, const char **path, struct err *err)
{
    *path = "-";
    return strchr(word, '=') != NULL ? report_find(word, path, err) : report_find_kind(word, err);
}

int verb_report(int argc, char **argv, const char *bin)
{
    static const struct option_group none[] = {{0}};
    struct err err = {0};
    struct json *records = NULL;
    const char *path;
    int first, code = options_parse(&page, none, argc, argv, &first);
    (void)bin;
    if (code >= 0)
        return code;
    if (argc - first < 2)
        return refuse("a KIND and at least one REPORT.json are wanted");
    const struct report_format *format = find(argv[first], &path, &err);
    if (format == NULL || report_check_path(path, &err) != ERR_OK ||
        stored_read(argv + first + 1, (size_t)(argc - first - 1), &records, &err) != ERR_OK)
        return refuse(err.text);
    code = report_write(format, path, records, &err) == ERR_OK ? EXIT_AS_EXPECTED : EXIT_TROUBLE;
    if (code != EXIT_AS_EXPECTED)
        fprintf(stderr, "relaylab report: %s\n", err.text);
    json_free(records);
    return code;
}
