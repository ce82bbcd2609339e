/*
 * The facts of a run, below the judge and the reports: its scenario, its trace, and what one pass over the trace gives:
 * the rounds of each recipient and the sessions of each host. Made once a run.
 *
 *     facts_make(&facts, scenario, &log);
 *     … facts_next(&facts, TRACE_DSN_SEEN, "m1", 1, &at) …
 *     facts_fini(&facts);
 *
 * Scenario and log are borrowed, and must outlive the facts; texts and JSON in them are those of the log. Linear in the
 * length of the trace. There are no errors: trace_read has refused what cannot be a trace.
 */
#ifndef RL_HARNESS_FACTS_H
#define RL_HARNESS_FACTS_H

#include "harness/facts/sessions.h"
#include "sim/scenario/model.h"
#include "sim/trace/reader.h"

struct seed_tallies;

struct facts {
    const struct scenario *scenario;
    const struct trace_log *log;
    struct rounds *rounds;
    struct sessions sessions;
    /* set by the caller */
    const struct seed_tallies *tallies; /* over all seeds; NULL = only this one */
    bool unlisted;                      /* the adapter has no queue command */
    bool never_bounces;                 /* the target sends no report of what it gives up */
};

void facts_make(struct facts *out, const struct scenario *scenario, const struct trace_log *log);
void facts_fini(struct facts *facts);

/* Events of one kind and one submission; from *index on, which moves on; NULL after the last. n 0 = any. */
const struct trace_event *facts_next(const struct facts *facts, enum trace_kind kind, const char *msg, unsigned n,
                                     size_t *index);
/* The last event of one kind; NULL when there is none. *index as facts_next leaves it. */
const struct trace_event *facts_last(const struct facts *facts, enum trace_kind kind, size_t *index);
/* Whether a target.queue has this sender and recipient. */
bool facts_queue_has(const struct json *queue, const char *from, const char *rcpt);
/* When the target was handed the submission, which is where times of checks count from; INT64_MAX when it was not. */
int64_t facts_handed_ns(const struct facts *facts, const char *msg, unsigned n);
/* When the target took it (its 250, or status 0 of its submit command); INT64_MAX when it did not. */
int64_t facts_submitted_ns(const struct facts *facts, const char *msg, unsigned n);
/* The refusal of this recipient, or of its whole submission; NULL when there is none. */
const struct trace_event *facts_refusal(const struct facts *facts, const struct rounds_of *of);
/* What a dsn.seen says of this recipient; NULL when it does not name it. */
const struct json *facts_dsn_recipient(const struct json *dsn, const char *rcpt);
/* What the target was handed: `header` and `body` as they were submitted; NULL when it was not. */
const struct json *facts_handed(const struct facts *facts, const char *msg, unsigned n);

#endif
