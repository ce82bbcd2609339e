#include "relay/dns/mx.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "relay/dns/destination.h"

#define NAMES_MAX     100 /* hosts whose addresses are asked for */
#define NAMES_BEST    50  /* of these, always; the others are drawn */
#define ADDRESSES_MAX 1000

struct candidate {
    uint16_t preference;
    uint64_t shuffle;
    char *name;
};

struct mx_lookup {
    struct resolver *resolver;
    const struct config *config;
    struct prng *prng;
    char *domain;
    struct mx_asker asker;
    uint64_t question;
    struct candidate *candidates;
    size_t candidate_count;
    size_t next; /* candidate whose address is asked for */
    bool implicit;
    bool unsure;                   /* some host's address could not be found out */
    bool ourselves;                /* the list leads to this relay */
    char ipv6[256];                /* a host that has IPv6 addresses alone */
    char refused[256];             /* a host at an address that nothing is delivered to, */
    char address[INET_ADDRSTRLEN]; /* which is this */
    struct mx_route route;
};

static void free_lookup(struct mx_lookup *lookup)
{
    for (size_t i = 0; i < lookup->candidate_count; i++)
        free(lookup->candidates[i].name);
    for (size_t i = 0; i < lookup->route.count; i++)
        free(lookup->route.hosts[i].name);
    free(lookup->candidates);
    free(lookup->route.hosts);
    free(lookup->domain);
    free(lookup);
}

void mx_cancel(struct mx_lookup *lookup)
{
    if (lookup == NULL)
        return;
    resolver_forget(lookup->resolver, lookup->question);
    free_lookup(lookup);
}

__attribute__((format(printf, 4, 5))) static void finish(struct mx_lookup *lookup, enum mx_result result,
                                                         const char *status, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(lookup->route.text, sizeof lookup->route.text, fmt, ap);
    va_end(ap);
    lookup->route.result = result;
    lookup->route.status = status;
    lookup->asker.on_route(lookup->asker.arg, &lookup->route);
    free_lookup(lookup);
}

/* ---- addresses ---- */

static void ask_next_address(struct mx_lookup *lookup);

static void add_host(struct mx_lookup *lookup, const struct candidate *candidate, struct in_addr address)
{
    struct mx_route *route = &lookup->route;
    for (size_t i = 0; i < route->count; i++)
        if (route->hosts[i].address.s_addr == address.s_addr)
            return; /* each address once a round */
    if (route->count == ADDRESSES_MAX)
        return;
    route->hosts = mem_realloc(route->hosts, route->count + 1, sizeof *route->hosts);
    route->hosts[route->count++] = (struct mx_host){mem_strdup(candidate->name), address, candidate->preference};
}

/* RFC 5321 §5.1: with ourselves in the list, hosts at our preference or after it are of no use. */
static void cut_at(struct mx_lookup *lookup, uint16_t own)
{
    struct mx_route *route = &lookup->route;
    lookup->ourselves = true;
    while (lookup->candidate_count > 0 && lookup->candidates[lookup->candidate_count - 1].preference >= own)
        free(lookup->candidates[--lookup->candidate_count].name);
    while (route->count > 0 && route->hosts[route->count - 1].preference >= own)
        free(route->hosts[--route->count].name);
}

/* False when the list ends here. */
static bool take_address(struct mx_lookup *lookup, const struct candidate *candidate, struct in_addr address)
{
    enum destination kind =
        lookup->config->smarthost != NULL ? DESTINATION_GOOD : destination_of(lookup->config, address);
    if (kind == DESTINATION_OURSELVES) {
        cut_at(lookup, candidate->preference);
        return false;
    }
    if (kind == DESTINATION_REFUSED) {
        (void)snprintf(lookup->refused, sizeof lookup->refused, "%s", candidate->name);
        (void)inet_ntop(AF_INET, &address, lookup->address, sizeof lookup->address);
        return true;
    }
    add_host(lookup, candidate, address);
    return true;
}

