/* The names of the adapters that ship with the programs, sorted: folders of fixtures/targets that have a target.yaml.
 */
#ifndef RL_HARNESS_TARGET_NAMES_H
#define RL_HARNESS_TARGET_NAMES_H

#include <stddef.h>

/* *names: NULL before; freed with target_names_free, also when there is none. bin: the folder of the programs. */
size_t target_names(const char *bin, char ***names);
void target_names_free(char **names, size_t count);

#endif
