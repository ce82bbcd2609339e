/*
 * A trace by connection: what became of each, in one pass over the events. Texts and JSON are borrowed from the trace
 * log, which must outlive it. Linear in the trace's size.
 */
#ifndef RL_HARNESS_SESSIONS_H
#define RL_HARNESS_SESSIONS_H

#include "sim/trace/reader.h"

#define NO_EVENT SIZE_MAX

struct session {
    int64_t conn; /* 0 = no such connection in the trace */
    const char *host;
    int64_t open_ns, close_ns; /* close INT64_MAX: open until the end */
    size_t first, last;        /* its events; sessions_next walks them */
    const char *tls;           /* version; NULL = unencrypted */
    const char *tls_failure;   /* text; NULL = none */
    const struct json *refusal,
        *last_reply;     /* the first reply that ended all hope (not to EHLO, STARTTLS); QUIT's aside */
    const char *waiting; /* the verb whose reply had not come; NULL = none */
    int64_t waiting_ns;  /* since when; without one, since the last event */
    bool reset, closed_by_host;
    bool named;        /* a transaction names a submission */
    unsigned messages; /* that the host kept */
};

/* What the host said to the message itself. */
struct transaction {
    const struct json *data, *eod;
    bool dot; /* the message was sent to its end, before the reply to it */
};

/* A connect that gave no connection. */
struct failed_connect {
    size_t event;
    const char *host, *how;   /* refused, dropped, unreachable */
    int64_t t_ns, give_up_ns; /* INT64_MAX: was not seen to give up */
};

struct sessions {
    const struct trace_log *log;
    struct session *list; /* list[conn], conn from 1 */
    size_t count;         /* the highest conn + 1 */
    struct transaction *transactions;
    size_t transaction_count;
    struct failed_connect *failed;
    size_t failed_count, failed_room;
    size_t *next; /* of each event the next one of its connection */
};

void sessions_make(struct sessions *out, const struct trace_log *log);
void sessions_fini(struct sessions *sessions);

const struct session *sessions_get(const struct sessions *sessions, int64_t conn); /* NULL: none */
/* The event that follows `event` on its connection, or NO_EVENT. */
size_t sessions_next(const struct sessions *sessions, size_t event);
/* An empty one when the trace has none. */
struct transaction sessions_transaction(const struct sessions *sessions, int64_t txn);

#endif
