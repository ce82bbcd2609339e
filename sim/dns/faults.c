/*
 * How answers go wrong, one row each. What ldns would not write is done to the octets that it wrote: so nothing here
 * depends on its willingness to write what is malformed.
 */
#include <string.h>

#include "sim/dns/compose.h"

#define HEADER_OCTETS 12

/* A server that knows nothing of the name points upwards, to the root: not an answer (RFC 1034 §4.3.1). */
static void refer(struct composing *c)
{
    ldns_rr *rr = NULL;
    ldns_pkt_set_aa(c->packet, false);
    ldns_pkt_set_ra(c->packet, false);
    if (ldns_rr_new_frm_str(&rr, ". 3600 IN NS a.root-servers.example.", 0, NULL, NULL) == LDNS_STATUS_OK)
        (void)ldns_pkt_push_rr(c->packet, LDNS_SECTION_AUTHORITY, rr);
}

static void go_round(struct composing *c)
{
    dns_add_record(c, "%s. 3600 IN CNAME loop.%s.", c->qname, c->qname);
    dns_add_record(c, "loop.%s. 3600 IN CNAME %s.", c->qname, c->qname);
}

/* Something to be overwritten. */
static void fill(struct composing *c)
{
    dns_add_record(c, "%s. 3600 IN TXT \"these octets will not stay\"", c->qname);
}

static void change_id(uint8_t *octets, size_t len)
{
    if (len >= 2)
        octets[1] ^= 0x55;
}

/* Everything behind the question. */
static void overwrite(uint8_t *octets, size_t len)
{
    size_t at = HEADER_OCTETS;
    while (at < len && octets[at] != 0)
        at += 1u + octets[at];
    at += 5; /* the root, type and class */
    if (at < len)
        memset(octets + at, 0xff, len - at);
}

static const struct dns_fault faults[] = {
    [FAULT_NONE] = {.name = NULL, .rcode = LDNS_RCODE_NOERROR, .answers = true},
    [FAULT_SERVFAIL] = {.name = "servfail", .rcode = LDNS_RCODE_SERVFAIL},
    [FAULT_NXDOMAIN] = {.name = "nxdomain", .rcode = LDNS_RCODE_NXDOMAIN},
    [FAULT_NODATA] = {.name = "nodata", .rcode = LDNS_RCODE_NOERROR},
    [FAULT_REFUSED] = {.name = "refused", .rcode = LDNS_RCODE_REFUSED},
    [FAULT_FORMERR] = {.name = "formerr", .rcode = LDNS_RCODE_FORMERR},
    [FAULT_TIMEOUT] = {.name = "timeout", .rcode = LDNS_RCODE_NOERROR, .silent = true},
    [FAULT_TRUNCATED] = {.name = "truncated", .rcode = LDNS_RCODE_NOERROR, .truncated = true},
    [FAULT_LAME] = {.name = "lame", .rcode = LDNS_RCODE_NOERROR, .compose = refer},
    [FAULT_LOOP] = {.name = "loop", .rcode = LDNS_RCODE_NOERROR, .compose = go_round},
    [FAULT_WRONG_ID] = {.name = "wrong_id", .rcode = LDNS_RCODE_NOERROR, .answers = true, .spoil = change_id},
    [FAULT_GARBAGE] = {.name = "garbage", .rcode = LDNS_RCODE_NOERROR, .compose = fill, .spoil = overwrite},
};

const struct dns_fault *dns_fault_of(enum zone_fault_kind kind)
{
    return &faults[kind];
}
