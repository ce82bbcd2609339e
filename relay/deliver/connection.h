/*
 * A connection to one host: a stream, a timer and the core of smtp/client.h, which carries the transactions of one
 * attempt after another. Between two it is idle: kept for a moment (timeouts.idle), for messages to the same site.
 *
 * Life: opened for an attempt; ends itself, by QUIT, failure or age, and reports that to the attempt that it then works
 * for.
 * Bodies are read from the queue as they are sent.
 * Limits: timeouts.connect, limits.messages_per_connection; 64 KiB of a body, 64 KiB waiting to be sent.
 */
#ifndef RL_RELAY_CONNECTION_H
#define RL_RELAY_CONNECTION_H

#include "lib/io/stream.h"
#include "relay/deliver/attempt.h"

struct connection {
    struct deliver *deliver;
    uint64_t id;
    struct config *config; /* that it began with */
    enum config_tls level; /* of that */
    struct site *site;
    struct mx_host host;
    int64_t opened_ns; /* wall clock */
    struct stream *stream;
    struct timer timer;
    struct client client;
    bool client_open;
    bool plain;       /* without TLS, whatever the host offers */
    bool established; /* past its greeting */
    char address[IP_TEXT_MAX];
    struct tls_info tls;  /* empty before TLS, and without */
    struct buf piece;     /* of the body, on its way to the client */
    uint64_t attempt;     /* that it works for; IDS_NONE = none */
    int64_t transactions; /* begun */
    int64_t taken;        /* messages that the host accepted for a recipient */
    struct list_link link;
};

/* ERR_SYSTEM when no socket could be made: our trouble, not the host's. */
int connection_open(struct attempt *attempt, const struct mx_host *host, bool plain, struct err *err);
void connection_free(struct connection *connection);

bool connection_is_idle(const struct connection *connection);
/* What TLS it has is what this site's mail needs; and its configuration is the present one. */
bool connection_fits(const struct connection *connection, const struct site *site);
/* The attempt's transaction, perhaps of another site, is the next; only for an idle one. Both may end with it. */
void connection_carry(struct connection *connection, struct attempt *attempt);
void connection_quit(struct connection *connection);
/* Cutting it off now could make a duplicate: the host may have the message, and its reply is not here. */
bool connection_is_on_the_wire(const struct connection *connection);

#endif
