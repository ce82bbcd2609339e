/*
 * The driver of one delivery: performs the actions of its core (delivery.h) with the queue, the resolver and a
 * connection. The attempt, its connection and the lookup know each other by id.
 *
 * Life: made with its batch of the queue, ends itself with the core's DELIVERY_END, when every recipient is reported.
 */
#ifndef RL_RELAY_ATTEMPT_H
#define RL_RELAY_ATTEMPT_H

#include "relay/deliver/delivery.h"
#include "relay/deliver/internal.h"

struct attempt {
    struct deliver *deliver;
    uint64_t id;
    struct config *config; /* that it began with */
    struct site *site;
    struct queue_message *message;
    struct queue_recipient **recipients; /* busy in the queue until reported */
    int64_t started_ns;                  /* wall clock */
    struct mx_lookup *lookup;            /* NULL = none is under way */
    uint64_t connection;                 /* IDS_NONE = none works for it */
    struct delivery core;
    struct list_link link;
};

struct attempt *attempt_new(struct deliver *deliver, struct site *site, const struct queue_batch *batch);
/* Cuts it off: what is not reported stays in the queue. */
void attempt_free(struct attempt *attempt);

/* On an idle connection to its site, or NULL. */
void attempt_start(struct attempt *attempt, struct connection *idle);

/* What is left of it as the next transaction. */
struct client_transaction attempt_transaction(struct attempt *attempt);
/* The connection could not be made: one verdict for all recipients. */
void attempt_set_verdict(struct attempt *attempt, const struct client_verdict *verdict);
/* Every recipient has its verdict. The attempt may end with that: look for it again by its id. */
void attempt_take_verdicts(struct attempt *attempt, struct connection *connection);
/* Its connection has ended, and it has not: the next host, or the same once more. */
void attempt_connection_ended(struct attempt *attempt);

#endif
