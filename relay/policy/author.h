/*
 * The authors of a message: the addresses of its From field (RFC 5322 §3.6.2), without display names, comments and
 * groups. For a rule that must not be deceived: what cannot be read in one way only is not read at all.
 * Limits: AUTHOR_MAX octets of an address.
 */
#ifndef RL_RELAY_AUTHOR_H
#define RL_RELAY_AUTHOR_H

#include <stdbool.h>

#include "lib/base/slice.h"

#define AUTHOR_MAX 512

/*
 * Calls back for each address, as long as that returns true. True when it did for all: there is one From field, and at
 * least one address in it.
 */
bool author_each(struct slice header, bool (*each)(void *arg, struct slice address), void *arg);

#endif
