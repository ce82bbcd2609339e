#include "relay/dns/wire.h"

#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

#define EDNS_SIZE 1232

size_t wire_query(const char *name, enum wire_type type, uint16_t id, uint8_t out[WIRE_QUERY_MAX])
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

static bool read_record(const ldns_rr *rr, struct arena *arena, struct wire_record *out)
{
    if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_MX && ldns_rr_rd_count(rr) == 2) {
        out->preference = ldns_rdf2native_int16(ldns_rr_rdf(rr, 0));
        out->host = name_text(ldns_rr_rdf(rr, 1), arena);
        return true;
    }
    if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_A && ldns_rr_rd_count(rr) == 1 &&
        ldns_rdf_size(ldns_rr_rdf(rr, 0)) == sizeof out->address) {
        memcpy(&out->address, ldns_rdf_data(ldns_rr_rdf(rr, 0)), sizeof out->address);
        return true;
    }
    return false;
}

static void read_answers(const ldns_rr_list *answer, const char *name, enum wire_type type, struct arena *arena,
                         struct wire_answer *out)
{
    ldns_rdf *start = ldns_dname_new_frm_str(name);
    const ldns_rdf *end = start != NULL ? follow(answer, start) : NULL;
    size_t rows = ldns_rr_list_rr_count(answer);
    if (end == NULL)
        *out = (struct wire_answer){.result = WIRE_TEMPORARY, .why = "a CNAME loop"};
    rows = end == NULL ? 0 : rows < WIRE_RECORDS_MAX ? rows : WIRE_RECORDS_MAX;
    out->records = arena_alloc(arena, rows * sizeof *out->records);
    for (size_t i = 0; i < rows; i++) {
        const ldns_rr *rr = ldns_rr_list_rr(answer, i);
        if (ldns_rr_get_type(rr) == (ldns_rr_type)type && ldns_dname_compare(ldns_rr_owner(rr), end) == 0 &&
            read_record(rr, arena, &out->records[out->count]))
            out->count++;
    }
    ldns_rdf_deep_free(start);
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

/* Name servers and no start of authority: neither an answer nor the word that there is none (RFC 2308 §2.2). */
static bool is_referral(const ldns_pkt *pkt, const struct wire_answer *answer)
{
    return answer->count == 0 && has_type(ldns_pkt_authority(pkt), LDNS_RR_TYPE_NS) &&
           !has_type(ldns_pkt_authority(pkt), LDNS_RR_TYPE_SOA);
}

static void read_whole(const ldns_pkt *pkt, const char *name, enum wire_type type, struct arena *arena,
                       struct wire_answer *out)
{
    read_answers(ldns_pkt_answer(pkt), name, type, arena, out);
    if (out->result == WIRE_OK && is_referral(pkt, out))
        *out = (struct wire_answer){.result = WIRE_TEMPORARY, .why = "a referral in place of an answer"};
}

void wire_read(struct slice packet, const char *name, enum wire_type type, struct arena *arena, struct wire_answer *out)
{
    ldns_pkt *pkt = NULL;
    *out = (struct wire_answer){.result = WIRE_OK};
    if (ldns_wire2pkt(&pkt, (const uint8_t *)packet.ptr, packet.len) != LDNS_STATUS_OK) {
        *out = (struct wire_answer){.result = WIRE_TEMPORARY, .why = "an answer that cannot be read"};
        return;
    }
    ldns_pkt_rcode rcode = ldns_pkt_get_rcode(pkt);
    if (ldns_pkt_tc(pkt)) /* over TCP, since c-ares asks again there: what is missing may be what matters */
        *out = (struct wire_answer){.result = WIRE_TEMPORARY, .why = "a truncated answer"};
    else if (rcode == LDNS_RCODE_NOERROR)
        read_whole(pkt, name, type, arena, out);
    else if (rcode == LDNS_RCODE_NXDOMAIN)
        out->result = WIRE_NXDOMAIN;
    else
        *out = (struct wire_answer){.result = WIRE_TEMPORARY, .why = rcode_text(rcode, arena)};
    ldns_pkt_free(pkt);
}
