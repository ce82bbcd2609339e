/*
 * A connection to one host: a stream, a timer and the core of smtp/client.h, which carries one delivery after
 * another. Between two it is idle: kept for a moment (timeouts.idle), for messages to the same site.
 *
 * Life: opened for a delivery; ends itself, by QUIT, failure or age, and tells the delivery that it then works for.
 * Bodies are read from the queue as they are sent.
 * Limits: timeouts.connect, limits.messages_per_connection; 64 KiB of a body, 64 KiB waiting to be sent.
 */
#ifndef RL_RELAY_CONNECTION_H
#define RL_RELAY_CONNECTION_H

#include "lib/io/stream.h"
#include "relay/deliver/delivery.h"

struct connection {
    struct deliver *deliver;
    struct config *config; /* that it began with */
    enum config_tls level; /* of that */
    struct site *site;
    struct mx_host host;
    int64_t opened_ns; /* wall clock */
    struct stream *stream;
    struct timer timer;
    struct client client;
    bool client_open, in_clear;
    char address[INET_ADDRSTRLEN];
    struct tls_info tls;       /* empty before TLS, and without */
    struct buf piece;          /* of the body, on its way to the client */
    struct delivery *delivery; /* that it works for; NULL = none */
    int64_t transactions;      /* begun */
    int64_t taken;             /* messages that the host took for somebody */
    struct list_link link;
};

/* ERR_SYSTEM when no socket could be made: our trouble, not the host's. */
int connection_open(struct delivery *delivery, const struct mx_host *host, bool in_clear, struct err *err);
void connection_free(struct connection *connection);

bool connection_is_idle(const struct connection *connection);
/* What TLS it has is what this site's mail needs; and its configuration is the present one. */
bool connection_fits(const struct connection *connection, const struct site *site);
/* The delivery's transaction, perhaps of another site, is the next; only for an idle one. */
void connection_carry(struct connection *connection, struct delivery *delivery);
void connection_quit(struct connection *connection);
/* Cutting it off now could make a duplicate: the host may have the message, and its reply is not here. */
bool connection_is_on_the_wire(const struct connection *connection);

#endif
