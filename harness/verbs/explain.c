/* relaylab explain: plays one scenario, and tells what happened line by line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/explain/lessons.h"
#include "harness/explain/page.h"
#include "harness/explain/tell.h"
#include "harness/judge/always/always.h"
#include "harness/report/reports.h"
#include "harness/suite/files.h"
#include "harness/verbs/explaining.h"
#include "harness/verbs/offers.h"
#include "harness/verbs/preparing.h"
#include "harness/verbs/verbs.h"
#include "lib/base/mem.h"

#define SETTINGS_MAX 16

struct options {
    const char *case_name, *target, *network, *color, *html;
    int64_t seed, width;
    bool step, quiz, whole;
    char *settings[SETTINGS_MAX];
    size_t setting_count;
};

static bool take_setting(void *base, const char *value, struct err *err)
{
    struct options *options = base;
    if (options->setting_count == SETTINGS_MAX)
        return err_set(err, ERR_TOO_BIG, "more than %d settings", SETTINGS_MAX) == ERR_OK;
    options->settings[options->setting_count++] = mem_strdup(value);
    return true;
}

#define INTO(member) .offset = offsetof(struct options, member)
static const struct cli_option playing[] = {
    {.name = "case",
     .kind = CLI_TEXT,
     INTO(case_name),
     .value = "NAME",
     .help = "the case to play (default: the first)"},
    {.name = "target",
     .kind = CLI_TEXT,
     INTO(target),
     .value = "NAME|DIR",
     .offer = offer_targets,
     .help = "the relay to watch: a name in fixtures/targets or a folder with a target.yaml (default relay)"},
    {.name = "set",
     .kind = CLI_TAKE,
     .take = take_setting,
     .value = "KEY=VALUE",
     .help = "play it with another setting of the relay: retry.first, retry.steps, retry.then, retry.lifetime, "
             "retry.warn, limits.size, limits.rcpts or tls.DOMAIN; may be repeated"},
    {.name = "seed",
     .kind = CLI_NUMBER,
     INTO(seed),
     .value = "N",
     .max = INT64_MAX,
     .help = "seed of everything random (default: the scenario's own)"},
    {.name = "net",
     .kind = CLI_CHOICE,
     INTO(network),
     .value = "auto|namespace|loopback",
     .help = "the network of the run, as of `relaylab run`"},
    {0}};
static const struct cli_option showing[] = {
    {.name = "step", .kind = CLI_FLAG, INTO(step), .help = "wait for Enter between the steps; needs a terminal"},
    {.name = "quiz",
     .kind = CLI_FLAG,
     INTO(quiz),
     .help = "ask the questions of the scenario before they are answered; answers are read from standard input"},
    {.name = "all", .kind = CLI_FLAG, INTO(whole), .help = "show every line, also what is summed up otherwise"},
    {.name = "html",
     .kind = CLI_TEXT,
     INTO(html),
     .value = "FILE",
     .help = "write the lesson as one page, which needs nothing else, instead of text"},
    {.name = "width",
     .kind = CLI_NUMBER,
     INTO(width),
     .value = "N",
     .min = SCREEN_COLUMNS_MIN,
     .max = 1000,
     .help = "columns of the text (default: those of the terminal, 80 in files)"},
    {.name = "color",
     .kind = CLI_CHOICE,
     INTO(color),
     .value = "always|never|auto",
     .help = "default auto: on a terminal, unless NO_COLOR is set"},
    {0}};

/* ---- loading ---- */

static int find_file(const char *bin, char **argv, struct scenario_files *files)
{
    struct err err = {0};
    if (scenario_files_find(bin, argv, 1, files, &err) != ERR_OK) {
        const struct always_rule *rule = always_find(argv[0]);
        fprintf(stderr, "relaylab explain: %s\n", err.text);
        if (rule != NULL)
            fprintf(stderr, "It is an always-on rule: `relaylab rules %s` explains it.\n", rule->id);
        return EXIT_BAD_INPUT;
    }
    if (files->count == 1)
        return EXIT_AS_EXPECTED;
    fprintf(stderr, "relaylab explain: %s has %zu scenarios; name one, such as %s\n", argv[0], files->count,
            lesson_get(1)->begins);
    scenario_files_free(files);
    return EXIT_BAD_INPUT;
}

