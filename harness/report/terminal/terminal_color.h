/* Colours of a terminal; empty texts when it has none. */
#ifndef RL_HARNESS_TERMINAL_COLOR_H
#define RL_HARNESS_TERMINAL_COLOR_H

#include "harness/report/terminal/terminal.h"

enum color { PLAIN, GREEN, RED, YELLOW, CYAN, BOLD };

static inline const char *terminal_paint(const struct terminal *t, enum color color)
{
    static const char *const codes[] = {"\033[0m", "\033[32m", "\033[31m", "\033[33m", "\033[36m", "\033[1m"};
    return t->color ? codes[color] : "";
}

#endif
