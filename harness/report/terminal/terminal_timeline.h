/*
 * The timeline on a terminal: a row a contact, in columns that fit its width. Recipients have their own column, or, on
 * narrow terminals, a line above their rows. Equal rows are folded, and so are recipients with equal rows.
 */
#ifndef RL_HARNESS_TERMINAL_TIMELINE_H
#define RL_HARNESS_TERMINAL_TIMELINE_H

#include <stdio.h>

#include "harness/judge/judge.h"

void terminal_timeline(FILE *out, const struct facts *facts, size_t columns);

/* The width of the terminal on standard output; unlimited when it is not a terminal, so that nothing is wrapped in
 * files. */
size_t terminal_columns(void);

/* Characters, not octets, so that columns hold with arrows in them. */
size_t terminal_columns_of(const char *text);
/* Text padded, or cut with an ellipsis, to `columns`. */
void terminal_cell(FILE *out, const char *text, size_t columns);

#endif
