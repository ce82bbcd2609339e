#include "sim/scenario/zone_record.h"

#include "lib/base/duration.h"

ldns_rr *zone_record_read(const struct zone *zone, const char *text, const char **why)
{
    ldns_rdf *origin = ldns_dname_new_frm_str(zone->name);
    ldns_rr *rr = NULL;
    uint32_t ttl_s = (uint32_t)(zone->ttl_ns / NS_PER_S);
    ldns_status status =
        origin != NULL ? ldns_rr_new_frm_str(&rr, text, ttl_s, origin, NULL) : LDNS_STATUS_DOMAINNAME_OVERFLOW;
    ldns_rdf_deep_free(origin);
    if (status == LDNS_STATUS_OK)
        return rr;
    *why = ldns_get_errorstr_by_id(status);
    return NULL;
}
