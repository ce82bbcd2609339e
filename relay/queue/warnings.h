/*
 * Which messages are late: their senders are warned once, config retry.warn after the submission, when no recipient is
 * being tried at that moment; else as soon as the attempt has failed. A message with a null reverse-path has no sender
 * to warn. Times are the wall clock, in ns.
 */
#ifndef RL_RELAY_WARNINGS_H
#define RL_RELAY_WARNINGS_H

#include "lib/base/heap.h"
#include "relay/queue/queue.h"

struct warnings {
    struct heap waiting; /* by created_ns */
    int64_t after_ns;    /* 0 = never */
};

void warnings_init(struct warnings *warnings, int64_t after_ns);
void warnings_fini(struct warnings *warnings);

/* A message that was never warned of; and one that leaves the queue. */
void warnings_add(struct warnings *warnings, struct queue_message *message);
void warnings_remove(struct warnings *warnings, struct queue_message *message);

/* When the next one is due; INT64_MAX = none waits. */
int64_t warnings_due_ns(const struct warnings *warnings);
/* The next message that is late and not being tried; NULL = none. It is not given again. */
struct queue_message *warnings_take(struct warnings *warnings, int64_t now_ns);
/* After a failed attempt: whether the message was only waiting for that. True once. */
bool warnings_was_waiting(struct queue_message *message);

#endif
