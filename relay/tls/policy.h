/*
 * What TLS a hop needs, by the recipient's domain: config tls.domains, else tls.default.
 *
 *     may      encrypted when the host offers it, with any certificate, and unencrypted when it does not:
 *              never a reason to lose mail (RFC 7435 §3)
 *     encrypt  never unencrypted (RFC 3207 §6)
 *     verify   never unencrypted, and only to a host whose certificate chains to tls.ca, is not expired, and has a
 *              subjectAltName for the MX host's name; a common name counts for nothing (RFC 8461 §4.2)
 *
 * A host that fails this is skipped, and the message waits; it is bounced only when its lifetime is over.
 */
#ifndef RL_RELAY_POLICY_H
#define RL_RELAY_POLICY_H

#include "lib/base/err.h"
#include "lib/io/tls.h"
#include "relay/config/config.h"

struct policy;

int policy_new(struct policy **out, const struct config *config, struct err *err);
void policy_free(struct policy *policy);

/* With a smarthost, its name counts, whatever the domain; a password is for a verified one only (RFC 4954 §14). */
enum config_tls policy_level(const struct policy *policy, const char *domain);
/* The context for a hop of this level; borrowed. */
struct tls_ctx *policy_context(const struct policy *policy, enum config_tls level);

#endif
