/*
 * How answers go wrong, one row each. What ldns would not write is done to the octets that it wrote: so nothing here
 * depends on its willingness to write what is malformed.
 */
#include <stdio.h>
#include <string.h>

#include "sim/dns/compose.h"

#define HEADER_OCTETS 12

/* A server that does not know the name points upwards, to the root: not an answer (RFC 1034 §4.3.1). */
static void refer(struct composing *c)
{
    ldns_rr *rr = NULL;
    ldns_pkt_set_aa(c->packet, false);
    ldns_pkt_set_ra(c->packet, false);
    if (ldns_rr_new_frm_str(&rr, ". 3600 IN NS a.root-servers.example.", 0, NULL, NULL) == LDNS_STATUS_OK)
        (void)ldns_pkt_push_rr(c->packet, LDNS_SECTION_AUTHORITY, rr);
}

/* A server above the zone knows who else serves it (RFC 1034 §4.3.2). */
static void delegate(struct composing *c)
{
    char text[2 * DNS_NAME_MAX];
    ldns_rr *rr = NULL;
    (void)snprintf(text, sizeof text, "%s. 3600 IN NS ns1.%s.", c->qname, c->qname);
    ldns_pkt_set_aa(c->packet, false);
    ldns_pkt_set_ra(c->packet, false);
    if (ldns_rr_new_frm_str(&rr, text, 0, NULL, NULL) == LDNS_STATUS_OK)
        (void)ldns_pkt_push_rr(c->packet, LDNS_SECTION_AUTHORITY, rr);
}

static void name_alias(struct composing *c)
{
    dns_add_alias(c, c->qname);
}

static void add_unrelated(struct composing *c)
{
    dns_add_record(c, "unrelated.example. 3600 IN MX 10 mx.unrelated.example.");
    dns_add_record(c, "mx.unrelated.example. 3600 IN A 192.0.2.250");
}

static void clear_aa(struct composing *c)
{
    ldns_pkt_set_aa(c->packet, false);
}

static void clear_ra(struct composing *c)
{
    ldns_pkt_set_ra(c->packet, false);
}

/* The high octet of the extended code 16 is in an OPT record. */
static void refuse_version(struct composing *c)
{
    ldns_pkt_set_edns_udp_size(c->packet, 1232);
    ldns_pkt_set_edns_extended_rcode(c->packet, 1);
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

static size_t change_id(uint8_t *octets, size_t len)
{
    if (len >= 2)
        octets[1] ^= 0x55;
    return len;
}

/* Another letter in the first label of the question. */
static size_t change_question(uint8_t *octets, size_t len)
{
    if (len > HEADER_OCTETS + 1 && octets[HEADER_OCTETS] > 0)
        octets[HEADER_OCTETS + 1] = octets[HEADER_OCTETS + 1] == 'x' ? 'y' : 'x';
    return len;
}

static size_t keep_header(uint8_t *octets, size_t len)
{
    if (len < HEADER_OCTETS)
        return len;
    memset(octets + 4, 0, HEADER_OCTETS - 4); /* the counts */
    return HEADER_OCTETS;
}

/* Everything after the question. */
static size_t overwrite(uint8_t *octets, size_t len)
{
    size_t at = HEADER_OCTETS;
    while (at < len && octets[at] != 0)
        at += 1u + octets[at];
    at += 5; /* the root, type and class */
    if (at < len)
        memset(octets + at, 0xff, len - at);
    return len;
}

static const struct dns_fault faults[] = {
    [FAULT_NONE] = {.rcode = LDNS_RCODE_NOERROR, .answers = true},
    [FAULT_SERVFAIL] = {.rcode = LDNS_RCODE_SERVFAIL},
    [FAULT_NXDOMAIN] = {.rcode = LDNS_RCODE_NXDOMAIN},
    [FAULT_NODATA] = {.rcode = LDNS_RCODE_NOERROR},
    [FAULT_REFUSED] = {.rcode = LDNS_RCODE_REFUSED},
    [FAULT_FORMERR] = {.rcode = LDNS_RCODE_FORMERR},
    [FAULT_NOTIMP] = {.rcode = LDNS_RCODE_NOTIMPL},
    [FAULT_BADVERS] = {.rcode = LDNS_RCODE_NOERROR, .rcode_name = "BADVERS", .compose = refuse_version},
    [FAULT_HEADER_ONLY] = {.rcode = LDNS_RCODE_FORMERR, .spoil = keep_header},
    [FAULT_TIMEOUT] = {.rcode = LDNS_RCODE_NOERROR, .silent = true},
    [FAULT_TRUNCATED] = {.rcode = LDNS_RCODE_NOERROR, .truncated = true},
    [FAULT_LAME] = {.rcode = LDNS_RCODE_NOERROR, .compose = refer},
    [FAULT_REFERRAL] = {.rcode = LDNS_RCODE_NOERROR, .compose = delegate},
    [FAULT_ALIAS_ONLY] = {.rcode = LDNS_RCODE_NOERROR, .compose = name_alias},
    [FAULT_UNRELATED] = {.rcode = LDNS_RCODE_NOERROR, .compose = add_unrelated},
    [FAULT_NOT_AUTHORITATIVE] = {.rcode = LDNS_RCODE_NOERROR, .answers = true, .compose = clear_aa},
    [FAULT_NO_RECURSION] = {.rcode = LDNS_RCODE_NOERROR, .answers = true, .compose = clear_ra},
    [FAULT_LOOP] = {.rcode = LDNS_RCODE_NOERROR, .compose = go_round},
    [FAULT_WRONG_ID] = {.rcode = LDNS_RCODE_NOERROR, .answers = true, .spoil = change_id},
    [FAULT_WRONG_QUESTION] = {.rcode = LDNS_RCODE_NOERROR, .answers = true, .spoil = change_question},
    [FAULT_CUT] = {.rcode = LDNS_RCODE_NOERROR, .answers = true, .ending = DNS_CUT},
    [FAULT_CLOSE] = {.rcode = LDNS_RCODE_NOERROR, .silent = true, .ending = DNS_CLOSED},
    [FAULT_RESET] = {.rcode = LDNS_RCODE_NOERROR, .silent = true, .ending = DNS_RESET},
    [FAULT_GARBAGE] = {.rcode = LDNS_RCODE_NOERROR, .compose = fill, .spoil = overwrite},
};

const char *dns_fault_name(enum zone_fault_kind kind)
{
    static const char *const names[] = {NULL,
#define NAME(id, name, help) #name,
                                        DNS_FAULTS(NAME)
#undef NAME
    };
    return names[kind];
}

const struct dns_fault *dns_fault_of(enum zone_fault_kind kind)
{
    return &faults[kind];
}
