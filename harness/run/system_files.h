/*
 * The files of /etc by which a target knows its machine: accounts, resolver, hosts, and the trusted certificates of
 * the run. They go into the run's layer (mounts.h); nothing of the host is touched.
 */
#ifndef RL_HARNESS_SYSTEM_FILES_H
#define RL_HARNESS_SYSTEM_FILES_H

#include "harness/target/target.h"

/* given: the layer's folder. pki: the run's certificates, which the simulated internet makes when it starts. */
int system_files_write(const struct target *target, const char *given, const char *pki, struct err *err);

#endif
