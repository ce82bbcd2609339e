#include "relay/dns/destination.h"

#include <ifaddrs.h>
#include <stddef.h>
#include <strings.h>

/* IPv4 (RFC 6890 and its registry): not to be forwarded, or not global. The documentation ranges lead nowhere by
 * themselves.
 */
static const struct {
    uint32_t number;
    unsigned bits;
} special[] = {
    {0x00000000, 8},  /* this network */
    {0x0a000000, 8},  /* private (RFC 1918) */
    {0x64400000, 10}, /* shared by a carrier's customers (RFC 6598) */
    {0x7f000000, 8},  /* loopback */
    {0xa9fe0000, 16}, /* link-local (RFC 3927) */
    {0xac100000, 12}, /* private */
    {0xc0000000, 24}, /* protocol assignments */
    {0xc0a80000, 16}, /* private */
    {0xc6120000, 15}, /* benchmarks (RFC 2544) */
    {0xe0000000, 4},  /* multicast */
    {0xf0000000, 4},  /* reserved, and broadcast */
};

static bool is_special(struct ip address)
{
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++)
        if (ip_net_has(&(struct ip_net){ip_v4(special[i].number), special[i].bits}, address))
            return true;
    return false;
}

static bool is_on_interface(struct ip address)
{
    struct ifaddrs *all = NULL;
    struct ip_port own;
    bool found = false;
    if (getifaddrs(&all) != 0)
        return false;
    for (const struct ifaddrs *it = all; it != NULL && !found; it = it->ifa_next)
        found = it->ifa_addr != NULL && ip_from_sockaddr(it->ifa_addr, &own) && ip_eq(own.ip, address);
    freeifaddrs(all);
    return found;
}

/* A connection to it would reach one of our listeners. Another program of this host may well be a mail host. */
static bool is_listened_on(const struct config *config, struct ip address)
{
    const struct config_listen *listens = config->listen.items;
    bool on_any = false;
    for (size_t i = 0; i < config->listen.count; i++) {
        if (listens[i].port != config->outbound_port)
            continue;
        if (ip_eq(listens[i].address, address))
            return true;
        on_any = on_any || ip_is_any(listens[i].address);
    }
    return on_any && is_on_interface(address);
}

enum destination destination_of(const struct config *config, struct ip address)
{
    const struct ip *own = config->own_addresses.items;
    for (size_t i = 0; i < config->own_addresses.count; i++)
        if (ip_eq(own[i], address))
            return DESTINATION_OURSELVES;
    if (is_listened_on(config, address))
        return DESTINATION_OURSELVES;
    if (is_special(address) && !config_covers(&config->allow_destinations, address))
        return DESTINATION_REFUSED;
    return DESTINATION_GOOD;
}

bool destination_is_own_name(const struct config *config, const char *name)
{
    const char *const *names = config->own_names.items;
    for (size_t i = 0; i < config->own_names.count; i++)
        if (strcasecmp(names[i], name) == 0)
            return true;
    return strcasecmp(config->hostname, name) == 0;
}
