/* relaylab run: runs scenarios against a target and judges them. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/suite/heading.h"
#include "harness/suite/pool.h"
#include "harness/suite/suite.h"
#include "harness/target/fetch.h"
#include "harness/verbs/baselining.h"
#include "harness/verbs/choosing.h"
#include "harness/verbs/last_failed.h"
#include "harness/verbs/outputs.h"
#include "harness/verbs/offers.h"
#include "harness/verbs/preparing.h"
#include "harness/verbs/summary.h"
#include "harness/verbs/verbs.h"
#include "lib/base/mem.h"

#define REPEAT_MAX 1000
#define SEEDS_MAX  10000

struct run_options {
    const char *target, *keep, *color, *network;
    int64_t seed, seeds, repeat, jobs;
    bool strict, timeline, quiet, verbose, last_failed;
};

/* All that the command line sets. */
struct run_values {
    struct run_options options;
    struct choice choice;
    struct outputs outputs;
    struct baselining baselining;
};

#define INTO(member) .offset = offsetof(struct run_options, member)
static const struct cli_option running[] = {
    {.name = "target",
     .kind = CLI_TEXT,
     INTO(target),
     .value = "NAME|DIR",
     .offer = offer_targets,
     .help = "the relay to test: a name in fixtures/targets or a folder with a target.yaml (default relay)"},
    {.name = "last-failed",
     .kind = CLI_FLAG,
     INTO(last_failed),
     .help = "run only what failed in the latest run with this target, from the report in " OUTPUTS_LATEST "/"},
    {.name = "jobs",
     .letter = 'j',
     .kind = CLI_NUMBER,
     INTO(jobs),
     .value = "N",
     .min = 1,
     .max = POOL_JOBS_MAX,
     .help = "run N scenarios in parallel (default: the number of CPUs, twice that in lockstep); the output does not "
             "depend on it"},
    {.name = "seed",
     .kind = CLI_NUMBER,
     INTO(seed),
     .value = "N",
     .max = INT64_MAX,
     .help = "seed of everything random (default: the scenario's own)"},
    {.name = "seeds",
     .kind = CLI_NUMBER,
     INTO(seeds),
     .value = "N",
     .min = 1,
     .max = SEEDS_MAX,
     .help = "run each scenario with N seeds, beginning with its own or --seed; if verdicts differ, it is unstable and "
             "fails"},
    {.name = "repeat",
     .kind = CLI_NUMBER,
     INTO(repeat),
     .value = "N",
     .min = 1,
     .max = REPEAT_MAX,
     .help = "run each scenario N times with one seed; if traces differ, it is unstable and fails"},
    {.name = "strict", .kind = CLI_FLAG, INTO(strict), .help = "a broken `should` (a warning) fails"},
    {.name = "net",
     .kind = CLI_CHOICE,
     INTO(network),
     .value = "auto|namespace|loopback",
     .help = "the network of a run: namespace, loopback (needs no privileges), or auto, the first of them that works "
             "(default)"},
    {.name = "keep",
     .kind = CLI_TEXT,
     INTO(keep),
     .value = "DIR",
     .help = "keep the run folders: trace, logs, the target's files"},
    {0}};
static const struct cli_option showing[] = {
    {.name = "timeline", .kind = CLI_FLAG, INTO(timeline), .help = "show the timelines of all scenarios"},
    {.name = "verbose",
     .letter = 'v',
     .kind = CLI_FLAG,
     INTO(verbose),
     .help = "show warnings, the raw trace instead of the lines of the dialogue, and what passes"},
    {.name = "quiet",
     .letter = 'q',
     .kind = CLI_FLAG,
     INTO(quiet),
     .help = "show only unexpected results; the default for several scenarios when output is not a terminal"},
    {.name = "color",
     .kind = CLI_CHOICE,
     INTO(color),
     .value = "always|never|auto",
     .help = "default auto: on a terminal, unless NO_COLOR is set"},
    {0}};

/* ---- the verb ---- */

