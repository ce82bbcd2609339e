#include "sim/dns/book.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define CHAIN_MAX    8
#define PLAIN_OCTETS 512 /* RFC 1035 §4.2.1; more only as EDNS says (RFC 6891 §6.2.3) */

struct dns_book {
    const struct scenario *scenario;
    unsigned **chances; /* a zone one array, a fault one counter */
};

/* A zone that the story changes may keep its faults: their chances are counted on. */
static size_t first_with_faults_of(const struct scenario *scenario, size_t zone)
{
    size_t i = 0;
    while (i < zone &&
           (scenario->zones[i].fail.count == 0 || scenario->zones[i].fail.items != scenario->zones[zone].fail.items))
        i++;
    return i;
}

struct dns_book *dns_book_new(const struct scenario *scenario)
{
    struct dns_book *book = mem_zalloc(sizeof *book);
    book->scenario = scenario;
    book->chances = mem_zalloc((scenario->zone_count + 1) * sizeof(unsigned *));
    for (size_t i = 0; i < scenario->zone_count; i++) {
        size_t same = first_with_faults_of(scenario, i);
        book->chances[i] =
            same < i ? book->chances[same] : mem_zalloc((scenario->zones[i].fail.count + 1) * sizeof(unsigned));
    }
    return book;
}

void dns_book_free(struct dns_book *book)
{
    if (book == NULL)
        return;
    for (size_t i = 0; i < book->scenario->zone_count; i++)
        if (first_with_faults_of(book->scenario, i) == i)
            free(book->chances[i]);
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
    static const ldns_rr_type types[] = {[ZONE_A] = LDNS_RR_TYPE_A,
                                         [ZONE_AAAA] = LDNS_RR_TYPE_AAAA,
                                         [ZONE_MX] = LDNS_RR_TYPE_MX,
                                         [ZONE_TXT] = LDNS_RR_TYPE_TXT,
                                         [ZONE_CNAME] = LDNS_RR_TYPE_CNAME};
    return fault->type == ZONE_ANY || types[fault->type] == type;
}

static const struct zone_fault *fault_of(struct dns_book *book, const struct zone *zone, ldns_rr_type type,
                                         int64_t t_ns)
{
    for (size_t i = 0; zone != NULL && i < zone->fail.count; i++) {
        const struct zone_fault *fault = &((const struct zone_fault *)zone->fail.items)[i];
        if (!fault_is_for(fault, type) || !range_fits(&fault->between, t_ns))
            continue;
        unsigned chance = ++book->chances[zone - book->scenario->zones][i];
        if (range_allows_chance(&fault->times, chance))
            return fault;
    }
    return NULL;
}

/* ---- records ---- */

struct composing {
    struct dns_book *book;
    int64_t t_ns;
    ldns_pkt *packet;
    struct json *texts;
    bool exists;
};

__attribute__((format(printf, 2, 3))) static void add_record(struct composing *c, const char *fmt, ...)
{
    char *text;
    va_list ap;
    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0)
        text = NULL;
    va_end(ap);
    ldns_rr *rr = NULL;
    if (text != NULL && ldns_rr_new_frm_str(&rr, text, 0, NULL, NULL) == LDNS_STATUS_OK) {
        (void)ldns_pkt_push_rr(c->packet, LDNS_SECTION_ANSWER, rr);
        json_push(c->texts, json_new_str(text));
    }
    free(text);
}

static void add_all(struct composing *c, const struct zone *zone, const struct yaml_list *list, const char *type,
                    const char *quote)
{
    for (size_t i = 0; i < list->count; i++)
        add_record(c, "%s. %lld IN %s %s%s%s", zone->name, (long long)(zone->ttl_ns / NS_PER_S), type, quote,
                   ((const char **)list->items)[i], quote);
}

static void add_mx(struct composing *c, const struct zone *zone)
{
    for (size_t i = 0; i < zone->mx.count; i++) {
        unsigned preference;
        struct slice name;
        if (!scenario_parse_mx(((const char **)zone->mx.items)[i], &preference, &name))
            continue;
        bool root = slice_eq_cstr(name, ".");
        add_record(c, "%s. %lld IN MX %u %.*s%s", zone->name, (long long)(zone->ttl_ns / NS_PER_S), preference,
                   SLICE_ARG(name), root ? "" : ".");
    }
}

static void add_of_type(struct composing *c, const struct zone *zone, const struct host *host, ldns_rr_type type)
{
    char addr[INET_ADDRSTRLEN];
    if (zone != NULL && type == LDNS_RR_TYPE_MX)
        add_mx(c, zone);
    if (zone != NULL && type == LDNS_RR_TYPE_A)
        add_all(c, zone, &zone->a, "A", "");
    if (zone != NULL && type == LDNS_RR_TYPE_AAAA)
        add_all(c, zone, &zone->aaaa, "AAAA", "");
    if (zone != NULL && type == LDNS_RR_TYPE_TXT)
        add_all(c, zone, &zone->txt, "TXT", "\"");
    if (host != NULL && type == LDNS_RR_TYPE_A && (zone == NULL || zone->a.count == 0))
        add_record(c, "%s. 3600 IN A %s", host->name, inet_ntop(AF_INET, &host->addr, addr, sizeof addr));
}

