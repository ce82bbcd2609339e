/*
 * Scenario files named by arguments: files, folders with all *.yaml below them, sorted, and ids
 * ("retry/greylist-basic") or areas ("retry") below scenarios/, that of the working directory or the one that ships
 * with the programs (harness/shipped). No argument = all of scenarios/. bin: the folder of the programs.
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

/* ERR_NOT_FOUND: an argument that names nothing; the error lists the places, or the nearest id. */
int scenario_files_find(const char *bin, char *const *args, size_t arg_count, struct scenario_files *out,
                        struct err *err);
/* Whether these arguments name all scenarios that there are: none, or scenarios/ itself among them. */
bool scenario_files_are_all(const char *bin, char *const *args, size_t arg_count);
/* The ids of all scenarios below scenarios/, in place of paths. ERR_NOT_FOUND: there is no such folder. */
int scenario_files_find_ids(const char *bin, struct scenario_files *out, struct err *err);
void scenario_files_free(struct scenario_files *files);

#endif
