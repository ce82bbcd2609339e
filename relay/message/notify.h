/*
 * What a sender asks to be notified of (RFC 3461): NOTIFY of each recipient, RET of the message. A value of 0 means
 * that the parameter was not given, and the relay's own default holds.
 */
#ifndef RL_RELAY_NOTIFY_H
#define RL_RELAY_NOTIFY_H

#include <stdbool.h>

/* NOTIFY, §4.1: a set; NEVER stands alone. */
#define NOTIFY_NEVER   1u
#define NOTIFY_SUCCESS 2u
#define NOTIFY_FAILURE 4u
#define NOTIFY_DELAY   8u
#define NOTIFY_ALL     (NOTIFY_NEVER | NOTIFY_SUCCESS | NOTIFY_FAILURE | NOTIFY_DELAY)

/* RET, §4.3: what a report of a failure returns. */
#define NOTIFY_RET_FULL 1u
#define NOTIFY_RET_HDRS 2u

/* Of the octets of a command (§5.4); both are kept as xtext. */
#define NOTIFY_ENVID_MAX 100
#define NOTIFY_ORCPT_MAX 500

/* Without NOTIFY, failures and delays are reported, and successes are not (§5.2.5, §5.2.6). */
static inline bool notify_wants(unsigned notify, unsigned what)
{
    return notify != 0 ? (notify & what) != 0 : what != NOTIFY_SUCCESS;
}

static inline bool notify_is_valid(unsigned notify)
{
    return notify <= NOTIFY_ALL && ((notify & NOTIFY_NEVER) == 0 || notify == NOTIFY_NEVER);
}

#endif
