/*
 * The stub resolver: c-ares asks (sockets, retransmission, servers), wire.h reads. One question, one answer,
 * told from the event loop, never from inside resolver_ask. Ids of packets come from the prng.
 *
 * c-ares cannot cancel one question, so an asker that goes away is forgotten: resolver_forget, after which its
 * late answer finds nobody. Nothing is cached here.
 */
#ifndef RL_RELAY_RESOLVER_H
#define RL_RELAY_RESOLVER_H

#include "lib/base/err.h"
#include "lib/base/prng.h"
#include "lib/io/loop.h"
#include "relay/config/config.h"
#include "relay/dns/wire.h"

struct resolver;

/* answer and all in it live during the call. */
typedef void resolver_fn(void *arg, const struct wire_answer *answer);

int resolver_new(struct resolver **out, const struct config *config, struct loop *loop, const struct prng *prng,
                 struct err *err);
void resolver_free(struct resolver *resolver); /* open questions are dropped without a call */

/* Returns the question's id, for resolver_forget. */
uint64_t resolver_ask(struct resolver *resolver, const char *name, enum wire_type type, resolver_fn *on_answer,
                      void *arg);
void resolver_forget(struct resolver *resolver, uint64_t id);

#endif
