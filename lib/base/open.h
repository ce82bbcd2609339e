/*
 * Opens files that a user names, without waiting: a FIFO without the other end would stop the program in open(2).
 *
 * To read: a regular file, /dev/null, or a pipe without a name in a file system (/dev/stdin, the shell's <(COMMAND)).
 * Everything else is an error that says what the path is. To write: anything but a folder, a socket, and a FIFO that
 * no program reads. The streams themselves block as usual and close on exec.
 */
#ifndef RL_BASE_OPEN_H
#define RL_BASE_OPEN_H

#include <stdio.h>

#include "lib/base/err.h"

/* "cannot read PATH: …": ERR_NOT_FOUND when there is nothing, ERR_INVALID when it is not such a file. */
int open_input(const char *path, FILE **out, struct err *err);
/* The same question, for libraries that open the file themselves. */
int open_check_input(const char *path, struct err *err);

/* Made when it is not there, emptied when it is. "cannot write PATH: …" */
int open_output(const char *path, FILE **out, struct err *err);

#endif
