/*
 * How a host's octets leave it: at once, or late, slowly, in pieces. A core without I/O: octets and their pace go in,
 * and come out when they are due. What was added first comes out first, whatever the paces.
 *
 *     pacer_add(octets, pace, t) --> [ runs of equal pieces, each with its time ] --> pacer_take(t)
 *
 * Pieces that follow each other at once are a microsecond apart, so that the peer reads each by itself.
 */
#ifndef RL_SIM_PACER_H
#define RL_SIM_PACER_H

#include "lib/base/buf.h"
#include "lib/base/prng.h"
#include "sim/effects/decision.h"
#include "sim/scenario/model.h"

struct pacer_run {
    size_t left, step;        /* octets; of each piece */
    int64_t due_ns, every_ns; /* of the next piece; to the one after it */
};

struct pacer {
    struct buf octets;
    struct pacer_run *runs; /* in the order in which they leave */
    size_t count, room;
    int64_t free_ns;  /* when the next piece may leave, at the soonest */
    struct prng prng; /* cuts random pieces */
};

void pacer_init(struct pacer *pacer, size_t octets_max);
void pacer_fini(struct pacer *pacer);

/* drip: NULL, or in place of how the network cuts. What does not fit is dropped, as a host out of memory would. */
void pacer_add(struct pacer *pacer, struct slice octets, const struct host_net *net, const struct drip *drip,
               int64_t t_ns);
/* Moves what is due to *out. */
void pacer_take(struct pacer *pacer, struct buf *out, int64_t t_ns);
int64_t pacer_deadline_ns(const struct pacer *pacer); /* INT64_MAX: nothing waits */
bool pacer_is_empty(const struct pacer *pacer);

#endif
