/* Whole files. */
#ifndef RL_IO_FILE_H
#define RL_IO_FILE_H

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* Appends all of it. ERR_TOO_BIG when the buffer's maximum is reached. */
int file_read(const char *path, struct buf *out, struct err *err);

/* A file appears whole, or stays unchanged; anything else (a pipe, a device) is written to directly. */
int file_replace(const char *path, struct slice text, struct err *err);

/* Whether file_replace puts another file in its place. */
bool file_is_replaced(const char *path);

#endif
