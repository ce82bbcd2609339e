/* What an operator may do to the queue. */
#include "relay/log/event.h"
#include "relay/queue/internal.h"

static void retry(struct queue *queue, struct queue_recipient *r)
{
    queue_put_back(queue, r->message);
    queue_unplace(queue, r);
    r->forced = true;
    queue_make_ready(queue, r);
}

static void hold(struct queue *queue, struct queue_recipient *r)
{
    queue_unplace(queue, r);
    r->held = true;
    queue_store_state(queue, r);
}

static void release(struct queue *queue, struct queue_recipient *r)
{
    r->held = false;
    if (!r->busy)
        queue_put_on_clock(queue, r);
    queue_store_state(queue, r);
}

/* One that is on the wire cannot be taken back: it ends when its attempt does. */
static void drop(struct queue *queue, struct queue_recipient *r, bool bounce)
{
    if (r->busy)
        r->when_deferred = bounce ? QUEUE_RETURN : QUEUE_DISCARD;
    else
        queue_drop(queue, r, bounce);
}

static bool may(enum queue_action action, const struct queue_recipient *r)
{
    switch (action) {
    case QUEUE_RETRY:
        return !r->busy && !r->held && !r->message->damage_in_rows;
    case QUEUE_HOLD:
        return !r->held;
    case QUEUE_RELEASE:
        return r->held;
    default:
        return true;
    }
}

static void apply(struct queue *queue, enum queue_action action, struct queue_recipient *r)
{
    switch (action) {
    case QUEUE_RETRY:
        retry(queue, r);
        break;
    case QUEUE_HOLD:
        hold(queue, r);
        break;
    case QUEUE_RELEASE:
        release(queue, r);
        break;
    case QUEUE_DROP:
    case QUEUE_BOUNCE:
        drop(queue, r, action == QUEUE_BOUNCE);
        break;
    }
}

struct queue_counts queue_operate(struct queue *queue, enum queue_action action, const struct queue_filter *filter)
{
    static const char *const names[] = {"retry", "hold", "release", "drop", "bounce"};
    struct queue_counts counts = {0};
    LIST_EACH_SAFE (struct queue_message, link, message, next, &queue->messages)
        LIST_EACH_SAFE (struct queue_recipient, link, r, next_r, &message->recipients) {
            if (!queue_matches(filter, r))
                continue;
            counts.matched++;
            if (!may(action, r))
                continue;
            counts.changed++;
            counts.busy += r->busy && action != QUEUE_RELEASE;
            apply(queue, action, r);
        }
    event_log(queue->log, EVENT_QUEUE_CHANGED, log_str("action", names[action]),
              log_int("matched", (int64_t)counts.matched), log_int("changed", (int64_t)counts.changed),
              log_int("busy", (int64_t)counts.busy));
    if (queue->ready_domains.count > 0 && queue->on_ready != NULL)
        queue->on_ready(queue->on_ready_arg);
    queue_arm(queue);
    return counts;
}
