/*
 * Which of a domain's hosts are tried in one round, when there are more than config limits.hosts_per_round: the best
 * one that does not rest, and of the others those that failed longest ago, or never. So hosts that are known to be dead
 * do not use up the round, and the last one of a long list is reached after a few rounds. They are tried in the order
 * of the list (RFC 5321 §5.1).
 */
#ifndef RL_RELAY_CHOICE_H
#define RL_RELAY_CHOICE_H

#include <stddef.h>

#include "relay/deliver/hosts.h"
#include "relay/dns/mx.h"

struct choice {
    const struct hosts *hosts;
    int64_t now_ns;  /* wall clock */
    bool rested_too; /* an attempt that is made whatever rests */
    size_t max;
};

/* Puts those that are to be tried first, both parts in the order of the list; returns their number. */
size_t choice_make(const struct choice *choice, struct mx_host *list, size_t count);
/* True when hosts further down the list could not be chosen. */
bool choice_is_full(const struct choice *choice, const struct mx_host *list, size_t count);

#endif
