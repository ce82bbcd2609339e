#include "relay/operator/sending/spf.h"

#include <stdio.h>
#include <string.h>

#define VOID_MAX   2
#define MX_MAX     10
#define DOMAIN_MAX 255

struct evaluation {
    const struct spf_dns *dns;
    struct ip address;
    struct spf_verdict *verdict;
    unsigned voids;
};

/* What a term says about the address. */
enum match { MATCH_NO, MATCH_YES, MATCH_STOP /* the verdict is there: an error */ };

static enum spf_result evaluate(struct evaluation *e, struct slice domain);

const char *spf_result_name(enum spf_result result)
{
    static const char *const names[] = {"none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"};
    return names[result];
}

static enum match stop(struct evaluation *e, enum spf_result result, const char *words, struct slice about)
{
    e->verdict->result = result;
    (void)snprintf(e->verdict->words, sizeof e->verdict->words, "%s%.*s", words, SLICE_ARG(about));
    return MATCH_STOP;
}

/* ---- the DNS ---- */

static enum match ask(struct evaluation *e, struct slice name, enum wire_type type, struct wire_answer *out)
{
    char text[DOMAIN_MAX + 1];
    if (name.len == 0 || name.len > DOMAIN_MAX)
        return stop(e, SPF_PERMERROR, "not a domain: ", name);
    (void)snprintf(text, sizeof text, "%.*s", SLICE_ARG(name));
    e->dns->ask(e->dns->arg, text, type, out);
    return out->result == WIRE_TEMPORARY ? stop(e, SPF_TEMPERROR, "the DNS does not answer about ", name) : MATCH_NO;
}

/* §4.6.4 */
static enum match count_lookup(struct evaluation *e)
{
    if (++e->verdict->lookups > SPF_LOOKUPS_MAX)
        return stop(e, SPF_PERMERROR, "it needs more than 10 DNS lookups", slice_make(NULL, 0));
    return MATCH_NO;
}

static enum match count_void(struct evaluation *e, const struct wire_answer *answer, struct slice name)
{
    if (answer->count == 0 && ++e->voids > VOID_MAX)
        return stop(e, SPF_PERMERROR, "more than 2 DNS lookups find nothing, the last is ", name);
    return MATCH_NO;
}

/* ---- mechanisms ---- */

/* Cuts "/24" or "/24//64" off a domain-spec: the bits that count for this address. False when it is malformed. */
static bool cut_bits(struct slice *spec, struct ip address, unsigned *bits)
{
    struct slice lengths = slice_from(*spec, slice_find(*spec, '/')), v4 = lengths, v6 = slice_make(NULL, 0);
    *spec = slice_head(*spec, spec->len - lengths.len);
    *bits = ip_is_v4(address) ? 32 : 128;
    for (size_t i = 0; i + 1 < lengths.len; i++) {
        if (lengths.ptr[i] != '/' || lengths.ptr[i + 1] != '/')
            continue;
        v4 = slice_head(lengths, i);
        v6 = slice_from(lengths, i + 2);
        break;
    }
    struct slice own = ip_is_v4(address) ? (v4.len > 0 ? slice_from(v4, 1) : v4) : v6;
    uint64_t number;
    if (own.len == 0)
        return true;
    if (!slice_to_u64(own, *bits, &number))
        return false;
    *bits = (unsigned)number;
    return true;
}

static bool has_address(const struct evaluation *e, const struct wire_answer *answer, unsigned bits)
{
    for (size_t i = 0; i < answer->count; i++)
        if (ip_net_has(&(struct ip_net){answer->records[i].address, bits}, e->address))
            return true;
    return false;
}

static enum wire_type address_type(const struct evaluation *e)
{
    return ip_is_v4(e->address) ? WIRE_A : WIRE_AAAA;
}

static enum match match_a(struct evaluation *e, struct slice name, unsigned bits)
{
    struct wire_answer answer;
    enum match match = ask(e, name, address_type(e), &answer);
    if (match == MATCH_NO)
        match = count_void(e, &answer, name);
    return match == MATCH_NO && has_address(e, &answer, bits) ? MATCH_YES : match;
}

static enum match match_mx(struct evaluation *e, struct slice name, unsigned bits)
{
    struct wire_answer answer, host;
    enum match match = ask(e, name, WIRE_MX, &answer);
    if (match == MATCH_NO)
        match = count_void(e, &answer, name);
    if (match == MATCH_NO && answer.count > MX_MAX)
        match = stop(e, SPF_PERMERROR, "more than 10 MX hosts of ", name);
    for (size_t i = 0; match == MATCH_NO && i < answer.count; i++) {
        struct slice host_name = slice_cstr(answer.records[i].host);
        if (host_name.len > 0 && (match = ask(e, host_name, address_type(e), &host)) == MATCH_NO)
            match = has_address(e, &host, bits) ? MATCH_YES : MATCH_NO;
    }
    return match;
}

static enum match match_ip(struct evaluation *e, struct slice spec)
{
    struct ip_net net = {.bits = 0};
    if (slice_find(spec, '/') < spec.len) {
        if (!ip_net_parse(spec, &net))
            return stop(e, SPF_PERMERROR, "not a network: ", spec);
    } else {
        if (!ip_parse(spec, &net.ip))
            return stop(e, SPF_PERMERROR, "not an address: ", spec);
        net.bits = ip_is_v4(net.ip) ? 32 : 128;
    }
    return ip_net_has(&net, e->address) ? MATCH_YES : MATCH_NO;
}

