/* What the files of the queue share; no other file includes it. */
#ifndef RL_RELAY_QUEUE_INTERNAL_H
#define RL_RELAY_QUEUE_INTERNAL_H

#include "lib/base/heap.h"
#include "relay/queue/queue.h"
#include "relay/queue/shares.h"
#include "relay/queue/store.h"
#include "relay/queue/warnings.h"

#define QUEUE_TEXT_MAX 1000 /* of a reply that is kept */

struct queue {
    const struct config *config;
    struct loop *loop;
    struct log *log;
    struct prng prng;
    struct signer *signer; /* NULL = mail is not signed */
    struct store *store;
    struct list messages; /* oldest first */
    struct list ended;    /* messages with failed or no recipients, settled at the end of the turn */
    struct list cursors;  /* struct queue_cursor */
    struct heap due;      /* recipients that are neither ready, busy nor held */
    struct warnings warnings;
    struct shares shares;
    void *domains;             /* struct queue_domain, a tree of tsearch(3) */
    struct list ready_domains; /* of these, those with a ready recipient */
    size_t recipient_count;
    size_t promised_recipients; /* of messages that are being stored */
    uint64_t promised_octets;
    size_t own_lookups; /* for messages of the relay itself */
    uint64_t next_sequence;
    struct timer timer;
    void (*on_ready)(void *arg);
    void *on_ready_arg;
    bool failed;
};

/* room.c */
size_t queue_share_max(const struct queue *queue);

/* queue.c */
void queue_give_up(struct queue *queue, const struct err *err);
void queue_arm(struct queue *queue);
void queue_tell_late(struct queue *queue, struct queue_message *message); /* its sender */
/* Has failed recipients, or none left: settled when the turn ends. */
void queue_mark_ended(struct queue *queue, struct queue_message *message);

/* index.c */
int queue_load(struct queue *queue, struct err *err);
struct queue_message *queue_index_message(struct queue *queue, const struct store_message *row);
struct queue_recipient *queue_index_recipient(struct queue *queue, struct queue_message *message,
                                              const struct store_recipient *row);
void queue_count_out(struct queue *queue, struct queue_message *message); /* one of its recipients has left */
void queue_free_recipient(struct queue *queue, struct queue_recipient *r);
void queue_free_reports(struct queue *queue, struct queue_message *message); /* the recipients in them */
void queue_free_message(struct queue *queue, struct queue_message *message);
void queue_put_on_clock(struct queue *queue, struct queue_recipient *r); /* unless held */
void queue_make_ready(struct queue *queue, struct queue_recipient *r);   /* taken off the clock before */
void queue_unplace(struct queue *queue, struct queue_recipient *r);      /* off the clock, or no longer ready */

/*
 * damage.c. The checks return what is wrong, or NULL, and make the row harmless. A message that is set aside stays
 * until an operator drops it, or retries it when it may have been repaired.
 */
bool queue_row_has_id(const char *id);
const char *queue_check_message(struct store_message *row);
const char *queue_check_recipient(struct store_recipient *row);
void queue_set_aside(struct queue *queue, struct queue_message *message, const char *damage, bool in_rows);
bool queue_is_whole(struct queue *queue, struct queue_message *message); /* else it is set aside */
void queue_put_back(struct queue *queue, struct queue_message *message); /* to be found whole, or set aside again */
struct queue_message *queue_index_lost_message(struct queue *queue, const char *id);
void queue_index_lost_recipients(struct queue *queue, struct queue_message *message);

/* report.c */
int64_t queue_lifetime_ns(const struct queue *queue, const struct queue_message *message);
void queue_store_state(struct queue *queue, struct queue_recipient *r);
void queue_drop(struct queue *queue, struct queue_recipient *r, bool bounce); /* as the operator wanted */

/* bounce.c: reports on the failed recipients, and on those that are still pending */
int queue_report_ended(struct queue *queue, struct queue_message *message, struct err *err); /* its `reports` */
int queue_warn(struct queue *queue, struct queue_message *message, struct err *err);

#endif
