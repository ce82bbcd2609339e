/*
 * The queue: every accepted message until each of its recipients is delivered or bounced. The durable half is
 * store.h; this is the index in memory, the clock that makes recipients due, and what becomes of them.
 *
 *     queue_add ... (end of turn: one commit) ... on_due(batch) -> queue_report for each recipient ... gone, or due
 * again
 *
 * A batch is the due recipients of one message in one domain. While it is out, its recipients are busy.
 * Failed recipients of one message in one turn share one bounce, which enters this same queue with a null
 * reverse-path; a bounce that fails is dropped, never bounced (RFC 5321 §6.1).
 *
 * Time is the wall clock, so that a restarted relay goes on where it was. Any failure of the store is fatal:
 * queue_failed tells, and the relay stops without promising anything more.
 * Limits: config limits.queue_recipients.
 */
#ifndef RL_RELAY_QUEUE_H
#define RL_RELAY_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/base/list.h"
#include "lib/base/prng.h"
#include "lib/base/slice.h"
#include "lib/io/loop.h"
#include "lib/text/json.h"
#include "lib/text/log.h"
#include "relay/config/config.h"

#define QUEUE_ID_MAX 16

struct queue;

struct queue_message {
    char id[QUEUE_ID_MAX + 1];
    char *reverse_path;
    int64_t created_ns;
    bool eight_bit;
    size_t recipient_count;      /* still pending */
    struct list recipients;      /* struct queue_recipient, by number */
    struct list failed;          /* to be bounced at the end of this turn */
    struct list_link link;       /* in the queue */
    struct list_link ended_link; /* in the list of this turn's ended ones */
};

struct queue_recipient {
    struct queue_message *message;
    int64_t number;
    char *address;
    struct slice domain; /* within address */
    int64_t next_ns;
    int64_t attempts, deferrals, host_deferrals;
    int64_t started_ns; /* of the last attempt, in this process */
    char *status, *diagnostic, *remote_mta;
    bool busy;
    bool flushed; /* the operator asked for this attempt: no host rests for it */
    size_t heap_position;
    struct list_link link;
};

struct queue_batch {
    struct queue_message *message;
    struct queue_recipient **recipients; /* valid during on_due */
    size_t count;
};

enum queue_outcome {
    QUEUE_DELIVERED,
    QUEUE_FAILED,            /* for good: bounce */
    QUEUE_DEFER_RECIPIENT,   /* the recipient's clock */
    QUEUE_DEFER_CLOSED,      /* the host's clock: it said 421 */
    QUEUE_DEFER_UNREACHABLE, /* the host's clock: it did not answer */
    QUEUE_WAIT,              /* nothing was tried; due again at not_before_ns, or when its time is over */
};

struct queue_result {
    enum queue_outcome outcome;
    const char *status;     /* RFC 3463, "4.4.1" */
    const char *diagnostic; /* a reply, or words of ours */
    const char *remote_mta; /* the host that replied; NULL = words of ours */
    int64_t not_before_ns;  /* not earlier than this; 0 = no matter */
};

int queue_open(struct queue **out, const struct config *config, struct loop *loop, struct log *log,
               const struct prng *prng, struct err *err);
void queue_close(struct queue *queue);
void queue_start(struct queue *queue, void (*on_due)(void *arg, const struct queue_batch *), void *arg);

/* All that waits is due now, whatever its clock says; what comes of that counts as any attempt. How many they are. */
size_t queue_flush(struct queue *queue);

/* No recipient becomes due any more. */
void queue_stop(struct queue *queue);

void queue_new_id(struct queue *queue, char out[QUEUE_ID_MAX + 1]);
/* False when the disk or the queue has no room for a message of this size. */
bool queue_has_room(const struct queue *queue, size_t recipients, size_t bytes);
/* Durable once the turn has ended and queue_failed is still false. */
int queue_add(struct queue *queue, const char *id, const char *reverse_path, char *const recipients[], size_t count,
              bool eight_bit, struct slice body, struct err *err);

void queue_report(struct queue *queue, struct queue_recipient *recipient, const struct queue_result *result);
/* An attempt begins now: its start is what the next step is counted from. */
void queue_attempt_started(struct queue *queue, struct queue_recipient *recipient);
/* Its time is over: whatever an attempt that begins now brings, there is no other. */
bool queue_is_last_attempt(const struct queue *queue, const struct queue_recipient *recipient);
int queue_read_body(struct queue *queue, const struct queue_message *message, char **out, size_t *len, struct err *err);

bool queue_failed(const struct queue *queue);

/* {"messages":[…]}, oldest first, for relaylab-queue. Caller frees. */
struct json *queue_list(const struct queue *queue);

/* For bounce.c */
int queue_bounce(struct queue *queue, struct queue_message *message, struct err *err);
const struct config *queue_config(const struct queue *queue);
int64_t queue_now_ns(const struct queue *queue);
struct prng *queue_prng(struct queue *queue);

#endif
