/* The known name that a mistyped one most likely meant. */
#ifndef RL_BASE_NEAREST_H
#define RL_BASE_NEAREST_H

#include <stddef.h>

#define NEAREST_HINT_MAX 128

struct nearest {
    const char *wanted;
    const char *best; /* NULL = none is near */
    size_t distance;
    char hint[NEAREST_HINT_MAX];
};

void nearest_init(struct nearest *nearest, const char *wanted);
void nearest_offer(struct nearest *nearest, const char *known); /* known must outlive nearest */

/*
 * The end of an error message: "; did you mean `greylist`?", or "" when none is near. Longer names are cut. The text
 * lives as long as *nearest. nearest_hint_of puts a prefix before the name: "--".
 */
const char *nearest_hint(struct nearest *nearest);
const char *nearest_hint_of(struct nearest *nearest, const char *prefix);

#endif
