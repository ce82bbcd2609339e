/* What the files of the sending side share; nobody else includes this. */
#ifndef RL_RELAY_DELIVER_INTERNAL_H
#define RL_RELAY_DELIVER_INTERNAL_H

#include "relay/deliver/cleartext.h"
#include "relay/deliver/deliver.h"
#include "relay/deliver/hosts.h"
#include "relay/deliver/site.h"
#include "relay/tls/policy.h"

struct connection;
struct delivery;

struct deliver {
    const struct config *config;
    struct loop *loop;
    struct queue *queue;
    struct resolver *resolver;
    struct log *log;
    struct prng prng;
    struct policy *policy;
    struct hosts *hosts;
    struct cleartext *cleartext;
    struct sites *sites;
    struct list deliveries;  /* struct delivery */
    struct list connections; /* struct connection: at work, idle, or saying goodbye */
    struct timer fill;
    bool draining;
};

/* A slot has come free, or something to carry: looked after in the next turn. */
void deliver_fill_soon(struct deliver *deliver);
/* The next batch of this site, for a connection that can carry it; NULL when there is none. */
struct delivery *deliver_take(struct deliver *deliver, struct site *site);
/* How many connections of the site are past their greeting, this one not counted (NULL = all). */
unsigned deliver_established(const struct deliver *deliver, const struct site *site, const struct connection *but);
/* Room for one more connection: the idle one that waits longest may have to go. */
void deliver_make_room(struct deliver *deliver);

#endif
