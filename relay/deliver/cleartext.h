/*
 * What is remembered of hosts whose TLS sessions die: for an hour mail goes there without TLS, where the policy of its
 * domain is `may` (RFC 7435 §3: no TLS is better than no mail). A TLS session that carries a message ends it. Forgotten
 * when the relay restarts. Times are the wall clock, in ns. Limits: 1024 addresses; beyond, the oldest is forgotten.
 */
#ifndef RL_RELAY_CLEARTEXT_H
#define RL_RELAY_CLEARTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/ip.h"

#define CLEARTEXT_MAX 1024

struct cleartext;

struct cleartext *cleartext_new(void);
void cleartext_free(struct cleartext *cleartext);

void cleartext_died(struct cleartext *cleartext, struct ip address, int64_t now_ns);
void cleartext_worked(struct cleartext *cleartext, struct ip address);
bool cleartext_wanted(const struct cleartext *cleartext, struct ip address, int64_t now_ns);

#endif
