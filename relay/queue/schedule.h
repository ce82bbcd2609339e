/*
 * When to try again (RFC 5321 §4.5.4.1): two clocks, both by reason, or one list of waits for all reasons.
 *
 *     recipient clock, after 4yz to MAIL, RCPT or the dot:   first, 2*first, 4*first, … up to max
 *     host clock, after a host that cannot be used:          closed or unreachable, doubling up to max
 *     list:                                                  the n-th wait after the n-th attempt, then always `then`
 *
 * Steps run from the start of one attempt to the start of the next. The last attempt falls on the lifetime: a step
 * that would pass it is cut to it, and an attempt at or after it is the last. Pure; times are wall clock, in ns.
 */
#ifndef RL_RELAY_SCHEDULE_H
#define RL_RELAY_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* step << (deferrals - 1), at most max. deferrals counts from 1. */
int64_t schedule_step(int64_t first_ns, int64_t max_ns, unsigned deferrals);

/* The wait after the attempts-th attempt, from 1 on. */
int64_t schedule_listed(const int64_t *waits_ns, size_t count, int64_t then_ns, int64_t attempts);

/*
 * The next attempt after one that started at started_ns and was deferred. False when that was the last one:
 * it started when the lifetime (counted from created_ns) was over.
 */
bool schedule_next(int64_t created_ns, int64_t lifetime_ns, int64_t started_ns, int64_t step_ns, int64_t *next_ns);

#endif
