#include "relay/dns/mx.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "relay/dns/destination.h"
#include "relay/dns/mx_list.h"
#include "relay/dns/mx_verdict.h"

#define ADDRESSES_MAX 1000

struct mx_lookup {
    struct resolver *resolver;
    const struct config *config;
    struct prng *prng;
    char *domain;
    struct mx_asker asker;
    uint64_t question;
    struct timer late; /* the question under way has had its part of the time */
    int64_t until_ns;  /* of the whole lookup, monotonic */
    struct mx_list list;
    size_t next; /* candidate whose address is looked up */
    struct mx_findings findings;
    struct mx_route route;
};

static void free_lookup(struct mx_lookup *lookup)
{
    timer_stop(&lookup->late);
    for (size_t i = 0; i < lookup->route.count; i++)
        free(lookup->route.hosts[i].name);
    mx_list_fini(&lookup->list);
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

static void hand_over(struct mx_lookup *lookup)
{
    timer_stop(&lookup->late);
    lookup->asker.on_route(lookup->asker.arg, &lookup->route);
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
    hand_over(lookup);
}

/* ---- addresses ---- */

static void ask_next_address(struct mx_lookup *lookup);

static void add_host(struct mx_lookup *lookup, const struct mx_candidate *candidate, struct ip address)
{
    struct mx_route *route = &lookup->route;
    for (size_t i = 0; i < route->count; i++)
        if (ip_eq(route->hosts[i].address, address))
            return; /* each address once a round */
    if (route->count == ADDRESSES_MAX) {
        route->partial = true;
        return;
    }
    route->hosts = mem_realloc(route->hosts, route->count + 1, sizeof *route->hosts);
    route->hosts[route->count++] = (struct mx_host){mem_strdup(candidate->name), address, candidate->preference};
}

/* RFC 5321 §5.1: with ourselves in the list, hosts at our preference or after it are useless. */
static void cut_at(struct mx_lookup *lookup, uint16_t own)
{
    struct mx_route *route = &lookup->route;
    lookup->findings.ourselves = true;
    mx_list_cut(&lookup->list, own);
    while (route->count > 0 && route->hosts[route->count - 1].preference >= own)
        free(route->hosts[--route->count].name);
}

/* False when the list ends here. */
static bool take_address(struct mx_lookup *lookup, const struct mx_candidate *candidate, struct ip address)
{
    enum destination kind =
        lookup->config->smarthost != NULL ? DESTINATION_GOOD : destination_of(lookup->config, address);
    if (kind == DESTINATION_OURSELVES) {
        cut_at(lookup, candidate->preference);
        return false;
    }
    if (kind == DESTINATION_REFUSED) {
        (void)snprintf(lookup->findings.refused, sizeof lookup->findings.refused, "%s", candidate->name);
        (void)ip_format(address, lookup->findings.address);
        return true;
    }
    add_host(lookup, candidate, address);
    return true;
}

static bool is_partial(const struct mx_lookup *lookup)
{
    const struct mx_findings *findings = &lookup->findings;
    return lookup->route.partial || lookup->list.limited || lookup->next < lookup->list.count || findings->unsure ||
           findings->ipv6[0] != '\0';
}

/* With the hosts that are known by now. */
static void finish_with_hosts(struct mx_lookup *lookup)
{
    struct mx_route *route = &lookup->route;
    route->partial = is_partial(lookup);
    if (route->count > 0) {
        finish(lookup, MX_HOSTS, "", "%zu addresses", route->count);
        return;
    }
    lookup->findings.left_out = lookup->list.limited || lookup->next < lookup->list.count;
    mx_verdict_without_hosts(&lookup->findings, route);
    hand_over(lookup);
}

static int64_t time_left_ns(const struct mx_lookup *lookup)
{
    return lookup->until_ns - loop_now_ns(resolver_loop(lookup->resolver));
}

static void ask_on(struct mx_lookup *lookup)
{
    const struct mx_asker *asker = &lookup->asker;
    const struct mx_route *route = &lookup->route;
    if (lookup->next < lookup->list.count && time_left_ns(lookup) > 0 &&
        !asker->is_enough(asker->arg, route->hosts, route->count)) {
        ask_next_address(lookup);
        return;
    }
    finish_with_hosts(lookup);
}

/* The host has no IPv4 address. */
static void on_ipv6(void *arg, const struct wire_answer *answer)
{
    struct mx_lookup *lookup = arg;
    const struct mx_candidate *candidate = &lookup->list.items[lookup->next++];
    lookup->findings.unsure = lookup->findings.unsure || answer->result == WIRE_TEMPORARY;
    if (answer->count > 0)
        (void)snprintf(lookup->findings.ipv6, sizeof lookup->findings.ipv6, "%s", candidate->name);
    ask_on(lookup);
}

static void on_address(void *arg, const struct wire_answer *answer)
{
    struct mx_lookup *lookup = arg;
    const struct mx_candidate *candidate = &lookup->list.items[lookup->next];
    if (answer->result == WIRE_OK && answer->count == 0) {
        lookup->question = resolver_ask(lookup->resolver, candidate->name, WIRE_AAAA, on_ipv6, lookup);
        return;
    }
    lookup->next++;
    lookup->findings.unsure = lookup->findings.unsure || answer->result == WIRE_TEMPORARY;
    for (size_t i = 0; i < answer->count; i++)
        if (!take_address(lookup, candidate, answer->records[i].address))
            break;
    ask_on(lookup);
}

static void ask_next_address(struct mx_lookup *lookup)
{
    int64_t left_ns = time_left_ns(lookup), hosts = (int64_t)(lookup->list.count - lookup->next);
    timer_set_after(&lookup->late, left_ns > 0 ? left_ns / hosts : 0);
    lookup->question =
        resolver_ask(lookup->resolver, lookup->list.items[lookup->next].name, WIRE_A, on_address, lookup);
}

static void on_late(void *arg)
{
    struct mx_lookup *lookup = arg;
    resolver_forget(lookup->resolver, lookup->question);
    if (lookup->list.count == 0) {
        finish(lookup, MX_TEMPORARY, "4.4.3", "The mail hosts of %s could not be looked up within resolver.deadline",
               lookup->domain);
        return;
    }
    lookup->findings.unsure = true;
    lookup->next++;
    ask_on(lookup);
}

/* ---- the MX list ---- */

static void cut_at_own_name(struct mx_lookup *lookup)
{
    for (size_t i = 0; i < lookup->list.count; i++)
        if (destination_is_own_name(lookup->config, lookup->list.items[i].name)) {
            cut_at(lookup, lookup->list.items[i].preference);
            return;
        }
}

static void take_list(struct mx_lookup *lookup, const struct wire_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++)
        if (answer->records[i].host[0] != '\0') /* RFC 7505 §3: next to other records, "." means nothing */
            mx_list_add(&lookup->list, answer->records[i].preference, answer->records[i].host, lookup->prng);
    if (lookup->list.count == 0) {
        finish(lookup, MX_PERMANENT, "5.1.10", "The domain %s does not accept mail (null MX)", lookup->domain);
        return;
    }
    mx_list_sort(&lookup->list);
    cut_at_own_name(lookup);
    mx_list_limit(&lookup->list, lookup->prng);
    ask_on(lookup);
}

