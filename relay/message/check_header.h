/* The stage that refuses: before anything is changed or stored. Pure. */
#ifndef RL_RELAY_CHECK_HEADER_H
#define RL_RELAY_CHECK_HEADER_H

#include "relay/message/header.h"

/* As many Received fields as that mean a loop (RFC 5321 §6.3). */
bool check_header_loops(const struct header *header, size_t received_max);

#endif
