#include "harness/explain/tell.h"

#include <stdlib.h>
#include <string.h>

#include "harness/explain/lessons.h"
#include "harness/explain/seen.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define CLOCK_COLUMNS  11 /* "  00:05:00 " */
#define LINE_COLUMN    12 /* where lines begin */
#define TEXT_COLUMN    15 /* after "S: " */
#define WIDE           100
#define GLOSS_COLUMN   58 /* on a wide terminal */
#define LEGEND_LESSONS 2  /* that explain in full how to read the lines */

/* ---- head ---- */

/* In full, unless an earlier lesson had it. */
static void print_legend(const struct screen *screen, const struct scenario *scenario, const char *target)
{
    bool known = scenario->teach.lesson > LEGEND_LESSONS;
    char *legend = mem_printf("C: is the client of a connection, S: the server. The relay is %s.%s",
                              strcmp(target, "relay") == 0 ? "Relaylab's own" : target,
                              known ? ""
                                    : " Times count from the start, in hours, minutes and seconds; the clock is "
                                      "virtual, so that waiting takes no time.");
    screen_labelled(screen, "READ ", legend);
    free(legend);
}

/* Cases are variants of a scenario; one is played. */
static void print_cases(const struct screen *screen, const struct scenario *scenario)
{
    struct buf text;
    if (scenario->case_count < 2)
        return;
    buf_init(&text, 65536);
    (void)buf_printf(&text, "The scenario has %zu variants, of which this is `%s`. --case plays another:",
                     scenario->case_count, scenario->case_name);
    for (size_t i = 0, named = 0; i < scenario->case_count; i++)
        if (strcmp(scenario->cases[i].name, scenario->case_name) != 0)
            (void)buf_printf(&text, "%s %s", named++ > 0 ? "," : "", scenario->cases[i].name);
    screen_labelled(screen, "CASES", buf_cstr(&text));
    buf_fini(&text);
}

static void print_words(const struct screen *screen, const struct lesson *lesson)
{
    for (size_t i = 0; lesson != NULL && lesson->words[i] != NULL; i++)
        screen_labelled(screen, i == 0 ? "WORDS" : "     ", lesson->words[i]);
}

void tell_head(struct tell *tell, const struct scenario *scenario, const char *target)
{
    const struct screen *screen = &tell->screen;
    char lesson[200];
    fputs("\n  ", screen->out);
    screen_color(screen, SCREEN_SOFT);
    fprintf(screen->out, "%s%s%s", scenario->id, scenario->case_name != NULL ? " --case " : "",
            scenario->case_name != NULL ? scenario->case_name : "");
    if (scenario->teach.lesson > 0)
        fprintf(screen->out, "   %s", lesson_words(scenario->teach.lesson, lesson, sizeof lesson));
    screen_color(screen, SCREEN_PLAIN);
    fputs("\n\n  ", screen->out);
    screen_color(screen, SCREEN_BOLD);
    (void)screen_wrap(screen, scenario->title, 2, 2, NULL);
    screen_color(screen, SCREEN_PLAIN);
    fputs("\n\n", screen->out);
    if (scenario->teach.story != NULL)
        screen_paragraph(screen, 2, scenario->teach.story);
    fputc('\n', screen->out);
    if (scenario->teach.watch != NULL)
        screen_labelled(screen, "WATCH", scenario->teach.watch);
    print_legend(screen, scenario, target);
    print_cases(screen, scenario);
    print_words(screen, lesson_begun_by(scenario));
    fputc('\n', screen->out);
}

/* ---- notes ---- */

/* Columns of the text that have an anatomy note not printed yet: "│││ │ ", up to `end`. */
static char *bars(const struct step *step, size_t count, size_t end)
{
    struct buf out;
    size_t at = 0;
    buf_init(&out, 4096);
    for (size_t i = 0; i < count; i++) {
        const struct note *note = &step->notes[i];
        if (note->column == SIZE_MAX || note->column >= end)
            continue;
        (void)buf_printf(&out, "%*s│", (int)(note->column - at), "");
        at = note->column + 1;
    }
    (void)buf_printf(&out, "%*s", (int)(end - at), "");
    char *text = mem_strdup(buf_cstr(&out));
    buf_fini(&out);
    return text;
}

