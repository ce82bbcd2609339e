#include "harness/report/terminal/terminal_causes.h"

#include <string.h>

#include "harness/report/markup/visible.h"
#include "harness/report/record/causes.h"
#include "harness/report/terminal/terminal_color.h"
#include "harness/report/terminal/terminal_text.h"

#define CAUSES_SHOWN  12 /* a screen; the reports have all */
#define LEVEL_COLUMNS 6
#define INDENT        21 /* of what follows the sentence */

/* A line that is cut where the screen ends. */
static void print_cut(const struct terminal *t, const char *text)
{
    size_t room = terminal_columns() > 2 * INDENT ? terminal_columns() - INDENT : INDENT;
    struct buf shown;
    buf_init(&shown, CAUSE_WORDS_MAX);
    visible_add(&shown, text);
    fprintf(t->out, "%*s", INDENT, "");
    if (terminal_columns_of(buf_cstr(&shown)) <= room)
        fputs(buf_cstr(&shown), t->out);
    else
        terminal_cell(t->out, text, room);
    fputc('\n', t->out);
    buf_fini(&shown);
}

/* On one line if it fits; else on two, so that what was seen is not what is cut. */
static void print_finding(const struct terminal *t, const struct json *cause)
{
    const char *wanted = json_get_str(cause, "wanted", ""), *seen = json_get_str(cause, "seen", "");
    struct buf line;
    buf_init(&line, CAUSE_WORDS_MAX);
    if (wanted[0] == '\0') {
        print_cut(t, seen);
    } else if (buf_printf(&line, "expected %s; got %s", wanted, seen) &&
               terminal_columns_of(buf_cstr(&line)) + INDENT <= terminal_columns()) {
        print_cut(t, buf_cstr(&line));
    } else {
        buf_reset(&line);
        (void)buf_printf(&line, "expected %.1000s", wanted);
        print_cut(t, buf_cstr(&line));
        buf_reset(&line);
        (void)buf_printf(&line, "got      %.1000s", seen);
        print_cut(t, buf_cstr(&line));
    }
    buf_fini(&line);
}

/* The other sentences that break in the same runs. */
static void print_also(const struct terminal *t, const struct json *also)
{
    struct buf line;
    if (json_count(also) == 0)
        return;
    buf_init(&line, CAUSE_WORDS_MAX);
    for (size_t i = 0; i < json_count(also); i++)
        (void)buf_printf(&line, "%s%s", i == 0 ? "also: " : "; ", json_get_str(json_at(also, i), "sentence", ""));
    print_cut(t, buf_cstr(&line));
    buf_fini(&line);
}

/* The level of the sentence; without one, the word that begins the lines of its runs. */
static const char *level_of(const struct json *cause)
{
    const char *level = json_get_str(cause, "level", "");
    bool trouble = strcmp(json_get_str(cause, "verdict", ""), "trouble") == 0;
    return level[0] != '\0' ? level : trouble ? "error" : "fail";
}

static void print_cause(const struct terminal *t, const struct json *cause)
{
    size_t count = cause_count_runs(cause), room = terminal_columns();
    const char *clauses = json_get_str(cause, "clauses", "");
    const char *sentence = json_get_str(cause, "sentence", "");
    struct buf runs;
    fprintf(t->out, "  %s%4zu run%s%s  ", terminal_paint(t, RED), count, count == 1 ? " " : "s",
            terminal_paint(t, PLAIN));
    terminal_cell(t->out, level_of(cause), LEVEL_COLUMNS);
    fputs("  ", t->out);
    visible_print(t->out, sentence);
    if (INDENT + terminal_columns_of(sentence) + 3 + terminal_columns_of(clauses) <= room && clauses[0] != '\0') {
        fputs("   ", t->out);
        visible_print(t->out, clauses);
    }
    fputc('\n', t->out);
    if (json_get(cause, "happened") != NULL)
        print_cut(t, json_get_str(cause, "happened", ""));
    print_finding(t, cause);
    print_also(t, json_get(cause, "also"));
    buf_init(&runs, CAUSE_WORDS_MAX);
    cause_add_runs(&runs, cause);
    print_cut(t, buf_cstr(&runs));
    buf_fini(&runs);
}

void terminal_causes(const struct terminal *t, const struct json *causes)
{
    struct buf headline;
    size_t count = json_count(causes);
    if (count == 0)
        return;
    buf_init(&headline, CAUSE_WORDS_MAX);
    causes_add_headline(&headline, causes);
    fprintf(t->out, "\n%s%s%s\n", terminal_paint(t, BOLD), buf_cstr(&headline), terminal_paint(t, PLAIN));
    for (size_t i = 0; i < count && i < CAUSES_SHOWN; i++)
        print_cause(t, json_at(causes, i));
    if (count > CAUSES_SHOWN)
        fprintf(t->out, "  … and %zu more causes; the reports have all\n", count - CAUSES_SHOWN);
    fputc('\n', t->out);
    buf_fini(&headline);
}