/* ---- telling ---- */

static bool write_page(const struct options *options, const struct explained *run, const struct telling *telling)
{
    struct buf page;
    struct err err = {0};
    struct page_input input = {run->scenario, run->target->name, telling, &run->played->judgement,
                               options->setting_count > 0};
    buf_init(&page, PAGE_MAX);
    bool good = page_write(&input, &page);
    if (!good)
        (void)err_set(&err, ERR_TOO_BIG, "the page is too large");
    good = good && report_put(options->html, buf_slice(&page), &err) == ERR_OK;
    if (!good)
        fprintf(stderr, "relaylab explain: %s\n", err.text);
    buf_fini(&page);
    return good;
}

static void tell_text(const struct options *options, const struct explained *run, const struct telling *telling)
{
    struct tell tell = {.screen = {stdout, preparing_wants_color(options->color, stdout),
                                   options->width > 0 ? (size_t)options->width : screen_columns_of(stdout)},
                        .step = options->step ? stdin : NULL,
                        .quiz = options->quiz,
                        .tried = options->setting_count > 0,
                        .round = {.in = stdin}};
    tell_head(&tell, run->scenario, run->target->name);
    tell_steps(&tell, run->scenario, telling);
    tell_verdicts(&tell, run->scenario, &run->played->judgement);
    tell_end(&tell, run->scenario);
}

static bool tell_it(void *arg, const struct explained *run)
{
    const struct options *options = arg;
    int64_t lesson = run->scenario->teach.lesson;
    struct telling telling;
    struct telling_view view =
        lesson > 0 ? lesson_get(lesson)->view : (struct telling_view){.preamble = true, .message = true};
    view.whole = options->whole;
    telling_make(&telling, &run->played->facts, &view);
    bool good = true;
    if (options->html != NULL)
        good = write_page(options, run, &telling);
    else
        tell_text(options, run, &telling);
    telling_fini(&telling);
    return good;
}

static int run(struct cli_call *call)
{
    struct options options = {.target = "relay", .network = "auto", .color = "auto", .seed = -1};
    struct scenario_files files = {0};
    struct err err = {0};
    bool found = false;
    int code = cli_read(call, &options);
    if (code == CLI_GO_ON && options.step && !(isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)))
        code = cli_refuse(call, "--step waits for Enter, so it needs a terminal");
    if (code == CLI_GO_ON && options.html != NULL && report_check_path(options.html, &err) != ERR_OK)
        code = cli_refuse(call, "%s", err.text);
    if (code == CLI_GO_ON) {
        code = find_file(verb_bin(call), call->argv, &files);
        found = code == EXIT_AS_EXPECTED;
    }
    if (found) {
        struct explaining explaining = {.verb = "explain",
                                        .bin = verb_bin(call),
                                        .case_name = options.case_name,
                                        .target = options.target,
                                        .network = options.network,
                                        .seed = options.seed,
                                        .settings = options.settings,
                                        .setting_count = options.setting_count,
                                        .show = tell_it,
                                        .arg = &options};
        code = explaining_run(&explaining, files.paths[0]);
        scenario_files_free(&files);
    }
    for (size_t i = 0; i < options.setting_count; i++)
        free(options.settings[i]);
    return code;
}

static const struct cli_group groups[] = {{"Playing", playing, 0}, {"Showing", showing, 0}, {0}};

const struct cli_command verb_explain = {
    .name = "explain",
    .summary = "play one scenario, and explain what happens line by line",
    .synopsis = "[OPTION…] SCENARIO",
    .about =
        "Plays a scenario and tells it as a lesson: the story, then every line of the dialogues with what it means "
        "and where in the RFCs it stands. Reply codes and enhanced status codes are taken apart the first time "
        "they appear. `relaylab course` lists the lessons.\n",
    .groups = groups,
    .sections = (const struct cli_section[]){{"Exit status",
                                              "0\ttold, whatever the verdicts are\n"
                                              "2\ta bad scenario or setting, or bad usage\n"
                                              "3\tthe harness or the target could not run\n"
                                              "4\tthe target cannot play this scenario\n",
                                              NULL},
                                             {0}},
    .arguments = "SCENARIO",
    .arguments_min = 1,
    .arguments_max = 1,
    .offer = offer_scenarios,
    .run = run};
