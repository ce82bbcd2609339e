/*
 * What TLS a hop needs. Opportunistic for now, as RFC 7435 §3 describes it: encrypted when the host offers it, with
 * whatever certificate it shows, and in clear when it cannot; never a reason to lose mail.
 */
#ifndef RL_RELAY_POLICY_H
#define RL_RELAY_POLICY_H

#include "lib/base/err.h"
#include "lib/io/tls.h"
#include "relay/config/config.h"

struct policy;

int policy_new(struct policy **out, const struct config *config, struct err *err);
void policy_free(struct policy *policy);

/* The context for a hop to this host; borrowed. */
struct tls_ctx *policy_context(const struct policy *policy);

#endif
