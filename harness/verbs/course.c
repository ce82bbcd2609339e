/* relaylab course: the twelve lessons, and the page of one. */
#include <stdio.h>
#include <stdlib.h>

#include "harness/explain/course.h"
#include "harness/explain/tell.h"
#include "harness/suite/choice.h"
#include "harness/verbs/explaining.h"
#include "harness/verbs/preparing.h"
#include "harness/verbs/verbs.h"
#include "lib/base/mem.h"

#define PAGE_COLUMNS 100

struct options {
    int64_t page;
    const char *color;
};

static const struct cli_option rows[] = {{.name = "page",
                                          .kind = CLI_NUMBER,
                                          .offset = offsetof(struct options, page),
                                          .value = "N",
                                          .min = 1,
                                          .max = TEACH_LESSONS,
                                          .help = "play lesson N, and print its page as Markdown"},
                                         {.name = "color",
                                          .kind = CLI_CHOICE,
                                          .offset = offsetof(struct options, color),
                                          .value = "always|never|auto",
                                          .help = "default auto: on a terminal, unless NO_COLOR is set"},
                                         {0}};

/* ---- a page ---- */

struct page {
    int64_t n;
    const struct chosen *others;
};

static char *tell_all(const struct explained *run, const struct lesson *lesson)
{
    char *text = NULL;
    size_t len = 0;
    struct telling telling;
    struct tell tell = {.screen = {open_memstream(&text, &len), false, PAGE_COLUMNS}};
    telling_make(&telling, &run->played->facts, &lesson->view);
    tell_head(&tell, run->scenario, run->target->name);
    tell_steps(&tell, run->scenario, &telling);
    tell_verdicts(&tell, run->scenario, &run->played->judgement);
    telling_fini(&telling);
    (void)fclose(tell.screen.out);
    return text;
}

static bool print_page(void *arg, const struct explained *run)
{
    const struct page *page = arg;
    char *told = tell_all(run, lesson_get(page->n));
    struct course_lesson lesson = {page->n, run->scenario, told, (const struct scenario *const *)page->others->list,
                                   page->others->count};
    course_page(stdout, &lesson);
    free(told);
    return true;
}

/* All scenarios that ship, of the lesson. */
static int load_others(const char *bin, int64_t n, struct chosen *out)
{
    struct scenario_files files;
    struct choice choice = {.lesson = n};
    struct err err = {0};
    *out = (struct chosen){0};
    if (scenario_files_find(bin, NULL, 0, &files, &err) != ERR_OK) {
        fprintf(stderr, "relaylab course: %s\n", err.text);
        return EXIT_BAD_INPUT;
    }
    bool good = choice_load(&choice, &files, stderr, false, out);
    scenario_files_free(&files);
    return good ? EXIT_AS_EXPECTED : EXIT_BAD_INPUT;
}

static int play_page(const char *bin, int64_t n)
{
    char *begins = mem_strdup(lesson_get(n)->begins), *const args[] = {begins};
    struct scenario_files files = {0};
    struct chosen others;
    struct err err = {0};
    int code = load_others(bin, n, &others);
    if (code == EXIT_AS_EXPECTED && scenario_files_find(bin, args, 1, &files, &err) != ERR_OK) {
        fprintf(stderr, "relaylab course: %s\n", err.text);
        code = EXIT_BAD_INPUT;
    }
    if (code == EXIT_AS_EXPECTED) {
        struct page page = {n, &others};
        struct explaining explaining = {.verb = "course",
                                        .bin = bin,
                                        .target = "relay",
                                        .network = "auto",
                                        .seed = -1,
                                        .show = print_page,
                                        .arg = &page};
        code = explaining_run(&explaining, files.paths[0]);
    }
    scenario_files_free(&files);
    chosen_free(&others);
    free(begins);
    return code;
}

static int run(struct cli_call *call)
{
    struct options options = {.color = "auto"};
    int code = cli_read(call, &options);
    if (code != CLI_GO_ON)
        return code;
    if (options.page > 0)
        return play_page(verb_bin(call), options.page);
    struct screen screen = {stdout, preparing_wants_color(options.color, stdout), screen_columns_of(stdout)};
    course_list(&screen);
    return EXIT_AS_EXPECTED;
}

static const struct cli_group groups[] = {{"Options", rows, 0}, {0}};

const struct cli_command verb_course = {
    .name = "course",
    .summary = "list the lessons of the course on SMTP",
    .synopsis = "[--page N]",
    .about = "Lists the twelve lessons of the course: what each teaches, and the command that begins it. "
             "`relaylab list --lesson N` lists all scenarios of a lesson. docs/course has a page for each.\n",
    .groups = groups,
    .sections = (const struct cli_section[]){{"Exit status",
                                              "0\tlisted\n"
                                              "2\tbad usage, or a scenario has errors\n"
                                              "3\tthe harness or the relay could not run\n",
                                              NULL},
                                             {0}},
    .run = run};
