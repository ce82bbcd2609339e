/*
 * What is known of each destination, a recipient domain: how many connections it may have at a time, and whether new
 * ones make sense now. The window is what the destination showed that it bears. It opens by one after as many messages
 * as it has connections, and closes by one with the first failure since then, again after as many failures: a host
 * with a limit of N refuses about one connection in N + 1 (Postfix's SCHEDULER_README measures the same of such
 * feedback, and half of all with fixed steps). After a failure with nothing else open it is one, a probe.
 *
 * Pure: no sockets, no clock. Limits: SITES_MAX destinations; beyond, those without connections are forgotten.
 */
#ifndef RL_RELAY_SITE_H
#define RL_RELAY_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/ip.h"
#include "lib/base/list.h"

#define SITES_MAX            4096
#define SITE_WINDOW_AT_FIRST 5

struct site {
    char *domain;
    unsigned active;                       /* attempts that have, or want, a connection */
    unsigned connections;                  /* also those that are idle, or end with QUIT */
    unsigned established;                  /* of these, past their greeting */
    int64_t window;                        /* connections */
    int64_t up, down;                      /* feedback that has not moved it yet, in thousandths of a connection */
    int64_t closed_at_ns, closed_until_ns; /* wall clock: all its hosts rest, so no new connection before */
    char *full_name;                       /* the MX host that had no room for its last attempt; NULL = none */
    struct ip full_address;
    struct list_link link;
};

struct sites;

struct sites *sites_new(void);
void sites_free(struct sites *sites);
/* The site lives at least until nothing is active in it, and no connection is left. */
struct site *sites_get(struct sites *sites, const char *domain);

/* An attempt at the site begins, or is over. */
void site_attempt_begins(struct site *site);
void site_attempt_ends(struct site *site);
/* A connection works for the site from now on, or does no longer. */
void site_connection_joins(struct site *site, bool established);
void site_connection_leaves(struct site *site, bool established);
/* One of its connections has passed its greeting. */
void site_connection_established(struct site *site);

/* Whether one more connection may be opened. */
bool site_has_room(const struct site *site, int64_t max);
/* A message was dealt with, whatever the reply, on a connection that was opened at opened_ns. */
void site_succeeded(struct site *site, int64_t max, int64_t opened_ns);
/* A connection could not be made, or was refused before MAIL; `others` more are open. */
void site_failed(struct site *site, unsigned others);
/* A host said that it takes no more for now: the next connection is a probe. */
void site_stopped(struct site *site);
/* This MX host, which other sites use as well, has no room for it; NULL = it has. */
void site_waits_for(struct site *site, const char *host, struct ip address);
/* All its hosts rest. Ended by the success of a connection that was opened later. */
void site_close(struct site *site, int64_t now_ns, int64_t until_ns);

#endif