/* "│││ │ └ .7.1  the mail is not permitted" */
static void print_part(const struct screen *screen, const struct step *step, size_t i)
{
    const struct note *note = &step->notes[i];
    char *before = bars(step, i, note->column), *under = bars(step, i, note->column + 2);
    size_t label = screen_width(note->label), indent = TEXT_COLUMN + note->column + 2 + label + 2;
    char *lead = mem_printf("%*s%s%*s", TEXT_COLUMN, "", under, (int)(label + 2), "");
    char *words = mem_printf("%s%s%s", note->text, note->more[0] != '\0' ? " " : "", note->more);
    fprintf(screen->out, "%*s%s└ ", TEXT_COLUMN, "", before);
    screen_color(screen, SCREEN_BOLD);
    fprintf(screen->out, "%s  ", note->label);
    screen_color(screen, SCREEN_PLAIN);
    size_t at = screen_wrap(screen, words, indent, indent, lead);
    screen_clause(screen, note->clause, at, indent, lead);
    fputc('\n', screen->out);
    free(before);
    free(under);
    free(lead);
    free(words);
}

static void print_whole(const struct screen *screen, const struct note *note, size_t column)
{
    char *words = mem_printf("%s%s%s", note->text, note->more[0] != '\0' ? " " : "", note->more);
    screen_color(screen, SCREEN_SOFT);
    size_t at = screen_wrap(screen, words, column, column, NULL);
    screen_color(screen, SCREEN_PLAIN);
    screen_clause(screen, note->clause, at, column, NULL);
    fputc('\n', screen->out);
    free(words);
}

/* The notes of a step whose line is printed up to the column `at`: next to it where there is room, else below. */
static void print_notes(const struct screen *screen, const struct step *step, size_t at)
{
    size_t column = screen->columns >= WIDE ? GLOSS_COLUMN : TEXT_COLUMN;
    bool parts = false, beside = screen->columns >= WIDE && at + 2 <= GLOSS_COLUMN;
    for (size_t i = 0; i < step->note_count; i++)
        parts = parts || step->notes[i].column != SIZE_MAX;
    if (parts || step->note_count == 0 || !beside)
        fputc('\n', screen->out);
    for (size_t i = step->note_count; parts && i-- > 0;)
        if (step->notes[i].column != SIZE_MAX)
            print_part(screen, step, i);
    for (size_t i = 0; i < step->note_count; i++) {
        if (step->notes[i].column != SIZE_MAX)
            continue;
        screen_spaces(screen, parts || !beside ? column : column - at);
        print_whole(screen, &step->notes[i], column);
        beside = false;
    }
}

/* ---- steps ---- */

static void print_clock(const struct screen *screen, int64_t t_ns, int64_t *shown)
{
    char clock[DURATION_TEXT_MAX];
    if (t_ns / NS_PER_S == *shown / NS_PER_S && *shown >= 0) {
        screen_spaces(screen, LINE_COLUMN);
        return;
    }
    *shown = t_ns;
    (void)duration_clock(t_ns, clock);
    clock[strlen(clock) - 4] = '\0';
    screen_color(screen, SCREEN_SOFT);
    fprintf(screen->out, "%*s ", CLOCK_COLUMNS - 1, clock);
    screen_color(screen, SCREEN_PLAIN);
    if (strlen(clock) < CLOCK_COLUMNS)
        fputc(' ', screen->out);
}

static void print_gap(struct tell *tell, const struct step *step)
{
    const struct screen *screen = &tell->screen;
    if (!tell->blank)
        fputc('\n', screen->out);
    screen_color(screen, SCREEN_LATER);
    fputs("  ···  ", screen->out);
    size_t at = screen_wrap(screen, step->text, 7, 7, NULL);
    fputc(' ', screen->out);
    for (at++; at + 1 < screen->columns && at < WIDE; at++)
        fputs("·", screen->out);
    screen_color(screen, SCREEN_PLAIN);
    fputc('\n', screen->out);
    for (size_t i = 0; i < step->note_count; i++) {
        screen_spaces(screen, 7);
        print_whole(screen, &step->notes[i], 7);
    }
    fputc('\n', screen->out);
    tell->blank = true;
}

static enum screen_color color_of(const struct step *step)
{
    if (step->kind == STEP_SERVER)
        return step->code >= 500 ? SCREEN_BAD : step->code >= 400 ? SCREEN_LATER : SCREEN_PLAIN;
    return step->trouble ? SCREEN_BAD : step->kind == STEP_FOLD ? SCREEN_SOFT : SCREEN_PLAIN;
}

