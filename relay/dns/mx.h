/*
 * Where a domain's mail goes (RFC 5321 §5.1, RFC 7505): the MX hosts in the order in which they are to be tried,
 * with their addresses. Equal preferences are shuffled. Without MX records the domain itself is the host.
 * With config smarthost all mail goes there, and only its address is asked for.
 * Limits: as many addresses as config limits.hosts_per_round.
 */
#ifndef RL_RELAY_MX_H
#define RL_RELAY_MX_H

#include "relay/dns/resolver.h"

enum mx_result {
    MX_HOSTS,     /* hosts, at least one */
    MX_PERMANENT, /* the domain takes no mail: status and text say why */
    MX_TEMPORARY, /* the DNS could not tell */
};

struct mx_host {
    char *name;
    struct in_addr address;
};

struct mx_route {
    enum mx_result result;
    const char *status; /* RFC 3463 */
    char text[256];
    struct mx_host *hosts;
    size_t count;
};

struct mx_lookup;

typedef void mx_fn(void *arg, const struct mx_route *route); /* route lives during the call */

/* Never calls back from inside. Ended by the call of on_route, or by mx_cancel. */
struct mx_lookup *mx_start(struct resolver *resolver, const struct config *config, struct prng *prng,
                           struct slice domain, mx_fn *on_route, void *arg);
void mx_cancel(struct mx_lookup *lookup);

#endif
