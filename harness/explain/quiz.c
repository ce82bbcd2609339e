#include "harness/explain/quiz.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

#define INDENT 5
#define TRIES  3 /* of a line that is not a letter of a choice */

const struct quiz *quiz_of(const struct scenario *scenario, size_t i)
{
    const struct quiz *list = scenario->teach.quiz.items;
    return i < scenario->teach.quiz.count ? &list[i] : NULL;
}

static const char *choice_of(const struct quiz *quiz, size_t i)
{
    return ((const char *const *)quiz->choices.items)[i];
}

static void print_question(const struct screen *screen, const struct quiz *quiz)
{
    fputc('\n', screen->out);
    screen_color(screen, SCREEN_ACCENT);
    fputs("  ?  ", screen->out);
    screen_color(screen, SCREEN_BOLD);
    (void)screen_wrap(screen, quiz->question, INDENT, INDENT, NULL);
    screen_color(screen, SCREEN_PLAIN);
    fputc('\n', screen->out);
    for (size_t i = 0; i < quiz->choices.count; i++) {
        fprintf(screen->out, "     %c) ", (char)('a' + i));
        (void)screen_wrap(screen, choice_of(quiz, i), INDENT + 3, INDENT + 3, NULL);
        fputc('\n', screen->out);
    }
}

/* The letter of a choice; 0 at the end of the answers, or after too many other lines. */
static char read_letter(FILE *in, const struct screen *screen, const struct quiz *quiz)
{
    for (int i = 0; in != NULL && i < TRIES; i++) {
        char *line = NULL;
        size_t size = 0;
        fprintf(screen->out, "     your answer, a to %c: ", (char)('a' + quiz->choices.count - 1));
        (void)fflush(screen->out);
        ssize_t len = getline(&line, &size, in);
        char letter = len > 0 ? (char)tolower((unsigned char)line[0]) : '\0';
        bool alone = len > 0 && (line[1] == '\n' || line[1] == '\0' || line[1] == ')' || line[1] == '\r');
        free(line);
        if (len <= 0)
            break;
        if (alone && letter >= 'a' && (size_t)(letter - 'a') < quiz->choices.count)
            return letter;
        fprintf(screen->out, "     Please type a letter from a to %c.\n", (char)('a' + quiz->choices.count - 1));
    }
    fputc('\n', screen->out);
    return '\0';
}

static void print_answer(const struct screen *screen, const struct quiz *quiz, char letter)
{
    bool right = letter == quiz->answer[0];
    char *words = mem_printf("%s%c) %s. %s",
                             letter == '\0' ? "The answer is "
                             : right        ? "Right: "
                                            : "No, it is ",
                             quiz->answer[0], choice_of(quiz, (size_t)(quiz->answer[0] - 'a')), quiz->because);
    screen_spaces(screen, INDENT);
    screen_color(screen, letter == '\0' ? SCREEN_PLAIN : right ? SCREEN_GOOD : SCREEN_LATER);
    (void)screen_wrap(screen, words, INDENT, INDENT, NULL);
    screen_color(screen, SCREEN_PLAIN);
    fputs("\n\n", screen->out);
    free(words);
}

void quiz_ask(struct quiz_round *round, const struct screen *screen, const struct quiz *quiz)
{
    print_question(screen, quiz);
    char letter = read_letter(round->in, screen, quiz);
    round->asked += letter != '\0';
    round->right += letter == quiz->answer[0];
    print_answer(screen, quiz, letter);
}
