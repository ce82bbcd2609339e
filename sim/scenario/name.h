/*
 * Names that a scenario gives: of messages and cases, and its id, which is names with `/` between them. They appear in
 * reports and become names of folders (--keep), so they cannot lead out of one.
 */
#ifndef RL_SCENARIO_NAME_H
#define RL_SCENARIO_NAME_H

#include <stdbool.h>

#define NAME_CHARACTERS "at most 100 letters, digits, `.`, `_` and `-`, beginning with a letter or digit"

/* NAME_CHARACTERS, all of ASCII. */
bool name_is_good(const char *text);
/* "area/name": valid names, at most eight. */
bool name_is_path(const char *text);

#endif
