/* What becomes of a message that a host keeps: the trace says who got which submission, or what a bounce told. */
#ifndef RL_SIM_MAILBOX_H
#define RL_SIM_MAILBOX_H

#include "sim/context.h"
#include "sim/mx/session.h"

void mailbox_keep(struct sim *sim, const struct host *host, unsigned conn, bool tls, const struct mx_message *message);

#endif
