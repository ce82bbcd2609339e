/* relaylab grade: the points of a student's answers, or of a student's target. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/explain/grade.h"
#include "harness/explain/lessons.h"
#include "harness/suite/choice.h"
#include "harness/suite/pool.h"
#include "harness/suite/suite.h"
#include "harness/verbs/preparing.h"
#include "harness/verbs/verbs.h"
#include "lib/base/mem.h"
#include "lib/base/prng.h"

#define REPORT_MAX 65536
#define GRADE_MAX  ((size_t)1024 * 1024)
#define SEEDS_MAX  100
#define SEED_BELOW 1000000 /* a drawn seed is below: it can be typed again */

struct options {
    int64_t seed, seeds, lesson;
    const char *network;
};

static const struct cli_option rows[] = {
    {.name = "seeds",
     .kind = CLI_NUMBER,
     .offset = offsetof(struct options, seeds),
     .value = "N",
     .min = 1,
     .max = SEEDS_MAX,
     .help = "of a target: play each scenario with N seeds (default 1); it has to pass with each"},
    {.name = "seed",
     .kind = CLI_NUMBER,
     .offset = offsetof(struct options, seed),
     .value = "N",
     .max = INT64_MAX,
     .help = "of a target: the first seed (default: drawn, and stated in the result)"},
    {.name = "lesson",
     .kind = CLI_NUMBER,
     .offset = offsetof(struct options, lesson),
     .value = "N",
     .min = 1,
     .max = TEACH_LESSONS,
     .help = "of a target: play the scenarios of this lesson only"},
    {.name = "net",
     .kind = CLI_CHOICE,
     .offset = offsetof(struct options, network),
     .value = "auto|namespace|loopback",
     .help = "the network of the runs, as of `relaylab run`"},
    {0}};

static int load(const char *bin, int64_t lesson, struct chosen *out)
{
    struct scenario_files files;
    struct choice choice = {.lesson = lesson > 0 ? lesson : CHOICE_ANY_LESSON};
    struct err err = {0};
    *out = (struct chosen){0};
    if (scenario_files_find(bin, NULL, 0, &files, &err) != ERR_OK) {
        fprintf(stderr, "relaylab grade: %s\n", err.text);
        return EXIT_BAD_INPUT;
    }
    bool good = choice_load(&choice, &files, stderr, false, out);
    scenario_files_free(&files);
    return !good ? EXIT_BAD_INPUT : out->count == 0 ? EXIT_NOTHING_RAN : EXIT_AS_EXPECTED;
}

/* Takes ownership. */
static int print_grade(struct json *grade)
{
    struct buf text;
    buf_init(&text, GRADE_MAX);
    (void)json_write_pretty(grade, &text);
    (void)fwrite(text.data, 1, text.len, stdout);
    buf_fini(&text);
    json_free(grade);
    return EXIT_AS_EXPECTED;
}

/* ---- answers ---- */

static bool find_firsts(const struct chosen *chosen, const struct scenario *firsts[TEACH_LESSONS])
{
    for (int64_t n = 1; n <= TEACH_LESSONS; n++) {
        firsts[n - 1] = NULL;
        for (size_t i = 0; i < chosen->count && firsts[n - 1] == NULL; i++)
            if (strcmp(chosen->list[i]->id, lesson_get(n)->begins) == 0)
                firsts[n - 1] = chosen->list[i];
        if (firsts[n - 1] == NULL) {
            fprintf(stderr, "relaylab grade: the scenario %s of lesson %d is missing\n", lesson_get(n)->begins, (int)n);
            return false;
        }
    }
    return true;
}

static int grade_file(const char *path, const struct chosen *chosen)
{
    const struct scenario *firsts[TEACH_LESSONS];
    struct json *grade = NULL;
    struct buf report;
    struct err err = {0};
    if (!find_firsts(chosen, firsts))
        return EXIT_BAD_INPUT;
    buf_init(&report, REPORT_MAX);
    int rc = grade_answers(path, firsts, &grade, &report, &err);
    if (rc != ERR_OK)
        fprintf(stderr, "%srelaylab grade: %s\n", buf_cstr(&report), err.text);
    buf_fini(&report);
    return rc == ERR_OK ? print_grade(grade) : EXIT_BAD_INPUT;
}

/* ---- a target ---- */

static int draw_seed(int64_t *seed)
{
    struct prng prng;
    if (*seed >= 0)
        return EXIT_AS_EXPECTED;
    if (prng_init_system(&prng) != ERR_OK) {
        fprintf(stderr, "relaylab grade: no random seed can be drawn; give one with --seed N\n");
        return EXIT_TROUBLE;
    }
    *seed = (int64_t)prng_below(&prng, SEED_BELOW);
    return EXIT_AS_EXPECTED;
}

