#include "relay/deliver/deliver.h"

#include <stdlib.h>
#include <strings.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "relay/deliver/connection.h"

#define LOOKUP_SLOT (2 * NS_PER_S) /* a question that takes longer holds no slot */
#define LOOKUPS_MAX 4              /* times limits.outbound: attempts, with those that only wait for the DNS */

/* ---- hosts that several sites share ---- */

static bool is_host(const char *name, struct ip address, const struct mx_host *host)
{
    return ip_eq(address, host->address) || strcasecmp(name, host->name) == 0;
}

static bool is_same_host(const char *name, struct ip address, const struct mx_host *host)
{
    return ip_eq(address, host->address) && strcasecmp(name, host->name) == 0;
}

static bool waits_for(const struct site *site, const struct mx_host *host)
{
    return site->full_name != NULL && is_host(site->full_name, site->full_address, host);
}

/* Connections, and attempts that are about to make one. */
static unsigned load_of(const struct deliver *deliver, const struct mx_host *host, const struct attempt *but)
{
    unsigned count = 0;
    LIST_EACH (struct connection, link, c, &deliver->connections)
        count += is_host(c->host.name, c->host.address, host);
    LIST_EACH (struct attempt, link, a, &deliver->attempts)
        count += a != but && a->connection == IDS_NONE && waits_for(a->site, host);
    return count;
}

bool deliver_host_is_full(const struct deliver *deliver, const struct mx_host *host, const struct attempt *but)
{
    unsigned load = load_of(deliver, host, but);
    int64_t outbound = deliver->config->limits.outbound, reserve = outbound / 4; /* for the first of a host */
    return load >= deliver->config->limits.outbound_per_host ||
           (load > 0 && (int64_t)deliver->connections.count >= outbound - reserve);
}

bool deliver_has_room(const struct deliver *deliver)
{
    int64_t count = 0;
    LIST_EACH (struct attempt, link, a, &deliver->attempts)
        count += a->connection != IDS_NONE;
    return count < deliver->config->limits.outbound;
}

struct connection *deliver_find_idle(const struct deliver *deliver, const struct site *site, const struct mx_host *host)
{
    LIST_EACH (struct connection, link, c, &deliver->connections)
        if (connection_is_idle(c) && connection_fits(c, site) && is_same_host(c->host.name, c->host.address, host))
            return c;
    return NULL;
}

struct attempt *deliver_take_waiting(struct deliver *deliver, struct connection *connection)
{
    LIST_EACH (struct queue_domain, link, domain, queue_ready_domains(deliver->queue)) {
        struct site *site = sites_get(deliver->sites, domain->name);
        if (site->full_name != NULL && is_same_host(site->full_name, site->full_address, &connection->host) &&
            connection_fits(connection, site))
            return deliver_take(deliver, site);
    }
    return NULL;
}

/* ---- slots ---- */

static struct connection *find_idle(const struct deliver *deliver, const struct site *site)
{
    LIST_EACH (struct connection, link, c, &deliver->connections)
        if (c->site == site && connection_is_idle(c))
            return c;
    return NULL;
}

void deliver_release_connection(struct deliver *deliver, uint64_t id)
{
    struct connection *connection = ids_find(&deliver->connection_ids, id);
    if (connection != NULL)
        connection->attempt = IDS_NONE;
}

void deliver_make_room(struct deliver *deliver)
{
    if (deliver->connections.count < (size_t)deliver->config->limits.outbound)
        return;
    LIST_EACH (struct connection, link, c, &deliver->connections)
        if (connection_is_idle(c)) {
            connection_quit(c);
            return;
        }
}

/* A closed site opens nothing while connections that are open can carry what waits. */
static bool may_open(const struct deliver *deliver, const struct site *site)
{
    bool closed = site->closed_until_ns > loop_wall_ns(deliver->loop);
    struct mx_host full = {.name = site->full_name, .address = site->full_address};
    if (site->full_name != NULL && deliver_host_is_full(deliver, &full, NULL))
        return false;
    return site_has_room(site, deliver->config->limits.outbound_per_domain) && (!closed || site->established == 0);
}

struct attempt *deliver_take(struct deliver *deliver, struct site *site)
{
    struct queue_batch batch;
    struct queue_domain *domain = queue_find_domain(deliver->queue, site->domain);
    if (domain == NULL || !queue_take(deliver->queue, domain, &batch))
        return NULL;
    return attempt_new(deliver, site, &batch);
}

bool deliver_may_look_up(size_t of_owner, size_t deliveries, size_t outbound)
{
    size_t max = LOOKUPS_MAX * outbound;
    return deliveries < max && of_owner < max - deliveries;
}

static bool may_look_up(void *arg, const struct queue_message *message)
{
    struct deliver *deliver = arg;
    size_t of_owner = queue_lookups_of_owner(deliver->queue, message);
    bool may = deliver_may_look_up(of_owner, deliver->attempts.count, (size_t)deliver->config->limits.outbound);
    deliver->held_back = deliver->held_back || !may;
    return may;
}

void deliver_lookup_ended(struct deliver *deliver, const struct queue_message *message)
{
    queue_lookup_ends(deliver->queue, message);
    if (deliver->held_back)
        deliver_fill_soon(deliver);
    deliver->held_back = false;
}

