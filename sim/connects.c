#include "sim/connects.h"

#include <string.h>

#include "lib/base/mem.h"

#define A_BATCH 64
#define DAY_NS  ((int64_t)86400 * 1000000000)

static const char *result_name(enum warp_connect_result result)
{
    static const char *const names[] = {"ok", "refused", "unreachable", "denied", "dropped", "given-up"};
    return (size_t)result < sizeof names / sizeof names[0] ? names[result] : "unknown"; /* the target can write it */
}

static struct ip ip_of_connect(const struct warp_connect *one)
{
    struct ip ip = {0};
    (void)ip_from_bytes(slice_make(one->addr, one->family == 4 ? 4 : sizeof one->addr), &ip);
    return ip;
}

static struct json *describe(const struct warp_connect *one)
{
    char addr[IP_TEXT_MAX];
    struct json *extra = json_new_object();
    json_set_str(extra, "addr", ip_format(ip_of_connect(one), addr));
    json_set_int(extra, "port", one->port);
    return extra;
}

static const struct host *host_of(const struct connects *connects, const struct warp_connect *one)
{
    const struct host *host = scenario_host_at(connects->sim->scenario, ip_of_connect(one));
    return host != NULL && one->port == scenario_port(connects->sim->scenario, host) ? host : NULL;
}

/* The target can write the log: a time that is not one of this run is that of now. */
static int64_t time_of(const struct connects *connects, const struct warp_connect *one)
{
    int64_t t0 = trace_zero_ns(connects->sim->trace), now = loop_wall_ns(connects->sim->loop);
    int64_t at = (int64_t)one->t_ns;
    return at >= t0 - DAY_NS && at <= now + DAY_NS ? at : now;
}

static void violation(struct connects *connects, const struct warp_connect *one)
{
    struct json *extra = describe(one);
    json_set_str(extra, "kind", "outside-world");
    json_set_str(extra, "text", "the target tried to send packets out of the simulated internet; they were blocked");
    trace_emit(connects->sim->trace, TRACE_VIOLATION, &(struct trace_fields){.at_ns = time_of(connects, one)}, extra);
}

static void take(struct connects *connects, const struct warp_connect *one)
{
    struct sim *sim = connects->sim;
    const struct host *host = host_of(connects, one);
    struct trace_fields f = {.host = host != NULL ? host->name : NULL, .at_ns = time_of(connects, one)};
    if (one->result == WARP_CONNECT_DENIED) {
        violation(connects, one);
        return;
    }
    if (host != NULL && one->result == WARP_CONNECT_OK)
        return; /* the host itself records it, with more details */
    struct json *extra = describe(one);
    json_set_str(extra, "result", result_name((enum warp_connect_result)one->result));
    trace_emit(sim->trace, TRACE_TCP_CONNECT, &f, extra);
    if (host == NULL || one->result == WARP_CONNECT_GIVEN_UP)
        return;
    rounds_connect_failed(sim->rounds, host->name, time_of(connects, one) - trace_zero_ns(sim->trace));
    hosts_connect_failed(connects->hosts, host, time_of(connects, one));
}

void connects_drain(struct connects *connects)
{
    struct warp_connect batch[A_BATCH];
    size_t got;
    while (connects->shm != NULL &&
           (got = warp_shm_drain_connects(connects->shm, &connects->cursor, batch, A_BATCH, &connects->lost)) > 0)
        for (size_t i = 0; i < got; i++)
            take(connects, &batch[i]);
}
