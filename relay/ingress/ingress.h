/*
 * The receiving side: listeners and sessions. A session is a stream, a timer and the core of smtp/server.h;
 * it knows no SMTP itself. A message that is complete is handed to the queue and answered in the turn's end
 * hook, after the queue's commit: never a 250 before the message is durable.
 */
#ifndef RL_RELAY_INGRESS_H
#define RL_RELAY_INGRESS_H

#include "lib/base/err.h"
#include "lib/io/loop.h"
#include "lib/text/log.h"
#include "relay/access/access.h"
#include "relay/config/config.h"
#include "relay/queue/queue.h"

struct ingress;

int ingress_start(struct ingress **out, const struct config *config, struct loop *loop, struct queue *queue,
                  struct access *access, struct log *log, struct err *err);
/*
 * For sessions that begin from now on: limits, users, certificate, listeners. Ports that stay are never closed. On
 * failure (a port is taken, a key does not fit) nothing changes.
 */
int ingress_reload(struct ingress *ingress, const struct config *config, struct err *err);
/* No new sessions; open ones get a 421 and are closed when their replies are sent. */
void ingress_drain(struct ingress *ingress);
bool ingress_idle(const struct ingress *ingress);
void ingress_stop(struct ingress *ingress);

#endif
