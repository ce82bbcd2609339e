/* The linter's questions about zones: names and records that lead nowhere, faults without effect. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sim/scenario/loader.h"
#include "sim/scenario/names.h"
#include "sim/scenario/raw.h"
#include "sim/scenario/zone_record.h"

#define ITEM(list, type, i) (&((type *)(list).items)[i])

/* A scenario about such a fault declares it: tags: [M14]. */
static bool is_about(const struct scenario *s, const char *tag)
{
    for (size_t i = 0; i < s->tags.count; i++)
        if (strcasecmp(*ITEM(s->tags, const char *, i), tag) == 0)
            return true;
    return false;
}

static void check_name(struct scenario *s, const struct zone *zone, const char *what, const char *name)
{
    const char *problem = name_problem(name);
    if (problem != NULL)
        yaml_error(&s->doc, zone->at, "world.dns", "%s `%.60s`: %s", what, name, problem);
}

static void mx_host(struct scenario *s, const struct zone *zone, const char *host)
{
    struct ip addr;
    const struct zone *target = scenario_zone(s, host);
    if (ip_parse_v4(slice_cstr(host), &addr)) {
        if (!is_about(s, "M16"))
            yaml_warn(&s->doc, zone->at, "world.dns",
                      "MX of %s is the address %s, not a name (RFC 5321 §5.1); if that is intended, add tags: [M16]",
                      zone->name, host);
    } else if (target != NULL && target->cname != NULL) {
        if (!is_about(s, "M14"))
            yaml_warn(&s->doc, zone->at, "world.dns",
                      "MX of %s is %s, a CNAME (RFC 5321 §5.1); if that is intended, add tags: [M14]", zone->name,
                      host);
    } else if (strcmp(host, ".") != 0 && target == NULL && scenario_host(s, host) == NULL) {
        yaml_error(&s->doc, zone->at, "world.dns", "MX of %s is %s, which is neither a host nor a zone of the world",
                   zone->name, host);
    }
}

static void mx_names(struct scenario *s, const struct zone *zone)
{
    for (size_t k = 0; k < zone->mx.count; k++) {
        const char *text = *ITEM(zone->mx, const char *, k);
        unsigned preference;
        struct slice name;
        char host[256];
        if (!scenario_parse_mx(text, &preference, &name)) {
            yaml_error(&s->doc, zone->at, "world.dns", "`%s` is not an MX record; write \"10 mx1.%s\"", text,
                       zone->name);
            continue;
        }
        (void)snprintf(host, sizeof host, "%.*s", SLICE_ARG(name));
        if (!slice_eq_cstr(name, "."))
            check_name(s, zone, "MX", host);
        mx_host(s, zone, host);
    }
}

static void addresses(struct scenario *s, const struct zone *zone)
{
    struct ip ip;
    for (size_t k = 0; k < zone->a.count; k++)
        if (!ip_parse_v4(slice_cstr(*ITEM(zone->a, const char *, k)), &ip))
            yaml_error(&s->doc, zone->at, "world.dns", "A: `%s` is not an IPv4 address",
                       *ITEM(zone->a, const char *, k));
    for (size_t k = 0; k < zone->aaaa.count; k++)
        if (!ip_parse_v6(slice_cstr(*ITEM(zone->aaaa, const char *, k)), &ip))
            yaml_error(&s->doc, zone->at, "world.dns", "AAAA: `%s` is not an IPv6 address",
                       *ITEM(zone->aaaa, const char *, k));
}

static void names(struct scenario *s, const struct zone *zone)
{
    check_name(s, zone, "zone", zone->name);
    if (zone->cname != NULL)
        check_name(s, zone, "CNAME", zone->cname);
    for (size_t k = 0; k < zone->ptr.count; k++)
        check_name(s, zone, "PTR", *ITEM(zone->ptr, const char *, k));
}

static bool is_tlsa(const char *text)
{
    struct slice rest = slice_cstr(text);
    uint64_t n;
    for (int i = 0; i < 3; i++)
        if (!slice_to_u64(slice_cut(&rest, ' '), 255, &n))
            return false;
    size_t digits = 0;
    for (; digits < rest.len && isxdigit((unsigned char)rest.ptr[digits]); digits++)
        ;
    return digits > 0 && digits == rest.len && digits % 2 == 0;
}

static void tlsa_records(struct scenario *s, const struct zone *zone)
{
    for (size_t k = 0; k < zone->tlsa.count; k++)
        if (!is_tlsa(*ITEM(zone->tlsa, const char *, k)))
            yaml_error(&s->doc, zone->at, "world.dns",
                       "TLSA `%.60s` is not \"usage selector type octets\"; write \"3 1 1 00ff…\" (RFC 6698 §2.2)",
                       *ITEM(zone->tlsa, const char *, k));
}

