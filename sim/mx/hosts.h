/*
 * The sockets of the MX hosts: one listener a host, one session a connection. A host that refuses has no listener; a
 * black hole is a listener whose backlog is full, so that the kernel drops SYN packets. The world decides which of
 * these a host is, before every connect that may come.
 */
#ifndef RL_SIM_HOSTS_H
#define RL_SIM_HOSTS_H

#include "lib/base/err.h"
#include "sim/context.h"

struct hosts_of_world;

int hosts_start(struct hosts_of_world **out, struct sim *sim, struct err *err);
void hosts_stop(struct hosts_of_world *hosts);

/* The target's connect to this host was refused or dropped at this instant (wall clock): it counts as a connection. */
void hosts_connect_failed(struct hosts_of_world *hosts, const struct host *host, int64_t at_ns);

#endif
