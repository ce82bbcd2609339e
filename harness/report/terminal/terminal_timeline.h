/*
 * The timeline on a terminal: a row a contact, in columns that fit its width. Recipients have their own column, or, on
 * narrow terminals, a line above their rows. What was said is never cut: if it does not fit into its column, it follows
 * on lines of its own. Equal rows are folded, and so are recipients with equal rows.
 */
#ifndef RL_HARNESS_TERMINAL_TIMELINE_H
#define RL_HARNESS_TERMINAL_TIMELINE_H

#include <stdio.h>

#include "harness/judge/judge.h"

void terminal_timeline(FILE *out, const struct facts *facts, size_t columns);

#endif
