/*
 * The queue: every accepted message until each of its recipients is delivered or bounced. The durable half is store.h;
 * this is the index in memory, the clock that makes recipients due, and their outcomes.
 *
 *     queue_add ... (end of turn: one commit) ... due: ready in its domain ... queue_take: busy
 *         ... queue_report for each ... gone, or on the clock again
 *
 * A batch is the ready recipients of one message in one domain. From queue_take to queue_report they are busy; before
 * that nothing has begun, so an operator may hold or drop what waits for a connection. Held recipients wait until they
 * are released.
 *
 * Failed recipients of one message in one turn share one bounce, which enters this same queue with a null reverse-path;
 * a bounce that fails is dropped, never bounced (RFC 5321 §6.1). The sender of a late message is warned once. What a
 * sender asks for with NOTIFY comes first (RFC 3461).
 *
 * Files: queue.c life and clock, intake.c how messages enter, index.c what is in memory, report.c the outcome of an
 * attempt, operate.c what an operator may do, bounce.c reports to senders, damage.c what is set aside, room.c whether
 * there is room for a message, shares.c how much each client has, warnings.c which messages are late, records.c what is
 * kept for other modules; only these include internal.h.
 *
 * A message whose body is incomplete, or whose rows in the database cannot be what was written, is damaged and is set
 * aside: it stays, even past its lifetime, until an operator sees and drops it. All others go on.
 *
 * Time is the wall clock, so a restarted relay resumes where it stopped. Any failure of the store is fatal:
 * queue_failed reports it, and the relay stops and promises nothing more.
 * Limits: config limits.queue_recipients, and of these each client's share (shares.h).
 */
#ifndef RL_RELAY_QUEUE_H
#define RL_RELAY_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/base/list.h"
#include "lib/base/prng.h"
#include "lib/base/slice.h"
#include "lib/io/loop.h"
#include "lib/text/log.h"
#include "relay/queue/action.h"
#include "relay/config/config.h"
#include "relay/dkim/signer.h"
#include "relay/message/dsn.h"
#include "relay/message/envelope.h"

#define QUEUE_ID_MAX    16
#define QUEUE_BATCH_MAX 100 /* recipients of one transaction (RFC 5321 §4.5.3.1.8) */

struct queue;

/* Where a message comes from, and whose share of the queue it uses. */
struct queue_source {
    const char *client;  /* its address; NULL = the relay wrote the message itself: in the share of no client */
    const char *account; /* NULL = without AUTH */
};

struct queue_message {
    char id[QUEUE_ID_MAX + 1];
    uint64_t sequence; /* rises with each message of this process */
    struct envelope_mail mail;
    int64_t created_ns;
    uint64_t size;
    const char *damage;  /* why it is set aside; NULL = it is not */
    bool damage_in_rows; /* not in its body: another attempt cannot find it repaired */
    bool warned;         /* its sender knows that it is late */
    bool warning_waits;  /* for the outcome of an attempt: warnings.h */
    size_t warning_position;
    size_t recipient_count;           /* still pending */
    struct share *client, *account;   /* NULL = none */
    struct list recipients;           /* struct queue_recipient, by number */
    struct list reports[DSN_ACTIONS]; /* recipients that are gone: reported to the sender at the end of this turn */
    struct list_link link;            /* in the queue */
    struct list_link ended_link;      /* in the list of this turn's ended ones */
};

/* What is due for one domain. Lives as long as a recipient in it does. */
struct queue_domain {
    char *name;        /* as the first recipient wrote it; compared without case */
    size_t recipients; /* due or not */
    struct list ready; /* recipients, in the order in which they became due */
    struct list_link link;
};

struct queue_recipient {
    struct queue_message *message;
    struct queue_domain *domain;
    int64_t number;
    struct envelope_recipient to;
    int64_t next_ns;
    int64_t attempts, deferrals, host_deferrals;
    int64_t last_ns; /* start of the last attempt; 0 = none yet */
    char *status, *diagnostic, *remote_mta;
    bool busy;   /* from queue_take to queue_report */
    bool held;   /* by the operator */
    bool forced; /* the operator requested its attempt, outside its schedule */
    enum { QUEUE_KEEP, QUEUE_DISCARD, QUEUE_RETURN } when_deferred; /* a drop that found it busy */
    size_t heap_position;
    struct list_link ready_link; /* in its domain */
    struct list_link link;
};

