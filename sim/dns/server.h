/* The DNS server of the world: UDP, one socket, the book of book.h behind it; every question is in the trace. */
#ifndef RL_SIM_DNS_SERVER_H
#define RL_SIM_DNS_SERVER_H

#include "lib/base/err.h"
#include "sim/context.h"

struct dns_server;

int dns_server_start(struct dns_server **out, struct sim *sim, struct in_addr addr, uint16_t port, struct err *err);
void dns_server_stop(struct dns_server *server);

#endif
