/* The outcome of a recipient after an attempt. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "relay/log/event.h"
#include "relay/message/notify.h"
#include "relay/queue/internal.h"
#include "relay/queue/schedule.h"

static void replace(char **to, const char *text)
{
    free(*to);
    *to = text != NULL ? mem_strndup(text, strnlen(text, QUEUE_TEXT_MAX)) : mem_strdup("");
}

static void set_reply(struct queue_recipient *r, const char *status, const char *diagnostic, const char *remote_mta)
{
    replace(&r->status, status);
    replace(&r->diagnostic, diagnostic);
    replace(&r->remote_mta, remote_mta);
}

/* Whether the sender asked for a report of this end, or did not refuse one (RFC 3461 §5.2). */
static bool is_reported(const struct queue_recipient *r, enum dsn_action end)
{
    static const unsigned wishes[DSN_ACTIONS] = {
        [DSN_FAILED] = NOTIFY_FAILURE, [DSN_DELAYED] = NOTIFY_DELAY, [DSN_RELAYED] = NOTIFY_SUCCESS};
    return end != DSN_ACTIONS && notify_wants(r->to.notify, wishes[end]);
}

/* end: what its sender may want to know; DSN_ACTIONS = nothing. */
static void forget(struct queue *queue, struct queue_recipient *r, enum dsn_action end)
{
    struct queue_message *message = r->message;
    struct err err;
    if (store_delete_recipient(queue->store, message->id, r->number, &err) != ERR_OK)
        queue_give_up(queue, &err);
    queue_unplace(queue, r);
    list_remove(&message->recipients, &r->link);
    queue_count_out(queue, message);
    queue_mark_ended(queue, message);
    if (is_reported(r, end))
        list_append(&message->reports[end], &r->link);
    else
        queue_free_recipient(queue, r);
}

void queue_store_state(struct queue *queue, struct queue_recipient *r)
{
    struct err err;
    struct store_recipient row = {.message_id = r->message->id,
                                  .number = r->number,
                                  .to = r->to,
                                  .next_ns = r->next_ns,
                                  .attempts = r->attempts,
                                  .deferrals = r->deferrals,
                                  .host_deferrals = r->host_deferrals,
                                  .status = r->status,
                                  .diagnostic = r->diagnostic,
                                  .remote_mta = r->remote_mta,
                                  .last_ns = r->last_ns,
                                  .held = r->held};
    if (store_update_recipient(queue->store, &row, &err) != ERR_OK)
        queue_give_up(queue, &err);
}

void queue_drop(struct queue *queue, struct queue_recipient *r, bool bounce)
{
    event_log(queue->log, EVENT_DELIVERY_DROPPED, log_str("id", r->message->id), log_str("rcpt", r->to.address),
              log_bool("bounced", bounce));
    if (bounce)
        set_reply(r, "5.0.0", "The operator of this relay removed the message from the queue", NULL);
    bool lost = r->to.address[0] == '\0'; /* damage.c */
    forget(queue, r, bounce && !lost ? DSN_FAILED : DSN_ACTIONS);
}

/* ---- the clocks ---- */

int64_t queue_lifetime_ns(const struct queue *queue, const struct queue_message *message)
{
    const struct config *c = queue->config;
    return message->mail.reverse_path[0] != '\0' ? c->retry.lifetime_ns : c->retry.bounce_lifetime_ns;
}

static bool is_over(const struct queue *queue, const struct queue_recipient *r)
{
    return loop_wall_ns(queue->loop) >= r->message->created_ns + queue_lifetime_ns(queue, r->message);
}

bool queue_must_try(const struct queue *queue, const struct queue_recipient *r)
{
    return r->forced || is_over(queue, r);
}

/* The step that follows the n-th deferral of its kind, and the n-th of all kinds. */
static int64_t step_after(const struct queue *queue, enum queue_outcome outcome, unsigned n_of_kind, unsigned n_of_all)
{
    const struct config *c = queue->config;
    if (c->retry.waits.count > 0)
        return schedule_listed(c->retry.waits.items, c->retry.waits.count, c->retry.then_ns, n_of_all);
    if (outcome == QUEUE_DEFER_RECIPIENT)
        return schedule_step(c->retry.recipient.first_ns, c->retry.recipient.max_ns, n_of_kind);
    int64_t first = outcome == QUEUE_DEFER_CLOSED ? c->retry.host.closed_ns : c->retry.host.unreachable_ns;
    return schedule_step(first, c->retry.host.max_ns, n_of_kind);
}

