/* What the names of the world hold: the records of zones and hosts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "sim/dns/compose.h"

#define CHAIN_MAX 8

/* Takes ownership of rr. */
static void add_rr(struct composing *c, ldns_rr *rr)
{
    char *text = ldns_rr2str(rr);
    size_t len = text != NULL ? strlen(text) : 0;
    for (size_t i = 0; i < len; i++)
        text[i] = text[i] == '\t' || text[i] == '\n' ? ' ' : text[i];
    json_push(c->texts, json_new_bytes(slice_trim(slice_make(text, len))));
    LDNS_FREE(text);
    (void)ldns_pkt_push_rr(c->packet, LDNS_SECTION_ANSWER, rr);
}

void dns_add_record(struct composing *c, const char *fmt, ...)
{
    char *text;
    va_list ap;
    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0)
        text = NULL;
    va_end(ap);
    ldns_rr *rr = NULL;
    if (text != NULL && ldns_rr_new_frm_str(&rr, text, 0, NULL, NULL) == LDNS_STATUS_OK)
        add_rr(c, rr);
    free(text);
}

static long long ttl_of(const struct zone *zone)
{
    return (long long)(zone->ttl_ns / NS_PER_S);
}

static void add_all(struct composing *c, const struct zone *zone, const struct yaml_list *list, const char *type)
{
    for (size_t i = 0; i < list->count; i++)
        dns_add_record(c, "%s. %lld IN %s %s", zone->name, ttl_of(zone), type, ((const char **)list->items)[i]);
}

/* As many strings of at most 255 octets as necessary (RFC 1035 §3.3.14), quotes and backslashes escaped. */
static void add_texts(struct composing *c, const struct zone *zone)
{
    for (size_t i = 0; i < zone->txt.count; i++) {
        const char *text = ((const char **)zone->txt.items)[i];
        size_t len = strlen(text);
        char *quoted = mem_alloc(4 * len + len / 255 * 3 + 4), *at = quoted;
        *at++ = '"';
        for (size_t k = 0; k < len; k++) {
            if (k > 0 && k % 255 == 0)
                at = mempcpy(at, "\" \"", 3);
            if (text[k] == '"' || text[k] == '\\')
                *at++ = '\\';
            if ((unsigned char)text[k] >= ' ' && (unsigned char)text[k] <= '~')
                *at++ = text[k];
            else
                at += snprintf(at, 5, "\\%03u", (unsigned)(unsigned char)text[k]);
        }
        at = mempcpy(at, "\"", 2);
        dns_add_record(c, "%s. %lld IN TXT %s", zone->name, ttl_of(zone), quoted);
        free(quoted);
    }
}

static void add_names(struct composing *c, const struct zone *zone, const struct yaml_list *list, const char *type)
{
    for (size_t i = 0; i < list->count; i++) {
        const char *name = ((const char **)list->items)[i];
        bool whole = name[0] != '\0' && name[strlen(name) - 1] == '.';
        dns_add_record(c, "%s. %lld IN %s %s%s", zone->name, ttl_of(zone), type, name, whole ? "" : ".");
    }
}

static void add_mx(struct composing *c, const struct zone *zone)
{
    for (size_t i = 0; i < zone->mx.count; i++) {
        unsigned preference;
        struct slice name;
        if (!scenario_parse_mx(((const char **)zone->mx.items)[i], &preference, &name))
            continue;
        bool root = slice_eq_cstr(name, ".");
        dns_add_record(c, "%s. %lld IN MX %u %.*s%s", zone->name, ttl_of(zone), preference, SLICE_ARG(name),
                       root ? "" : ".");
    }
}

static void add_of_type(struct composing *c, const struct zone *zone, const struct host *host, ldns_rr_type type)
{
    char addr[IP_TEXT_MAX];
    if (zone != NULL && type == LDNS_RR_TYPE_MX)
        add_mx(c, zone);
    if (zone != NULL && type == LDNS_RR_TYPE_A)
        add_all(c, zone, &zone->a, "A");
    if (zone != NULL && type == LDNS_RR_TYPE_AAAA)
        add_all(c, zone, &zone->aaaa, "AAAA");
    if (zone != NULL && type == LDNS_RR_TYPE_TXT)
        add_texts(c, zone);
    if (zone != NULL && type == LDNS_RR_TYPE_TLSA)
        add_all(c, zone, &zone->tlsa, "TLSA");
    if (zone != NULL && type == LDNS_RR_TYPE_PTR)
        add_names(c, zone, &zone->ptr, "PTR");
    if (host != NULL && type == LDNS_RR_TYPE_A && (zone == NULL || zone->a.count == 0))
        dns_add_record(c, "%s. 3600 IN A %s", host->name, ip_format(host->addr, addr));
}

/* A name exists when there is something at it or below it. */
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

/* The story may have changed the record's zone. */
static bool is_there(const struct composing *c, const struct loose_record *loose)
{
    return scenario_zone_at(c->book->scenario, loose->zone->name, c->t_ns) == loose->zone;
}

static bool has_loose_at(const struct composing *c, const char *name)
{
    for (size_t i = 0; i < c->book->loose_count; i++) {
        const struct loose_record *loose = &c->book->loose[i];
        if ((strcasecmp(loose->owner, name) == 0 || ends_in(loose->owner, name)) && is_there(c, loose))
            return true;
    }
    return false;
}

/* Those of `records`. */
static void add_loose(struct composing *c, const char *name, ldns_rr_type type)
{
    for (size_t i = 0; i < c->book->loose_count; i++) {
        const struct loose_record *loose = &c->book->loose[i];
        if (ldns_rr_get_type(loose->rr) == type && strcasecmp(loose->owner, name) == 0 && is_there(c, loose))
            add_rr(c, ldns_rr_clone(loose->rr));
    }
}

void dns_add_alias(struct composing *c, const char *name)
{
    const struct zone *zone = scenario_zone_at(c->book->scenario, name, c->t_ns);
    if (zone != NULL && zone->cname != NULL)
        dns_add_record(c, "%s. %lld IN CNAME %s.", zone->name, ttl_of(zone), zone->cname);
}

void dns_add_answers(struct composing *c, const char *name, ldns_rr_type type)
{
    const struct scenario *s = c->book->scenario;
    for (int link = 0; link < CHAIN_MAX; link++) {
        const struct zone *zone = scenario_zone_at(s, name, c->t_ns);
        c->exists = exists(s, name) || has_loose_at(c, name);
        if (zone == NULL || zone->cname == NULL) {
            add_of_type(c, zone, scenario_host(s, name), type);
            add_loose(c, name, type);
            return;
        }
        dns_add_alias(c, name);
        if (type == LDNS_RR_TYPE_CNAME)
            return;
        name = zone->cname;
    }
}
