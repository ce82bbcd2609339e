/*
 * The sending side: takes due recipients from the queue, asks the DNS where they go, tries the hosts in order, and
 * reports to the queue what became of each.
 *
 *     queue batch -> [waits for a slot] -> mx_start -> host 1 -> (outcome says: next host) -> host 2 … -> queue_report
 *
 * A delivery is one attempt of a batch: the due recipients of one message in one domain. It ends with the last
 * verdict reported; its connection may outlive that by a QUIT.
 * Limits: config limits.outbound, limits.outbound_per_domain, timeouts.connect.
 */
#ifndef RL_RELAY_DELIVER_H
#define RL_RELAY_DELIVER_H

#include <stdbool.h>

#include "lib/base/err.h"
#include "lib/io/loop.h"
#include "lib/text/log.h"
#include "relay/config/config.h"
#include "relay/dns/resolver.h"
#include "relay/queue/queue.h"

struct deliver;

int deliver_start(struct deliver **out, const struct config *config, struct loop *loop, struct queue *queue,
                  struct resolver *resolver, struct log *log, const struct prng *prng, struct err *err);

/* Ends all deliveries but those whose message is on the wire: cutting those off would make duplicates. */
void deliver_drain(struct deliver *deliver);
bool deliver_idle(const struct deliver *deliver);
void deliver_stop(struct deliver *deliver);

#endif
