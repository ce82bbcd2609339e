/* One record of a zone's `records`, in zone-file form (RFC 1035 §5.1). The linter and the DNS server read it in the
 * same way. */
#ifndef RL_SIM_SCENARIO_ZONE_RECORD_H
#define RL_SIM_SCENARIO_ZONE_RECORD_H

#include <ldns/ldns.h>

#include "sim/scenario/model.h"

/* The record, the caller's (ldns_rr_free); NULL when it is none: *why says it. Names are relative to the zone's. */
ldns_rr *zone_record_read(const struct zone *zone, const char *text, const char **why);

#endif
