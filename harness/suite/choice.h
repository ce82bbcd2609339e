/*
 * Which scenarios a command runs or lists: all cases of the files that were named, as far as the choice takes them.
 * Everything is loaded and linted before anything is started.
 */
#ifndef RL_HARNESS_CHOICE_H
#define RL_HARNESS_CHOICE_H

#include <stdbool.h>
#include <stdio.h>

#include "harness/suite/files.h"
#include "sim/scenario/model.h"

struct choice {
    const char *case_name; /* NULL = every one */
};

struct chosen {
    struct scenario **list; /* one a case, in the order of the files */
    size_t count;
};

/*
 * Problems of the files go to `problems` as lines "file:line:column: error: …", warnings only when `warnings` is set.
 * False when a file has errors; *out is to be freed always.
 */
bool choice_load(const struct choice *choice, const struct scenario_files *files, FILE *problems, bool warnings,
                 struct chosen *out);
void chosen_free(struct chosen *chosen);

#endif
