/*
 * The file system of a target: its own root, which holds what is on a list, and nothing else of this machine. No mail
 * server's spool, no configuration and no user's home directory can enter a run.
 *
 *     of this machine, read-only  /usr with its links (/bin, /lib …); of /etc what programs need to work (root_list.c);
 *                                 the adapter's folder, relaylab's programs, the run's certificates (FOLDER/pki)
 *     of the run, writable        all else: /etc, /var, /run, /tmp, /dev/shm …  FOLDER/files
 *                                 and the target's own folder                   FOLDER/target
 *     of the adapter's packages   laid over /usr, /etc and /var (overlay mounts); what they hold wins over this
 *                                 machine's files, and the same packages, installed here, are hidden
 *     `paths` of the adapter      as they are on this machine
 *
 * The sim, the coordinator, the trace and the logs stay outside: the target's processes enter the root through
 * descriptors (root_make), and lose the capabilities that lead out of it (warp/enter.h).
 */
#ifndef RL_HARNESS_ROOT_H
#define RL_HARNESS_ROOT_H

#include <stdbool.h>

#include "harness/run/network.h"
#include "harness/target/target.h"
#include "lib/base/err.h"

enum root_kind {
    ROOT_HOST,        /* mounts are not available: the target sees the files of this machine */
    ROOT_OWN,         /* in a mount namespace */
    ROOT_OWN_AS_USER, /* in a user namespace as well, with the same user */
};

/* Descriptors of relaylab-warp that lead into the root: its mount namespace and, for ROOT_OWN_AS_USER, its user
 * namespace. */
#define ROOT_MOUNTS_FD 991
#define ROOT_USER_FD   990

/* What of a root this machine allows in such a network; for ROOT_HOST *why says what is missing. */
enum root_kind root_choose(enum network network, struct err *why);

struct root_plan {
    enum root_kind kind;
    const char *folder;   /* of the run */
    const char *bin;      /* folder of the programs */
    const char *packages; /* unpacked; NULL = none */
    const struct target *target;
    bool own_processes; /* the run has a PID namespace */
};

/* FOLDER/files, the root as the target's first process finds it; the caller's. */
char *root_files(const char *folder);
/* The folders that any program expects; the run's configuration goes there afterwards. */
int root_prepare(const char *folder, struct err *err);
/* In the run's first process, which stays outside. Then the descriptors above are open. Not for ROOT_HOST. */
int root_make(const struct root_plan *plan, struct err *err);

#endif
