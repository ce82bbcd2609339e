/*
 * What the target did: for each message and recipient its attempts, host by host, and how it ended. A pure function of
 * scenario and trace, linear in the trace's size except for sorting; the timeline, the record and with it every report
 * are made from it.
 *
 *     struct behaviour
 *       histories[]            one a (message, recipient)
 *         attempts[]           a round (sim/trace/rounds.h): when, how long after the last, how the target reacted
 *           contacts[]         a host that was tried in it: how far that went, and what was said
 *
 * Strings and JSON are borrowed from scenario and trace. Times are ns since the start of the story.
 */
#ifndef RL_HARNESS_BEHAVIOUR_H
#define RL_HARNESS_BEHAVIOUR_H

#include "harness/facts/contact.h"
#include "harness/facts/facts.h"

/* How the target took an attempt, seen from outside. */
enum taken {
    TAKEN_DELIVERED,
    TAKEN_DEFERRED,  /* another attempt followed, or the recipient is queued at the end */
    TAKEN_BOUNCED,   /* the sender was notified */
    TAKEN_GIVEN_UP,  /* nothing followed, and it is not in the queue: dropped */
    TAKEN_LAST_SEEN, /* nothing followed; the target's queue is not known */
};

const char *taken_name(enum taken taken); /* "deferred" */

struct attempt {
    int64_t open_ns;
    struct contact *contacts;
    size_t count;
    unsigned shared_by;           /* messages that it may have been for instead (sim/trace/rounds.h) */
    const char *question, *rcode; /* without a contact: the last DNS answer ("MX", "SERVFAIL"); or NULL */
    enum taken taken;
};

enum outcome {
    OUTCOME_DELIVERED,
    OUTCOME_BOUNCED,
    OUTCOME_QUEUED,
    OUTCOME_GIVEN_UP,
    OUTCOME_OPEN, /* neither, and no queue listing */
    OUTCOME_NOT_TAKEN,
};

const char *outcome_name(enum outcome outcome); /* "delivered" */

struct history {
    const struct rounds_of *of;
    struct attempt *attempts;
    size_t count;
    enum outcome outcome;
    int64_t outcome_ns;               /* of a delivery or a bounce */
    unsigned copies;                  /* that hosts kept */
    const struct trace_event *bounce; /* the first with action failed; NULL = none */
    const struct trace_event **dsns;  /* all that name the recipient, in order */
    size_t dsn_count;
};

struct behaviour {
    const struct facts *facts;
    struct history *histories;
    size_t count;
    struct behaviour_key *keys; /* of behaviour_find */
};

void behaviour_make(struct behaviour *out, const struct facts *facts);
void behaviour_fini(struct behaviour *behaviour);

/* Of the submission that an event names; NULL when there is none. */
struct history *behaviour_find(const struct behaviour *behaviour, const struct json *event, const char *rcpt);

/* The contact that decided an attempt: the last one; NULL when there was none. */
const struct contact *attempt_decider(const struct attempt *attempt);
/* Why it was not a delivery, in a few words that are equal for equal causes: "451 at RCPT", "no answer", "MX:
 * SERVFAIL". */
const char *attempt_reason(const struct attempt *attempt, char *out, size_t size);
const char *attempt_class(const struct attempt *attempt); /* failure_class.h */

#endif
