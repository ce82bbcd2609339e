#include "relay/dns/wire.h"

#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

#define EDNS_SIZE 1232

size_t wire_query(const char *name, enum wire_type type, uint16_t id, bool edns, uint8_t out[WIRE_QUERY_MAX])
{
    ldns_rdf *domain = ldns_dname_new_frm_str(name);
    uint8_t *bytes = NULL;
    size_t len = 0;
    if (domain == NULL)
        return 0;
    ldns_pkt *packet = ldns_pkt_query_new(domain, (ldns_rr_type)type, LDNS_RR_CLASS_IN, LDNS_RD); /* owns domain */
    if (packet == NULL) {
        ldns_rdf_deep_free(domain);
        return 0;
    }
    ldns_pkt_set_id(packet, id);
    if (edns)
        ldns_pkt_set_edns_udp_size(packet, EDNS_SIZE);
    if (ldns_pkt2wire(&bytes, packet, &len) == LDNS_STATUS_OK && len <= WIRE_QUERY_MAX)
        memcpy(out, bytes, len);
    else
        len = 0;
    free(bytes);
    ldns_pkt_free(packet);
    return len;
}

static const char *name_text(const ldns_rdf *dname, struct arena *arena)
{
    char *text = ldns_rdf2str(dname);
    if (text == NULL)
        return "";
    size_t len = strlen(text);
    if (len > 0 && text[len - 1] == '.')
        len--;
    const char *copy = arena_slice_dup(arena, slice_make(text, len));
    free(text);
    return copy;
}

static const ldns_rr *find_cname(const ldns_rr_list *answer, const ldns_rdf *name)
{
    for (size_t i = 0; i < ldns_rr_list_rr_count(answer); i++) {
        const ldns_rr *rr = ldns_rr_list_rr(answer, i);
        if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_CNAME && ldns_dname_compare(ldns_rr_owner(rr), name) == 0)
            return rr;
    }
    return NULL;
}

/* The name at the end of the chain, or NULL when it has a loop or is too long. */
static const ldns_rdf *follow(const ldns_rr_list *answer, const ldns_rdf *name)
{
    for (int links = 0; links <= WIRE_CHAIN_MAX; links++) {
        const ldns_rr *cname = find_cname(answer, name);
        if (cname == NULL)
            return name;
        name = ldns_rr_rdf(cname, 0);
    }
    return NULL;
}

/* Each string has its length before it (RFC 1035 §3.3). */
static struct slice read_text(const ldns_rr *rr, struct arena *arena)
{
    size_t len = 0;
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++)
        len += ldns_rdf_size(ldns_rr_rdf(rr, i));
    char *text = arena_alloc(arena, len + 1);
    len = 0;
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
        const ldns_rdf *data = ldns_rr_rdf(rr, i);
        if (ldns_rdf_size(data) < 2)
            continue;
        memcpy(text + len, ldns_rdf_data(data) + 1, ldns_rdf_size(data) - 1);
        len += ldns_rdf_size(data) - 1;
    }
    return slice_make(text, len);
}

static bool read_record(const ldns_rr *rr, struct arena *arena, struct wire_record *out)
{
    size_t parts = ldns_rr_rd_count(rr);
    const ldns_rdf *first = parts > 0 ? ldns_rr_rdf(rr, 0) : NULL;
    switch (ldns_rr_get_type(rr)) {
    case LDNS_RR_TYPE_MX:
        if (parts != 2)
            return false;
        out->preference = ldns_rdf2native_int16(first);
        out->host = name_text(ldns_rr_rdf(rr, 1), arena);
        return true;
    case LDNS_RR_TYPE_A:
    case LDNS_RR_TYPE_AAAA:
        return parts == 1 && ip_from_bytes(slice_make(ldns_rdf_data(first), ldns_rdf_size(first)), &out->address);
    case LDNS_RR_TYPE_TXT:
        out->text = read_text(rr, arena);
        return parts > 0;
    default:
        return false;
    }
}

/* The records of this name and type. */
static void keep_records(const ldns_rr_list *answer, const ldns_rdf *name, enum wire_type type, struct arena *arena,
                         struct wire_answer *out)
{
    size_t rows = ldns_rr_list_rr_count(answer);
    rows = rows < WIRE_RECORDS_MAX ? rows : WIRE_RECORDS_MAX;
    out->records = arena_alloc(arena, rows * sizeof *out->records);
    for (size_t i = 0; i < rows; i++) {
        const ldns_rr *rr = ldns_rr_list_rr(answer, i);
        if (ldns_rr_get_type(rr) == (ldns_rr_type)type && ldns_dname_compare(ldns_rr_owner(rr), name) == 0 &&
            read_record(rr, arena, &out->records[out->count]))
            out->count++;
    }
}

static const char *rcode_text(ldns_pkt_rcode rcode, struct arena *arena)
{
    char *text = ldns_pkt_rcode2str(rcode);
    const char *copy = arena_strdup(arena, text != NULL ? text : "an unknown answer");
    free(text);
    return copy;
}

