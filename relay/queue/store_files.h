/*
 * The files of the store: queue.db, and while it is open queue.db-wal and queue.db-shm. They and their folder belong to
 * the relay's user alone, even if another user made the folder.
 */
#ifndef RL_RELAY_STORE_FILES_H
#define RL_RELAY_STORE_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/err.h"

/*
 * Makes the folder when it is missing, and removes the rights of all other users. ERR_SYSTEM when it or a file belongs
 * to another user, so that this cannot be done.
 */
int store_files_prepare(const char *folder, struct err *err);

/* Whether there is a write-ahead log with something in it. */
bool store_files_have_log(const char *folder);

/*
 * SQLite deletes a write-ahead log whose database is missing or empty. This keeps it, under the name in *kept (the
 * caller's): NULL when there was none.
 */
int store_files_keep_lost_log(const char *folder, char **kept, struct err *err);

/*
 * Puts a copy in the place of the database, which is closed, and keeps that under the name that is given in *kept (the
 * caller's).
 */
int store_files_swap(const char *path, const char *copy, char **kept, struct err *err);

/* The state of the disk, for a sentence about a failure: ": no room is left on /var/spool", or "". */
void store_files_disk_state(const char *folder, char *out, size_t size);

#endif
