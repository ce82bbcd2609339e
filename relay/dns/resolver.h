/*
 * The stub resolver: c-ares asks (sockets, waiting, TCP after a truncated answer), wire.h reads. One question, one
 * answer, reported from the event loop, never from inside resolver_ask. Ids of packets come from the prng.
 *
 * An answer that neither has records nor says that there are none is not passed on at once: the question is asked
 * again, of each server in turn, and each round uses another transport: over UDP with EDNS (RFC 6891), over UDP
 * without, over TCP (RFC 7766). A CNAME whose target is missing from the answer is followed by a question for the
 * target. Only when all rounds are over is the answer WIRE_TEMPORARY, with the first reason. The server that answered
 * last is asked first.
 *
 * Each question has a c-ares channel, and so sockets and source ports, of its own: an attacker who forges an answer has
 * to guess the port as well as the id (RFC 5452 §9.2). resolver_forget ends a question. Nothing is cached here. Limits:
 * config resolver.timeout for one packet, resolver.tries rounds, 8 aliases.
 */
#ifndef RL_RELAY_RESOLVER_H
#define RL_RELAY_RESOLVER_H

#include "lib/base/err.h"
#include "lib/base/prng.h"
#include "lib/io/loop.h"
#include "relay/config/config.h"
#include "relay/dns/wire.h"

struct resolver;

/* answer and all in it live during the call; result is never WIRE_ALIAS. */
typedef void resolver_fn(void *arg, const struct wire_answer *answer);

int resolver_new(struct resolver **out, const struct config *config, struct loop *loop, const struct prng *prng,
                 struct err *err);
void resolver_free(struct resolver *resolver); /* open questions are dropped without a call */

struct loop *resolver_loop(const struct resolver *resolver);

/* Returns the question's id, for resolver_forget. */
uint64_t resolver_ask(struct resolver *resolver, const char *name, enum wire_type type, resolver_fn *on_answer,
                      void *arg);
void resolver_forget(struct resolver *resolver, uint64_t id);

#endif
