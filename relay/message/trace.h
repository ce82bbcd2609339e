/* The stage that adds a Received field before all others (RFC 5321 §4.4, RFC 3848). Pure. */
#ifndef RL_RELAY_TRACE_H
#define RL_RELAY_TRACE_H

#include "relay/message/prepare.h"

void trace_add(struct draft *draft, const struct prepare_info *info);

#endif