/* Nothing to try: what could not be found out comes before what is known to be of no use. */
static void finish_without_hosts(struct mx_lookup *lookup)
{
    const char *domain = lookup->domain;
    if (lookup->config->smarthost != NULL) /* a fault of ours, never the recipient's */
        finish(lookup, MX_TEMPORARY, "4.3.5", "The smarthost %s has no %saddress", lookup->config->smarthost->host,
               lookup->ipv6[0] != '\0' ? "IPv4 " : "");
    else if (lookup->unsure)
        finish(lookup, MX_TEMPORARY, "4.4.3", "The address of no mail host of %s could be found out", domain);
    else if (lookup->ipv6[0] != '\0')
        finish(lookup, MX_TEMPORARY, "4.4.4",
               "The mail host %s of %s has only IPv6 addresses, and this relay does not deliver over IPv6 yet",
               lookup->ipv6, domain);
    else if (lookup->ourselves)
        finish(lookup, MX_PERMANENT, "5.4.6", "The best mail host of %s is this relay: a loop", domain);
    else if (lookup->refused[0] != '\0')
        finish(lookup, MX_PERMANENT, "5.4.4",
               "The mail host %s of %s has the address %s, which is not one of the public Internet", lookup->refused,
               domain, lookup->address);
    else if (lookup->implicit)
        finish(lookup, MX_PERMANENT, "5.1.2", "The domain %s has neither mail hosts nor an address", domain);
    else
        finish(lookup, MX_PERMANENT, "5.4.4", "No mail host of %s has an address", domain);
}

static void ask_on(struct mx_lookup *lookup)
{
    const struct mx_asker *asker = &lookup->asker;
    struct mx_route *route = &lookup->route;
    if (lookup->next < lookup->candidate_count && !asker->is_enough(asker->arg, route->hosts, route->count)) {
        ask_next_address(lookup);
        return;
    }
    route->partial = route->partial || lookup->unsure || lookup->ipv6[0] != '\0';
    if (route->count > 0)
        finish(lookup, MX_HOSTS, "", "%zu addresses", route->count);
    else
        finish_without_hosts(lookup);
}

/* The host has no IPv4 address. */
static void on_ipv6(void *arg, const struct wire_answer *answer)
{
    struct mx_lookup *lookup = arg;
    const struct candidate *candidate = &lookup->candidates[lookup->next++];
    lookup->unsure = lookup->unsure || answer->result == WIRE_TEMPORARY;
    if (answer->count > 0)
        (void)snprintf(lookup->ipv6, sizeof lookup->ipv6, "%s", candidate->name);
    ask_on(lookup);
}

static void on_address(void *arg, const struct wire_answer *answer)
{
    struct mx_lookup *lookup = arg;
    const struct candidate *candidate = &lookup->candidates[lookup->next];
    if (answer->result == WIRE_OK && answer->count == 0) {
        lookup->question = resolver_ask(lookup->resolver, candidate->name, WIRE_AAAA, on_ipv6, lookup);
        return;
    }
    lookup->next++;
    lookup->unsure = lookup->unsure || answer->result == WIRE_TEMPORARY;
    for (size_t i = 0; i < answer->count; i++)
        if (!take_address(lookup, candidate, answer->records[i].address))
            break;
    ask_on(lookup);
}

static void ask_next_address(struct mx_lookup *lookup)
{
    lookup->question =
        resolver_ask(lookup->resolver, lookup->candidates[lookup->next].name, WIRE_A, on_address, lookup);
}

/* ---- the MX list ---- */

static int by_preference(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->preference != y->preference)
        return x->preference < y->preference ? -1 : 1;
    return x->shuffle < y->shuffle ? -1 : x->shuffle > y->shuffle;
}

static void add_candidate(struct mx_lookup *lookup, uint16_t preference, const char *name)
{
    lookup->candidates = mem_realloc(lookup->candidates, lookup->candidate_count + 1, sizeof *lookup->candidates);
    lookup->candidates[lookup->candidate_count++] =
        (struct candidate){preference, prng_u64(lookup->prng), mem_strdup(name)};
}

static void sort(struct candidate *candidates, size_t count)
{
    if (count > 0)
        qsort(candidates, count, sizeof *candidates, by_preference);
}

static void cut_at_own_name(struct mx_lookup *lookup)
{
    for (size_t i = 0; i < lookup->candidate_count; i++)
        if (destination_is_own_name(lookup->config, lookup->candidates[i].name)) {
            cut_at(lookup, lookup->candidates[i].preference);
            return;
        }
}

