/*
 * Listings of the target's queue, each an event target.queue: made by the adapter's command, which the coordinator runs
 * (queue.json in the run's folder). One at a time; a request made meanwhile is served right after it.
 */
#ifndef RL_SIM_TARGET_QUEUE_H
#define RL_SIM_TARGET_QUEUE_H

#include "sim/target/target.h"

struct target_queue;

/* How the listing reads: two expressions for its lines (listing.h), or NULL for JSON. */
struct queue_form {
    const char *message, *recipient;
};

/* link NULL: the target cannot be asked, and no listing is ever made. */
struct target_queue *target_queue_new(struct sim *sim, struct target_link *link, const char *dir,
                                      const struct queue_form *form);
void target_queue_free(struct target_queue *queue);

void target_queue_list_after(struct target_queue *queue, int64_t length_ns); /* at most 10,000 of these wait */
/* One last listing; then on_listed, perhaps at once. */
void target_queue_list_last(struct target_queue *queue, void (*on_listed)(void *arg), void *arg);

/* The target's callback: the command has ended. */
void target_queue_listed(struct target_queue *queue, bool good);

#endif
