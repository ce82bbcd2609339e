/*
 * The file system that a target from packages sees: the host's, with the package's own files and the run's
 * configuration laid over /etc, /usr and /var. The layers are overlay mounts in the run's mount namespace, so nothing
 * of the host is touched there. In /tmp, /dev/shm and the homes, where the run's folder and the programs may themselves
 * lie, the target sees and writes what the host has.
 *
 *     /run, /dev:        of the run alone; of devices only the usual ones
 *     /etc, /usr, /var:  what the target writes           FOLDER/layers/written
 *                        the run's configuration          FOLDER/layers/given
 *                        the unpacked packages            build/targets/NAME/root
 *                        the host's                       /
 *
 * Errors: ERR_SYSTEM with what could not be mounted. Needs the right to mount in a namespace of its own.
 */
#ifndef RL_HARNESS_MOUNTS_H
#define RL_HARNESS_MOUNTS_H

#include "lib/base/err.h"

/* Makes the folders of the layers; the configuration goes below mounts_given(folder) afterwards. */
int mounts_prepare(const char *folder, struct err *err);
/* FOLDER/layers/given; the caller frees it. */
char *mounts_given(const char *folder);

/* In the new mount namespace, before the target runs. root: of the unpacked packages; NULL = none. */
int mounts_set_up(const char *folder, const char *root, struct err *err);

#endif