static void loose_record(struct scenario *s, const struct zone *zone, const char *text)
{
    const char *why;
    ldns_rr *rr = zone_record_read(zone, text, &why);
    if (rr == NULL)
        yaml_error(&s->doc, zone->at, "world.dns",
                   "`%.200s` is not a record in zone-file form, such as \"www 300 IN A 192.0.2.7\": %s", text, why);
    else if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_MX) /* attempts are counted by MX host: the harness must know them */
        yaml_error(&s->doc, zone->at, "world.dns", "`%s` is an MX record; move it to MX of its zone", text);
    else if (ldns_rr_uncompressed_size(rr) > ANSWER_MAX)
        yaml_error(&s->doc, zone->at, "world.dns", "a record of %zu octets; an answer has room for %d",
                   ldns_rr_uncompressed_size(rr), ANSWER_MAX);
    ldns_rr_free(rr);
}

static void loose_records(struct scenario *s, const struct zone *zone)
{
    for (size_t k = 0; k < zone->records.count; k++)
        loose_record(s, zone, *ITEM(zone->records, const char *, k));
}

/* Its size in an answer, with its owner's name compressed. */
#define RECORD_HEAD 12

static size_t text_octets(const char *text)
{
    size_t len = strlen(text);
    return len + (len + 254) / 255;
}

/* Strings of names, "10 mx1.d.example" too, take no more than their letters and four octets. */
static size_t name_octets(const char *text)
{
    return strlen(text) + 4;
}

static size_t a_octets(const char *text)
{
    (void)text;
    return 4;
}

static size_t aaaa_octets(const char *text)
{
    (void)text;
    return 16;
}

static size_t tlsa_octets(const char *text)
{
    return strlen(text) / 2;
}

/* The server leaves out what no answer can hold, and would report to the target that there is no such record. */
static void answers_fit(struct scenario *s, const struct zone *zone)
{
    const struct {
        const char *type;
        const struct yaml_list *list;
        size_t (*octets)(const char *text);
    } types[] = {{"MX", &zone->mx, name_octets},     {"A", &zone->a, a_octets},
                 {"AAAA", &zone->aaaa, aaaa_octets}, {"TXT", &zone->txt, text_octets},
                 {"TLSA", &zone->tlsa, tlsa_octets}, {"PTR", &zone->ptr, name_octets}};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        size_t octets = 0;
        for (size_t k = 0; k < types[i].list->count; k++)
            octets += RECORD_HEAD + types[i].octets(*ITEM(*types[i].list, const char *, k));
        if (octets > ANSWER_MAX)
            yaml_error(&s->doc, zone->at, "world.dns",
                       "the %s records of %s take %zu octets; an answer has room for %d", types[i].type, zone->name,
                       octets, ANSWER_MAX);
    }
}

static void faults(struct scenario *s, const struct zone *zone)
{
    for (size_t k = 0; k < zone->fail.count; k++) {
        const struct zone_fault *fault = ITEM(zone->fail, struct zone_fault, k);
        if (fault->as == FAULT_NONE && fault->delay_ns == 0)
            yaml_error(&s->doc, fault->at, "fail",
                       "the fault has no effect; add `as` (what replaces the answer) or `delay`");
        if ((fault->as == FAULT_CLOSE || fault->as == FAULT_RESET) && fault->over != OVER_TCP)
            yaml_error(&s->doc, fault->at, "fail", "UDP has no connection to end; use over: tcp, or as: timeout");
        if (fault->as == FAULT_ALIAS_ONLY && zone->cname == NULL)
            yaml_error(&s->doc, fault->at, "fail", "alias_only needs an alias: give %s a CNAME", zone->name);
        if (fault->as == FAULT_BADVERS && fault->edns_seen && !fault->edns)
            yaml_error(&s->doc, fault->at, "fail",
                       "badvers answers an OPT record (RFC 6891 §6.1.3), so it never matches with edns: false");
        if (fault->between.set && fault->between.min > s->clock.until_ns)
            yaml_error(&s->doc, fault->at, "fail", "this fault starts after clock.until and never acts");
    }
}

void scenario_lint_zones(struct scenario *s)
{
    for (size_t i = 0; i < s->zone_count; i++) {
        mx_names(s, &s->zones[i]);
        names(s, &s->zones[i]);
        addresses(s, &s->zones[i]);
        tlsa_records(s, &s->zones[i]);
        loose_records(s, &s->zones[i]);
        answers_fit(s, &s->zones[i]);
        faults(s, &s->zones[i]);
    }
}
