#include "relay/dns/mx.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

#define CANDIDATES_MAX 64

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
    mx_fn *on_route;
    void *arg;
    uint64_t question;
    struct candidate candidates[CANDIDATES_MAX];
    size_t candidate_count;
    size_t next; /* candidate whose address is asked for */
    bool implicit;
    bool unsure; /* some host's address could not be found out */
    struct mx_route route;
};

static void free_lookup(struct mx_lookup *lookup)
{
    for (size_t i = 0; i < lookup->candidate_count; i++)
        free(lookup->candidates[i].name);
    for (size_t i = 0; i < lookup->route.count; i++)
        free(lookup->route.hosts[i].name);
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
    lookup->on_route(lookup->arg, &lookup->route);
    free_lookup(lookup);
}

static void add_host(struct mx_lookup *lookup, const char *name, struct in_addr address)
{
    struct mx_route *route = &lookup->route;
    for (size_t i = 0; i < route->count; i++)
        if (route->hosts[i].address.s_addr == address.s_addr)
            return; /* each address once a round */
    route->hosts = mem_realloc(route->hosts, route->count + 1, sizeof *route->hosts);
    route->hosts[route->count++] = (struct mx_host){mem_strdup(name), address};
}

static bool has_room(const struct mx_lookup *lookup)
{
    return lookup->route.count < (size_t)lookup->config->limits.hosts_per_round;
}

/* ---- addresses ---- */

static void ask_next_address(struct mx_lookup *lookup);

static void on_address(void *arg, const struct wire_answer *answer)
{
    struct mx_lookup *lookup = arg;
    const struct candidate *candidate = &lookup->candidates[lookup->next++];
    lookup->unsure = lookup->unsure || answer->result == WIRE_TEMPORARY;
    for (size_t i = 0; i < answer->count && has_room(lookup); i++)
        add_host(lookup, candidate->name, answer->records[i].address);
    if (lookup->next < lookup->candidate_count && has_room(lookup))
        ask_next_address(lookup);
    else if (lookup->route.count > 0)
        finish(lookup, MX_HOSTS, "", "%zu addresses", lookup->route.count);
    else if (lookup->config->smarthost != NULL) /* a fault of ours, never the recipient's */
        finish(lookup, MX_TEMPORARY, "4.3.5", "The smarthost %s has no address", lookup->config->smarthost->host);
    else if (lookup->unsure)
        finish(lookup, MX_TEMPORARY, "4.4.3", "The address of no mail host of %s could be found out", lookup->domain);
    else if (lookup->implicit)
        finish(lookup, MX_PERMANENT, "5.1.2", "The domain %s has neither mail hosts nor an address", lookup->domain);
    else
        finish(lookup, MX_PERMANENT, "5.4.4", "No mail host of %s has an address", lookup->domain);
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
    if (lookup->candidate_count == CANDIDATES_MAX)
        return;
    lookup->candidates[lookup->candidate_count++] =
        (struct candidate){preference, prng_u64(lookup->prng), mem_strdup(name)};
}

/* RFC 5321 §5.1: with ourselves in the list, hosts at our preference or behind are of no use. */
static void cut_at_ourselves(struct mx_lookup *lookup)
{
    uint32_t own = UINT32_MAX;
    size_t kept = 0;
    for (size_t i = 0; i < lookup->candidate_count; i++) {
        const struct candidate *c = &lookup->candidates[i];
        if (slice_ieq_cstr(slice_cstr(c->name), lookup->config->hostname) && c->preference < own)
            own = c->preference;
    }
    for (size_t i = 0; i < lookup->candidate_count; i++) {
        if (lookup->candidates[i].preference < own)
            lookup->candidates[kept++] = lookup->candidates[i];
        else
            free(lookup->candidates[i].name);
    }
    lookup->candidate_count = kept;
}

static void take_list(struct mx_lookup *lookup, const struct wire_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++)
        if (answer->records[i].host[0] != '\0') /* RFC 7505 §3: beside others, "." means nothing */
            add_candidate(lookup, answer->records[i].preference, answer->records[i].host);
    qsort(lookup->candidates, lookup->candidate_count, sizeof lookup->candidates[0], by_preference);
    size_t listed = lookup->candidate_count;
    cut_at_ourselves(lookup);
    if (listed == 0)
        finish(lookup, MX_PERMANENT, "5.1.10", "The domain %s does not accept mail (null MX)", lookup->domain);
    else if (lookup->candidate_count == 0)
        finish(lookup, MX_PERMANENT, "5.4.6", "The best mail host of %s is this relay: a loop", lookup->domain);
    else
        ask_next_address(lookup);
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

/* "[192.0.2.5]": no lookup, but the answer comes later all the same, through a question nobody needs. */
static void on_literal(void *arg, const struct wire_answer *answer)
{
    struct mx_lookup *lookup = arg;
    struct in_addr address;
    char text[64] = "";
    size_t len = strlen(lookup->domain);
    (void)answer;
    if (len - 2 < sizeof text)
        memcpy(text, lookup->domain + 1, len - 2);
    if (inet_pton(AF_INET, text, &address) != 1) {
        finish(lookup, MX_PERMANENT, "5.1.3", "The address literal %s cannot be used", lookup->domain);
        return;
    }
    add_host(lookup, lookup->domain, address);
    finish(lookup, MX_HOSTS, "", "an address literal");
}

struct mx_lookup *mx_start(struct resolver *resolver, const struct config *config, struct prng *prng,
                           struct slice domain, mx_fn *on_route, void *arg)
{
    struct mx_lookup *lookup = mem_zalloc(sizeof *lookup);
    lookup->resolver = resolver;
    lookup->config = config;
    lookup->prng = prng;
    lookup->domain = slice_dup(domain);
    lookup->on_route = on_route;
    lookup->arg = arg;
    if (config->smarthost != NULL) {
        add_candidate(lookup, 0, config->smarthost->host);
        ask_next_address(lookup);
        return lookup;
    }
    bool literal = lookup->domain[0] == '[';
    /* An empty label is no name, so nothing is sent and the "answer" comes in the next turn. */
    lookup->question = literal ? resolver_ask(resolver, "..", WIRE_A, on_literal, lookup)
                               : resolver_ask(resolver, lookup->domain, WIRE_MX, on_mx, lookup);
    return lookup;
}
