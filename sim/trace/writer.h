/*
 * The one writer of the trace: JSON lines, keys in a fixed order, times relative to t = 0 with six decimals.
 * vocabulary.h has the events and their fields: to write a field that an event does not carry is a bug. Whatever would
 * differ between two runs of one seed (ports that the kernel chose, pids, read sizes) has no key here.
 *
 *     trace_emit(trace, TRACE_SMTP_REPLY, &(struct trace_fields){.conn = 1, .code = 250, .verb = "RCPT"}, extra);
 */
#ifndef RL_SIM_TRACE_WRITER_H
#define RL_SIM_TRACE_WRITER_H

#include <stdint.h>

#include "lib/base/err.h"
#include "lib/text/json.h"
#include "sim/trace/vocabulary.h"

struct trace;

enum trace_tls { TRACE_TLS_NONE, TRACE_CLEAR, TRACE_ENCRYPTED }; /* NONE: the key is left out */

/* Zero and NULL leave a key out. */
struct trace_fields {
    unsigned conn, txn;
    const char *host; /* name of a simulated host */
    const char *peer; /* address of its peer */
    const char *msg;  /* submission id */
    unsigned n;       /* of a submission that was made several times */
    const char *rcpt;
    unsigned round;
    enum trace_tls tls;
    int code;
    const char *verb;
    int64_t bytes;
    bool has_bytes;
    int64_t at_ns; /* wall clock of the event when it is not now: what others recorded */
};

struct trace_header {
    const char *scenario, *case_name, *target;
    uint64_t seed;
    int64_t start_ns, until_ns;
};

/* now: the wall clock in ns; before: called ahead of each event, to write what happened earlier (may be NULL). */
int trace_open(struct trace **out, const char *path, const struct trace_header *header, int64_t (*now)(void *arg),
               void *arg, struct err *err);
void trace_set_before(struct trace *trace, void (*before)(void *arg), void *arg);
void trace_set_zero(struct trace *trace, int64_t t0_ns);
int64_t trace_zero_ns(const struct trace *trace);

/* extra: an object with the event's own keys, or NULL; takes ownership of it. */
void trace_emit(struct trace *trace, enum trace_kind kind, const struct trace_fields *fields, struct json *extra);

/* 0, or ERR_SYSTEM when something could not be written (a full disk). */
int trace_close(struct trace *trace, struct err *err);

#endif