/* A name exists when something stands at it or below it. */
static bool ends_in(const char *name, const char *tail)
{
    size_t a = strlen(name), b = strlen(tail);
    return a > b && name[a - b - 1] == '.' && strcasecmp(name + a - b, tail) == 0;
}

static bool exists(const struct scenario *s, const char *name)
{
    bool found = scenario_zone(s, name) != NULL || scenario_host(s, name) != NULL;
    for (size_t i = 0; !found && i < s->zone_count; i++)
        found = ends_in(s->zones[i].name, name);
    for (size_t i = 0; !found && i < s->host_count; i++)
        found = ends_in(s->hosts[i].name, name);
    return found;
}

static void add_answers(struct composing *c, const char *name, ldns_rr_type type)
{
    const struct scenario *s = c->book->scenario;
    for (int link = 0; link < CHAIN_MAX; link++) {
        const struct zone *zone = scenario_zone_at(s, name, c->t_ns);
        c->exists = exists(s, name);
        if (zone == NULL || zone->cname == NULL || type == LDNS_RR_TYPE_CNAME) {
            add_of_type(c, zone, scenario_host(s, name), type);
            return;
        }
        add_record(c, "%s. %lld IN CNAME %s.", zone->name, (long long)(zone->ttl_ns / NS_PER_S), zone->cname);
        name = zone->cname;
    }
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

static ldns_pkt_rcode rcode_of(const struct zone_fault *fault, bool name_exists)
{
    if (fault == NULL)
        return name_exists ? LDNS_RCODE_NOERROR : LDNS_RCODE_NXDOMAIN;
    return fault->as == FAULT_SERVFAIL  ? LDNS_RCODE_SERVFAIL
           : fault->as == FAULT_REFUSED ? LDNS_RCODE_REFUSED
           : fault->as == FAULT_NODATA  ? LDNS_RCODE_NOERROR
                                        : LDNS_RCODE_NXDOMAIN;
}

static void set_header(ldns_pkt *answer, const ldns_pkt *question, ldns_pkt_rcode rcode)
{
    ldns_pkt_set_id(answer, ldns_pkt_id(question));
    ldns_pkt_set_qr(answer, true);
    ldns_pkt_set_aa(answer, true);
    ldns_pkt_set_rd(answer, ldns_pkt_rd(question));
    ldns_pkt_set_ra(answer, true);
    ldns_pkt_set_rcode(answer, rcode);
    (void)ldns_pkt_push_rr(answer, LDNS_SECTION_QUESTION,
                           ldns_rr_clone(ldns_rr_list_rr(ldns_pkt_question(question), 0)));
}

static void write_out(ldns_pkt *answer, size_t room, struct dns_reply *out)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    if (ldns_pkt2wire(&bytes, answer, &len) != LDNS_STATUS_OK)
        return;
    if (len > room) { /* too much for one datagram: say so, and send none of it (RFC 2181 §9) */
        ldns_rr_list_deep_free(ldns_pkt_answer(answer));
        ldns_pkt_set_answer(answer, ldns_rr_list_new());
        ldns_pkt_set_ancount(answer, 0);
        ldns_pkt_set_tc(answer, true);
        LDNS_FREE(bytes);
        if (ldns_pkt2wire(&bytes, answer, &len) != LDNS_STATUS_OK)
            return;
    }
    out->bytes = mem_alloc(len);
    memcpy(out->bytes, bytes, len);
    out->len = len;
    LDNS_FREE(bytes);
}

bool dns_book_answer(struct dns_book *book, struct slice question, int64_t t_ns, struct dns_reply *out)
{
    ldns_pkt *asked = NULL;
    ldns_rr_type type = LDNS_RR_TYPE_A;
    *out = (struct dns_reply){0};
    if (ldns_wire2pkt(&asked, (const uint8_t *)question.ptr, question.len) != LDNS_STATUS_OK)
        return false;
    if (!read_question(asked, out, &type)) {
        ldns_pkt_free(asked);
        return false;
    }
    struct composing c = {.book = book, .t_ns = t_ns, .packet = ldns_pkt_new(), .texts = json_new_array()};
    const struct zone_fault *fault = fault_of(book, scenario_zone_at(book->scenario, out->qname, t_ns), type, t_ns);
    if (fault == NULL)
        add_answers(&c, out->qname, type);
    ldns_pkt_rcode rcode = rcode_of(fault, c.exists);
    out->answers = c.texts;
    out->silent = fault != NULL && fault->as == FAULT_TIMEOUT;
    char *rcode_text = ldns_pkt_rcode2str(rcode);
    (void)snprintf(out->rcode, sizeof out->rcode, "%s", out->silent ? "TIMEOUT" : rcode_text);
    LDNS_FREE(rcode_text);
    set_header(c.packet, asked, rcode);
    size_t room = ldns_pkt_edns_udp_size(asked) > PLAIN_OCTETS ? ldns_pkt_edns_udp_size(asked) : PLAIN_OCTETS;
    if (!out->silent)
        write_out(c.packet, room < DNS_ANSWER_MAX ? room : DNS_ANSWER_MAX, out);
    ldns_pkt_free(c.packet);
    ldns_pkt_free(asked);
    return true;
}
