/* The behaviour report's hosts: connects, refusals, messages a connection, how many connections at a time. */
#include <stdlib.h>
#include <string.h>

#include "harness/report/record/behaviour_json.h"
#include "lib/base/mem.h"

#define STEPS_MAX 500

struct tally {
    const char *host;
    unsigned sessions, turned_away, refused, dropped, unreachable, messages, messages_max;
    size_t first_edge, edge_count; /* in the edges below */
    unsigned concurrent_max;
};

/* A connection that begins or ends. */
struct edge {
    int64_t t_ns;
    size_t event; /* breaks ties: as the trace has it */
    int step;     /* +1, -1 */
    size_t tally;
};

static size_t tally_of(const struct scenario *scenario, const char *host)
{
    size_t i = 0;
    while (i < scenario->host_count && strcmp(scenario->hosts[i].name, host) != 0)
        i++;
    return i; /* host_count: not in the world */
}

static int compare_edges(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    if (x->tally != y->tally)
        return x->tally < y->tally ? -1 : 1;
    return x->event < y->event ? -1 : x->event > y->event;
}

static void take_session(struct tally *tally, const struct session *session)
{
    const struct json *refusal = session->refusal;
    tally->sessions++;
    tally->messages += session->messages;
    tally->messages_max = session->messages > tally->messages_max ? session->messages : tally->messages_max;
    tally->turned_away += refusal != NULL && strcmp(trace_str(refusal, FIELD_VERB, ""), "banner") == 0;
}

/* Connections that were open at the end have no second edge. */
static size_t take_sessions(const struct behaviour *behaviour, struct tally *tallies, struct edge *edges)
{
    const struct scenario *scenario = behaviour->facts->scenario;
    size_t count = 0;
    for (size_t i = 1; i < behaviour->facts->sessions.count; i++) {
        const struct session *session = sessions_get(&behaviour->facts->sessions, (int64_t)i);
        size_t at = session != NULL ? tally_of(scenario, session->host) : scenario->host_count;
        if (at == scenario->host_count)
            continue;
        take_session(&tallies[at], session);
        edges[count++] = (struct edge){session->open_ns, session->first, 1, at};
        if (session->close_ns != INT64_MAX)
            edges[count++] = (struct edge){session->close_ns, session->last, -1, at};
    }
    return count;
}

static void take_failures(const struct behaviour *behaviour, struct tally *tallies)
{
    for (size_t i = 0; i < behaviour->facts->sessions.failed_count; i++) {
        const struct failed_connect *one = &behaviour->facts->sessions.failed[i];
        size_t at = tally_of(behaviour->facts->scenario, one->host);
        if (at == behaviour->facts->scenario->host_count)
            continue;
        tallies[at].refused += strcmp(one->how, "refused") == 0;
        tallies[at].dropped += strcmp(one->how, "dropped") == 0;
        tallies[at].unreachable += strcmp(one->how, "unreachable") == 0;
    }
}

static void push_step(struct json *steps, int64_t t_ns, unsigned peak, unsigned open)
{
    struct json *step = json_new_array();
    json_push(step, json_new_real((double)t_ns / 1e9));
    json_push(step, json_new_int(peak));
    json_push(step, json_new_int(open));
    json_push(steps, step);
}

/* [[seconds, the most open at that instant, those open from then on]], at most STEPS_MAX. */
static struct json *steps_of(const struct edge *edges, size_t count, unsigned *most)
{
    struct json *steps = json_new_array();
    unsigned open = 0, peak = 0;
    for (size_t i = 0; i < count; i++) {
        open = edges[i].step > 0 ? open + 1 : open - 1;
        peak = open > peak ? open : peak;
        *most = peak > *most ? peak : *most;
        if (i + 1 < count && edges[i + 1].t_ns == edges[i].t_ns)
            continue;
        if (json_count(steps) < STEPS_MAX)
            push_step(steps, edges[i].t_ns, peak, open);
        peak = open;
    }
    return steps;
}

static struct json *host_json(const struct tally *tally, const struct edge *edges)
{
    struct json *json = json_new_object();
    unsigned most = 0;
    struct json *steps = steps_of(edges + tally->first_edge, tally->edge_count, &most);
    json_set_str(json, "host", tally->host);
    json_set_int(json, "connects", (int64_t)tally->sessions + tally->refused + tally->dropped + tally->unreachable);
    json_set_int(json, "connections", tally->sessions);
    json_set_int(json, "refused", tally->refused);
    json_set_int(json, "dropped", tally->dropped);
    json_set_int(json, "unreachable", tally->unreachable);
    json_set_int(json, "turned_away", tally->turned_away);
    json_set_int(json, "messages", tally->messages);
    json_set_int(json, "messages_max", tally->messages_max);
    json_set_int(json, "concurrent_max", most);
    json_set(json, "concurrency", steps);
    return json;
}

struct json *behaviour_hosts(const struct behaviour *behaviour)
{
    const struct scenario *scenario = behaviour->facts->scenario;
    struct tally *tallies = mem_zalloc((scenario->host_count + 1) * sizeof *tallies);
    struct edge *edges = mem_alloc((2 * behaviour->facts->sessions.count + 1) * sizeof *edges);
    struct json *list = json_new_array();
    size_t count = take_sessions(behaviour, tallies, edges);
    take_failures(behaviour, tallies);
    qsort(edges, count, sizeof *edges, compare_edges);
    for (size_t i = 0; i < count; i++)
        if (tallies[edges[i].tally].edge_count++ == 0)
            tallies[edges[i].tally].first_edge = i;
    for (size_t i = 0; i < scenario->host_count; i++) {
        tallies[i].host = scenario->hosts[i].name;
        if (!scenario->hosts[i].automatic || tallies[i].sessions > 0)
            json_push(list, host_json(&tallies[i], edges));
    }
    free(tallies);
    free(edges);
    return list;
}
