/*
 * What happened to each message, in one sentence: whether the target accepted it, how often it tried, how it ended, and
 * what the sender was last notified of. A function of the behaviour.
 *
 *     opensmtpd accepted m1 for bob@dest.example, made 30 attempts in 3d21h (the last: no answer), and dropped it; its
 *     last report, after 4d, says delayed.
 *
 * Recipients for which the same happened share a sentence; messages that were delivered come last.
 */
#ifndef RL_HARNESS_HAPPENED_H
#define RL_HARNESS_HAPPENED_H

#include "harness/facts/behaviour.h"
#include "lib/text/json.h"

#define HAPPENED_MAX 20 /* sentences; one more says how many are left out */

/* An array of sentences, the caller's. target: the name that begins them. */
struct json *happened_of(const struct behaviour *behaviour, const char *target);

/* The event that decided the last attempt at the first message that was not delivered: a refusal, or the connect that
 * failed. SIZE_MAX: every message was delivered, or no host was contacted. */
size_t happened_at(const struct behaviour *behaviour);

#endif
