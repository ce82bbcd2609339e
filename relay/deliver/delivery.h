/*
 * A delivery: one attempt of a batch, the ready recipients of one message in one domain.
 *
 *     start -> mx_start -> host 1 -> (outcome.h says: next host) -> host 2 … -> each recipient reported -> gone
 *
 * On a connection that is open already, the DNS is asked and the hosts are tried only when that ends before its time.
 *
 * Life: made with its batch, ends itself when every recipient is reported. While a connection works for it, the two
 * know each other; the connection tells when all verdicts are there (delivery_take_verdicts) and when it has ended
 * (delivery_go_on).
 */
#ifndef RL_RELAY_DELIVERY_H
#define RL_RELAY_DELIVERY_H

#include "relay/deliver/internal.h"
#include "relay/dns/mx.h"
#include "relay/smtp/client.h"

struct delivery {
    struct deliver *deliver;
    struct config *config; /* that it began with */
    struct site *site;
    struct queue_message *message;
    struct queue_recipient **recipients; /* busy in the queue until reported */
    struct client_recipient *states;     /* the same, as the client sees them */
    bool *reported;
    size_t count;
    int64_t started_ns; /* wall clock */
    struct mx_lookup *lookup;
    struct mx_host *hosts; /* NULL = not asked for; those of this round stand first */
    size_t host_count, host_next, known_count;
    const struct mx_host *host; /* of hosts: tried last */
    bool any_tried, in_clear, again;
    bool any_may_work; /* a host rests, or failed in a way that may pass */
    struct connection *connection;
    struct list_link link;
};

struct delivery *delivery_new(struct deliver *deliver, struct site *site, const struct queue_batch *batch);
void delivery_free(struct delivery *delivery);

/* On an idle connection to its site, or NULL: then the DNS is asked. */
void delivery_start(struct delivery *delivery, struct connection *idle);

/* What is left of it as the next transaction. */
struct client_transaction delivery_transaction(struct delivery *delivery);
/* Every recipient has its verdict. True when the delivery ended with that. */
bool delivery_take_verdicts(struct delivery *delivery, struct connection *connection);
/* Its connection is gone, and it is not ended: the next host, or the same once more. */
void delivery_go_on(struct delivery *delivery);

#endif
