#include "sim/dns/book.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "sim/dns/compose.h"
#include "sim/scenario/zone_record.h"

#define PLAIN_OCTETS 512 /* RFC 1035 §4.2.1; more only as EDNS says (RFC 6891 §6.2.3) */

/* ---- life ---- */

static char *owner_text(const ldns_rr *rr)
{
    char *ldns_text = ldns_rdf2str(ldns_rr_owner(rr));
    char *text = mem_strdup(ldns_text != NULL ? ldns_text : "");
    size_t len = strlen(text);
    if (len > 1 && text[len - 1] == '.')
        text[len - 1] = '\0';
    for (char *c = text; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    LDNS_FREE(ldns_text);
    return text;
}

static int read_loose(struct dns_book *book, const struct zone *zone, const char *text, struct err *err)
{
    const char *why;
    ldns_rr *rr = zone_record_read(zone, text, &why);
    if (rr == NULL)
        return err_set(err, ERR_INVALID, "zone %s: `%s` is not a record in zone-file form: %s", zone->name, text, why);
    book->loose = mem_realloc(book->loose, book->loose_count + 1, sizeof *book->loose);
    book->loose[book->loose_count++] = (struct loose_record){zone, owner_text(rr), rr};
    return ERR_OK;
}

/* A zone that the story changes may keep its faults: their chances are counted on. */
static size_t first_with_faults_of(const struct scenario *scenario, size_t zone)
{
    size_t i = 0;
    while (i < zone &&
           (scenario->zones[i].fail.count == 0 || scenario->zones[i].fail.items != scenario->zones[zone].fail.items))
        i++;
    return i;
}

static int read_zones(struct dns_book *book, struct err *err)
{
    int rc = ERR_OK;
    for (size_t i = 0; i < book->scenario->zone_count && rc == ERR_OK; i++) {
        const struct zone *zone = &book->scenario->zones[i];
        size_t same = first_with_faults_of(book->scenario, i);
        book->chances[i] = same < i ? book->chances[same] : mem_zalloc((zone->fail.count + 1) * sizeof(unsigned));
        for (size_t k = 0; k < zone->records.count && rc == ERR_OK; k++)
            rc = read_loose(book, zone, ((const char **)zone->records.items)[k], err);
    }
    return rc;
}

int dns_book_new(struct dns_book **out, const struct scenario *scenario, struct err *err)
{
    struct dns_book *book = mem_zalloc(sizeof *book);
    book->scenario = scenario;
    book->chances = mem_zalloc((scenario->zone_count + 1) * sizeof(unsigned *));
    int rc = read_zones(book, err);
    if (rc == ERR_OK)
        *out = book;
    else
        dns_book_free(book);
    return rc;
}

void dns_book_free(struct dns_book *book)
{
    if (book == NULL)
        return;
    for (size_t i = 0; i < book->scenario->zone_count; i++)
        if (first_with_faults_of(book->scenario, i) == i)
            free(book->chances[i]);
    for (size_t i = 0; i < book->loose_count; i++) {
        free(book->loose[i].owner);
        ldns_rr_free(book->loose[i].rr);
    }
    free(book->loose);
    free(book->chances);
    free(book);
}

void dns_reply_fini(struct dns_reply *reply)
{
    free(reply->bytes);
    json_free(reply->answers);
}

/* ---- faults ---- */

static bool fault_is_for(const struct zone_fault *fault, ldns_rr_type type)
{
    static const ldns_rr_type types[] = {
        [ZONE_A] = LDNS_RR_TYPE_A,     [ZONE_AAAA] = LDNS_RR_TYPE_AAAA,   [ZONE_MX] = LDNS_RR_TYPE_MX,
        [ZONE_TXT] = LDNS_RR_TYPE_TXT, [ZONE_CNAME] = LDNS_RR_TYPE_CNAME, [ZONE_TLSA] = LDNS_RR_TYPE_TLSA,
        [ZONE_PTR] = LDNS_RR_TYPE_PTR};
    return fault->type == ZONE_ANY || types[fault->type] == type;
}

static bool fault_is_over(const struct zone_fault *fault, enum dns_transport transport)
{
    return fault->over == OVER_ANY || (fault->over == OVER_TCP) == (transport == DNS_TCP);
}

static bool has_edns(const ldns_pkt *asked)
{
    return ldns_pkt_edns(asked);
}

/* `asked` is one of those that the fault is for. */
static bool fault_fits(const struct zone_fault *fault, const ldns_pkt *asked, ldns_rr_type type,
                       enum dns_transport transport, int64_t t_ns)
{
    return fault_is_for(fault, type) && fault_is_over(fault, transport) && range_fits(&fault->between, t_ns) &&
           (!fault->edns_seen || fault->edns == has_edns(asked)) && (fault->as != FAULT_BADVERS || has_edns(asked));
}

static const struct zone_fault *fault_of(struct dns_book *book, const ldns_pkt *asked, const struct zone *zone,
                                         ldns_rr_type type, enum dns_transport transport, int64_t t_ns)
{
    for (size_t i = 0; zone != NULL && i < zone->fail.count; i++) {
        const struct zone_fault *fault = &((const struct zone_fault *)zone->fail.items)[i];
        if (!fault_fits(fault, asked, type, transport, t_ns))
            continue;
        unsigned chance = ++book->chances[zone - book->scenario->zones][i];
        if (range_allows_chance(&fault->times, chance))
            return fault;
    }
    return NULL;
}

/* ---- one question ---- */

static bool read_question(const ldns_pkt *packet, struct dns_reply *out, ldns_rr_type *type)
{
    const ldns_rr_list *questions = ldns_pkt_question(packet);
    if (ldns_pkt_qr(packet) || questions == NULL || ldns_rr_list_rr_count(questions) != 1)
        return false;
    const ldns_rr *question = ldns_rr_list_rr(questions, 0);
    char *name = ldns_rdf2str(ldns_rr_owner(question));
    char *type_text = ldns_rr_type2str(ldns_rr_get_type(question));
    *type = ldns_rr_get_type(question);
    (void)snprintf(out->qname, sizeof out->qname, "%s", name != NULL ? name : "");
    (void)snprintf(out->qtype, sizeof out->qtype, "%s", type_text != NULL ? type_text : "?");
    LDNS_FREE(name);
    LDNS_FREE(type_text);
    size_t len = strlen(out->qname);
    if (len > 1 && out->qname[len - 1] == '.')
        out->qname[len - 1] = '\0';
    for (char *c = out->qname; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return true;
}

static void set_header(ldns_pkt *answer, const ldns_pkt *question)
{
    ldns_pkt_set_id(answer, ldns_pkt_id(question));
    ldns_pkt_set_qr(answer, true);
    ldns_pkt_set_aa(answer, true);
    ldns_pkt_set_rd(answer, ldns_pkt_rd(question));
    ldns_pkt_set_ra(answer, true);
    (void)ldns_pkt_push_rr(answer, LDNS_SECTION_QUESTION,
                           ldns_rr_clone(ldns_rr_list_rr(ldns_pkt_question(question), 0)));
}

/* Too much for this transport, or a fault pretends it: set TC, and send no records (RFC 2181 §9). */
static void truncate_answer(struct composing *c)
{
    ldns_rr_list_deep_free(ldns_pkt_answer(c->packet));
    ldns_pkt_set_answer(c->packet, ldns_rr_list_new());
    ldns_pkt_set_ancount(c->packet, 0);
    ldns_pkt_set_tc(c->packet, true);
    json_free(c->texts);
    c->texts = json_new_array();
}

/* NULL when ldns cannot write it. The caller frees it with LDNS_FREE. */
static uint8_t *write_out(struct composing *c, size_t room, size_t *len)
{
    uint8_t *bytes = NULL;
    if (ldns_pkt2wire(&bytes, c->packet, len) != LDNS_STATUS_OK)
        return NULL;
    if (*len <= room)
        return bytes;
    LDNS_FREE(bytes);
    truncate_answer(c);
    return ldns_pkt2wire(&bytes, c->packet, len) == LDNS_STATUS_OK ? bytes : NULL;
}

static size_t room_for(const ldns_pkt *asked, enum dns_transport transport)
{
    size_t said = ldns_pkt_edns_udp_size(asked);
    size_t room = said > PLAIN_OCTETS ? said : PLAIN_OCTETS;
    if (transport == DNS_TCP)
        return DNS_TCP_ANSWER_MAX;
    return room < DNS_UDP_ANSWER_MAX ? room : DNS_UDP_ANSWER_MAX;
}

static void fill(struct composing *c, const struct dns_fault *fault, ldns_rr_type type)
{
    c->exists = true;
    if (fault->answers)
        dns_add_answers(c, c->qname, type);
    if (fault->compose != NULL)
        fault->compose(c);
    if (fault->truncated)
        truncate_answer(c);
}

static void take_octets(struct composing *c, const struct dns_fault *fault, size_t room, struct dns_reply *out)
{
    size_t len = 0;
    uint8_t *bytes = write_out(c, room, &len);
    if (bytes == NULL)
        return;
    if (fault->spoil != NULL)
        len = fault->spoil(bytes, len);
    out->bytes = mem_alloc(len);
    memcpy(out->bytes, bytes, len);
    out->len = len;
    LDNS_FREE(bytes);
}

static void name_rcode(ldns_pkt_rcode rcode, const struct dns_fault *fault, struct dns_reply *out)
{
    char *text = ldns_pkt_rcode2str(rcode);
    const char *name = fault->rcode_name != NULL ? fault->rcode_name : text;
    (void)snprintf(out->rcode, sizeof out->rcode, "%s", fault->silent ? "TIMEOUT" : name);
    LDNS_FREE(text);
}

static void compose(struct dns_book *book, const ldns_pkt *asked, ldns_rr_type type, enum dns_transport transport,
                    const struct zone_fault *from, int64_t t_ns, struct dns_reply *out)
{
    struct composing c = {
        .book = book, .t_ns = t_ns, .packet = ldns_pkt_new(), .qname = out->qname, .texts = json_new_array()};
    enum zone_fault_kind kind = from != NULL ? (enum zone_fault_kind)from->as : FAULT_NONE;
    const struct dns_fault *fault = dns_fault_of(kind);
    set_header(c.packet, asked);
    fill(&c, fault, type);
    ldns_pkt_rcode rcode = fault->rcode == LDNS_RCODE_NOERROR && !c.exists ? LDNS_RCODE_NXDOMAIN : fault->rcode;
    ldns_pkt_set_rcode(c.packet, rcode);
    name_rcode(rcode, fault, out);
    if (!fault->silent)
        take_octets(&c, fault, room_for(asked, transport), out);
    out->silent = fault->silent;
    out->ending = fault->ending;
    out->truncated = ldns_pkt_tc(c.packet);
    out->fault = dns_fault_name(kind);
    out->delay_ns = from != NULL ? from->delay_ns : 0;
    out->answers = c.texts;
    ldns_pkt_free(c.packet);
}

bool dns_book_answer(struct dns_book *book, struct slice question, enum dns_transport transport, int64_t t_ns,
                     struct dns_reply *out)
{
    ldns_pkt *asked = NULL;
    ldns_rr_type type = LDNS_RR_TYPE_A;
    *out = (struct dns_reply){0};
    if (question.len > DNS_QUESTION_MAX ||
        ldns_wire2pkt(&asked, (const uint8_t *)question.ptr, question.len) != LDNS_STATUS_OK)
        return false;
    bool good = read_question(asked, out, &type);
    if (good)
        compose(book, asked, type, transport,
                fault_of(book, asked, scenario_zone_at(book->scenario, out->qname, t_ns), type, transport, t_ns), t_ns,
                out);
    ldns_pkt_free(asked);
    return good;
}
