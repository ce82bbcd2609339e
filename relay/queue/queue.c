/* The queue's life, its clock, what enters it, and the end of each turn. */
#include "relay/queue/queue.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "relay/log/event.h"
#include "relay/queue/internal.h"

static bool is_earlier(const void *a, const void *b)
{
    const struct queue_recipient *x = a, *y = b;
    if (x->next_ns != y->next_ns)
        return x->next_ns < y->next_ns;
    int by_id = strcmp(x->message->id, y->message->id);
    return by_id != 0 ? by_id < 0 : x->number < y->number;
}

static size_t *position_of(void *item)
{
    return &((struct queue_recipient *)item)->heap_position;
}

void queue_give_up(struct queue *queue, const struct err *err)
{
    if (!queue->failed)
        event_log(queue->log, EVENT_QUEUE_FAILED, log_str("error", err->text));
    queue->failed = true;
    loop_stop(queue->loop);
}

void queue_mark_ended(struct queue *queue, struct queue_message *message)
{
    if (!list_linked(&message->ended_link))
        list_append(&queue->ended, &message->ended_link);
}

/* ---- the clock ---- */

void queue_arm(struct queue *queue)
{
    const struct queue_recipient *first = heap_first(&queue->due);
    int64_t next = warnings_due_ns(&queue->warnings);
    if (first != NULL && first->next_ns < next)
        next = first->next_ns;
    if (next == INT64_MAX || queue->on_ready == NULL) {
        timer_stop(&queue->timer);
        return;
    }
    int64_t wait = next - loop_wall_ns(queue->loop);
    timer_set_after(&queue->timer, wait > 0 ? wait : 0);
}

void queue_tell_late(struct queue *queue, struct queue_message *message)
{
    struct err err = {0};
    message->warned = true;
    if (queue_warn(queue, message, &err) != ERR_OK || store_mark_warned(queue->store, message->id, &err) != ERR_OK)
        queue_give_up(queue, &err);
}

static void on_timer(void *arg)
{
    struct queue *queue = arg;
    struct queue_recipient *first;
    struct queue_message *late;
    while ((first = heap_first(&queue->due)) != NULL && first->next_ns <= loop_wall_ns(queue->loop)) {
        heap_remove(&queue->due, first);
        queue_make_ready(queue, first);
    }
    queue->on_ready(queue->on_ready_arg);
    while ((late = warnings_take(&queue->warnings, loop_wall_ns(queue->loop))) != NULL)
        queue_tell_late(queue, late);
    queue_arm(queue);
}

void queue_start(struct queue *queue, void (*on_ready)(void *), void *arg)
{
    queue->on_ready = on_ready;
    queue->on_ready_arg = arg;
    queue_arm(queue);
}

void queue_stop(struct queue *queue)
{
    queue->on_ready = NULL;
    queue_arm(queue);
}

/* ---- what is ready ---- */

struct list *queue_ready_domains(struct queue *queue)
{
    return &queue->ready_domains;
}

static void make_last(struct queue *queue, struct queue_domain *domain)
{
    list_remove(&queue->ready_domains, &domain->link);
    list_append(&queue->ready_domains, &domain->link);
}

struct queue_domain *queue_next_domain(struct queue *queue)
{
    struct queue_domain *domain = LIST_FIRST(struct queue_domain, link, &queue->ready_domains);
    if (domain != NULL)
        make_last(queue, domain);
    return domain;
}

/* Its fellows in message and domain go with the first. */
static void take_ready(struct queue *queue, struct queue_recipient *first, struct queue_batch *batch)
{
    *batch = (struct queue_batch){.message = first->message};
    LIST_EACH (struct queue_recipient, link, r, &first->message->recipients) {
        if (!list_linked(&r->ready_link) || r->domain != first->domain || batch->count == QUEUE_BATCH_MAX)
            continue;
        queue_unplace(queue, r);
        r->busy = true;
        r->last_ns = loop_wall_ns(queue->loop);
        batch->recipients[batch->count++] = r;
    }
}

static struct queue_recipient *first_that_may(struct queue_domain *domain, queue_may_fn *may, void *arg)
{
    LIST_EACH (struct queue_recipient, ready_link, r, &domain->ready)
        if (may(arg, r->message))
            return r;
    return NULL;
}

static bool any_may(void *arg, const struct queue_message *message)
{
    (void)arg;
    (void)message;
    return true;
}

bool queue_take(struct queue *queue, struct queue_domain *domain, struct queue_batch *out)
{
    return queue_take_if(queue, domain, any_may, NULL, out);
}

bool queue_take_if(struct queue *queue, struct queue_domain *domain, queue_may_fn *may, void *arg,
                   struct queue_batch *out)
{
    struct queue_recipient *first;
    if (queue->on_ready == NULL)
        return false;
    /* Of an intact message: recipients of damaged ones wait from now on. */
    while ((first = first_that_may(domain, may, arg)) != NULL && !queue_is_whole(queue, first->message))
        queue_unplace(queue, first);
    if (first == NULL)
        return false;
    take_ready(queue, first, out);
    if (list_linked(&domain->link))
        make_last(queue, domain);
    return true;
}

/* ---- the end of a turn: bounces, then one commit, then memory ---- */

static int settle(struct queue *queue, struct queue_message *message, struct err *err)
{
    int rc = queue_report_ended(queue, message, err);
    if (rc == ERR_OK && message->recipient_count == 0)
        rc = store_delete_message(queue->store, message->id, err);
    return rc;
}

