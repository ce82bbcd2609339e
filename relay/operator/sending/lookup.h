/*
 * Questions to the DNS for the operator's tools, one after the other: each blocks until it is answered, or cannot be.
 * The servers are those of the relay's configuration, or of this machine.
 */
#ifndef RL_RELAY_LOOKUP_H
#define RL_RELAY_LOOKUP_H

#include "relay/config/config.h"
#include "relay/dns/wire.h"

struct lookup;

/* config may be NULL; otherwise it outlives the lookup. */
int lookup_open(struct lookup **out, const struct config *config, struct err *err);
void lookup_close(struct lookup *lookup); /* NULL is allowed */

/* The answer lives as long as the lookup. Its result is never WIRE_ALIAS. */
void lookup_ask(void *lookup, const char *name, enum wire_type type, struct wire_answer *out);

#endif
