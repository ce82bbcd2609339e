/*
 * Glob patterns as scenarios and routes use them: `*` any run of characters, `?` one character;
 * ASCII letters compare without case. No brackets, no escapes. Linear in practice, never
 * exponential.
 */
#ifndef RL_BASE_GLOB_H
#define RL_BASE_GLOB_H

#include <stdbool.h>

#include "lib/base/slice.h"

bool glob_match(struct slice pattern, struct slice text);

#endif
