/*
 * Where in a trace the events of one kind stand: by name, by submission, by recipient, by transaction. Made once, by
 * trace_read, so that each question costs a binary search and not a walk over the whole trace.
 */
#ifndef RL_SIM_TRACE_INDEX_H
#define RL_SIM_TRACE_INDEX_H

#include <stddef.h>

#include "sim/trace/vocabulary.h"

struct trace_log;
struct trace_event;
struct trace_index;

/* NULL and 0 leave the rest open; `rcpt` (compared without case) needs `msg` and `n`. */
struct trace_query {
    enum trace_kind kind;
    const char *msg;
    unsigned n;
    const char *rcpt;
};

/* The log must outlive its index, and not change. */
struct trace_index *trace_index_new(const struct trace_log *log);
void trace_index_free(struct trace_index *index);

/* The first such event from *at on, which moves past it; NULL after the last. */
const struct trace_event *trace_next(const struct trace_log *log, const struct trace_query *query, size_t *at);
const struct trace_event *trace_next_of_txn(const struct trace_log *log, size_t txn, size_t *at);

/* Transactions are numbered below this. */
size_t trace_txn_end(const struct trace_log *log);

#endif
