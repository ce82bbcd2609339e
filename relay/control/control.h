/*
 * The operator's door: a UNIX socket, mode 0600, on which relaylab-queue sends requests. request.h has the protocol,
 * answer.h makes the answers; this is the listener and its clients.
 * Limits: 16 clients at a time; 30 s in which a client neither asks nor reads end it; 64 KiB wait for one to read.
 */
#ifndef RL_RELAY_CONTROL_H
#define RL_RELAY_CONTROL_H

#include "lib/base/err.h"
#include "lib/io/loop.h"
#include "relay/access/access.h"
#include "relay/queue/queue.h"

struct control;

/*
 * After queue_open, whose commit must come before the answers. A socket file that a killed relay left is replaced; one
 * that answers belongs to another relay: ERR_INVALID.
 */
int control_start(struct control **out, const char *path, struct loop *loop, struct queue *queue, struct access *access,
                  struct err *err);
void control_stop(struct control *control);

#endif
