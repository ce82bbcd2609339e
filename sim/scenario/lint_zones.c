/* The linter's questions about zones: names and records that lead nowhere, faults that are none. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sim/scenario/loader.h"
#include "sim/scenario/names.h"

#define ITEM(list, type, i) (&((type *)(list).items)[i])

/* A scenario that is about an oddity says so: tags: [M14]. */
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
    struct in_addr addr;
    const struct zone *target = scenario_zone(s, host);
    if (inet_pton(AF_INET, host, &addr) == 1) {
        if (!is_about(s, "M16"))
            yaml_warn(&s->doc, zone->at, "world.dns",
                      "MX of %s is the address %s, not a name (RFC 5321 §5.1); if that is the point, say tags: [M16]",
                      zone->name, host);
    } else if (target != NULL && target->cname != NULL) {
        if (!is_about(s, "M14"))
            yaml_warn(&s->doc, zone->at, "world.dns",
                      "MX of %s is %s, a CNAME (RFC 5321 §5.1); if that is the point, say tags: [M14]", zone->name,
                      host);
    } else if (strcmp(host, ".") != 0 && target == NULL && scenario_host(s, host) == NULL) {
        yaml_error(&s->doc, zone->at, "world.dns", "MX of %s is %s, which is not in the world", zone->name, host);
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
            yaml_error(&s->doc, zone->at, "world.dns", "`%s` is no MX record; write \"10 mx1.%s\"", text, zone->name);
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
    uint8_t bytes[16];
    for (size_t k = 0; k < zone->a.count; k++)
        if (inet_pton(AF_INET, *ITEM(zone->a, const char *, k), bytes) != 1)
            yaml_error(&s->doc, zone->at, "world.dns", "A `%s` is no IPv4 address", *ITEM(zone->a, const char *, k));
    for (size_t k = 0; k < zone->aaaa.count; k++)
        if (inet_pton(AF_INET6, *ITEM(zone->aaaa, const char *, k), bytes) != 1)
            yaml_error(&s->doc, zone->at, "world.dns", "AAAA `%s` is no IPv6 address",
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

/* "mx 10 host", behind an owner, a time to live and a class perhaps */
static bool is_mx_record(const char *text)
{
    struct slice rest = slice_cstr(text);
    uint64_t preference;
    while (rest.len > 0)
        if (slice_ieq_cstr(slice_cut(&rest, ' '), "MX") && slice_to_u64(slice_cut(&rest, ' '), 65535, &preference))
            return true;
    return false;
}

/* Attempts are counted by MX host, so the harness must know them. */
static void loose_records(struct scenario *s, const struct zone *zone)
{
    for (size_t k = 0; k < zone->records.count; k++)
        if (is_mx_record(*ITEM(zone->records, const char *, k)))
            yaml_error(&s->doc, zone->at, "world.dns", "`%s` is an MX record; it belongs under MX of its zone",
                       *ITEM(zone->records, const char *, k));
}

static void faults(struct scenario *s, const struct zone *zone)
{
    for (size_t k = 0; k < zone->fail.count; k++) {
        const struct zone_fault *fault = ITEM(zone->fail, struct zone_fault, k);
        if (fault->as == FAULT_NONE && fault->delay_ns == 0)
            yaml_error(&s->doc, fault->at, "fail",
                       "the fault does nothing; say what it is (as), or how late the answer");
        if ((fault->as == FAULT_CLOSE || fault->as == FAULT_RESET) && fault->over != OVER_TCP)
            yaml_error(&s->doc, fault->at, "fail", "UDP has no connection to end; say over: tcp, or as: timeout");
        if (fault->as == FAULT_ALIAS_ONLY && zone->cname == NULL)
            yaml_error(&s->doc, fault->at, "fail", "alias_only needs an alias: give %s a CNAME", zone->name);
        if (fault->as == FAULT_BADVERS && fault->edns_seen && !fault->edns)
            yaml_error(&s->doc, fault->at, "fail",
                       "badvers answers an OPT record (RFC 6891 §6.1.3), so edns: false never sees it");
        if (fault->between.set && fault->between.min > s->clock.until_ns)
            yaml_error(&s->doc, fault->at, "fail", "the fault cannot act before clock.until");
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
        faults(s, &s->zones[i]);
    }
}
