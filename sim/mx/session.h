/*
 * One session of a simulated MX host: a core without I/O. It is fed the client's octets, asks the world what the
 * host does, and gives back replies to send and things for its driver to do.
 *
 *     command line -> what a well-behaved host would answer -> the world decides otherwise, or not -> [delay] ->
 *     the reply, and what it does to the session -> `then`: go on, close, reset, stall
 *
 * Replies leave at the host's pace (pacer.h); an event is recorded when everything that was said before it has been
 * sent. A handshake that is to fail is played here, on the first octets after the 220; any other is the driver's.
 *
 * Everything that happens goes to `record` as trace events; a kept message goes to `keep`.
 * Limits: command lines 4096 octets, messages 64 MiB, 10,000 recipients.
 */
#ifndef RL_SIM_SESSION_H
#define RL_SIM_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/text/json.h"
#include "sim/mx/octets.h"
#include "sim/mx/pacer.h"
#include "sim/scenario/model.h"
#include "sim/trace/rounds.h"
#include "sim/trace/writer.h"
#include "sim/world/world.h"

enum mx_event {
    MX_NOTHING,
    MX_START_TLS, /* flush, start the handshake, then mx_session_tls_started */
    MX_CLOSE,     /* flush, then close */
    MX_RESET,
};

struct mx_message {
    const char *reverse_path;
    char **rcpts;
    size_t rcpt_count;
    struct slice body;
    unsigned txn;
    int code; /* of the reply to the dot */
};

struct mx_callbacks {
    void (*record)(void *arg, enum trace_kind kind, struct trace_fields *fields, struct json *extra);
    void (*keep)(void *arg, const struct mx_message *message);
    void *arg;
};

struct mx_reply {
    int code;
    char *text;       /* lines separated by \n */
    const char *verb; /* what it answers, as the trace names it */
};

struct mx_session {
    const struct scenario *scenario;
    const struct host *host;
    struct world *world;
    struct rounds *rounds;
    struct mx_callbacks callbacks;
    unsigned *txn_counter;
    unsigned conn, connection; /* of the trace; of the host */
    const char *client;
    struct pacer pacer;
    struct buf out; /* what the driver is to send now */
    /* the client */
    char *helo, *sender, **rcpts;
    size_t rcpt_count;
    unsigned txn, messages, attempt;
    uint64_t declared_size; /* of MAIL; 0 = it said none */
    bool tls, auth, in_transaction;
    bool starttls_offered, auth_offered; /* in the last EHLO reply */
    /* reading */
    bool in_data, mid_line, body_too_big;
    bool body_answered;           /* the reply to the dot was given before it */
    unsigned auth_lines;          /* of a SASL exchange that are to come */
    enum tls_fault hello_awaited; /* how the handshake fails once the client has sent its part, */
    int64_t hello_delay_ns;       /* and how much later */
    struct buf body;
    size_t early;                       /* octets waiting in front that came before the last reply was sent */
    bool command_early, body_early;     /* so did those of the present command, of the message */
    struct octets line_seen, body_seen; /* of the present command line, of the message */
    /* the reply under way */
    enum stage stage;
    struct decision decision;
    struct mx_reply reply;
    char *rcpt_now;
    const char *msg_now; /* submission that the RCPT names */
    unsigned n_now, round_now;
    bool waiting; /* until release_ns */
    int64_t release_ns;
    int64_t idle_ns; /* when the client will have been silent for too long */
    bool stalled, closed;
    enum mx_event event;
};

void mx_session_init(struct mx_session *session);
void mx_session_fini(struct mx_session *session);

/* t_ns: since the start of the story. Each returns what the driver must do. */
enum mx_event mx_session_start(struct mx_session *session, int64_t t_ns);
enum mx_event mx_session_feed(struct mx_session *session, struct buf *in, int64_t t_ns);
enum mx_event mx_session_tls_started(struct mx_session *session);
/* When to call mx_session_feed again although nothing came; INT64_MAX = never. */
int64_t mx_session_deadline_ns(const struct mx_session *session);

#endif
