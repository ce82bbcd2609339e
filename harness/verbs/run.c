/* relaylab run: runs scenarios against a target and judges them. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/report/reports.h"
#include "harness/suite/pool.h"
#include "harness/suite/suite.h"
#include "harness/verbs/verbs.h"

#define REPEAT_MAX  1000
#define REPORTS_MAX 8

static const char usage[] =
    "Usage: relaylab run [OPTION…] [SCENARIO…|DIR…]\n"
    "\n"
    "Runs scenarios (default: all under scenarios/) against a target in virtual time, and judges what\n"
    "was seen. With one scenario, or with --timeline, every attempt is shown.\n"
    "\n"
    "  --target NAME|DIR  the relay to test: a name in fixtures/targets or a folder with a target.yaml\n"
    "                     (default relay)\n"
    "  --case NAME        only this case\n"
    "  --seed N           of everything random (default: the scenario's own)\n"
    "  -j, --jobs N       runs at a time (default: the number of CPUs); the results do not depend on it\n"
    "  --repeat N         run each N times; traces that differ make it unstable, a failure\n"
    "  --keep DIR         keep the run folders: trace, logs, the target's files\n"
    "  --net KIND         the run's network: namespace, loopback (needs no privileges), or the first that\n"
    "                     works: auto (default)\n"
    "  --report KIND=FILE write a report for machines: json, junit or md; may be repeated\n"
    "  --timeline         show the timelines of all scenarios\n"
    "  --quiet            show only what is not as expected\n"
    "  --color WHEN       always, never or auto (default auto; NO_COLOR is obeyed)\n"
    "  --help             show this text\n"
    "\n"
    "Exit status: 0 as expected, 1 some verdict is not as expected, 2 bad scenario, configuration or\n"
    "usage, 3 the harness or the target could not run, 4 nothing ran.\n";

struct options {
    const char *target, *case_name, *keep, *color;
    int64_t seed; /* -1 = the scenario's */
    unsigned repeat, jobs;
    enum network network;
    bool timeline, quiet;
    struct {
        const struct report_format *format;
        const char *path;
    } reports[REPORTS_MAX];
    size_t report_count;
};

/* ---- the command line ---- */

static bool take_report(const char *option, struct options *out)
{
    struct err err = {0};
    const char *path = NULL;
    const struct report_format *format = report_find(option, &path, &err);
    if (format == NULL || out->report_count == REPORTS_MAX) {
        fprintf(stderr, "relaylab run: %s\n", format == NULL ? err.text : "too many reports");
        return false;
    }
    out->reports[out->report_count].format = format;
    out->reports[out->report_count++].path = path;
    return true;
}

static bool parse_number(const char *text, uint64_t max, uint64_t *out)
{
    return slice_to_u64(slice_cstr(text), max, out);
}

