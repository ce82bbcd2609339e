/* relaylab run: runs scenarios against a target and judges them. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/judge/over_seeds.h"
#include "harness/report/record.h"
#include "harness/report/reports.h"
#include "harness/report/terminal.h"
#include "harness/run/folder.h"
#include "harness/verbs/verbs.h"
#include "lib/base/mem.h"
#include "sim/scenario/loader.h"

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
    "  --repeat N         run each N times; traces that differ make it unstable, a failure\n"
    "  --keep DIR         keep the run folders: trace, logs, the target's files\n"
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
    unsigned repeat;
    bool timeline, quiet;
    struct {
        const struct report_format *format;
        const char *path;
    } reports[REPORTS_MAX];
    size_t report_count;
};

struct session {
    struct options options;
    struct terminal terminal;
    struct target *target;
    const char *bin;
    unsigned passed, failed, unsupported, troubled, unstable;
    bool show_progress;
    struct json *records; /* of all runs, for reports */
    struct json *record;  /* of the present run */
};

/* ---- one run ---- */

static int keep_folder(struct session *s, const struct scenario *scenario, const char *folder, struct err *err)
{
    char *to = mem_printf("%s/%s%s%s", s->options.keep, scenario->id, scenario->case_name != NULL ? "." : "",
                          scenario->case_name != NULL ? scenario->case_name : "");
    int rc = folder_copy(folder, to, err);
    free(to);
    return rc;
}

static bool same_file(const char *a, const char *b)
{
    FILE *x = fopen(a, "re"), *y = fopen(b, "re");
    bool same = x != NULL && y != NULL;
    while (same) {
        char p[65536], q[65536];
        size_t n = fread(p, 1, sizeof p, x), m = fread(q, 1, sizeof q, y);
        same = n == m && memcmp(p, q, n) == 0;
        if (n == 0)
            break;
    }
    if (x != NULL)
        (void)fclose(x);
    if (y != NULL)
        (void)fclose(y);
    return same;
}

static bool read_trace(struct run *run, struct trace_log *log)
{
    struct err err = {0};
    char *path = mem_printf("%s/trace.jsonl", run->folder);
    int rc = trace_read(log, path, &err);
    free(path);
    if (rc == ERR_OK)
        return true;
    run->state = RUN_TROUBLE;
    (void)snprintf(run->what, sizeof run->what, "%s", err.text);
    return false;
}

/* Judges a run that was played, and shows it unless it is one of many seeds and as expected. False: no trace. */
static bool judge_run(struct session *s, const struct run_settings *settings, const struct seed_tallies *tallies,
                      bool one_of_many, struct run *run, bool *as_expected)
{
    struct trace_log log;
    struct judgement judgement;
    if (!read_trace(run, &log))
        return false;
    struct rounds *rounds = trace_count_rounds(&log, settings->scenario);
    struct facts facts = {settings->scenario, &log, rounds, tallies};
    judge(&facts, s->target, &judgement);
    *as_expected = judgement.as_expected;
    if (!one_of_many || !judgement.as_expected) {
        struct terminal_result result = {settings->scenario, s->target, s->options.target, settings->seed, run, &facts,
                                         &judgement};
        terminal_result(&s->terminal, &result);
        s->record = record_result(&result);
        *(judgement.as_expected ? &s->passed : &s->failed) += 1;
    }
    judgement_fini(&judgement);
    rounds_free(rounds);
    trace_log_fini(&log);
    return true;
}

static void report_trouble(struct session *s, const struct scenario *scenario, uint64_t seed, const struct run *run)
{
    struct terminal_result result = {scenario, s->target, s->options.target, seed, run, NULL, NULL};
    terminal_result(&s->terminal, &result);
    s->record = record_result(&result);
    s->troubled++;
}

/* Runs once more for each repetition, and compares the traces byte for byte. */
static bool repeats_alike(struct session *s, const struct run_settings *settings, const struct run *first,
                          struct err *err)
{
    char name[256];
    char *a = mem_printf("%s/trace.jsonl", first->folder);
    bool alike = true;
    for (unsigned i = 1; i < s->options.repeat && alike && !run_interrupted(); i++) {
        struct run again;
        if (run_once(settings, &again, err) != ERR_OK)
            break;
        char *b = mem_printf("%s/trace.jsonl", again.folder);
        alike = run_interrupted() || same_file(a, b);
        if (!alike)
            fprintf(s->terminal.out,
                    "%s  unstable: run %u of one seed has another trace; the first is kept with --keep\n",
                    terminal_name(settings->scenario, name, sizeof name), i + 1);
        if (!alike && s->options.keep != NULL) {
            char *to = mem_printf("%s/%s.other", s->options.keep, settings->scenario->id);
            (void)folder_copy(again.folder, to, err);
            free(to);
        }
        free(b);
        run_fini(&again);
    }
    free(a);
    return alike;
}