static const char *speaker_of(enum step_kind kind)
{
    static const char *const speakers[] = {
        [STEP_QUESTION] = "?  DNS, ", [STEP_ANSWER] = "=  ", [STEP_CLIENT] = "C: ", [STEP_SERVER] = "S: ",
        [STEP_NOTE] = "-  ",          [STEP_FIELD] = "|  ",  [STEP_FOLD] = "…  "};
    return (size_t)kind < sizeof speakers / sizeof speakers[0] && speakers[kind] != NULL ? speakers[kind] : "";
}

static void ask_first(struct tell *tell, const struct scenario *scenario)
{
    const struct quiz *quiz = tell->quiz ? quiz_of(scenario, 0) : NULL;
    if (quiz != NULL)
        quiz_ask(&tell->round, &tell->screen, quiz);
}

/* The first fold says how it is unfolded. */
static void print_text(struct tell *tell, const struct step *step, size_t at)
{
    bool first = step->kind == STEP_FOLD && !tell->folds;
    char *text = mem_printf("%s%s", step->text, first ? " (--all shows them)" : "");
    tell->folds = tell->folds || first;
    tell->at = screen_wrap(&tell->screen, text, at,
                           step->kind == STEP_EVENT || step->kind == STEP_CONNECT ? LINE_COLUMN : TEXT_COLUMN, NULL);
    free(text);
}

static void print_step(struct tell *tell, const struct step *step, int64_t *shown, const struct scenario *asks)
{
    const struct screen *screen = &tell->screen;
    const char *speaker = speaker_of(step->kind);
    size_t at = LINE_COLUMN + screen_width(speaker);
    bool opens = step->kind == STEP_CONNECT || step->kind == STEP_EVENT || step->kind == STEP_QUESTION;
    if (opens && !tell->blank)
        fputc('\n', screen->out);
    tell->blank = false;
    print_clock(screen, step->t_ns, shown);
    screen_color(screen, SCREEN_BOLD);
    fputs(speaker, screen->out);
    screen_color(screen, SCREEN_PLAIN);
    screen_color(screen, color_of(step));
    print_text(tell, step, at);
    screen_color(screen, SCREEN_PLAIN);
    if (asks != NULL) {
        fputc('\n', screen->out);
        ask_first(tell, asks);
        screen_spaces(screen, LINE_COLUMN);
        fputs(speaker, screen->out);
        print_text(tell, step, LINE_COLUMN + screen_width(speaker));
    }
    print_notes(screen, step, tell->at);
}

/* After a command, at a block's beginning, and before time passes. */
static bool may_pause(const struct step *step)
{
    return step->kind == STEP_GAP || step->kind == STEP_CONNECT || step->kind == STEP_CLIENT ||
           step->kind == STEP_QUESTION || step->kind == STEP_EVENT;
}

static void pause_before(struct tell *tell, const struct step *step)
{
    if (tell->step == NULL || !may_pause(step))
        return;
    fputs("  [Enter] ", tell->screen.out);
    (void)fflush(tell->screen.out);
    for (int c; (c = getc(tell->step)) != '\n';)
        if (c == EOF) {
            tell->step = NULL;
            return;
        }
}

/* Where the first question is asked: at the line that goes wrong first, before it is explained; else before all. */
static size_t place_of_question(const struct telling *telling)
{
    for (size_t i = 0; i < telling->count; i++) {
        if (telling->steps[i].trouble && telling->steps[i].kind != STEP_FOLD)
            return i;
        i += telling->steps[i].hides;
    }
    return SIZE_MAX;
}

void tell_steps(struct tell *tell, const struct scenario *scenario, const struct telling *telling)
{
    int64_t shown = -1;
    tell->blank = true;
    size_t place = place_of_question(telling);
    tell->folds = false;
    if (place == SIZE_MAX)
        ask_first(tell, scenario);
    for (size_t i = 0; i < telling->count; i++) {
        const struct step *step = &telling->steps[i];
        if (i > 0)
            pause_before(tell, step);
        if (step->kind == STEP_GAP)
            print_gap(tell, step);
        else
            print_step(tell, step, &shown, i == place && tell->quiz ? scenario : NULL);
        i += step->hides;
    }
    fputc('\n', tell->screen.out);
    if (telling->cut)
        screen_paragraph(&tell->screen, 2, "The rest is left out: the run has too many lines to be told.");
    if (tell->folds)
        screen_labelled(&tell->screen, "MORE", "--all shows the lines that are summed up with …");
}
