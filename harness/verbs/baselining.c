#include "harness/verbs/baselining.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/report/reports.h"
#include "harness/suite/baseline_edit.h"
#include "harness/verbs/verbs.h"
#include "lib/io/file.h"

#define PROBLEMS_MAX ((size_t)1024 * 1024)

#define INTO(member) .offset = offsetof(struct baselining, member)
#define REASON                                                                                                         \
    {                                                                                                                  \
        .name = "reason", .kind = CLI_TEXT, INTO(reason), .value = "TEXT",                                             \
        .help = "the reason that the new entries get; without a reason, nothing is entered"                            \
    }
#define ACCEPT_MUST                                                                                                    \
    {                                                                                                                  \
        .name = "accept-must", .kind = CLI_FLAG, INTO(accept_must),                                                    \
        .help = "also enter new failures of a `must`, and runs that could not be played"                               \
    }

const struct cli_option baselining_rows[] = {
    {.name = "baseline",
     .kind = CLI_TEXT,
     INTO(path),
     .value = "FILE",
     .help = "compare with the known results of the target (reports/baseline/TARGET.yaml). Any difference fails: a new "
             "failure, an unexpected pass, an entry whose scenario or expectation no longer exists"},
    {.name = "update-baseline",
     .kind = CLI_FLAG,
     INTO(update),
     .help = "update the baseline file to the results of this run; comments stay"},
    REASON,
    ACCEPT_MUST,
    {0}};
const struct cli_option baselining_update_rows[] = {REASON, ACCEPT_MUST, {0}};

static bool make_empty(const char *path, struct err *err)
{
    static const char text[] =
        "# What is known of this target: scenario-id(case)#expectation: {verdict, reason}.\n{}\n";
    return report_check_path(path, err) == ERR_OK && file_replace(path, slice_cstr(text), err) == ERR_OK;
}

int baselining_open(const struct baselining *options, const char *verb, struct baseline **out)
{
    struct err err = {0};
    struct buf problems;
    if (!options->update && (options->reason != NULL || options->accept_must)) {
        fprintf(stderr, "relaylab %s: %s is only for updating a baseline\n", verb,
                options->reason != NULL ? "--reason" : "--accept-must");
        return EXIT_BAD_INPUT;
    }
    if (options->path == NULL && !options->update)
        return EXIT_AS_EXPECTED;
    if (options->path == NULL) {
        fprintf(stderr, "relaylab %s: --update-baseline needs --baseline FILE\n", verb);
        return EXIT_BAD_INPUT;
    }
    buf_init(&problems, PROBLEMS_MAX);
    if (options->update && access(options->path, F_OK) != 0 && !make_empty(options->path, &err)) {
        fprintf(stderr, "relaylab %s: %s\n", verb, err.text);
        return EXIT_BAD_INPUT;
    }
    int rc = baseline_open(out, options->path, &problems, &err);
    if (rc != ERR_OK)
        fprintf(stderr, "%srelaylab %s: %s\n", buf_cstr(&problems), verb, err.text);
    buf_fini(&problems);
    return rc == ERR_OK ? EXIT_AS_EXPECTED : EXIT_BAD_INPUT;
}

static bool update(const struct baselining *options, const char *verb, const struct baseline *baseline,
                   const struct differences *differences)
{
    struct err err = {0};
    struct baseline_edit edit = {.path = options->path,
                                 .baseline = baseline,
                                 .differences = differences,
                                 .reason = options->reason,
                                 .accept_must = options->accept_must};
    if (baseline_update(&edit, &err) == ERR_OK) {
        fprintf(stderr, "the baseline %s is up to date now\n", options->path);
        return true;
    }
    fprintf(stderr, "relaylab %s: the baseline stays as it is: %s\n", verb, err.text);
    return false;
}

int baselining_finish(const struct baselining *options, const char *verb, const struct baseline *baseline,
                      const struct json *records, const struct difference_reach *reach, int code)
{
    struct differences differences;
    if (baseline == NULL || json_count(records) == 0)
        return code;
    differences_find(baseline, records, reach, &differences);
    differences_print(&differences, options->path, stderr);
    if (differences.count > 0 && options->update && update(options, verb, baseline, &differences))
        code = EXIT_AS_EXPECTED;
    else if (differences.count > 0 && code != EXIT_TROUBLE)
        code = EXIT_NOT_AS_EXPECTED;
    differences_free(&differences);
    return code;
}
