#include "relay/deliver/site.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"

#define ONE INT64_C(1000) /* step of the window */

struct sites {
    void *by_domain; /* a tree of tsearch(3) */
    struct list all;
};

static int compare(const void *a, const void *b)
{
    return strcasecmp(((const struct site *)a)->domain, ((const struct site *)b)->domain);
}

struct sites *sites_new(void)
{
    struct sites *sites = mem_zalloc(sizeof *sites);
    list_init(&sites->all);
    return sites;
}

static void forget(struct sites *sites, struct site *site)
{
    (void)tdelete(site, &sites->by_domain, compare);
    list_remove(&sites->all, &site->link);
    free(site->domain);
    free(site->full_name);
    free(site);
}

void sites_free(struct sites *sites)
{
    if (sites == NULL)
        return;
    LIST_EACH_SAFE (struct site, link, site, next, &sites->all)
        forget(sites, site);
    free(sites);
}

static void make_room(struct sites *sites)
{
    if (sites->all.count < SITES_MAX)
        return;
    LIST_EACH_SAFE (struct site, link, site, next, &sites->all)
        if (site->active == 0 && site->connections == 0)
            forget(sites, site);
}

struct site *sites_get(struct sites *sites, const char *domain)
{
    struct site wanted = {.domain = (char *)domain};
    struct site *const *found = tfind(&wanted, &sites->by_domain, compare);
    if (found != NULL)
        return *found;
    make_room(sites);
    struct site *site = mem_zalloc(sizeof *site);
    site->domain = mem_strdup(domain);
    site->window = SITE_WINDOW_AT_FIRST;
    site->down = ONE;
    list_append(&sites->all, &site->link);
    (void)tsearch(site, &sites->by_domain, compare);
    return site;
}

void site_attempt_begins(struct site *site)
{
    site->active++;
}

void site_attempt_ends(struct site *site)
{
    rl_assert(site->active > 0);
    site->active--;
}

void site_connection_joins(struct site *site, bool established)
{
    site->connections++;
    site->established += established;
}

void site_connection_leaves(struct site *site, bool established)
{
    rl_assert(site->connections > 0 && site->established >= established);
    site->connections--;
    site->established -= established;
}

void site_connection_established(struct site *site)
{
    site->established++;
    rl_assert(site->established <= site->connections);
}

bool site_has_room(const struct site *site, int64_t max)
{
    return site->active < site->window && site->active < max;
}

/* The half of a step makes good for rounding: three thirds are one. */
static bool is_full_step(int64_t feedback, int64_t step)
{
    return feedback + step / 2 >= ONE;
}

void site_succeeded(struct site *site, int64_t max, int64_t opened_ns)
{
    int64_t step = ONE / site->window;
    if (opened_ns > site->closed_at_ns)
        site->closed_until_ns = 0;
    if (site->window >= max || site->active + SITE_WINDOW_AT_FIRST <= site->window)
        return; /* it is far from using that: nothing was learned about a larger window */
    site->up += step;
    if (!is_full_step(site->up, step))
        return;
    site->window++;
    site->up = 0;
    site->down = ONE; /* the first failure with the larger window takes it back */
}

void site_failed(struct site *site, unsigned others)
{
    int64_t step = ONE / site->window;
    site->down += step;
    if (is_full_step(site->down, step)) {
        site->window -= site->window > 1;
        site->up = 0;
        site->down = 0;
    }
    if (others == 0)
        site_stopped(site);
}

void site_stopped(struct site *site)
{
    site->window = 1;
}

void site_waits_for(struct site *site, const char *host, struct ip address)
{
    free(site->full_name);
    site->full_name = host != NULL ? mem_strdup(host) : NULL;
    site->full_address = address;
}

void site_close(struct site *site, int64_t now_ns, int64_t until_ns)
{
    site->closed_at_ns = now_ns;
    site->closed_until_ns = until_ns;
}
