/* The end of a telling: what was checked, the other questions, what else to know, and where to go on. */
#include <stdlib.h>
#include <string.h>

#include "harness/explain/lessons.h"
#include "harness/explain/seen.h"
#include "harness/explain/tell.h"
#include "lib/base/mem.h"

static enum screen_color color_of_result(enum result kind)
{
    return kind == RESULT_PASS                                  ? SCREEN_GOOD
           : kind == RESULT_FAIL || kind == RESULT_INCONCLUSIVE ? SCREEN_BAD
           : kind == RESULT_WARN                                ? SCREEN_LATER
                                                                : SCREEN_ACCENT;
}

static void print_seen(const struct screen *screen, const struct verdict *v, const struct scenario *scenario)
{
    char *words = seen_words(v, scenario), *seen = mem_printf("seen: %s", words != NULL ? words : "");
    if (words != NULL)
        screen_paragraph(screen, 17, seen);
    free(words);
    free(seen);
}

void tell_verdicts(const struct tell *tell, const struct scenario *scenario, const struct judgement *judgement)
{
    const struct screen *screen = &tell->screen;
    fputc('\n', screen->out);
    screen_color(screen, SCREEN_BOLD);
    fputs("  WHAT WAS CHECKED", screen->out);
    screen_color(screen, SCREEN_PLAIN);
    fputc('\n', screen->out);
    for (size_t i = 0; i < judgement->count; i++) {
        const struct verdict *v = &judgement->verdicts[i];
        if (!seen_is_shown(v))
            continue;
        fputs("   ", screen->out);
        screen_color(screen, color_of_result(v->kind));
        fprintf(screen->out, "%-4s", result_name(v->kind));
        screen_color(screen, SCREEN_PLAIN);
        fprintf(screen->out, "  %-6s  ", v->level);
        size_t at = screen_wrap(screen, v->sentence, 17, 17, NULL);
        screen_clause(screen, v->clauses, at, 17, NULL);
        fputc('\n', screen->out);
        print_seen(screen, v, scenario);
    }
    char *legend = seen_legend(judgement);
    screen_color(screen, SCREEN_SOFT);
    screen_paragraph(screen, 3, legend);
    screen_color(screen, SCREEN_PLAIN);
    free(legend);
}

static void ask_others(struct tell *tell, const struct scenario *scenario)
{
    const struct quiz *quiz;
    for (size_t i = 1; tell->quiz && (quiz = quiz_of(scenario, i)) != NULL; i++)
        quiz_ask(&tell->round, &tell->screen, quiz);
    if (tell->round.asked > 0)
        fprintf(tell->screen.out, "  %zu of %zu right\n", tell->round.right, tell->round.asked);
}

static void print_command(const struct screen *screen, const char *label, const char *command, const char *why)
{
    screen_labelled(screen, label, command);
    if (why == NULL)
        return;
    screen_spaces(screen, 8);
    screen_color(screen, SCREEN_SOFT);
    (void)screen_wrap(screen, why, 8, 8, NULL);
    screen_color(screen, SCREEN_PLAIN);
    fputc('\n', screen->out);
}

static void print_next(struct tell *tell, const struct scenario *scenario)
{
    const struct screen *screen = &tell->screen;
    int64_t n = scenario->teach.lesson;
    const struct lesson *lesson = n > 0 ? lesson_get(n) : NULL, *begun = lesson_begun_by(scenario);
    char *command;
    if (begun != NULL && begun->tries != NULL && !tell->tried) {
        command = mem_printf("relaylab explain %s %s", scenario->id, begun->tries);
        print_command(screen, "TRY ", command, begun->result);
        free(command);
    }
    for (size_t i = 0; i < scenario->teach.see_also.count; i++) {
        command = mem_printf("relaylab explain %s", ((const char *const *)scenario->teach.see_also.items)[i]);
        print_command(screen, "ALSO", command, NULL);
        free(command);
    }
    if (lesson != NULL) {
        command = mem_printf("relaylab list --lesson %d", (int)n);
        print_command(screen, "ALSO", command, "the other scenarios of this lesson");
        free(command);
    }
    if (n > 0 && n < TEACH_LESSONS) {
        char words[200];
        command = mem_printf("relaylab explain %s", lesson_get(n + 1)->begins);
        print_command(screen, "NEXT", command, lesson_words(n + 1, words, sizeof words));
        free(command);
    } else {
        print_command(screen, "NEXT", "relaylab course", "all twelve lessons");
    }
}

static void print_knows(const struct tell *tell, const struct scenario *scenario)
{
    const struct screen *screen = &tell->screen;
    const struct lesson *lesson = lesson_begun_by(scenario);
    if (lesson == NULL || lesson->knows[0] == NULL)
        return;
    screen_color(screen, SCREEN_BOLD);
    fputs("\n  WHAT ELSE TO KNOW", screen->out);
    screen_color(screen, SCREEN_PLAIN);
    fputc('\n', screen->out);
    for (size_t i = 0; lesson->knows[i] != NULL; i++) {
        fputs("   - ", screen->out);
        (void)screen_wrap(screen, lesson->knows[i], 5, 5, NULL);
        fputc('\n', screen->out);
    }
}

void tell_end(struct tell *tell, const struct scenario *scenario)
{
    ask_others(tell, scenario);
    print_knows(tell, scenario);
    fputc('\n', tell->screen.out);
    print_next(tell, scenario);
    fputc('\n', tell->screen.out);
}
