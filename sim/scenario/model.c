#include "sim/scenario/model.h"

#include <string.h>
#include <strings.h>

#include "lib/base/glob.h"

bool range_fits(const struct range *range, int64_t n)
{
    return !range->set || (n >= range->min && n <= range->max);
}

bool globs_fit(const struct yaml_list *globs, const char *text)
{
    for (size_t i = 0; i < globs->count; i++)
        if (glob_match(slice_cstr(((const char **)globs->items)[i]), slice_cstr(text)))
            return true;
    return globs->count == 0;
}

bool range_allows_chance(const struct range *times, int64_t chance)
{
    return times->set && times->min == times->max ? chance <= times->max : range_fits(times, chance);
}

const char *address_domain(const char *address)
{
    const char *at = strrchr(address, '@');
    return at != NULL ? at + 1 : address;
}

const char *stage_name(enum stage stage)
{
    static const char *const names[] = {"connect", "banner", "ehlo", "helo", "starttls", "handshake",
                                        "auth",    "mail",   "rcpt", "data", "body",     "eod",
                                        "rset",    "noop",   "quit", "idle", "any"};
    return names[stage];
}

bool stage_answers(enum stage stage)
{
    return stage != STAGE_CONNECT && stage != STAGE_BANNER && stage != STAGE_HANDSHAKE && stage != STAGE_BODY &&
           stage != STAGE_IDLE;
}

const char *level_name(enum level level)
{
    static const char *const names[] = {"must", "should", "may"};
    return names[level];
}

const char *given_tls_name(enum given_tls level)
{
    static const char *const names[] = {"none", "may", "encrypt", "verify", "dane"};
    return names[level];
}

const char *target_action_name(enum target_action action)
{
    static const char *const names[] = {"stop", "kill", "restart", "reload", "flush"};
    return names[action];
}

const char *target_port_name(enum target_port port)
{
    static const char *const names[] = {"submission", "submissions", "smtp"};
    return names[port];
}

const struct zone *scenario_zone(const struct scenario *scenario, const char *name)
{
    for (size_t i = 0; i < scenario->zone_count; i++)
        if (strcasecmp(scenario->zones[i].name, name) == 0)
            return &scenario->zones[i];
    return NULL;
}

const struct zone *scenario_zone_at(const struct scenario *scenario, const char *name, int64_t t_ns)
{
    for (size_t i = 0; i < scenario->zone_count; i++) {
        const struct zone *zone = &scenario->zones[i];
        if (strcasecmp(zone->name, name) == 0 && (zone->since_ns == 0 || t_ns >= zone->since_ns) &&
            (zone->past_ns == 0 || t_ns < zone->past_ns))
            return zone;
    }
    return NULL;
}

const struct host *scenario_host(const struct scenario *scenario, const char *name)
{
    for (size_t i = 0; i < scenario->host_count; i++)
        if (strcasecmp(scenario->hosts[i].name, name) == 0)
            return &scenario->hosts[i];
    return NULL;
}

const struct host *scenario_host_at(const struct scenario *scenario, struct ip addr)
{
    for (size_t i = 0; i < scenario->host_count; i++)
        if (ip_eq(scenario->hosts[i].addr, addr))
            return &scenario->hosts[i];
    return NULL;
}

static bool has_recipient(const struct submission *s, const char *to)
{
    for (size_t i = 0; i < s->to_count; i++)
        if (strcasecmp(s->to[i], to) == 0)
            return true;
    return false;
}

const struct submission *scenario_submission(const struct scenario *scenario, const char *from, const char *to)
{
    const struct submission *only = NULL;
    bool rewritten = from[0] != '\0', several = false;
    for (size_t i = 0; i < scenario->story_count; i++) {
        const struct submission *s = &scenario->story[i];
        bool same = strcasecmp(s->from, from) == 0;
        rewritten = rewritten && !same;
        if (!has_recipient(s, to))
            continue;
        if (same)
            return s;
        several = several || only != NULL;
        only = s;
    }
    return rewritten && !several ? only : NULL;
}

bool scenario_parse_mx(const char *text, unsigned *preference, struct slice *name)
{
    struct slice rest = slice_trim(slice_cstr(text));
    uint64_t n;
    if (!slice_to_u64(slice_cut(&rest, ' '), 65535, &n))
        return false;
    *preference = (unsigned)n;
    *name = slice_trim(rest);
    if (name->len > 1 && name->ptr[name->len - 1] == '.')
        name->len--;
    return name->len > 0;
}

int scenario_port(const struct scenario *scenario, const struct host *host)
{
    const struct given_smarthost *smart = scenario->given.smarthost;
    return smart != NULL && strcasecmp(smart->host, host->name) == 0 ? (int)smart->port : WORLD_SMTP_PORT;
}

enum given_tls scenario_tls(const struct scenario *scenario, const char *domain)
{
    if (scenario->given.smarthost != NULL)
        domain = scenario->given.smarthost->host;
    for (size_t i = 0; i < scenario->given.tls.count; i++)
        if (strcasecmp(scenario->given.tls.entries[i].key, domain) == 0)
            return *(const enum given_tls *)scenario->given.tls.entries[i].value;
    return GIVEN_TLS_MAY;
}

const char *scenario_password(const struct scenario *scenario, const char *user)
{
    for (size_t i = 0; i < scenario->given.users.count; i++)
        if (strcmp(scenario->given.users.entries[i].key, user) == 0)
            return *(const char *const *)scenario->given.users.entries[i].value;
    return NULL;
}
