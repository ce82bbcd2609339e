/*
 * The clients whose sessions are open, by address: how many sessions each has, and how much of limits.receiving_size
 * the messages hold that they are sending. One address has at most half of receiving_size, or one message of
 * limits.message_size where that is more: so no client keeps the others out for as long as its messages may take.
 *
 * A client is there from the first clients_join of its address to the clients_leave of its last session, when the
 * budgets of its sessions must be given back.
 */
#ifndef RL_RELAY_CLIENTS_H
#define RL_RELAY_CLIENTS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/ip.h"
#include "lib/base/list.h"
#include "relay/smtp/server.h"

struct client {
    struct ip address;
    size_t sessions;
    struct server_budget budget; /* its share of the whole */
    struct list_link link;
};

struct clients {
    struct list all;
    struct server_budget budget; /* the whole */
    uint64_t share_max;
};

void clients_init(struct clients *clients);

/* At the start and at each reload: those that are there are bounded by it from now on, too. */
void clients_set_limits(struct clients *clients, uint64_t receiving_size, uint64_t message_size);

/* For one session more. */
struct client *clients_join(struct clients *clients, struct ip address);
void clients_leave(struct clients *clients, struct client *client);

#endif
