/*
 * The packages of a third-party target, unpacked under build/targets/NAME/root, or, by programs that are installed,
 * under ~/.cache/relaylab/targets/NAME/root. The script fixtures/targets/fetch that ships with the programs does it,
 * wherever the adapter itself is. Nothing is installed, and nothing of the host changes.
 */
#ifndef RL_HARNESS_FETCH_H
#define RL_HARNESS_FETCH_H

#include <stdbool.h>

#include "harness/target/target.h"

/* Whether its adapter names packages at all. */
bool fetch_needed(const struct target *target);
/* The folder for the packages, whether it exists or not; the caller's. bin: the folder of the programs. */
char *fetch_folder(const struct target *target, const char *bin);
/* The root of the packages as an absolute path; NULL when it has not been fetched. The caller's. bin: the folder of the
 * programs. */
char *fetch_root(const struct target *target, const char *bin);
/* "3.7.11-0+deb12u1"; NULL when it has not been fetched. The caller's. */
char *fetch_version(const struct target *target, const char *bin);

/* ERR_NOT_FOUND, with what to do, when it has to be fetched and has not been. */
int fetch_check(const struct target *target, const char *bin, struct err *err);

/* Downloads and unpacks; what is there already is replaced. The script's own words go to standard error. */
int fetch_run(const struct target *target, const char *bin, struct err *err);

#endif
