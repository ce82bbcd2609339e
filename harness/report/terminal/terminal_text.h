/* Text in the columns of a terminal. */
#ifndef RL_HARNESS_TERMINAL_TEXT_H
#define RL_HARNESS_TERMINAL_TEXT_H

#include <stdio.h>

/* The width of the output: COLUMNS, else that of the terminal on standard output; unlimited when there is neither, so
 * that nothing is wrapped in files. */
size_t terminal_columns(void);
#define TERMINAL_UNLIMITED 1000

/* Characters, not octets, so that columns hold with arrows in them. */
size_t terminal_columns_of(const char *text);
/* Text padded, or cut with an ellipsis, to `columns`. */
void terminal_cell(FILE *out, const char *text, size_t columns);
/* Text from column `at` on and a line end; it is broken at spaces, and goes on at column `at` of the next lines. */
void terminal_wrap(FILE *out, const char *text, size_t at, size_t columns);

#endif