/* -1: go on; else the exit status. */
static int parse_options(int argc, char **argv, struct options *out)
{
    static const struct option options[] = {{"target", required_argument, NULL, 't'},
                                            {"case", required_argument, NULL, 'c'},
                                            {"seed", required_argument, NULL, 's'},
                                            {"jobs", required_argument, NULL, 'j'},
                                            {"repeat", required_argument, NULL, 'r'},
                                            {"keep", required_argument, NULL, 'k'},
                                            {"timeline", no_argument, NULL, 'l'},
                                            {"quiet", no_argument, NULL, 'q'},
                                            {"color", required_argument, NULL, 'C'},
                                            {"report", required_argument, NULL, 'R'},
                                            {"net", required_argument, NULL, 'n'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    uint64_t n;
    int c;
    *out = (struct options){.target = "relay", .color = "auto", .seed = -1, .repeat = 1, .jobs = pool_cpus()};
    while ((c = getopt_long(argc, argv, "hj:q", options, NULL)) != -1) {
        if (c == 't')
            out->target = optarg;
        else if (c == 'c')
            out->case_name = optarg;
        else if (c == 's' && parse_number(optarg, INT64_MAX, &n))
            out->seed = (int64_t)n;
        else if (c == 'r' && parse_number(optarg, REPEAT_MAX, &n) && n > 0)
            out->repeat = (unsigned)n;
        else if (c == 'j' && parse_number(optarg, POOL_JOBS_MAX, &n) && n > 0)
            out->jobs = (unsigned)n;
        else if (c == 'n' && network_find(optarg, &out->network))
            continue;
        else if (c == 'k')
            out->keep = optarg;
        else if (c == 'l')
            out->timeline = true;
        else if (c == 'q')
            out->quiet = true;
        else if (c == 'C' &&
                 (strcmp(optarg, "always") == 0 || strcmp(optarg, "never") == 0 || strcmp(optarg, "auto") == 0))
            out->color = optarg;
        else if (c == 'R') {
            if (!take_report(optarg, out))
                return EXIT_BAD_INPUT;
        } else if (c == 'h') {
            (void)fputs(usage, stdout);
            return EXIT_AS_EXPECTED;
        } else {
            if (c != '?')
                fprintf(stderr, "relaylab run: `%s` is not a value that this option takes\n", optarg);
            fprintf(stderr, "relaylab run: see relaylab run --help\n");
            return EXIT_BAD_INPUT;
        }
    }
    return -1;
}

static bool wants_color(const char *when)
{
    const char *no = getenv("NO_COLOR");
    if (strcmp(when, "auto") == 0)
        return isatty(STDOUT_FILENO) && (no == NULL || no[0] == '\0');
    return strcmp(when, "always") == 0;
}

/* ---- the verb ---- */

static int load_target(struct target **out, const char *where, const char *bin)
{
    struct buf report;
    struct err err = {0};
    buf_init(&report, 65536);
    int rc = target_load(out, where, bin, &report, &err);
    if (rc != ERR_OK)
        fprintf(stderr, "%srelaylab run: %s\n", buf_cstr(&report), err.text);
    buf_fini(&report);
    return rc;
}

static int write_reports(const struct options *options, const struct json *records)
{
    struct err err = {0};
    for (size_t i = 0; i < options->report_count; i++) {
        if (report_write(options->reports[i].format, options->reports[i].path, records, &err) != ERR_OK) {
            fprintf(stderr, "relaylab run: %s\n", err.text);
            return EXIT_TROUBLE;
        }
        fprintf(stderr, "%s written to %s\n", options->reports[i].format->name, options->reports[i].path);
    }
    return EXIT_AS_EXPECTED;
}

static int print_summary(const struct suite_result *result)
{
    printf("%u as expected, %u not, %u unsupported", result->as_expected, result->not_as_expected, result->unsupported);
    if (result->troubled > 0)
        printf(", %u could not run", result->troubled);
    (void)putchar('\n');
    if (result->troubled > 0)
        return EXIT_TROUBLE;
    if (result->not_as_expected > 0)
        return EXIT_NOT_AS_EXPECTED;
    return result->as_expected > 0 ? EXIT_AS_EXPECTED : EXIT_NOTHING_RAN;
}

static int run_chosen(const struct options *options, const struct suite_settings *settings, const struct chosen *chosen)
{
    struct err err = {0};
    struct suite_result result;
    int code = EXIT_TROUBLE;
    run_catch_signals();
    int rc = suite_run(settings, chosen, &result, &err);
    if (rc != ERR_OK) {
        fprintf(stderr, "relaylab run: %s\n", err.text);
    } else if (run_interrupted()) {
        fprintf(stderr, "relaylab run: interrupted\n");
        code = 128 + run_interrupted();
    } else {
        code = print_summary(&result);
        if (write_reports(options, result.records) != EXIT_AS_EXPECTED)
            code = EXIT_TROUBLE;
    }
    json_free(result.records);
    return code;
}

/* Who asked for a namespace gets one or an error; who did not is told. */
static bool choose_network(enum network *network)
{
    struct err err = {0};
    bool any = *network == NETWORK_AUTO;
    int rc = network_choose(network, &err);
    if (rc != ERR_OK)
        fprintf(stderr, "relaylab run: %s\n", err.text);
    else if (any && *network == NETWORK_LOOPBACK)
        fprintf(stderr, "relaylab run: the simulated internet is on loopback: %s\n", err.text);
    return rc == ERR_OK;
}

static int run_files(const struct options *options, const struct scenario_files *files, const char *bin)
{
    struct target *target;
    struct chosen chosen = {0};
    struct choice choice = {options->case_name};
    int code = EXIT_BAD_INPUT;
    if (load_target(&target, options->target, bin) != ERR_OK)
        return code;
    struct suite_settings settings = {
        .bin = bin,
        .target = target,
        .target_option = options->target,
        .keep = options->keep,
        .seed = options->seed,
        .repeat = options->repeat,
        .jobs = options->jobs,
        .network = options->network,
        .show_progress = isatty(STDERR_FILENO),
        .terminal = {.out = stdout,
                     .color = wants_color(options->color),
                     .timeline = options->timeline || (files->count == 1 && !options->quiet),
                     .quiet = options->quiet}};
    if (choice_load(&choice, files, stderr, !options->quiet, &chosen))
        code = choose_network(&settings.network) ? run_chosen(options, &settings, &chosen) : EXIT_TROUBLE;
    chosen_free(&chosen);
    target_free(target);
    return code;
}

int verb_run(int argc, char **argv, const char *bin)
{
    struct options options;
    struct scenario_files files;
    struct err err = {0};
    int code = parse_options(argc, argv, &options);
    if (code >= 0)
        return code;
    if (scenario_files_find(argv + optind, (size_t)(argc - optind), &files, &err) != ERR_OK) {
        fprintf(stderr, "relaylab run: %s\n", err.text);
        return EXIT_BAD_INPUT;
    }
    code = run_files(&options, &files, bin);
    scenario_files_free(&files);
    return code;
}