struct queue_batch {
    struct queue_message *message;
    struct queue_recipient *recipients[QUEUE_BATCH_MAX];
    size_t count;
};

enum queue_outcome {
    QUEUE_DELIVERED,
    QUEUE_FAILED,            /* permanently: bounce */
    QUEUE_DEFER_RECIPIENT,   /* the recipient's clock */
    QUEUE_DEFER_CLOSED,      /* the host's clock: it said 421 */
    QUEUE_DEFER_UNREACHABLE, /* the host's clock: it did not answer */
    QUEUE_WAIT,              /* nothing was tried; due again at not_before_ns, or when its time is over */
};

struct queue_result {
    enum queue_outcome outcome;
    const char *status;       /* RFC 3463, "4.4.1" */
    const char *diagnostic;   /* a reply, or our own text */
    const char *remote_mta;   /* the host that replied; NULL = our own text */
    const char *tls, *cipher; /* of the connection, for the log; NULL = none */
    bool host_notifies;       /* the host that accepted it supports DSN: it reports a success (RFC 3461 §5.2.1) */
    int64_t not_before_ns;    /* not earlier than this; 0 = no matter */
};

int queue_open(struct queue **out, const struct config *config, struct loop *loop, struct log *log,
               const struct prng *prng, struct err *err);
void queue_close(struct queue *queue);

/* From now on: another lifetime counts from each message's age, another schedule from the next attempt. */
void queue_reload(struct queue *queue, const struct config *config);

/* The keys that sign from now on, which the queue owns; NULL = none. */
void queue_sign_with(struct queue *queue, struct signer *signer);

/* on_ready reports that recipients have become ready; it may take them at once, or later. */
void queue_start(struct queue *queue, void (*on_ready)(void *arg), void *arg);
/* No recipient becomes ready any more. */
void queue_stop(struct queue *queue);

void queue_new_id(struct queue *queue, char out[QUEUE_ID_MAX + 1]);
#define QUEUE_DISK_RESERVE ((uint64_t)16 * 1024 * 1024) /* octets of the spool's file system that no message uses */
/* ERR_TOO_BIG when a write of so many octets could find the disk full: where, and what to do. */
int queue_check_disk(const struct queue *queue, uint64_t octets, struct err *err);
/* The same when the disk or the queue has no room for a message of this size; promised room counts as used. */
int queue_check_room(const struct queue *queue, size_t recipients, size_t octets, struct err *err);
bool queue_has_room(const struct queue *queue, size_t recipients, size_t octets);
/* The same, and whether the client's share has room for its recipients. Logs when it has none. */
enum queue_room { QUEUE_ROOM, QUEUE_FULL, QUEUE_SHARE_USED };
enum queue_room queue_room_for(struct queue *queue, const struct queue_source *source, size_t recipients,
                               size_t octets);

/*
 * Room for a message that is stored over several turns: its recipients, and those of its octets that are not stored
 * yet. It counts against all other messages from queue_promise until queue_release.
 */
struct queue_promise {
    struct queue *queue; /* NULL = nothing is promised */
    struct share *client, *account;
    size_t recipients;
    uint64_t octets;
};
void queue_promise(struct queue *queue, const struct queue_source *source, size_t recipients, size_t octets,
                   struct queue_promise *out);
void queue_promise_stored(struct queue_promise *promise, size_t octets);
void queue_release(struct queue_promise *promise); /* has no effect when nothing is promised */

/* A body in pieces, over several turns: all but the last are stored first, in order from 0. */
int queue_store_piece(struct queue *queue, const char *id, uint64_t start, struct slice piece, struct err *err);
/* Deletes the pieces of a message that is not added after all. */
void queue_drop_pieces(struct queue *queue, const char *id);
/* Durable when queue_committed says so, later in this turn.
 * last: the body, or what is not stored of it yet, from `start` on. */
