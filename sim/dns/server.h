/*
 * The DNS server of the world: UDP and TCP (tcp.h) on one address; both answer from the book of book.h. Every question
 * and answer is in the trace. Limits: 1,000 answers held back at a time; more are sent at once.
 */
#ifndef RL_SIM_DNS_SERVER_H
#define RL_SIM_DNS_SERVER_H

#include "lib/base/err.h"
#include "lib/base/ip.h"
#include "sim/context.h"

struct dns_server;

int dns_server_start(struct dns_server **out, struct sim *sim, struct ip_port at, struct err *err);
void dns_server_stop(struct dns_server *server);

#endif
