#include "harness/explain/tell.h"

#include <stdlib.h>
#include <string.h>

#include "harness/explain/lessons.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define CLOCK_COLUMNS 11 /* "  00:05:00 " */
#define LINE_COLUMN   12 /* where lines begin */
#define TEXT_COLUMN   15 /* after "S: " */
#define WIDE          100
#define GLOSS_COLUMN  58 /* on a wide terminal */

static const char *lesson_words(int64_t lesson, char *out, size_t size)
{
    if (lesson == 0)
        out[0] = '\0';
    else
        (void)snprintf(out, size, "lesson %d of %d: %s", (int)lesson, TEACH_LESSONS, lesson_get(lesson)->title);
    return out;
}

/* ---- head ---- */

static void print_labelled(const struct screen *screen, const char *label, const char *text)
{
    size_t indent = 2 + screen_width(label) + 2;
    fputs("  ", screen->out);
    screen_color(screen, SCREEN_ACCENT);
    fputs(label, screen->out);
    screen_color(screen, SCREEN_PLAIN);
    fputs("  ", screen->out);
    (void)screen_wrap(screen, text, indent, indent, NULL);
    fputc('\n', screen->out);
}

void tell_head(struct tell *tell, const struct scenario *scenario, const char *target)
{
    const struct screen *screen = &tell->screen;
    char lesson[200];
    fputs("\n  ", screen->out);
    screen_color(screen, SCREEN_SOFT);
    fprintf(screen->out, "%s%s%s", scenario->id, scenario->case_name != NULL ? ", case " : "",
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
        print_labelled(screen, "WATCH", scenario->teach.watch);
    char *legend = mem_printf("C: is the client of a connection, S: the server. The relay is %s. Times count from the "
                              "start, in hours, minutes and seconds; the clock is virtual, so that waiting takes no "
                              "time.",
                              strcmp(target, "relay") == 0 ? "Relaylab's own" : target);
    print_labelled(screen, "READ ", legend);
    free(legend);
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

static void print_clause(const struct screen *screen, const char *clause, size_t at, size_t indent, const char *lead)
{
    if (clause[0] == '\0')
        return;
    bool fits = at + 2 + screen_width(clause) <= screen->columns;
    if (fits)
        fputs("  ", screen->out);
    else if (lead != NULL)
        fprintf(screen->out, "\n%s", lead);
    else
        fprintf(screen->out, "\n%*s", (int)indent, "");
    screen_color(screen, SCREEN_ACCENT);
    fputs(clause, screen->out);
    screen_color(screen, SCREEN_PLAIN);
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
    print_clause(screen, note->clause, at, indent, lead);
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
    print_clause(screen, note->clause, at, column, NULL);
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

static void print_step(struct tell *tell, const struct step *step, int64_t *shown)
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
    at = screen_wrap(screen, step->text, at,
                     step->kind == STEP_EVENT || step->kind == STEP_CONNECT ? LINE_COLUMN : TEXT_COLUMN, NULL);
    screen_color(screen, SCREEN_PLAIN);
    print_notes(screen, step, at);
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

static bool begins_something(const struct step *step)
{
    return step->kind == STEP_GAP || step->kind == STEP_CONNECT || step->kind == STEP_QUESTION ||
           step->kind == STEP_EVENT;
}

/* Where the first question is asked: after what belongs to the first trouble, or before everything. */
static size_t place_of_question(const struct telling *telling)
{
    bool trouble = false;
    for (size_t i = 0; i < telling->count; i++) {
        const struct step *step = &telling->steps[i];
        if (trouble && begins_something(step))
            return i;
        trouble = trouble || step->trouble;
        i += step->hides;
    }
    return trouble ? telling->count : 0;
}

static void ask_first(struct tell *tell, const struct scenario *scenario)
{
    const struct quiz *quiz = tell->quiz ? quiz_of(scenario, 0) : NULL;
    if (quiz != NULL)
        quiz_ask(&tell->round, &tell->screen, quiz);
}

void tell_steps(struct tell *tell, const struct scenario *scenario, const struct telling *telling)
{
    int64_t shown = -1;
    tell->blank = true;
    size_t place = place_of_question(telling);
    bool folds = false;
    for (size_t i = 0; i < telling->count; i++) {
        const struct step *step = &telling->steps[i];
        if (i == place)
            ask_first(tell, scenario);
        if (i > 0)
            pause_before(tell, step);
        if (step->kind == STEP_GAP)
            print_gap(tell, step);
        else
            print_step(tell, step, &shown);
        folds = folds || step->kind == STEP_FOLD;
        i += step->hides;
    }
    if (place >= telling->count)
        ask_first(tell, scenario);
    fputc('\n', tell->screen.out);
    if (telling->cut)
        screen_paragraph(&tell->screen, 2, "The rest is left out: the run has too many lines to be told.");
    if (folds)
        print_labelled(&tell->screen, "MORE", "--all shows the lines that are summed up with …");
}

/* ---- end ---- */

static enum screen_color color_of_result(enum result kind)
{
    return kind == RESULT_PASS                                  ? SCREEN_GOOD
           : kind == RESULT_FAIL || kind == RESULT_INCONCLUSIVE ? SCREEN_BAD
           : kind == RESULT_WARN                                ? SCREEN_LATER
                                                                : SCREEN_ACCENT;
}

void tell_verdicts(const struct tell *tell, const struct judgement *judgement)
{
    const struct screen *screen = &tell->screen;
    fputc('\n', screen->out);
    screen_color(screen, SCREEN_BOLD);
    fputs("  WHAT WAS CHECKED", screen->out);
    screen_color(screen, SCREEN_PLAIN);
    fputc('\n', screen->out);
    for (size_t i = 0; i < judgement->count; i++) {
        const struct verdict *v = &judgement->verdicts[i];
        if (v->line == 0 && v->kind == RESULT_PASS)
            continue;
        fputs("   ", screen->out);
        screen_color(screen, color_of_result(v->kind));
        fprintf(screen->out, "%-4s", result_name(v->kind));
        screen_color(screen, SCREEN_PLAIN);
        fprintf(screen->out, "  %-6s  ", v->level);
        size_t at = screen_wrap(screen, v->sentence, 17, 17, NULL);
        print_clause(screen, v->clauses, at, 17, NULL);
        fputc('\n', screen->out);
        if (v->kind != RESULT_PASS && v->seen[0] != '\0') {
            char *seen = mem_printf("seen: %s", v->seen);
            screen_paragraph(screen, 17, seen);
            free(seen);
        }
    }
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
    print_labelled(screen, label, command);
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
    const struct lesson *lesson = n > 0 ? lesson_get(n) : NULL;
    char *command;
    if (lesson != NULL && lesson->tries != NULL && strcmp(lesson->begins, scenario->id) == 0) {
        command = mem_printf("relaylab explain %s %s", scenario->id, lesson->tries);
        print_command(screen, "TRY ", command, lesson->result);
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
        print_command(screen, "NEXT", "relaylab course", "twelve lessons, from the first message to the operator");
    }
}

void tell_end(struct tell *tell, const struct scenario *scenario)
{
    ask_others(tell, scenario);
    fputc('\n', tell->screen.out);
    print_next(tell, scenario);
    fputc('\n', tell->screen.out);
}