static struct attempt *take_to_look_up(struct deliver *deliver, struct queue_domain *domain, struct site *site)
{
    struct queue_batch batch;
    return queue_take_if(deliver->queue, domain, may_look_up, deliver, &batch) ? attempt_new(deliver, site, &batch)
                                                                               : NULL;
}

static bool start_one(struct deliver *deliver, struct queue_domain *domain)
{
    struct site *site = sites_get(deliver->sites, domain->name);
    struct connection *idle = find_idle(deliver, site);
    struct attempt *attempt = idle != NULL              ? deliver_take(deliver, site)
                              : may_open(deliver, site) ? take_to_look_up(deliver, domain, site)
                                                        : NULL;
    if (attempt == NULL)
        return false;
    attempt_start(attempt, idle);
    return true;
}

static bool is_slow_lookup(const struct deliver *deliver, const struct attempt *a)
{
    return a->connection == IDS_NONE && loop_wall_ns(deliver->loop) - a->started_ns >= LOOKUP_SLOT;
}

/* Attempts whose questions no server answers hold up those of other domains for a moment only. */
static bool has_slot(struct deliver *deliver)
{
    size_t used = 0, outbound = (size_t)deliver->config->limits.outbound;
    bool asking = false;
    LIST_EACH (struct attempt, link, a, &deliver->attempts) {
        used += !is_slow_lookup(deliver, a);
        asking = asking || (a->connection == IDS_NONE && !is_slow_lookup(deliver, a));
    }
    if (used >= outbound && asking)
        timer_set_after(&deliver->stalled, LOOKUP_SLOT);
    return used < outbound && deliver->attempts.count < LOOKUPS_MAX * outbound;
}

/*
 * One of each domain at a time: a busy domain holds up no other. What starts on an idle connection may be over at once,
 * and the connection then takes from any other domain: none is remembered from one turn to the next.
 */
static bool fill_once(struct deliver *deliver)
{
    bool any = false;
    for (size_t turns = queue_ready_domains(deliver->queue)->count; turns > 0; turns--) {
        if (!has_slot(deliver))
            return false;
        struct queue_domain *domain = queue_next_domain(deliver->queue);
        if (domain == NULL)
            return any;
        any = start_one(deliver, domain) || any;
    }
    return any;
}

static void fill(void *arg)
{
    struct deliver *deliver = arg;
    while (!deliver->draining && fill_once(deliver))
        continue;
}

void deliver_fill_soon(struct deliver *deliver)
{
    timer_set_after(&deliver->fill, 0);
}

/* ---- life ---- */

int deliver_start(struct deliver **out, const struct config *config, struct loop *loop, struct queue *queue,
                  struct resolver *resolver, struct log *log, const struct prng *prng, struct err *err)
{
    struct deliver *deliver = mem_zalloc(sizeof *deliver);
    *deliver = (struct deliver){.config = config, .loop = loop, .queue = queue, .resolver = resolver, .log = log};
    list_init(&deliver->attempts);
    list_init(&deliver->connections);
    ids_init(&deliver->attempt_ids);
    ids_init(&deliver->connection_ids);
    timer_init(&deliver->fill, loop, fill, deliver);
    timer_init(&deliver->stalled, loop, fill, deliver);
    prng_fork(&deliver->prng, prng, "deliver");
    deliver->hosts = hosts_new();
    deliver->cleartext = cleartext_new();
    deliver->sites = sites_new();
    int rc = policy_new(&deliver->policy, config, err);
    if (rc != ERR_OK) {
        deliver_stop(deliver);
        return rc;
    }
    queue_start(queue, fill, deliver);
    *out = deliver;
    return ERR_OK;
}

void deliver_reload(struct deliver *deliver, const struct config *config, struct policy *policy)
{
    deliver->config = config;
    policy_free(deliver->policy);
    deliver->policy = policy;
    LIST_EACH_SAFE (struct connection, link, c, next, &deliver->connections)
        if (connection_is_idle(c))
            connection_quit(c);
}

static void cut_off(struct connection *c)
{
    struct attempt *attempt = ids_find(&c->deliver->attempt_ids, c->attempt);
    if (attempt != NULL)
        attempt_free(attempt);
    connection_free(c);
}

static void drop_all(struct deliver *deliver, bool but_on_the_wire)
{
    LIST_EACH_SAFE (struct connection, link, c, next, &deliver->connections)
        if (!but_on_the_wire || !connection_is_on_the_wire(c))
            cut_off(c);
    LIST_EACH_SAFE (struct attempt, link, a, next, &deliver->attempts)
        if (a->connection == IDS_NONE)
            attempt_free(a);
}

void deliver_drain(struct deliver *deliver)
{
    deliver->draining = true;
    queue_stop(deliver->queue);
    drop_all(deliver, true);
}

bool deliver_idle(const struct deliver *deliver)
{
    return deliver->connections.count == 0;
}

void deliver_stop(struct deliver *deliver)
{
    if (deliver == NULL)
        return;
    timer_stop(&deliver->fill);
    timer_stop(&deliver->stalled);
    drop_all(deliver, false);
    policy_free(deliver->policy);
    sites_free(deliver->sites);
    hosts_free(deliver->hosts);
    cleartext_free(deliver->cleartext);
    ids_fini(&deliver->attempt_ids);
    ids_fini(&deliver->connection_ids);
    free(deliver);
}
