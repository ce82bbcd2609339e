/*
 * Scenario files named by arguments: files, folders with all *.yaml below them, sorted, and ids
 * ("retry/greylist-basic") or areas ("retry") below scenarios/. No argument = scenarios/.
 */
#ifndef RL_HARNESS_FILES_H
#define RL_HARNESS_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/err.h"

struct scenario_files {
    char **paths;
    size_t count;
};

int scenario_files_find(char *const *args, size_t arg_count, struct scenario_files *out, struct err *err);
/* Whether these arguments name all scenarios that there are: none, or scenarios/ itself among them. */
bool scenario_files_are_all(char *const *args, size_t arg_count);
void scenario_files_free(struct scenario_files *files);

#endif
