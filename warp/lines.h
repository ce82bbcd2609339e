/*
 * Lines that arrive in pieces. Pure. The reader appends octets to `text` and removes the complete lines; the rest stays
 * for the next piece. Limits: a line that fills `text` without an end is dropped.
 */
#ifndef RL_WARP_LINES_H
#define RL_WARP_LINES_H

#include <stddef.h>

struct lines {
    char text[256];
    size_t len;
};

/* on_line: without the line end; the line lives during the call. */
void lines_take(struct lines *lines, void (*on_line)(void *arg, const char *line), void *arg);

#endif
