/*
 * Other protocols that reach an SMTP port: by mistake, or because an attacker makes a browser or a proxy carry SMTP
 * commands in the body of its request (cross-protocol scripting). Such a client is cut off before any of its lines is
 * taken.
 */
#ifndef RL_RELAY_FOREIGN_H
#define RL_RELAY_FOREIGN_H

#include "lib/base/slice.h"

/* `in` begins with a command line, and may not have all of it yet. Returns what it is instead of SMTP ("HTTP",
 * "TLS"), or NULL when nothing speaks against SMTP. */
const char *foreign_protocol(struct slice in);

#endif