/* The command line as the run uses it. */
struct run_plan {
    const struct run_options *options;
    const struct outputs *outputs;
    const struct baselining *baselining;
    const struct choice *choice;
    const struct chosen *chosen;
    const char *command; /* as it was called */
    bool whole;          /* no path was given, or that of all scenarios */
};

static bool covers(const void *ctx, const char *id, size_t len)
{
    const struct run_plan *plan = ctx;
    return plan->whole && choice_covers(plan->choice, slice_make(id, len));
}

static int run_chosen(const struct run_plan *plan, const struct suite_settings *settings)
{
    struct err err = {0};
    struct suite_result result;
    struct difference_reach reach = {covers, plan};
    int code = EXIT_TROUBLE;
    run_catch_signals();
    int rc = suite_run(settings, plan->chosen, &result, &err);
    if (rc != ERR_OK) {
        fprintf(stderr, "relaylab run: %s\n", err.text);
    } else if (run_interrupted()) {
        if (run_interrupted() != SIGPIPE) /* `| head` has read enough */
            fprintf(stderr, "relaylab run: interrupted\n");
        code = 128 + run_interrupted();
    } else {
        char *rerun = mem_printf("relaylab run --target %s --last-failed", plan->options->target);
        bool is_kept = plan->outputs->count == 0; /* else the report that it reads is of an earlier run */
        code = summary_print(&result, &settings->terminal, is_kept ? rerun : NULL);
        free(rerun);
        if (!result.stopped) /* a target that does not start says nothing that a baseline could know */
            code = baselining_finish(plan->baselining, "run", settings->baseline, result.records, &reach, code);
        if (!outputs_write(plan->outputs, "run", result.records))
            code = EXIT_TROUBLE;
    }
    json_free(result.records);
    return code;
}

static int run_on_target(const struct run_plan *plan, struct target *target, const struct baseline *baseline,
                         const char *bin)
{
    const struct run_options *options = plan->options;
    const struct chosen *chosen = plan->chosen;
    bool one = chosen->count > 0 && strcmp(chosen->list[0]->id, chosen->list[chosen->count - 1]->id) == 0;
    FILE *out = outputs_take_stdout(plan->outputs) ? stderr : stdout;
    bool log = !one && !isatty(fileno(out)); /* of CI, say: runs that pass would hide those that do not */
    struct suite_settings settings = {.bin = bin,
                                      .target = target,
                                      .target_option = options->target,
                                      .keep = options->keep,
                                      .seed = options->seed,
                                      .seeds = options->seeds,
                                      .repeat = (unsigned)options->repeat,
                                      .jobs = options->jobs > 0 ? (unsigned)options->jobs : preparing_jobs(target),
                                      .strict = options->strict,
                                      .baseline = baseline,
                                      .progress = isatty(STDERR_FILENO) ? PROGRESS_ONE_LINE : PROGRESS_LINES,
                                      .terminal = {.out = out,
                                                   .color = preparing_wants_color(options->color, out),
                                                   .timeline = options->timeline || (one && !options->quiet),
                                                   .quiet = options->quiet || (log && !options->verbose),
                                                   .verbose = options->verbose}};
    struct prepared prepared;
    if (!preparing_ready("run", target, bin, options->network, &prepared))
        return EXIT_TROUBLE;
    settings.network = prepared.network;
    settings.root = prepared.root;
    char *version = fetch_version(target, bin);
    struct heading heading = {
        .command = plan->command, .version = version, .baseline = plan->baselining->path, .began = time(NULL)};
    struct json *json = heading_json(&heading);
    settings.heading = json;
    int code = run_chosen(plan, &settings);
    json_free(json);
    free(version);
    return code;
}

static int run_plan(const struct run_plan *plan, const char *bin)
{
    struct target *target;
    struct baseline *baseline = NULL;
    if (preparing_load_target("run", plan->options->target, bin, &target) != ERR_OK)
        return EXIT_BAD_INPUT;
    int code = baselining_open(plan->baselining, "run", &baseline);
    if (code == EXIT_AS_EXPECTED)
        code = run_on_target(plan, target, baseline, bin);
    baseline_free(baseline);
    target_free(target);
    return code;
}

