/*
 * Text on a terminal: words wrapped to its width, in colours when it has them. Text may come from a peer: it is made
 * visible (harness/report/markup/visible.h) before it is printed.
 */
#ifndef RL_HARNESS_SCREEN_H
#define RL_HARNESS_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define SCREEN_COLUMNS     80 /* in files */
#define SCREEN_COLUMNS_MIN 50
#define SCREEN_COLUMNS_MAX 110 /* longer lines are hard to read */

enum screen_color { SCREEN_PLAIN, SCREEN_GOOD, SCREEN_LATER, SCREEN_BAD, SCREEN_ACCENT, SCREEN_SOFT, SCREEN_BOLD };

struct screen {
    FILE *out;
    bool color;
    size_t columns;
};

/* The width of the terminal that `out` is, within the limits above. */
size_t screen_columns_of(FILE *out);

void screen_color(const struct screen *screen, enum screen_color color);
void screen_spaces(const struct screen *screen, size_t count);
/*
 * Words from the column `at`, which the cursor has, to the right edge; further lines begin with `lead`, which has
 * `indent` columns, or, without one, with so many spaces. Ends no line; returns the column after the last word.
 */
size_t screen_wrap(const struct screen *screen, const char *text, size_t at, size_t indent, const char *lead);
/* A paragraph: as screen_wrap, with the line ended. */
void screen_paragraph(const struct screen *screen, size_t indent, const char *text);
/* "  WATCH  the time from …", as a paragraph. */
void screen_labelled(const struct screen *screen, const char *label, const char *text);
/* "  RFC5321 §4.2.1" after the column `at`, or on a new line as of screen_wrap; "" = nothing. Ends no line. */
void screen_clause(const struct screen *screen, const char *clause, size_t at, size_t indent, const char *lead);
/* Characters, not octets. */
size_t screen_width(const char *text);

#endif
