#include "sim/mx/pacer.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define GAP_NS    INT64_C(1000)
#define PIECE_MAX 16 /* of random pieces */

void pacer_init(struct pacer *pacer, size_t octets_max)
{
    buf_init(&pacer->octets, octets_max);
}

void pacer_fini(struct pacer *pacer)
{
    buf_fini(&pacer->octets);
    free(pacer->runs);
}

bool pacer_is_empty(const struct pacer *pacer)
{
    return pacer->count == 0;
}

int64_t pacer_deadline_ns(const struct pacer *pacer)
{
    return pacer->count > 0 ? pacer->runs[0].due_ns : INT64_MAX;
}

/* ---- in ---- */

/* How long so many octets are under way. */
static int64_t duration_of(const struct host_net *net, size_t octets)
{
    return net->rate > 0 ? (int64_t)(octets * (uint64_t)NS_PER_S / net->rate) : 0;
}

static void add_run(struct pacer *pacer, size_t len, size_t step, int64_t every_ns)
{
    size_t pieces = (len + step - 1) / step;
    if (pacer->count == pacer->room) {
        pacer->room = pacer->room > 0 ? 2 * pacer->room : 8;
        pacer->runs = mem_realloc(pacer->runs, pacer->room, sizeof *pacer->runs);
    }
    pacer->runs[pacer->count++] = (struct pacer_run){len, step, pacer->free_ns, every_ns};
    pacer->free_ns += (int64_t)pieces * every_ns;
}

/* The length of the next piece of a reply that is cut in unequal ones. */
static size_t next_piece(struct pacer *pacer, struct slice rest, int segment)
{
    size_t len = rest.len;
    if (segment == SEGMENT_LINE)
        len = slice_find(rest, '\n') + 1;
    else if (segment == SEGMENT_RANDOM)
        len = 1 + (size_t)prng_below(&pacer->prng, PIECE_MAX);
    return len < rest.len ? len : rest.len;
}

static void cut(struct pacer *pacer, struct slice octets, const struct host_net *net)
{
    while (octets.len > 0) {
        size_t len = next_piece(pacer, octets, net->segment);
        pacer->free_ns += duration_of(net, len);
        add_run(pacer, len, len, net->segment == SEGMENT_WHOLE ? 0 : GAP_NS);
        octets = slice_from(octets, len);
    }
}

void pacer_add(struct pacer *pacer, struct slice octets, const struct host_net *net, const struct drip *drip,
               int64_t t_ns)
{
    int64_t soonest = t_ns + net->rtt_ns;
    if (octets.len == 0 || !buf_add_slice(&pacer->octets, octets))
        return;
    if (pacer->free_ns < soonest)
        pacer->free_ns = soonest;
    if (drip != NULL)
        add_run(pacer, octets.len, (size_t)drip->bytes, drip->every_ns > GAP_NS ? drip->every_ns : GAP_NS);
    else if (net->segment == SEGMENT_BYTE)
        add_run(pacer, octets.len, 1, duration_of(net, 1) + GAP_NS);
    else
        cut(pacer, octets, net);
}

/* ---- out ---- */

static void drop_first(struct pacer *pacer)
{
    memmove(pacer->runs, pacer->runs + 1, --pacer->count * sizeof *pacer->runs);
}

void pacer_take(struct pacer *pacer, struct buf *out, int64_t t_ns)
{
    while (pacer->count > 0 && pacer->runs[0].due_ns <= t_ns) {
        struct pacer_run *run = &pacer->runs[0];
        size_t len = run->step < run->left ? run->step : run->left;
        (void)buf_add(out, pacer->octets.data, len);
        buf_consume(&pacer->octets, len);
        run->left -= len;
        run->due_ns += run->every_ns;
        if (run->left == 0)
            drop_first(pacer);
    }
}
