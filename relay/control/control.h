/*
 * The operator's door: a UNIX socket, mode 0600, on which relaylab-queue asks. A client sends one line, a verb, and
 * gets one JSON object and the end of the stream: {"messages":[…]} or {"error":"…"}. Adding a verb is a row of
 * the table in control.c.
 * Limits: 16 clients at a time, requests of 256 octets, 10 s a client.
 */
#ifndef RL_RELAY_CONTROL_H
#define RL_RELAY_CONTROL_H

#include "lib/base/err.h"
#include "lib/io/loop.h"
#include "relay/queue/queue.h"

struct control;

/* A socket file that a killed relay left behind is replaced; one that answers is another relay: ERR_INVALID. */
int control_start(struct control **out, const char *path, struct loop *loop, struct queue *queue, struct err *err);
void control_stop(struct control *control);

#endif