static const char *first_trouble(const struct json *records)
{
    for (size_t i = 0; i < json_count(records); i++)
        if (json_get_str(json_at(records, i), "what", NULL) != NULL)
            return json_get_str(json_at(records, i), "what", "");
    return "";
}

static int grade_runs(const struct suite_settings *settings, const struct chosen *chosen)
{
    struct suite_result result;
    struct err err = {0};
    run_catch_signals();
    if (suite_run(settings, chosen, &result, &err) != ERR_OK || run_interrupted()) {
        fprintf(stderr, "relaylab grade: %s\n", run_interrupted() ? "interrupted" : err.text);
        return run_interrupted() ? 128 + run_interrupted() : EXIT_TROUBLE;
    }
    if (result.troubled > 0 && result.as_expected + result.not_as_expected == 0) {
        fprintf(stderr, "relaylab grade: %s did not play a single scenario: %s\n", settings->target->name,
                first_trouble(result.records));
        json_free(result.records);
        return EXIT_TROUBLE;
    }
    struct json *grade = grade_records(result.records, (const struct scenario *const *)chosen->list, chosen->count);
    json_set_str(grade, "target", settings->target->name);
    json_set_int(grade, "seed", settings->seed);
    json_set_int(grade, "seeds", settings->seeds);
    json_free(result.records);
    return print_grade(grade);
}

static int grade_target(const char *where, const struct options *options, const struct chosen *chosen, const char *bin)
{
    struct target *target = NULL;
    struct prepared prepared;
    int64_t seed = options->seed;
    FILE *nowhere = fopen("/dev/null", "we");
    int code = preparing_load_target("grade", where, bin, &target) == ERR_OK ? draw_seed(&seed) : EXIT_BAD_INPUT;
    if (code == EXIT_AS_EXPECTED && !preparing_ready("grade", target, bin, options->network, &prepared))
        code = EXIT_TROUBLE;
    if (code == EXIT_AS_EXPECTED && nowhere != NULL) {
        struct suite_settings settings = {.bin = bin,
                                          .target = target,
                                          .target_option = where,
                                          .seed = seed,
                                          .seeds = options->seeds,
                                          .repeat = 1,
                                          .jobs = preparing_jobs(target),
                                          .network = prepared.network,
                                          .root = prepared.root,
                                          .progress = isatty(STDERR_FILENO) ? PROGRESS_ONE_LINE : PROGRESS_LINES,
                                          .terminal = {.out = nowhere, .quiet = true}};
        code = grade_runs(&settings, chosen);
    }
    if (nowhere != NULL)
        (void)fclose(nowhere);
    target_free(target);
    return code;
}

/* A file is one of answers; everything else is a target. */
static bool is_file(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

static int run(struct cli_call *call)
{
    struct options options = {.seed = -1, .seeds = 1, .network = "auto"};
    struct chosen chosen;
    int code = cli_read(call, &options);
    if (code != CLI_GO_ON)
        return code;
    bool file = is_file(call->argv[0]);
    code = load(verb_bin(call), file ? 0 : options.lesson, &chosen);
    if (code == EXIT_AS_EXPECTED)
        code =
            file ? grade_file(call->argv[0], &chosen) : grade_target(call->argv[0], &options, &chosen, verb_bin(call));
    chosen_free(&chosen);
    return code;
}

static const struct cli_group groups[] = {{"Options", rows, 0}, {0}};

const struct cli_command verb_grade = {
    .name = "grade",
    .summary = "count the points of a student's answers, or of a student's target",
    .synopsis = "[OPTION…] FILE|TARGET",
    .about =
        "FILE has a student's answers to the questions of the lessons, in YAML: a letter for each question.\n"
        "\n"
        "  answers:\n"
        "    1: [b, b, c]\n"
        "    2: [b, c, b]\n"
        "\n"
        "TARGET is a folder with a target.yaml, or the name of a target. It is played against all scenarios of the "
        "course, and each run that passes is a point; a run that needs a capability that it lacks counts neither "
        "way. The points go to standard output, as JSON.\n",
    .groups = groups,
    .sections = (const struct cli_section[]){{"Exit status",
                                              "0\tgraded, whatever the points are\n"
                                              "2\ta bad file or target, or bad usage\n"
                                              "3\tthe harness or the target could not run\n",
                                              NULL},
                                             {0}},
    .arguments = "FILE or TARGET",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run};
