#include "sim/trace/index.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "sim/trace/reader.h"

/* How much of a key counts: each distinguishes what the one before does not. */
enum detail { BY_EVENT, BY_MESSAGE, BY_RECIPIENT, DETAILS };

struct key {
    struct trace_query is; /* nothing open: "" where the event has no such key */
    size_t at;             /* of the event */
};

/* Events of one key are adjacent, in the order of the trace. */
struct groups {
    size_t *starts; /* of each group in `events`, and the end of the last */
    size_t *events;
    size_t count;
};

struct trace_index {
    struct key *keys; /* one an event, sorted */
    size_t *first[DETAILS];
    struct groups by[DETAILS]; /* group g has the key keys[first[detail][g]] */
    struct groups by_txn;      /* group = number */
};

static int compare_to(const struct trace_query *a, const struct trace_query *b, enum detail detail)
{
    int order = (a->kind > b->kind) - (a->kind < b->kind);
    if (order == 0 && detail >= BY_MESSAGE)
        order = strcmp(a->msg, b->msg);
    if (order == 0 && detail >= BY_MESSAGE)
        order = (a->n > b->n) - (a->n < b->n);
    if (order == 0 && detail >= BY_RECIPIENT)
        order = strcasecmp(a->rcpt, b->rcpt);
    return order;
}

static int compare_keys(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    int order = compare_to(&x->is, &y->is, BY_RECIPIENT);
    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

static struct key *sorted_keys(const struct trace_log *log)
{
    struct key *keys = mem_zalloc((log->count + 1) * sizeof *keys);
    for (size_t i = 0; i < log->count; i++) {
        const struct json *json = log->events[i].json;
        keys[i] = (struct key){{log->events[i].kind, trace_str(json, FIELD_MSG, ""),
                                (unsigned)trace_int(json, FIELD_N, 1), trace_str(json, FIELD_RCPT, "")},
                               i};
    }
    qsort(keys, log->count, sizeof *keys, compare_keys);
    return keys;
}

/* group_of[i] is the group of event i; the groups' sizes are in starts[group + 1] already. */
static void fill(struct groups *groups, const size_t *group_of, size_t events)
{
    for (size_t g = 0; g < groups->count; g++)
        groups->starts[g + 1] += groups->starts[g];
    size_t *next = mem_zalloc((groups->count + 1) * sizeof *next);
    memcpy(next, groups->starts, (groups->count + 1) * sizeof *next);
    groups->events = mem_zalloc((events + 1) * sizeof *groups->events);
    for (size_t i = 0; i < events; i++)
        groups->events[next[group_of[i]]++] = i;
    free(next);
}

static void group_by_key(struct trace_index *index, enum detail detail, size_t events, size_t *group_of)
{
    struct groups *groups = &index->by[detail];
    groups->starts = mem_zalloc((events + 1) * sizeof *groups->starts);
    index->first[detail] = mem_zalloc((events + 1) * sizeof *index->first[detail]);
    for (size_t i = 0; i < events; i++) {
        if (i == 0 || compare_to(&index->keys[i - 1].is, &index->keys[i].is, detail) != 0)
            index->first[detail][groups->count++] = i;
        group_of[index->keys[i].at] = groups->count - 1;
        groups->starts[groups->count]++;
    }
    fill(groups, group_of, events);
}

static size_t txn_of(const struct trace_log *log, size_t i)
{
    int64_t txn = trace_int(log->events[i].json, FIELD_TXN, 0);
    return txn > 0 && txn <= (int64_t)log->count ? (size_t)txn : 0;
}

static void group_by_txn(struct trace_index *index, const struct trace_log *log, size_t *group_of)
{
    struct groups *groups = &index->by_txn;
    groups->starts = mem_zalloc((log->count + 2) * sizeof *groups->starts);
    groups->count = 1;
    for (size_t i = 0; i < log->count; i++) {
        group_of[i] = txn_of(log, i);
        groups->starts[group_of[i] + 1]++;
        groups->count = group_of[i] >= groups->count ? group_of[i] + 1 : groups->count;
    }
    fill(groups, group_of, log->count);
}

struct trace_index *trace_index_new(const struct trace_log *log)
{
    struct trace_index *index = mem_zalloc(sizeof *index);
    size_t *group_of = mem_zalloc((log->count + 1) * sizeof *group_of);
    index->keys = sorted_keys(log);
    for (enum detail detail = BY_EVENT; detail < DETAILS; detail++)
        group_by_key(index, detail, log->count, group_of);
    group_by_txn(index, log, group_of);
    free(group_of);
    return index;
}

static void groups_fini(struct groups *groups)
{
    free(groups->starts);
    free(groups->events);
}

void trace_index_free(struct trace_index *index)
{
    if (index == NULL)
        return;
    for (enum detail detail = BY_EVENT; detail < DETAILS; detail++) {
        groups_fini(&index->by[detail]);
        free(index->first[detail]);
    }
    groups_fini(&index->by_txn);
    free(index->keys);
    free(index);
}

/* ---- questions ---- */

static size_t find_group(const struct trace_index *index, const struct trace_query *query, enum detail detail)
{
    size_t low = 0, high = index->by[detail].count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_to(&index->keys[index->first[detail][middle]].is, query, detail);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return SIZE_MAX;
}

/* The first member of the group from `at` on; SIZE_MAX = none. */
static size_t next_in(const struct groups *groups, size_t group, size_t at)
{
    if (group >= groups->count)
        return SIZE_MAX;
    size_t low = groups->starts[group], high = groups->starts[group + 1], end = high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (groups->events[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low < end ? groups->events[low] : SIZE_MAX;
}

static const struct trace_event *take(const struct trace_log *log, size_t found, size_t *at)
{
    *at = found == SIZE_MAX ? log->count : found + 1;
    return found == SIZE_MAX ? NULL : &log->events[found];
}

static bool fits(const struct trace_event *event, const struct trace_query *query)
{
    return (query->msg == NULL || strcmp(trace_str(event->json, FIELD_MSG, ""), query->msg) == 0) &&
           (query->n == 0 || trace_int(event->json, FIELD_N, 1) == query->n);
}

const struct trace_event *trace_next(const struct trace_log *log, const struct trace_query *query, size_t *at)
{
    const struct trace_index *index = log->index;
    bool whole = query->msg != NULL && query->n != 0;
    enum detail detail = !whole ? BY_EVENT : query->rcpt == NULL ? BY_MESSAGE : BY_RECIPIENT;
    size_t group = find_group(index, query, detail), found;
    do
        found = next_in(&index->by[detail], group, *at);
    while (take(log, found, at) != NULL && !fits(&log->events[found], query));
    return found == SIZE_MAX ? NULL : &log->events[found];
}

const struct trace_event *trace_next_of_txn(const struct trace_log *log, size_t txn, size_t *at)
{
    return take(log, txn > 0 ? next_in(&log->index->by_txn, txn, *at) : SIZE_MAX, at);
}

size_t trace_txn_end(const struct trace_log *log)
{
    return log->index->by_txn.count;
}