int queue_add(struct queue *queue, const struct queue_source *source, const char *id, const struct envelope *envelope,
              uint64_t start, struct slice last, struct err *err);

/* ---- delivering ---- */

/* The domains in which recipients are ready; the one that was taken from last is last. */
struct list *queue_ready_domains(struct queue *queue);
/* Turns of the domains: the first of the ready ones, which becomes the last. NULL when none is ready. */
struct queue_domain *queue_next_domain(struct queue *queue);
struct queue_domain *queue_find_domain(struct queue *queue, const char *name); /* NULL when no caller waits for it */
/* An attempt begins now: the next step is counted from here. False when nothing is ready. */
bool queue_take(struct queue *queue, struct queue_domain *domain, struct queue_batch *out);
/* The same for the first message that `may` accepts; the others stay ready. */
typedef bool queue_may_fn(void *arg, const struct queue_message *message);
bool queue_take_if(struct queue *queue, struct queue_domain *domain, queue_may_fn *may, void *arg,
                   struct queue_batch *out);

/*
 * How many route lookups are under way for the owner of a message: its account, or without AUTH its client's address.
 * The messages of the relay itself have one owner.
 */
void queue_lookup_begins(struct queue *queue, const struct queue_message *message);
void queue_lookup_ends(struct queue *queue, const struct queue_message *message);
size_t queue_lookups_of_owner(const struct queue *queue, const struct queue_message *message);

void queue_report(struct queue *queue, struct queue_recipient *recipient, const struct queue_result *result);
/* Its lifetime is over, or an operator requests it now: this attempt is made even if its hosts back off. */
bool queue_must_try(const struct queue *queue, const struct queue_recipient *recipient);
/* Appends at most `want` octets of the message's body, from `start` on. */
int queue_read_body(struct queue *queue, const struct queue_message *message, uint64_t start, size_t want,
                    struct buf *out, struct err *err);

/*
 * Whether all that this turn has written is durable. Every answer that promises it asks first, in LOOP_ANSWER: to ask
 * before the commit is a bug, and aborts.
 */
bool queue_committed(const struct queue *queue);
bool queue_failed(const struct queue *queue);

/* ---- records: store.h ---- */

/* Durable when queue_committed says so, later in this turn. A failure is that of the queue. */
void queue_put_record(struct queue *queue, const char *kind, const char *name, const char *value);
void queue_delete_record(struct queue *queue, const char *kind, const char *name);
int queue_each_record(struct queue *queue, const char *kind,
                      void (*each)(void *arg, const char *name, const char *value), void *arg, struct err *err);

/* ---- operating ---- */

/* Which recipients: each that is set must match. Globs, without case; recipient may be a domain alone. */
struct queue_filter {
    const char *id; /* exact */
    const char *sender, *recipient;
};

struct queue_counts {
    size_t matched; /* recipients */
    size_t changed;
    size_t busy; /* of the changed: on the wire now; a drop or hold takes effect if this attempt fails */
};

/* What is changed is durable when queue_committed says so, later in this turn; a retry is never stored. */
struct queue_counts queue_operate(struct queue *queue, enum queue_action action, const struct queue_filter *filter);

bool queue_matches(const struct queue_filter *filter, const struct queue_recipient *recipient);
const struct queue_message *queue_find(const struct queue *queue, const char *id);

/*
 * Walks the messages that are there when it begins, oldest first, over as many turns as it likes. When the one that it
 * is at goes, it moves to the next.
 */
struct queue_cursor {
    const struct queue_message *at;
    uint64_t end; /* sequence of the first that came later */
    struct list_link link;
};
void queue_cursor_open(struct queue_cursor *cursor, struct queue *queue);
const struct queue_message *queue_cursor_at(const struct queue_cursor *cursor); /* NULL at the end */
void queue_cursor_step(struct queue_cursor *cursor, struct queue *queue);       /* not at the end */
void queue_cursor_close(struct queue_cursor *cursor, struct queue *queue);

#endif
