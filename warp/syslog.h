/*
 * The log of programs that use syslog(3): a socket, which is /dev/log of the target's root, and whose messages are
 * appended to a file. The coordinator empties it at each of its checks, so that no program waits for it.
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

/* file NULL: no log is requested. at: the path of the socket, which may be longer than a socket's name. */
int syslog_open(struct syslog *log, const char *file, const char *at, struct err *err);
void syslog_drain(struct syslog *log);
void syslog_close(struct syslog *log);

#endif
