/*
 * What is remembered of MX hosts: which ones rest after they could not be used (RFC 5321 §4.5.4.1). A rest
 * doubles with each failure in a row, and the success of a connection that was opened later ends it. Forgotten when the
 * relay restarts. Times are the wall clock, in ns. Limits: 4096 addresses; beyond, the rest that ends first is
 * forgotten.
 */
#ifndef RL_RELAY_HOSTS_H
#define RL_RELAY_HOSTS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/ip.h"

#define HOSTS_MAX 4096

struct hosts;

struct hosts *hosts_new(void);
void hosts_free(struct hosts *hosts);

/* When the host may be tried again: now_ns or before when it does not rest. */
int64_t hosts_rest_until_ns(const struct hosts *hosts, struct ip address);
/* Start of the attempt in which it failed last; 0 when it was not seen to fail since it was of use. */
int64_t hosts_failed_ns(const struct hosts *hosts, struct ip address);
/* It failed in an attempt that began at started_ns. */
void hosts_failed(struct hosts *hosts, struct ip address, int64_t started_ns, int64_t first_ns, int64_t max_ns);
/* It was of use to a connection that was opened at opened_ns. */
void hosts_succeeded(struct hosts *hosts, struct ip address, int64_t opened_ns);

#endif
