/*
 * The sending side: takes ready recipients from the queue, asks the DNS where they go, tries the hosts in order, and
 * reports to the queue what became of each.
 *
 *     queue: ready -> slot of the site -> attempt -> connection -> verdicts -> delivery -> queue_report
 *                          ^                              |
 *                          +--- idle: the next message ---+
 *
 * Files: deliver.c slots, attempt.c one attempt of a batch, connection.c one connection and what it carries. Cores
 * without I/O: delivery.c what an attempt does next, site.c how many connections a destination bears, hosts.c which
 * hosts rest, choice.c which are tried, cleartext.c which get mail without TLS, outcome.c what each reply means.
 * Each domain takes its turn, and none has more than its window of the connections (site.h): a destination that is
 * dead, slow or large holds up no other. An MX host that many domains share has a limit of its own. A quarter of the
 * connections is kept for hosts that have none. An attempt whose questions the DNS is slow to answer holds no slot;
 * when it finds all slots or its host taken, it goes back to the queue untried.
 * No owner of messages (an account, or without AUTH a client address) has more lookups under way than attempts are
 * still free for all others, so that one that sends to domains with silent DNS servers does not stop the mail of the
 * rest.
 * Limits: config limits.outbound, limits.outbound_per_domain, limits.outbound_per_host; attempts, with those that
 * only wait for the DNS, four times limits.outbound.
 */
#ifndef RL_RELAY_DELIVER_H
#define RL_RELAY_DELIVER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/err.h"
#include "lib/io/loop.h"
#include "lib/text/log.h"
#include "relay/config/config.h"
#include "relay/dns/resolver.h"
#include "relay/queue/queue.h"

struct deliver;

/* Whether an owner with so many lookups under way, of so many attempts of all, may have one more. Pure. */
bool deliver_may_look_up(size_t of_owner, size_t deliveries, size_t outbound);

int deliver_start(struct deliver **out, const struct config *config, struct loop *loop, struct queue *queue,
                  struct resolver *resolver, struct log *log, const struct prng *prng, struct err *err);

/* For what begins from now on; takes policy, which was made of this configuration. */
struct policy;
void deliver_reload(struct deliver *deliver, const struct config *config, struct policy *policy);

/* Ends all attempts but those whose message is on the wire: cutting those off could make duplicates. */
void deliver_drain(struct deliver *deliver);
bool deliver_idle(const struct deliver *deliver);
void deliver_stop(struct deliver *deliver);

#endif
