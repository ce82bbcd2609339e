#include "harness/explain/course.h"

#include <string.h>

#include "harness/explain/quiz.h"

/* ---- the list ---- */

void course_list(const struct screen *screen)
{
    fputc('\n', screen->out);
    for (int64_t n = 1; n <= TEACH_LESSONS; n++) {
        const struct lesson *lesson = lesson_get(n);
        fprintf(screen->out, "%4d  ", (int)n);
        screen_color(screen, SCREEN_BOLD);
        (void)screen_wrap(screen, lesson->title, 6, 6, NULL);
        screen_color(screen, SCREEN_PLAIN);
        fputc('\n', screen->out);
        for (size_t i = 0; lesson->learns[i] != NULL; i++) {
            fputs("      - ", screen->out);
            (void)screen_wrap(screen, lesson->learns[i], 8, 8, NULL);
            fputc('\n', screen->out);
        }
        screen_color(screen, SCREEN_ACCENT);
        fprintf(screen->out, "      relaylab explain %s", lesson->begins);
        screen_color(screen, SCREEN_PLAIN);
        fputs("\n\n", screen->out);
    }
}

/* ---- pages ---- */

static void write_head(FILE *out, int64_t n, const struct lesson *lesson)
{
    fprintf(out, "**You will learn**\n\n");
    for (size_t i = 0; lesson->learns[i] != NULL; i++)
        fprintf(out, "- %s\n", lesson->learns[i]);
    fprintf(out, "\n**Play it**\n\n```sh\nrelaylab explain %s\n", lesson->begins);
    if (lesson->tries != NULL)
        fprintf(out, "relaylab explain %s %s   # %s\n", lesson->begins, lesson->tries, lesson->result);
    fprintf(out, "relaylab explain %s --quiz   # with the questions below\nrelaylab list --lesson %d\n```\n\n",
            lesson->begins, (int)n);
}

/* The text of the terminal, which has no lines that end a block of code. */
static void write_told(FILE *out, const char *told)
{
    fprintf(out, "**What you see**\n\n```\n");
    struct slice rest = slice_cstr(told);
    while (rest.len > 0) {
        struct slice line = slice_cut(&rest, '\n');
        while (line.len > 0 && line.ptr[line.len - 1] == ' ')
            line.len--;
        fprintf(out, "%.*s\n", SLICE_ARG(line));
    }
    fprintf(out, "```\n\n");
}

static void write_questions(FILE *out, const struct scenario *scenario)
{
    const struct quiz *quiz;
    fprintf(out, "**Questions**\n\n");
    for (size_t i = 0; (quiz = quiz_of(scenario, i)) != NULL; i++) {
        const char *const *choices = quiz->choices.items;
        fprintf(out, "%zu. %s\n", i + 1, quiz->question);
        for (size_t k = 0; k < quiz->choices.count; k++)
            fprintf(out, "   - %c) %s\n", (char)('a' + k), choices[k]);
    }
    fprintf(out, "\n<details><summary>Answers</summary>\n\n");
    for (size_t i = 0; (quiz = quiz_of(scenario, i)) != NULL; i++)
        fprintf(out, "%zu. **%s**: %.*s\n", i + 1, quiz->answer, (int)strcspn(quiz->because, "\n"), quiz->because);
    fprintf(out, "\n</details>\n\n");
}

static void write_knows(FILE *out, const struct lesson *lesson)
{
    if (lesson->knows[0] == NULL)
        return;
    fprintf(out, "**What else to know**\n\n");
    for (size_t i = 0; lesson->knows[i] != NULL; i++)
        fprintf(out, "- %s\n", lesson->knows[i]);
    fputc('\n', out);
}

static void write_reads(FILE *out, const struct lesson *lesson)
{
    fprintf(out, "**In the RFCs**\n\n");
    for (size_t i = 0; lesson->reads[i] != NULL; i++) {
        struct slice rest = slice_cstr(lesson->reads[i]);
        struct slice clause = slice_cut(&rest, '\t');
        fprintf(out, "- %.*s: %.*s\n", SLICE_ARG(clause), SLICE_ARG(rest));
    }
    fputc('\n', out);
}

static void write_others(FILE *out, const struct course_lesson *lesson)
{
    const char *before = lesson->scenario->id;
    fprintf(out, "**More of this lesson**\n\n");
    for (size_t i = 0; i < lesson->other_count; i++) {
        const struct scenario *other = lesson->others[i];
        if (strcmp(other->id, before) == 0 || strcmp(other->id, lesson->scenario->id) == 0)
            continue;
        before = other->id;
        fprintf(out, "- `%s` (%s): %s\n", other->id, other->teach.level != NULL ? other->teach.level : "core",
                other->title);
    }
    fputc('\n', out);
}

void course_page(FILE *out, const struct course_lesson *lesson)
{
    const struct lesson *row = lesson_get(lesson->n);
    write_head(out, lesson->n, row);
    write_told(out, lesson->told);
    write_questions(out, lesson->scenario);
    write_knows(out, row);
    write_reads(out, row);
    write_others(out, lesson);
}
