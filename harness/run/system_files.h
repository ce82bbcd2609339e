/*
 * The files of /etc by which a target knows its machine: accounts, resolver, hosts, and the trusted certificates of
 * the run. They go into the target's root (root.h).
 */
#ifndef RL_HARNESS_SYSTEM_FILES_H
#define RL_HARNESS_SYSTEM_FILES_H

#include "harness/target/target.h"

/* root: FOLDER/files. pki: the run's certificates, which the simulated internet makes when it starts. */
int system_files_write(const struct target *target, const char *root, const char *pki, struct err *err);

/* /etc/ld.so.preload, by which programs load libwarp that empty their environment or have special rights. */
int system_files_preload(const char *root, const char *bin, struct err *err);

#endif
