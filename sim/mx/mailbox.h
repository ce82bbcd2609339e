/* What happens to a message that a host keeps: the trace says which recipients got which submission, or what a bounce
 * reports. */
#ifndef RL_SIM_MAILBOX_H
#define RL_SIM_MAILBOX_H

#include "sim/context.h"
#include "sim/mx/session.h"

void mailbox_keep(struct sim *sim, const struct host *host, unsigned conn, bool tls, const struct mx_message *message);

#endif
