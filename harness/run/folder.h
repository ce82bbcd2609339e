/* The folder of one run: in TMPDIR when that is set, else in memory (/dev/shm) where there is room, else in /tmp. */
#ifndef RL_HARNESS_FOLDER_H
#define RL_HARNESS_FOLDER_H

#include "lib/base/err.h"

/* The caller owns the path, and the descriptor that shows that the folder has an owner: close it after folder_remove.
 * Also removes folders whose owners were killed. */
int folder_make(char **out, int *owner, struct err *err);
/* ERR_SYSTEM when its disk has less room than a run needs: the results would say nothing about the target. */
int folder_check_room(const char *path, struct err *err);
int folder_make_at(const char *path, struct err *err); /* with its parents */
void folder_remove(const char *path);                  /* does not follow links; waits a second at most */
/* Regular files and folders, each with the mode that it has there; `to` itself is a folder like any other. */
int folder_copy(const char *from, const char *to, struct err *err);

#define FOLDER_LOG_LINES 12 /* of a program's output that reports show */
/* The last lines of a file, each with `indent` before it, control characters as \xNN; the caller's. */
char *folder_tail(const char *path, unsigned lines, const char *indent);

#endif