static void on_mx(void *arg, const struct wire_answer *answer)
{
    struct mx_lookup *lookup = arg;
    if (answer->result == WIRE_NXDOMAIN) {
        finish(lookup, MX_PERMANENT, "5.1.2", "The domain %s does not exist", lookup->domain);
    } else if (answer->result == WIRE_TEMPORARY) {
        finish(lookup, MX_TEMPORARY, "4.4.3", "The mail hosts of %s could not be looked up: %s", lookup->domain,
               answer->why);
    } else if (answer->count > 0) {
        take_list(lookup, answer);
    } else {
        lookup->findings.implicit = true;
        mx_list_add(&lookup->list, 0, lookup->domain, lookup->prng);
        ask_next_address(lookup);
    }
}

/* The text between the brackets of a literal: an address, or NULL (RFC 5321 §4.1.3). */
static void take_literal(struct mx_lookup *lookup, const char *text)
{
    struct ip address;
    struct mx_candidate candidate = {.name = lookup->domain};
    lookup->findings.implicit = true;
    if (ip_parse_v4(slice_cstr(text), &address)) {
        (void)take_address(lookup, &candidate, address);
        ask_on(lookup);
    } else if (ip_parse_literal(slice_cstr(text), &address)) {
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
    lookup->findings.domain = lookup->domain;
    lookup->asker = asker;
    lookup->until_ns = loop_now_ns(resolver_loop(resolver)) + config->resolver.deadline_ns;
    timer_init(&lookup->late, resolver_loop(resolver), on_late, lookup);
    timer_set_after(&lookup->late, config->resolver.deadline_ns);
    if (config->smarthost != NULL) {
        lookup->findings.smarthost = config->smarthost->host;
        mx_list_add(&lookup->list, 0, config->smarthost->host, prng);
        ask_next_address(lookup);
        return lookup;
    }
    bool literal = lookup->domain[0] == '[';
    /* An empty label is not a name, so nothing is sent and the "answer" comes in the next turn. */
    lookup->question = literal ? resolver_ask(resolver, "..", WIRE_A, on_literal, lookup)
                               : resolver_ask(resolver, lookup->domain, WIRE_MX, on_mx, lookup);
    return lookup;
}