static void commit_turn(void *arg)
{
    struct queue *queue = arg;
    struct err err = {0};
    LIST_EACH (struct queue_message, ended_link, message, &queue->ended)
        if (!queue->failed && settle(queue, message, &err) != ERR_OK)
            queue_give_up(queue, &err);
    if (queue->failed)
        store_roll_back(queue->store);
    else if (store_commit(queue->store, &err) != ERR_OK)
        queue_give_up(queue, &err);
    LIST_EACH_SAFE (struct queue_message, ended_link, message, next, &queue->ended) {
        list_remove(&queue->ended, &message->ended_link);
        queue_free_reports(queue, message);
        if (message->recipient_count > 0)
            continue;
        event_log(queue->log, EVENT_MESSAGE_ENDED, log_str("id", message->id),
                  log_int("delay_s", (loop_wall_ns(queue->loop) - message->created_ns) / NS_PER_S));
        queue_free_message(queue, message);
    }
}

/* ---- opening ---- */

static void tell_damage(void *arg, const char *problem)
{
    struct queue *queue = arg;
    event_log(queue->log, EVENT_QUEUE_DAMAGED, log_str("problem", problem));
}

int queue_open(struct queue **out, const struct config *config, struct loop *loop, struct log *log,
               const struct prng *prng, struct err *err)
{
    struct queue *queue = mem_zalloc(sizeof *queue);
    struct err room;
    queue->config = config;
    queue->loop = loop;
    queue->log = log;
    prng_fork(&queue->prng, prng, "queue");
    list_init(&queue->messages);
    list_init(&queue->ended);
    list_init(&queue->cursors);
    list_init(&queue->ready_domains);
    heap_init(&queue->due, is_earlier, position_of);
    timer_init(&queue->timer, loop, on_timer, queue);
    warnings_init(&queue->warnings, config->retry.warn_ns);
    int rc = store_open(&queue->store, config->spool, tell_damage, queue, err);
    if (rc == ERR_OK)
        rc = queue_load(queue, err);
    if (rc != ERR_OK) {
        queue_close(queue);
        return rc;
    }
    loop_in_phase(loop, LOOP_COMMIT, commit_turn, queue);
    event_log(log, EVENT_QUEUE_OPENED, log_int("messages", (int64_t)queue->messages.count),
              log_int("recipients", (int64_t)queue->recipient_count));
    if (queue_check_room(queue, 1, 0, &room) != ERR_OK)
        event_log(log, EVENT_QUEUE_NO_ROOM, log_str("problem", room.text));
    *out = queue;
    return ERR_OK;
}

void queue_close(struct queue *queue)
{
    if (queue == NULL)
        return;
    timer_stop(&queue->timer);
    LIST_EACH_SAFE (struct queue_message, link, message, next, &queue->messages)
        queue_free_message(queue, message);
    heap_fini(&queue->due);
    warnings_fini(&queue->warnings);
    store_close(queue->store);
    signer_free(queue->signer);
    free(queue);
}

void queue_sign_with(struct queue *queue, struct signer *signer)
{
    signer_free(queue->signer);
    queue->signer = signer;
}

void queue_reload(struct queue *queue, const struct config *config)
{
    queue->config = config;
    warnings_fini(&queue->warnings);
    warnings_init(&queue->warnings, config->retry.warn_ns);
    LIST_EACH (struct queue_message, link, message, &queue->messages) {
        message->warning_position = HEAP_NOWHERE;
        if (!message->warned && !message->warning_waits)
            warnings_add(&queue->warnings, message);
    }
    queue_arm(queue);
}

/* ---- in ---- */

void queue_new_id(struct queue *queue, char out[QUEUE_ID_MAX + 1])
{
    prng_token(&queue->prng, out, QUEUE_ID_MAX);
}

int queue_store_piece(struct queue *queue, const char *id, uint64_t start, struct slice piece, struct err *err)
{
    int rc = store_add_piece(queue->store, id, start, piece, err);
    if (rc != ERR_OK)
        queue_give_up(queue, err);
    return rc;
}

void queue_drop_pieces(struct queue *queue, const char *id)
{
    struct err err = {0};
    if (!queue->failed && store_drop_pieces(queue->store, id, &err) != ERR_OK)
        queue_give_up(queue, &err);
}

int queue_add(struct queue *queue, const struct queue_source *source, const char *id, const struct envelope *envelope,
              uint64_t start, struct slice last, struct err *err)
{
    int64_t now = loop_wall_ns(queue->loop);
    struct store_message row = {.id = id,
                                .mail = envelope->mail,
                                .created_ns = now,
                                .size = start + last.len,
                                .body = last,
                                .client = source->client != NULL ? source->client : "",
                                .account = source->account != NULL ? source->account : ""};
    int rc = store_add_message(queue->store, &row, err);
    struct queue_message *message = queue_index_message(queue, &row);
    for (size_t i = 0; i < envelope->recipient_count && rc == ERR_OK; i++) {
        struct store_recipient r = {.message_id = id,
                                    .number = (int64_t)i,
                                    .to = envelope->recipients[i],
                                    .next_ns = now,
                                    .status = "",
                                    .diagnostic = "",
                                    .remote_mta = ""};
        rc = store_add_recipient(queue->store, &r, err);
        (void)queue_index_recipient(queue, message, &r);
    }
    if (rc != ERR_OK) {
        queue_give_up(queue, err);
        return rc;
    }
    queue_arm(queue);
    return ERR_OK;
}

/* What cannot be read is found before an attempt begins (queue_take); this is for what breaks during the attempt. */
int queue_read_body(struct queue *queue, const struct queue_message *message, uint64_t start, size_t want,
                    struct buf *out, struct err *err)
{
    return store_read_body(queue->store, message->id, start, want, out, err);
}

bool queue_committed(const struct queue *queue)
{
    rl_assert(loop_phase(queue->loop) > LOOP_COMMIT); /* before, an answer could promise what is lost in a crash */
    return !queue->failed;
}

bool queue_failed(const struct queue *queue)
{
    return queue->failed;
}
