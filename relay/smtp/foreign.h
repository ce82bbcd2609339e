/*
 * Other protocols that reach an SMTP port: by mistake, or because an attacker makes a browser or a proxy carry SMTP
 * commands in the body of its request (cross-protocol scripting). Such a client is disconnected before any of its lines
 * is accepted.
 */
#ifndef RL_RELAY_FOREIGN_H
#define RL_RELAY_FOREIGN_H

#include "lib/base/slice.h"

/* `in` begins with a command line, and may not have all of it yet. Returns the other protocol that it belongs to
 * ("HTTP", "TLS"), or NULL when it may be SMTP. */
const char *foreign_protocol(struct slice in);

#endif