/* Of the scenarios on the command line, or of all, those that failed in the latest run. */
static int load_last_failed(const struct cli_call *call, struct run_values *values, struct chosen *chosen)
{
    struct last_failed last;
    struct err err = {0};
    int rc = last_failed_read(&last, values->options.target, &err), code;
    char **files = call->argc > 0 ? call->argv : last.files;
    size_t count = call->argc > 0 ? (size_t)call->argc : last.count;
    *chosen = (struct chosen){0};
    if (rc != ERR_OK) {
        fprintf(stderr, "relaylab run: %s\n", err.text);
        code = rc == ERR_NOT_FOUND ? EXIT_NOTHING_RAN : EXIT_BAD_INPUT;
    } else {
        code = choosing_load("run", verb_bin(call), &values->choice, files, (int)count, !values->options.quiet, chosen);
        last_failed_sift(&last, chosen);
    }
    if (code == EXIT_AS_EXPECTED && chosen->count == 0) {
        fprintf(stderr, "relaylab run: none of these scenarios failed in the latest run\n");
        code = EXIT_NOTHING_RAN;
    }
    last_failed_free(&last);
    return code;
}

static int load(const struct cli_call *call, struct run_values *values, struct chosen *chosen)
{
    if (values->options.last_failed)
        return load_last_failed(call, values, chosen);
    return choosing_load("run", verb_bin(call), &values->choice, call->argv, call->argc, !values->options.quiet,
                         chosen);
}

/* command: as it was called. */
static int run_as_called(const struct cli_call *call, struct run_values *values, const char *command)
{
    struct chosen chosen;
    const char *bin = verb_bin(call);
    if (!outputs_check(&values->outputs, "run"))
        return EXIT_BAD_INPUT;
    struct run_plan plan = {
        &values->options, &values->outputs, &values->baselining, &values->choice, &chosen, command, false};
    plan.whole = !values->options.last_failed && scenario_files_are_all(bin, call->argv, (size_t)call->argc);
    int code = load(call, values, &chosen);
    if (code == EXIT_AS_EXPECTED)
        code = run_plan(&plan, bin);
    chosen_free(&chosen);
    return code;
}

static int run(struct cli_call *call)
{
    struct run_values values = {
        .options = {.target = "relay", .color = "auto", .network = "auto", .seed = -1, .repeat = 1}};
    char *command = heading_command("run", call->argc, call->argv);
    int code = cli_read(call, &values);
    if (code == CLI_GO_ON)
        code = run_as_called(call, &values, command);
    free(command);
    return code;
}

static const struct cli_group groups[] = {{"Choosing scenarios", choosing_rows, offsetof(struct run_values, choice)},
                                          {"Running", running, offsetof(struct run_values, options)},
                                          {"Showing", showing, offsetof(struct run_values, options)},
                                          {"Baselines", baselining_rows, offsetof(struct run_values, baselining)},
                                          {"Reports", outputs_rows, offsetof(struct run_values, outputs)},
                                          {0}};

const struct cli_command verb_run = {
    .name = "run",
    .summary = "run scenarios against a relay in virtual time, and judge them",
    .synopsis = "[OPTION…] [SCENARIO|DIR]…",
    .about = "Runs scenarios (default: all under scenarios/) against a target in virtual time, and judges what the "
             "target did. A scenario is a file, or an id such as retry/greylist-basic. With one scenario, or with "
             "`--timeline`, every attempt is shown. Results go to standard output, in the order of the scenarios; "
             "progress goes to standard error.\n",
    .groups = groups,
    .sections = (const struct cli_section[]){{"Kinds of reports", NULL, outputs_list_kinds},
                                             {"Exit status",
                                              "0\tall results as expected\n"
                                              "1\ta verdict is not as expected\n"
                                              "2\ta bad scenario or configuration, or bad usage\n"
                                              "3\tthe harness or the target could not run\n"
                                              "4\tnothing ran\n",
                                              NULL},
                                             {0}},
    .arguments = "SCENARIO|DIR",
    .offer = offer_scenarios,
    .arguments_max = CLI_ANY_NUMBER,
    .run = run};
