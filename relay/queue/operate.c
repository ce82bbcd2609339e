/* What an operator may do to the queue. */
#include <string.h>

#include "relay/log/event.h"
#include "relay/queue/internal.h"

static bool may_retry(const struct queue_recipient *r)
{
    return !r->busy && !r->held && !r->message->damage_in_rows;
}

static void retry(struct queue *queue, struct queue_recipient *r)
{
    queue_put_back(queue, r->message);
    queue_unplace(queue, r);
    r->forced = true;
    queue_make_ready(queue, r);
}

static bool may_hold(const struct queue_recipient *r)
{
    return !r->held;
}

static void hold(struct queue *queue, struct queue_recipient *r)
{
    queue_unplace(queue, r);
    r->held = true;
    queue_store_state(queue, r);
}

static bool may_release(const struct queue_recipient *r)
{
    return r->held;
}

static void release(struct queue *queue, struct queue_recipient *r)
{
    r->held = false;
    if (!r->busy)
        queue_put_on_clock(queue, r);
    queue_store_state(queue, r);
}

/* One that is on the wire cannot be taken back: it ends when its attempt does. */
static void end(struct queue *queue, struct queue_recipient *r, bool bounce)
{
    if (r->busy)
        r->when_deferred = bounce ? QUEUE_RETURN : QUEUE_DISCARD;
    else
        queue_drop(queue, r, bounce);
}

static bool may_drop(const struct queue_recipient *r)
{
    (void)r;
    return true;
}

static void drop(struct queue *queue, struct queue_recipient *r)
{
    end(queue, r, false);
}

static bool may_bounce(const struct queue_recipient *r)
{
    (void)r;
    return true;
}

static void bounce(struct queue *queue, struct queue_recipient *r)
{
    end(queue, r, true);
}

static const struct {
    const char *name;
    bool (*may)(const struct queue_recipient *r);
    void (*apply)(struct queue *queue, struct queue_recipient *r);
} actions[] = {
#define ROW(id, name) {#name, may_##name, name},
    QUEUE_ACTIONS(ROW)
#undef ROW
};

enum queue_action queue_action_of(const char *name)
{
    enum queue_action action = 0;
    while (action < QUEUE_ACTION_COUNT && strcmp(actions[action].name, name) != 0)
        action++;
    return action;
}

struct queue_counts queue_operate(struct queue *queue, enum queue_action action, const struct queue_filter *filter)
{
    struct queue_counts counts = {0};
    LIST_EACH_SAFE (struct queue_message, link, message, next, &queue->messages)
        LIST_EACH_SAFE (struct queue_recipient, link, r, next_r, &message->recipients) {
            if (!queue_matches(filter, r))
                continue;
            counts.matched++;
            if (!actions[action].may(r))
                continue;
            counts.changed++;
            counts.busy += r->busy && action != QUEUE_RELEASE;
            actions[action].apply(queue, r);
        }
    event_log(queue->log, EVENT_QUEUE_CHANGED, log_str("action", actions[action].name),
              log_int("matched", (int64_t)counts.matched), log_int("changed", (int64_t)counts.changed),
              log_int("busy", (int64_t)counts.busy));
    if (queue->ready_domains.count > 0 && queue->on_ready != NULL)
        queue->on_ready(queue->on_ready_arg);
    queue_arm(queue);
    return counts;
}