static bool has_type(const ldns_rr_list *list, ldns_rr_type type)
{
    for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++)
        if (ldns_rr_get_type(ldns_rr_list_rr(list, i)) == type)
            return true;
    return false;
}

/* Why this packet does not say "there is none", or NULL when it does (RFC 2308 §2.1, §2.2). */
static const char *why_not_a_no(const ldns_pkt *pkt, bool alias)
{
    bool soa = has_type(ldns_pkt_authority(pkt), LDNS_RR_TYPE_SOA);
    if (!alias && ldns_rr_list_rr_count(ldns_pkt_answer(pkt)) > 0)
        return "unrequested records";
    if (ldns_pkt_get_rcode(pkt) == LDNS_RCODE_NOERROR && !soa && has_type(ldns_pkt_authority(pkt), LDNS_RR_TYPE_NS))
        return "a referral instead of an answer";
    if (!soa && !ldns_pkt_aa(pkt) && !ldns_pkt_ra(pkt))
        return "an empty answer from a server that is neither authoritative nor recursive";
    return NULL;
}

/* NOERROR or NXDOMAIN. With a CNAME, the code is that of the last name that the server looked up (RFC 6604 §3). */
static void read_whole(const ldns_pkt *pkt, const ldns_rdf *name, enum wire_type type, struct arena *arena,
                       struct wire_answer *out)
{
    const ldns_rr_list *answer = ldns_pkt_answer(pkt);
    const ldns_rdf *end = follow(answer, name);
    bool exists = ldns_pkt_get_rcode(pkt) == LDNS_RCODE_NOERROR;
    if (end == NULL) {
        *out = (struct wire_answer){.result = WIRE_TEMPORARY, .why = "a CNAME loop"};
        return;
    }
    keep_records(answer, end, type, arena, out);
    if (out->count > 0) {
        if (!exists)
            *out = (struct wire_answer){.result = WIRE_TEMPORARY, .why = "NXDOMAIN, with records"};
        return;
    }
    const char *why = why_not_a_no(pkt, end != name);
    if (end != name && (why != NULL || !has_type(ldns_pkt_authority(pkt), LDNS_RR_TYPE_SOA)))
        *out = (struct wire_answer){.result = WIRE_ALIAS, .alias = name_text(end, arena)};
    else if (why != NULL)
        *out = (struct wire_answer){.result = WIRE_TEMPORARY, .why = why};
    else
        out->result = exists ? WIRE_OK : WIRE_NXDOMAIN;
}

static bool answers_question(const ldns_pkt *pkt, const ldns_rdf *name, enum wire_type type)
{
    const ldns_rr_list *questions = ldns_pkt_question(pkt);
    const ldns_rr *question = ldns_rr_list_rr_count(questions) == 1 ? ldns_rr_list_rr(questions, 0) : NULL;
    return question != NULL && ldns_rr_get_type(question) == (ldns_rr_type)type &&
           ldns_rr_get_class(question) == LDNS_RR_CLASS_IN && ldns_dname_compare(ldns_rr_owner(question), name) == 0;
}

static void read_packet(const ldns_pkt *pkt, const ldns_rdf *name, enum wire_type type, struct arena *arena,
                        struct wire_answer *out)
{
    ldns_pkt_rcode rcode = ldns_pkt_get_rcode(pkt);
    const char *why = NULL;
    if (!ldns_pkt_qr(pkt) || ldns_pkt_get_opcode(pkt) != LDNS_PACKET_QUERY)
        why = "a packet that is not an answer";
    else if (ldns_pkt_edns_extended_rcode(pkt) != 0)
        why = "an extended error code"; /* BADVERS, say (RFC 6891 §6.1.3) */
    else if (rcode != LDNS_RCODE_NOERROR && rcode != LDNS_RCODE_NXDOMAIN)
        why = rcode_text(rcode, arena);
    else if (!answers_question(pkt, name, type))
        why = "an answer to another question";
    else if (ldns_pkt_tc(pkt)) /* over TCP, since c-ares asks again there: what is missing may be what matters */
        why = "a truncated answer";
    if (why != NULL)
        *out = (struct wire_answer){.result = WIRE_TEMPORARY, .why = why};
    else
        read_whole(pkt, name, type, arena, out);
}

void wire_read(struct slice packet, const char *name, enum wire_type type, struct arena *arena, struct wire_answer *out)
{
    ldns_pkt *pkt = NULL;
    ldns_rdf *asked = ldns_dname_new_frm_str(name);
    *out = (struct wire_answer){.result = WIRE_TEMPORARY, .why = "a malformed answer"};
    if (asked != NULL && ldns_wire2pkt(&pkt, (const uint8_t *)packet.ptr, packet.len) == LDNS_STATUS_OK) {
        *out = (struct wire_answer){.result = WIRE_OK};
        read_packet(pkt, asked, type, arena, out);
        ldns_pkt_free(pkt);
    }
    ldns_rdf_deep_free(asked);
}
