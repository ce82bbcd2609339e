/*
 * The timeline on a terminal: a row a contact, in columns that fit its width. Where recipients stand in a column of
 * their own there is no room left on narrow terminals; there they stand above their rows. Rows that say the same are
 * folded, and so are recipients to whom the same happened.
 */
#ifndef RL_HARNESS_TERMINAL_TIMELINE_H
#define RL_HARNESS_TERMINAL_TIMELINE_H

#include <stdio.h>

#include "harness/judge/judge.h"

void terminal_timeline(FILE *out, const struct facts *facts, size_t columns);

/* Of the terminal that standard output is; endless when it is none, so that nothing is wrapped in files. */
size_t terminal_columns(void);

/* Characters, not octets, so that columns hold with arrows in them. */
size_t terminal_columns_of(const char *text);
/* Text padded, or cut with an ellipsis, to `columns`. */
void terminal_cell(FILE *out, const char *text, size_t columns);

#endif