static const char *lacking(const struct session *s, const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->needs.count; i++)
        if (!target_can(s->target, ((const char **)scenario->needs.items)[i]))
            return ((const char **)scenario->needs.items)[i];
    return NULL;
}

/* What is known now is worse than any verdict. */
static void mark_unstable(struct session *s)
{
    json_set_str(s->record, "result", "unstable");
    json_set_str(s->record, "what", "two runs of one seed have different traces");
    s->unstable++;
}

/* One seed of a scenario: false when it was shown because it is not as expected, or could not be run. */
static bool take_run(struct session *s, const struct run_settings *settings, const struct seed_tallies *tallies,
                     bool one_of_many, struct run *run)
{
    bool as_expected = false;
    if (run->state == RUN_PLAYED && judge_run(s, settings, tallies, one_of_many, run, &as_expected))
        return as_expected;
    report_trouble(s, settings->scenario, settings->seed, run);
    return false;
}

/* All seeds but the first, whose trace counts too. False when one of them was not as expected, and was shown. */
static bool run_other_seeds(struct session *s, const struct run_settings *first, struct run *first_run,
                            struct seed_tallies *tallies, struct err *err)
{
    struct trace_log log;
    bool good = true;
    if (!read_trace(first_run, &log))
        return true; /* the first one's own judging tells it */
    seed_tallies_add(tallies, &log);
    trace_log_fini(&log);
    for (int64_t i = 1; i < first->scenario->seeds && good && !run_interrupted(); i++) {
        struct run_settings settings = *first;
        struct run run;
        settings.seed += (uint64_t)i;
        if (run_once(&settings, &run, err) != ERR_OK)
            return true;
        good = run.state == RUN_INTERRUPTED || take_run(s, &settings, NULL, true, &run);
        if (good && run.state == RUN_PLAYED && read_trace(&run, &log)) {
            seed_tallies_add(tallies, &log);
            trace_log_fini(&log);
        }
        run_fini(&run);
    }
    return good;
}

static void judge_scenario(struct session *s, const struct run_settings *settings, struct run *run, struct err *err)
{
    struct seed_tallies tallies;
    bool many = settings->scenario->seeds > 1 && s->options.seed < 0 && run->state == RUN_PLAYED;
    seed_tallies_init(&tallies, settings->scenario);
    if ((!many || run_other_seeds(s, settings, run, &tallies, err)) && !run_interrupted()) {
        (void)take_run(s, settings, many ? &tallies : NULL, false, run);
        if (run->state == RUN_PLAYED && !repeats_alike(s, settings, run, err))
            mark_unstable(s);
    }
    seed_tallies_fini(&tallies);
}

static int run_scenario(struct session *s, const struct scenario *scenario, struct err *err)
{
    struct run run;
    uint64_t seed = (uint64_t)(s->options.seed >= 0 ? s->options.seed : scenario->seed);
    struct run_settings settings = {s->bin, s->target, scenario, seed};
    const char *lacks = lacking(s, scenario);
    if (lacks != NULL) {
        terminal_unsupported(&s->terminal, scenario, s->target, lacks);
        json_push(s->records, record_unsupported(scenario, s->target, lacks));
        s->unsupported++;
        return ERR_OK;
    }
    int rc = run_once(&settings, &run, err);
    if (rc != ERR_OK)
        return rc;
    s->record = NULL;
    if (run.state != RUN_INTERRUPTED)
        judge_scenario(s, &settings, &run, err);
    if (s->record != NULL)
        json_push(s->records, s->record);
    if (s->options.keep != NULL && run.state != RUN_INTERRUPTED)
        rc = keep_folder(s, scenario, run.folder, err);
    run_fini(&run);
    return rc;
}

/* ---- all runs ---- */

struct loaded {
    struct scenario **list;
    size_t count;
};

static bool load_case(struct session *s, const char *path, const char *case_name, struct buf *report,
                      struct loaded *out)
{
    struct err err = {0};
    struct scenario *one;
    buf_reset(report);
    int rc = scenario_load(&one, path, case_name, report, &err);
    if (rc != ERR_OK || !s->options.quiet)
        fprintf(stderr, "%s", buf_cstr(report));
    if (rc != ERR_OK) {
        fprintf(stderr, "relaylab run: %s\n", err.text);
        return false;
    }
    out->list = mem_realloc(out->list, out->count + 1, sizeof(struct scenario *));
    out->list[out->count++] = one;
    return true;
}

/* Everything is loaded and linted before anything is started. */
static bool load_all(struct session *s, const struct scenario_files *files, struct loaded *out)
{
    struct buf report;
    bool good = true;
    buf_init(&report, 1024 * 1024);
    for (size_t i = 0; i < files->count; i++) {
        size_t at = out->count;
        if (!load_case(s, files->paths[i], s->options.case_name, &report, out)) {
            good = false;
            continue;
        }
        const struct scenario *first = out->list[at];
        for (size_t k = 1; s->options.case_name == NULL && k < first->case_count; k++)
            good = load_case(s, files->paths[i], first->cases[k].name, &report, out) && good;
    }
    buf_fini(&report);
    return good;
}