/* Of a very long list the best, and some of the others, which are not the same each time: so each is found once. */
static void limit(struct mx_lookup *lookup)
{
    struct candidate *rest = lookup->candidates + NAMES_BEST;
    size_t count = lookup->candidate_count;
    if (count <= NAMES_MAX)
        return;
    for (size_t i = 0; i < NAMES_MAX - NAMES_BEST; i++) {
        size_t drawn = i + (size_t)prng_below(lookup->prng, count - NAMES_BEST - i);
        struct candidate other = rest[i];
        rest[i] = rest[drawn];
        rest[drawn] = other;
    }
    while (lookup->candidate_count > NAMES_MAX)
        free(lookup->candidates[--lookup->candidate_count].name);
    sort(rest, NAMES_MAX - NAMES_BEST);
    lookup->route.partial = true;
}

static void take_list(struct mx_lookup *lookup, const struct wire_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++)
        if (answer->records[i].host[0] != '\0') /* RFC 7505 §3: beside others, "." means nothing */
            add_candidate(lookup, answer->records[i].preference, answer->records[i].host);
    if (lookup->candidate_count == 0) {
        finish(lookup, MX_PERMANENT, "5.1.10", "The domain %s does not accept mail (null MX)", lookup->domain);
        return;
    }
    sort(lookup->candidates, lookup->candidate_count);
    cut_at_own_name(lookup);
    limit(lookup);
    ask_on(lookup);
}

static void on_mx(void *arg, const struct wire_answer *answer)
{
    struct mx_lookup *lookup = arg;
    if (answer->result == WIRE_NXDOMAIN) {
        finish(lookup, MX_PERMANENT, "5.1.2", "The domain %s does not exist", lookup->domain);
    } else if (answer->result == WIRE_TEMPORARY) {
        finish(lookup, MX_TEMPORARY, "4.4.3", "The mail hosts of %s could not be found out: %s", lookup->domain,
               answer->why);
    } else if (answer->count > 0) {
        take_list(lookup, answer);
    } else {
        lookup->implicit = true;
        add_candidate(lookup, 0, lookup->domain);
        ask_next_address(lookup);
    }
}

/* What stands between the brackets of a literal: an address, or NULL (RFC 5321 §4.1.3). */
static void take_literal(struct mx_lookup *lookup, const char *text)
{
    static const char ipv6[] = "IPv6:";
    struct in_addr address;
    struct in6_addr address6;
    struct candidate candidate = {.name = lookup->domain};
    lookup->implicit = true;
    if (inet_pton(AF_INET, text, &address) == 1) {
        (void)take_address(lookup, &candidate, address);
        ask_on(lookup);
    } else if (strncasecmp(text, ipv6, sizeof ipv6 - 1) == 0 &&
               inet_pton(AF_INET6, text + sizeof ipv6 - 1, &address6) == 1) {
        finish(lookup, MX_TEMPORARY, "4.4.4", "%s is an IPv6 address, and this relay does not deliver over IPv6 yet",
               lookup->domain);
    } else {
        finish(lookup, MX_PERMANENT, "5.1.3", "The address literal %s cannot be used", lookup->domain);
    }
}

/* "[192.0.2.5]": no lookup, yet the answer comes later, through a question whose answer has no use. */
static void on_literal(void *arg, const struct wire_answer *answer)
{
    struct mx_lookup *lookup = arg;
    char text[64] = "";
    size_t len = strlen(lookup->domain);
    (void)answer;
    if (len >= 2 && len - 2 < sizeof text)
        memcpy(text, lookup->domain + 1, len - 2);
    take_literal(lookup, text);
}

struct mx_lookup *mx_start(struct resolver *resolver, const struct config *config, struct prng *prng,
                           struct slice domain, struct mx_asker asker)
{
    struct mx_lookup *lookup = mem_zalloc(sizeof *lookup);
    lookup->resolver = resolver;
    lookup->config = config;
    lookup->prng = prng;
    lookup->domain = slice_dup(domain);
    lookup->asker = asker;
    if (config->smarthost != NULL) {
        add_candidate(lookup, 0, config->smarthost->host);
        ask_next_address(lookup);
        return lookup;
    }
    bool literal = lookup->domain[0] == '[';
    /* An empty label is not a name, so nothing is sent and the "answer" comes in the next turn. */
    lookup->question = literal ? resolver_ask(resolver, "..", WIRE_A, on_literal, lookup)
                               : resolver_ask(resolver, lookup->domain, WIRE_MX, on_mx, lookup);
    return lookup;
}
