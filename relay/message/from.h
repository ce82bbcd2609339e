/*
 * Whose message it is, by its From field (RFC 5322 §3.6.2): the domain with which DKIM and DMARC align. Pure; reads
 * with mercy, since a message is signed as it is.
 */
#ifndef RL_RELAY_FROM_H
#define RL_RELAY_FROM_H

#include "relay/message/header.h"

/* The domain of the first mailbox. Empty: From is missing, is there more than once, or has no mailbox with a domain. */
struct slice from_domain(const struct header *header);

#endif