static void show_progress(const struct session *s, size_t done, size_t total)
{
    if (s->show_progress)
        fprintf(stderr, "\r\033[K%zu/%zu, %u not as expected\r", done, total, s->failed + s->troubled + s->unstable);
}

static int run_all(struct session *s, const struct loaded *loaded)
{
    struct err err = {0};
    for (size_t i = 0; i < loaded->count && !run_interrupted(); i++) {
        show_progress(s, i, loaded->count);
        if (run_scenario(s, loaded->list[i], &err) != ERR_OK) {
            fprintf(stderr, "relaylab run: %s\n", err.text);
            return EXIT_TROUBLE;
        }
        (void)fflush(s->terminal.out);
    }
    if (s->show_progress)
        fputs("\r\033[K", stderr);
    if (run_interrupted()) {
        fprintf(stderr, "relaylab run: interrupted\n");
        return 128 + run_interrupted();
    }
    printf("%u as expected, %u not, %u unsupported%s", s->passed, s->failed, s->unsupported, s->troubled ? "" : "\n");
    if (s->troubled > 0)
        printf(", %u could not run\n", s->troubled);
    if (s->troubled > 0)
        return EXIT_TROUBLE;
    if (s->failed + s->unstable > 0)
        return EXIT_NOT_AS_EXPECTED;
    return s->passed > 0 ? EXIT_AS_EXPECTED : EXIT_NOTHING_RAN;
}

static int write_reports(struct session *s)
{
    struct err err = {0};
    for (size_t i = 0; i < s->options.report_count; i++) {
        if (report_write(s->options.reports[i].format, s->options.reports[i].path, s->records, &err) != ERR_OK) {
            fprintf(stderr, "relaylab run: %s\n", err.text);
            return EXIT_TROUBLE;
        }
        fprintf(stderr, "%s written to %s\n", s->options.reports[i].format->name, s->options.reports[i].path);
    }
    return EXIT_AS_EXPECTED;
}

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
                                            {"repeat", required_argument, NULL, 'r'},
                                            {"keep", required_argument, NULL, 'k'},
                                            {"timeline", no_argument, NULL, 'l'},
                                            {"quiet", no_argument, NULL, 'q'},
                                            {"color", required_argument, NULL, 'C'},
                                            {"report", required_argument, NULL, 'R'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    uint64_t n;
    int c;
    *out = (struct options){.target = "relay", .color = "auto", .seed = -1, .repeat = 1};
    while ((c = getopt_long(argc, argv, "hq", options, NULL)) != -1) {
        if (c == 't')
            out->target = optarg;
        else if (c == 'c')
            out->case_name = optarg;
        else if (c == 's' && parse_number(optarg, INT64_MAX, &n))
            out->seed = (int64_t)n;
        else if (c == 'r' && parse_number(optarg, REPEAT_MAX, &n) && n > 0)
            out->repeat = (unsigned)n;
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

static int load_target(struct session *s)
{
    struct buf report;
    struct err err = {0};
    buf_init(&report, 65536);
    int rc = target_load(&s->target, s->options.target, s->bin, &report, &err);
    if (rc != ERR_OK)
        fprintf(stderr, "%srelaylab run: %s\n", buf_cstr(&report), err.text);
    buf_fini(&report);
    return rc;
}

int verb_run(int argc, char **argv, const char *bin)
{
    struct session s = {.bin = bin};
    struct scenario_files files;
    struct loaded loaded = {0};
    struct err err = {0};
    int code = parse_options(argc, argv, &s.options);
    if (code >= 0)
        return code;
    if (scenario_files_find(argv + optind, (size_t)(argc - optind), &files, &err) != ERR_OK) {
        fprintf(stderr, "relaylab run: %s\n", err.text);
        return EXIT_BAD_INPUT;
    }
    if (load_target(&s) != ERR_OK) {
        scenario_files_free(&files);
        return EXIT_BAD_INPUT;
    }
    s.terminal = (struct terminal){.out = stdout,
                                   .color = wants_color(s.options.color),
                                   .timeline = s.options.timeline || (files.count == 1 && !s.options.quiet),
                                   .quiet = s.options.quiet};
    s.show_progress = isatty(STDERR_FILENO) && files.count > 1;
    run_catch_signals();
    s.records = json_new_array();
    bool good = load_all(&s, &files, &loaded);
    code = good ? run_all(&s, &loaded) : EXIT_BAD_INPUT;
    if (good && !run_interrupted() && write_reports(&s) != EXIT_AS_EXPECTED)
        code = EXIT_TROUBLE;
    json_free(s.records);
    for (size_t i = 0; i < loaded.count; i++)
        scenario_free(loaded.list[i]);
    free(loaded.list);
    target_free(s.target);
    scenario_files_free(&files);
    return code;
}
