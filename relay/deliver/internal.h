/* What the files of the sending side share; no other folder includes this. */
#ifndef RL_RELAY_DELIVER_INTERNAL_H
#define RL_RELAY_DELIVER_INTERNAL_H

#include "lib/base/ids.h"
#include "relay/deliver/cleartext.h"
#include "relay/deliver/deliver.h"
#include "relay/deliver/hosts.h"
#include "relay/deliver/site.h"
#include "relay/tls/policy.h"

struct attempt;
struct connection;
struct mx_host;

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
    struct list attempts;    /* struct attempt */
    struct list connections; /* struct connection: at work, idle, or ending with QUIT */
    struct ids attempt_ids, connection_ids;
    struct timer fill;
    struct timer stalled; /* questions that are slow to be answered give their slots to others */
    bool draining;
    bool held_back; /* a message waits until its owner has fewer lookups under way */
};

/* A slot has come free, or something to carry: looked after in the next turn. */
void deliver_fill_soon(struct deliver *deliver);
/* With an answer: those of the same owner that were held back may begin. */
void deliver_lookup_ended(struct deliver *deliver, const struct queue_message *message);
/* The next batch of this site, for a connection that can carry it; NULL when there is none. */
struct attempt *deliver_take(struct deliver *deliver, struct site *site);
/* The same of any site that waits for room at this connection's host. */
struct attempt *deliver_take_waiting(struct deliver *deliver, struct connection *connection);
/* An idle connection to this host, whatever site it was opened for, that gives the site's mail what TLS it needs. */
struct connection *deliver_find_idle(const struct deliver *deliver, const struct site *site,
                                     const struct mx_host *host);
/* Whether one more connection would be too many for this host: by name and address, whatever the domains. */
bool deliver_host_is_full(const struct deliver *deliver, const struct mx_host *host, const struct attempt *but);
bool deliver_has_room(const struct deliver *deliver); /* for one more attempt with a connection */
/* The attempt that this connection works for is over; an id that has ended is ignored. */
void deliver_release_connection(struct deliver *deliver, uint64_t connection);
/* Room for one more connection: the idle one that waits longest may have to go. */
void deliver_make_room(struct deliver *deliver);

#endif
