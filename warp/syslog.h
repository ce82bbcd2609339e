/*
 * The log of programs that use syslog(3): a socket at /dev/log, whose messages are appended to a file. For runs with a
 * /dev of their own; the coordinator empties it whenever it looks round, so nobody waits for it.
 */
#ifndef RL_WARP_SYSLOG_H
#define RL_WARP_SYSLOG_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/base/err.h"

struct syslog {
    int fd; /* -1 = none */
    FILE *out;
};

/* file NULL: no log is asked for. */
int syslog_open(struct syslog *log, const char *file, struct err *err);
void syslog_drain(struct syslog *log);
void syslog_close(struct syslog *log);

#endif
