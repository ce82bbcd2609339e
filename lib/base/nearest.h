/* The known name that a mistyped one most likely meant. */
#ifndef RL_BASE_NEAREST_H
#define RL_BASE_NEAREST_H

#include <stddef.h>

struct nearest {
    const char *wanted;
    const char *best; /* NULL = none is near */
    size_t distance;
};

void nearest_init(struct nearest *nearest, const char *wanted);
void nearest_offer(struct nearest *nearest, const char *known); /* known must outlive nearest */

#endif
