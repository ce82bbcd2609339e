/*
 * Where a domain's mail goes (RFC 5321 §5.1, RFC 7505): the MX hosts in the order in which to try them, with their
 * addresses. Equal preferences are shuffled. Without MX records the domain itself is the host.
 * With config smarthost all mail goes there, and only its address is looked up.
 *
 * The list is sorted, then cut at ourselves (destination.h), and only then limited: addresses are looked up host by
 * host until the caller has enough of them. Only NXDOMAIN, NODATA and a null MX say "no"; what could not be looked up,
 * and a host with IPv6 addresses alone, is a reason to wait; so are hosts that the limit left out, because the next
 * lookup draws others. Limits: 100 hosts of a list in one lookup (the 50 best, and 50 of the others by chance), 1000
 * addresses; config resolver.deadline for the whole lookup. The remaining time is divided among the hosts that are
 * still to be looked up, so that silent names at the top of a list do not hide a live one further down. What there was
 * no time for counts as not looked up.
 *
 * Files: mx.c the questions, mx_list.c the order, the cut and the limit, mx_verdict.c the result without an address.
 */
#ifndef RL_RELAY_MX_H
#define RL_RELAY_MX_H

#include "relay/dns/resolver.h"

enum mx_result {
    MX_HOSTS,     /* hosts, at least one */
    MX_PERMANENT, /* the domain accepts no mail: status and text say why */
    MX_TEMPORARY, /* the DNS has no usable answer */
};

struct mx_host {
    char *name;
    struct ip address;
    uint16_t preference;
};

struct mx_route {
    enum mx_result result;
    const char *status; /* RFC 3463 */
    char text[256];
    struct mx_host *hosts;
    size_t count;
    bool partial; /* there may be other hosts, whose addresses are not known now */
};

struct mx_lookup;

struct mx_asker {
    void (*on_route)(void *arg, const struct mx_route *route);               /* route lives during the call */
    bool (*is_enough)(void *arg, const struct mx_host *hosts, size_t count); /* need not be in order yet */
    void *arg;
};

/* Never calls back from inside. Ended by the call of on_route, or by mx_cancel. */
struct mx_lookup *mx_start(struct resolver *resolver, const struct config *config, struct prng *prng,
                           struct slice domain, struct mx_asker asker);
void mx_cancel(struct mx_lookup *lookup);

#endif