/* An operator's attempt is outside the schedule: the planned attempt stays, unless it would be at once. */
static int64_t step_after_forced(const struct queue *queue, const struct queue_recipient *r, enum queue_outcome outcome)
{
    int64_t planned = r->next_ns - r->last_ns, least = step_after(queue, outcome, 1, 1);
    return planned > least ? planned : least;
}

static int64_t step_on_schedule(const struct queue *queue, struct queue_recipient *r, enum queue_outcome outcome)
{
    int64_t *deferrals = outcome == QUEUE_DEFER_RECIPIENT ? &r->deferrals : &r->host_deferrals;
    ++*deferrals;
    return step_after(queue, outcome, (unsigned)*deferrals, (unsigned)(r->deferrals + r->host_deferrals));
}

/* Puts the recipient's next attempt on the clock; false when its time is over. */
static bool defer(struct queue *queue, struct queue_recipient *r, const struct queue_result *result)
{
    int64_t step =
        r->forced ? step_after_forced(queue, r, result->outcome) : step_on_schedule(queue, r, result->outcome);
    if (result->not_before_ns > r->last_ns + step)
        step = result->not_before_ns - r->last_ns;
    return schedule_next(r->message->created_ns, queue_lifetime_ns(queue, r->message), r->last_ns, step, &r->next_ns);
}

/* Its last attempt is not put off. */
static void wait_until(struct queue *queue, struct queue_recipient *r, int64_t not_before_ns)
{
    int64_t now = loop_wall_ns(queue->loop), end = r->message->created_ns + queue_lifetime_ns(queue, r->message);
    int64_t next = end > now && end < not_before_ns ? end : not_before_ns;
    r->next_ns = next > now ? next : now + 1;
}

/* ---- reports ---- */

static void log_result(struct queue *queue, const struct queue_recipient *r, const struct queue_result *result,
                       enum event_id event)
{
    int64_t now = loop_wall_ns(queue->loop);
    struct log_field next = {.kind = LOG_END};
    if (event == EVENT_DELIVERY_DEFERRED)
        next = log_int("next_s", (r->next_ns - now + NS_PER_S / 2) / NS_PER_S);
    event_log(queue->log, event, log_str("id", r->message->id), log_str("rcpt", r->to.address),
              log_str("host", r->remote_mta), log_str("reply", r->diagnostic), log_str("status", r->status),
              log_str("tls", result->tls), log_str("cipher", result->cipher), log_int("attempts", r->attempts),
              log_int("delay_s", (now - r->message->created_ns) / NS_PER_S), next);
}

static void end_recipient(struct queue *queue, struct queue_recipient *r, const struct queue_result *result,
                          enum event_id event)
{
    bool passed_on = event == EVENT_DELIVERY_DELIVERED && result->host_notifies;
    log_result(queue, r, result, event);
    forget(queue, r, passed_on ? DSN_ACTIONS : event == EVENT_DELIVERY_DELIVERED ? DSN_RELAYED : DSN_FAILED);
}

/* True when it is gone: by its outcome, by its age, or by an operator who dropped it while it was tried. */
static bool end_if_over(struct queue *queue, struct queue_recipient *r, const struct queue_result *result)
{
    bool waits = result->outcome == QUEUE_WAIT;
    if (result->outcome == QUEUE_DELIVERED)
        end_recipient(queue, r, result, EVENT_DELIVERY_DELIVERED);
    else if (r->when_deferred != QUEUE_KEEP)
        queue_drop(queue, r, r->when_deferred == QUEUE_RETURN);
    else if (result->outcome == QUEUE_FAILED)
        end_recipient(queue, r, result, EVENT_DELIVERY_BOUNCED);
    else if (!waits && !defer(queue, r, result))
        end_recipient(queue, r, result, EVENT_DELIVERY_EXPIRED);
    else
        return false;
    return true;
}

static void take_result(struct queue *queue, struct queue_recipient *r, const struct queue_result *result)
{
    bool waits = result->outcome == QUEUE_WAIT;
    r->attempts += !waits;
    if (!waits)
        set_reply(r, result->status, result->diagnostic, result->remote_mta);
    if (end_if_over(queue, r, result))
        return;
    if (waits) {
        wait_until(queue, r, result->not_before_ns);
    } else {
        log_result(queue, r, result, EVENT_DELIVERY_DEFERRED);
        queue_store_state(queue, r);
        r->forced = false;
    }
    queue_put_on_clock(queue, r);
    queue_arm(queue);
}

void queue_report(struct queue *queue, struct queue_recipient *r, const struct queue_result *result)
{
    struct queue_message *message = r->message;
    rl_assert(r->busy);
    r->busy = false;
    take_result(queue, r, result);
    if (message->recipient_count > 0 && warnings_was_waiting(message)) /* for this attempt */
        queue_tell_late(queue, message);
}
