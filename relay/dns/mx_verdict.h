/*
 * The result of a lookup of mail hosts that has found no address to try: whether the mail waits or bounces, and why.
 * What is unknown comes before what is known to be useless: only a complete lookup is a permanent failure. Pure.
 */
#ifndef RL_RELAY_MX_VERDICT_H
#define RL_RELAY_MX_VERDICT_H

#include "relay/dns/mx.h"

/* What the lookup has found out so far. */
struct mx_findings {
    const char *domain;
    const char *smarthost;     /* NULL = none is configured */
    bool implicit;             /* without MX records the domain itself is the host */
    bool unsure;               /* the address of a host could not be looked up */
    bool left_out;             /* hosts of the list were not looked up, and may be useful */
    bool ourselves;            /* the list leads to this relay */
    char ipv6[256];            /* a host that has only IPv6 addresses; "" = none */
    char refused[256];         /* a host at an address that the relay does not deliver to, */
    char address[IP_TEXT_MAX]; /* which is this; "" = none */
};

/* Sets result, status and text. */
void mx_verdict_without_hosts(const struct mx_findings *findings, struct mx_route *route);

#endif
