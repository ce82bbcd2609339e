/* Which hosts of a world take the mail of a domain (RFC 5321 §5.1). */
#include <string.h>
#include <strings.h>

#include "sim/scenario/model.h"

#define ALIASES_MAX 8
#define NAME_MAX_   256

static bool has_address(const struct zone *zone, struct ip wanted)
{
    struct ip address;
    for (size_t i = 0; i < zone->a.count; i++)
        if (ip_parse_v4(slice_cstr(((const char **)zone->a.items)[i]), &address) && ip_eq(address, wanted))
            return true;
    return false;
}

/* Whether the name is the host's, an alias of it, or has its address. */
static bool leads_to(const struct scenario *scenario, const char *name, const char *host)
{
    const struct host *known = scenario_host(scenario, host);
    for (unsigned aliases = 0; aliases <= ALIASES_MAX && name != NULL; aliases++) {
        const char *canonical = NULL;
        if (strcasecmp(name, host) == 0)
            return true;
        for (size_t i = 0; i < scenario->zone_count; i++) {
            const struct zone *zone = &scenario->zones[i];
            if (strcasecmp(zone->name, name) != 0)
                continue;
            if (known != NULL && has_address(zone, known->addr))
                return true;
            canonical = zone->cname;
        }
        name = canonical;
    }
    return false;
}

static size_t count_records(const struct scenario *scenario, const struct zone *zone, const char *host)
{
    char text[NAME_MAX_];
    unsigned preference;
    struct slice name;
    size_t count = 0;
    for (size_t i = 0; i < zone->mx.count; i++) {
        if (!scenario_parse_mx(((const char **)zone->mx.items)[i], &preference, &name) || name.len >= sizeof text)
            continue;
        memcpy(text, name.ptr, name.len);
        text[name.len] = '\0';
        count += leads_to(scenario, text, host);
    }
    return count;
}

size_t scenario_mx_count(const struct scenario *scenario, const char *host, const char *domain)
{
    if (scenario->given.smarthost != NULL)
        return strcasecmp(scenario->given.smarthost->host, host) == 0;
    size_t most = 0;
    bool known = false;
    for (size_t i = 0; i < scenario->zone_count; i++) {
        const struct zone *zone = &scenario->zones[i];
        if (strcasecmp(zone->name, domain) != 0)
            continue;
        known = true;
        size_t count = zone->mx.count > 0 ? count_records(scenario, zone, host) : leads_to(scenario, domain, host);
        most = count > most ? count : most;
    }
    return known ? most : strcasecmp(host, domain) == 0;
}

bool scenario_is_mx_of(const struct scenario *scenario, const char *host, const char *domain)
{
    return scenario_mx_count(scenario, host, domain) > 0;
}