/* §5.2: only its "pass" is a match. */
static enum match match_include(struct evaluation *e, struct slice name)
{
    switch (evaluate(e, name)) {
    case SPF_PASS:
        return MATCH_YES;
    case SPF_TEMPERROR:
    case SPF_PERMERROR:
        return MATCH_STOP;
    case SPF_NONE:
        return stop(e, SPF_PERMERROR, "there is no SPF record of ", name);
    default:
        return MATCH_NO;
    }
}

static bool is_mechanism(struct slice term, const char *name, struct slice *value)
{
    size_t len = strlen(name);
    if (!slice_istarts(term, name) || (term.len > len && term.ptr[len] != ':' && term.ptr[len] != '/'))
        return false;
    *value = slice_from(term, len);
    if (value->len > 0 && value->ptr[0] == ':')
        *value = slice_from(*value, 1);
    return true;
}

static enum match match_hosts(struct evaluation *e, struct slice domain, struct slice value, bool mx)
{
    unsigned bits;
    if (!cut_bits(&value, e->address, &bits))
        return stop(e, SPF_PERMERROR, "not the length of a prefix, after ", value);
    enum match match = count_lookup(e);
    struct slice name = value.len > 0 ? value : domain;
    return match != MATCH_NO ? match : mx ? match_mx(e, name, bits) : match_a(e, name, bits);
}

static enum match match_term(struct evaluation *e, struct slice domain, struct slice term)
{
    struct slice value;
    bool asks = is_mechanism(term, "exists", &value) || is_mechanism(term, "ptr", &value);
    if (asks || slice_find(term, '%') < term.len) {
        e->verdict->skipped = true;
        return count_lookup(e);
    }
    if (is_mechanism(term, "all", &value))
        return MATCH_YES;
    if (is_mechanism(term, "ip4", &value) || is_mechanism(term, "ip6", &value))
        return match_ip(e, value);
    if (is_mechanism(term, "a", &value))
        return match_hosts(e, domain, value, false);
    if (is_mechanism(term, "mx", &value))
        return match_hosts(e, domain, value, true);
    if (!is_mechanism(term, "include", &value))
        return stop(e, SPF_PERMERROR, "an unknown mechanism: ", term);
    enum match match = count_lookup(e);
    return match == MATCH_NO ? match_include(e, value) : match;
}

/* ---- records ---- */

static bool is_spf(struct slice text)
{
    return slice_istarts(text, "v=spf1") && (text.len == 6 || text.ptr[6] == ' ');
}

static enum match find_record(struct evaluation *e, struct slice domain, struct slice *record)
{
    struct wire_answer answer;
    size_t count = 0;
    enum match match = ask(e, domain, WIRE_TXT, &answer);
    for (size_t i = 0; match == MATCH_NO && i < answer.count; i++) {
        if (!is_spf(answer.records[i].text))
            continue;
        *record = slice_from(answer.records[i].text, 6);
        count++;
    }
    if (match == MATCH_NO && count > 1)
        match = stop(e, SPF_PERMERROR, "there is more than one SPF record of ", domain); /* §4.5 */
    return match == MATCH_NO && count == 1 ? MATCH_YES : match;
}

/* §4.6.2 */
static enum spf_result qualified(char qualifier)
{
    return qualifier == '-' ? SPF_FAIL : qualifier == '~' ? SPF_SOFTFAIL : qualifier == '?' ? SPF_NEUTRAL : SPF_PASS;
}

static enum spf_result decide(struct evaluation *e, enum spf_result result, struct slice domain, struct slice term)
{
    e->verdict->result = result;
    (void)snprintf(e->verdict->words, sizeof e->verdict->words, "%.*s in the record of %.*s", SLICE_ARG(term),
                   SLICE_ARG(domain));
    return result;
}

static bool is_modifier(struct slice term)
{
    size_t equals = slice_find(term, '=');
    return equals < slice_find(term, ':') && equals < slice_find(term, '/');
}

static enum spf_result redirect(struct evaluation *e, struct slice domain)
{
    if (count_lookup(e) == MATCH_STOP)
        return e->verdict->result;
    enum spf_result result = evaluate(e, domain);
    if (result == SPF_NONE) /* §6.1 */
        (void)stop(e, SPF_PERMERROR, "there is no SPF record of ", domain);
    return e->verdict->result;
}

static enum spf_result evaluate(struct evaluation *e, struct slice domain)
{
    struct slice record = {0}, next = {0};
    enum match match = find_record(e, domain, &record);
    if (match == MATCH_STOP)
        return e->verdict->result;
    if (match == MATCH_NO) {
        (void)stop(e, SPF_NONE, "there is no SPF record of ", domain);
        return SPF_NONE;
    }
    while (record.len > 0) {
        struct slice term = slice_cut(&record, ' '), mechanism = term;
        if (term.len == 0)
            continue;
        if (is_modifier(term)) {
            if (slice_istarts(term, "redirect="))
                next = slice_from(term, strlen("redirect="));
            continue;
        }
        if (strchr("+-~?", term.ptr[0]) != NULL)
            mechanism = slice_from(term, 1);
        match = match_term(e, domain, mechanism);
        if (match == MATCH_STOP)
            return e->verdict->result;
        if (match == MATCH_YES)
            return decide(e, qualified(term.ptr[0]), domain, term);
    }
    return next.len > 0 ? redirect(e, next) : decide(e, SPF_NEUTRAL, domain, SLICE_LIT("no term"));
}

void spf_evaluate(const struct spf_dns *dns, const char *domain, struct ip address, struct spf_verdict *out)
{
    struct evaluation e = {.dns = dns, .address = address, .verdict = out};
    *out = (struct spf_verdict){.result = SPF_NONE};
    (void)evaluate(&e, slice_cstr(domain));
    for (char *c = out->words; *c != '\0'; c++) /* of others: nothing that a terminal obeys */
        *c = *c < ' ' || *c > '~' ? '?' : *c;
}
