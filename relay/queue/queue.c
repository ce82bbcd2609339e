#include "relay/queue/queue.h"

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "lib/base/check.h"
#include "lib/base/heap.h"
#include "lib/base/mem.h"
#include "relay/queue/schedule.h"
#include "relay/queue/store.h"

#define DISK_RESERVE ((uint64_t)16 * 1024 * 1024)
#define BATCH_MAX    100 /* recipients of one transaction (RFC 5321 §4.5.3.1.8) */
#define TEXT_MAX     1000

struct queue {
    const struct config *config;
    struct loop *loop;
    struct log *log;
    struct prng prng;
    struct store *store;
    struct list messages; /* oldest first */
    struct list ended;    /* messages with failed or no recipients, settled at the end of the turn */
    struct heap due;      /* recipients that are not busy */
    size_t recipient_count;
    struct timer timer;
    void (*on_due)(void *arg, const struct queue_batch *);
    void *on_due_arg;
    struct queue_message **by_id; /* while the database is read */
    bool failed;
};

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

static void give_up(struct queue *queue, const struct err *err)
{
    if (!queue->failed)
        log_event(queue->log, LOG_ERROR, "queue.failed", log_str("error", err->text));
    queue->failed = true;
    loop_stop(queue->loop);
}

/* ---- the index ---- */

static struct queue_message *add_message(struct queue *queue, const char *id, const char *reverse_path,
                                         int64_t created_ns, bool eight_bit)
{
    struct queue_message *message = mem_zalloc(sizeof *message);
    memcpy(message->id, id, strnlen(id, QUEUE_ID_MAX));
    message->reverse_path = mem_strdup(reverse_path);
    message->created_ns = created_ns;
    message->eight_bit = eight_bit;
    list_init(&message->recipients);
    list_init(&message->failed);
    list_append(&queue->messages, &message->link);
    return message;
}

static struct queue_recipient *add_recipient(struct queue *queue, struct queue_message *message,
                                             const struct store_recipient *row)
{
    struct queue_recipient *r = mem_zalloc(sizeof *r);
    struct slice rest;
    *r = (struct queue_recipient){.message = message,
                                  .number = row->number,
                                  .address = mem_strdup(row->address),
                                  .next_ns = row->next_ns,
                                  .attempts = row->attempts,
                                  .deferrals = row->deferrals,
                                  .host_deferrals = row->host_deferrals,
                                  .status = mem_strdup(row->status),
                                  .diagnostic = mem_strdup(row->diagnostic),
                                  .remote_mta = mem_strdup(row->remote_mta),
                                  .heap_position = HEAP_NOWHERE};
    const char *at = strrchr(r->address, '@');
    rest = slice_cstr(at != NULL ? at + 1 : "");
    r->domain = rest;
    list_append(&message->recipients, &r->link);
    message->recipient_count++;
    queue->recipient_count++;
    heap_add(&queue->due, r);
    return r;
}

static void free_recipient(struct queue *queue, struct queue_recipient *r)
{
    if (r->heap_position != HEAP_NOWHERE)
        heap_remove(&queue->due, r);
    free(r->address);
    free(r->status);
    free(r->diagnostic);
    free(r->remote_mta);
    free(r);
}

static void free_message(struct queue *queue, struct queue_message *message)
{
    LIST_EACH_SAFE(struct queue_recipient, link, r, next, &message->recipients)
    free_recipient(queue, r);
    LIST_EACH_SAFE(struct queue_recipient, link, r, next, &message->failed)
    free_recipient(queue, r);
    list_remove(&queue->messages, &message->link);
    free(message->reverse_path);
    free(message);
}

/* ---- the clock ---- */

static void arm(struct queue *queue)
{
    const struct queue_recipient *first = heap_first(&queue->due);
    if (first == NULL || queue->on_due == NULL) {
        timer_stop(&queue->timer);
        return;
    }
    int64_t wait = first->next_ns - loop_wall_ns(queue->loop);
    timer_set_after(&queue->timer, wait > 0 ? wait : 0);
}

/* Takes the first due recipient and its fellows in message and domain out of the heap. */
static size_t take_batch(struct queue *queue, struct queue_recipient *first, struct queue_recipient **batch)
{
    size_t count = 0;
    int64_t now = loop_wall_ns(queue->loop);
    LIST_EACH(struct queue_recipient, link, r, &first->message->recipients)
    {
        if (r->busy || r->next_ns > now || !slice_ieq(r->domain, first->domain) || count == BATCH_MAX)
            continue;
        heap_remove(&queue->due, r);
        r->busy = true;
        batch[count++] = r;
    }
    return count;
}

static void on_timer(void *arg)
{
    struct queue *queue = arg;
    struct queue_recipient *batch[BATCH_MAX];
    struct queue_recipient *first;
    while ((first = heap_first(&queue->due)) != NULL && first->next_ns <= loop_wall_ns(queue->loop)) {
        struct queue_batch due = {first->message, batch, take_batch(queue, first, batch)};
        queue->on_due(queue->on_due_arg, &due);
    }
    arm(queue);
}

void queue_start(struct queue *queue, void (*on_due)(void *, const struct queue_batch *), void *arg)
{
    queue->on_due = on_due;
    queue->on_due_arg = arg;
    arm(queue);
}

size_t queue_flush(struct queue *queue)
{
    size_t count = 0;
    LIST_EACH(struct queue_message, link, message, &queue->messages)
    LIST_EACH(struct queue_recipient, link, r, &message->recipients)
    {
        if (r->busy)
            continue;
        heap_remove(&queue->due, r);
        r->next_ns = loop_wall_ns(queue->loop);
        r->flushed = true;
        heap_add(&queue->due, r);
        count++;
    }
    log_event(queue->log, LOG_INFO, "queue.flushed", log_int("recipients", (int64_t)count));
    arm(queue);
    return count;
}

void queue_stop(struct queue *queue)
{
    queue->on_due = NULL;
    arm(queue);
}

/* ---- the end of a turn: bounces, then one commit, then memory ---- */

static int settle(struct queue *queue, struct queue_message *message, struct err *err)
{
    int rc = ERR_OK;
    if (message->failed.count > 0)
        rc = queue_bounce(queue, message, err);
    if (rc == ERR_OK && message->recipient_count == 0)
        rc = store_delete_message(queue->store, message->id, err);
    return rc;
}

static void commit_turn(void *arg)
{
    struct queue *queue = arg;
    struct err err = {0};
    LIST_EACH(struct queue_message, ended_link, message, &queue->ended)
    if (!queue->failed && settle(queue, message, &err) != ERR_OK)
        give_up(queue, &err);
    if (queue->failed)
        store_roll_back(queue->store);
    else if (store_commit(queue->store, &err) != ERR_OK)
        give_up(queue, &err);
    LIST_EACH_SAFE(struct queue_message, ended_link, message, next, &queue->ended)
    {
        list_remove(&queue->ended, &message->ended_link);
        LIST_EACH_SAFE(struct queue_recipient, link, r, next_r, &message->failed)
        {
            list_remove(&message->failed, &r->link);
            free_recipient(queue, r);
        }
        if (message->recipient_count == 0)
            free_message(queue, message);
    }
}

/* ---- opening ---- */

static void load_message(void *arg, const struct store_message *row)
{
    struct queue *queue = arg;
    (void)add_message(queue, row->id, row->reverse_path, row->created_ns, row->eight_bit);
}

static int compare_id(const void *id, const void *message)
{
    return strcmp(id, (*(struct queue_message *const *)message)->id);
}

static int compare_messages(const void *a, const void *b)
{
    return strcmp((*(struct queue_message *const *)a)->id, (*(struct queue_message *const *)b)->id);
}

static void sort_by_id(struct queue *queue)
{
    size_t count = 0;
    queue->by_id = mem_zalloc((queue->messages.count + 1) * sizeof(struct queue_message *));
    LIST_EACH(struct queue_message, link, message, &queue->messages)
    queue->by_id[count++] = message;
    qsort(queue->by_id, count, sizeof(struct queue_message *), compare_messages);
}

static void load_recipient(void *arg, const struct store_recipient *row)
{
    struct queue *queue = arg;
    struct queue_message **found =
        bsearch(row->message_id, queue->by_id, queue->messages.count, sizeof(struct queue_message *), compare_id);
    if (found != NULL)
        (void)add_recipient(queue, *found, row);
}

int queue_open(struct queue **out, const struct config *config, struct loop *loop, struct log *log,
               const struct prng *prng, struct err *err)
{
    struct queue *queue = mem_zalloc(sizeof *queue);
    queue->config = config;
    queue->loop = loop;
    queue->log = log;
    prng_fork(&queue->prng, prng, "queue");
    list_init(&queue->messages);
    list_init(&queue->ended);
    heap_init(&queue->due, is_earlier, position_of);
    timer_init(&queue->timer, loop, on_timer, queue);
    int rc = store_open(&queue->store, config->spool, err);
    if (rc == ERR_OK)
        rc = store_each_message(queue->store, load_message, queue, err);
    sort_by_id(queue);
    if (rc == ERR_OK)
        rc = store_each_recipient(queue->store, load_recipient, queue, err);
    free(queue->by_id);
    queue->by_id = NULL;
    if (rc != ERR_OK) {
        queue_close(queue);
        return rc;
    }
    loop_at_turn_end(loop, commit_turn, queue);
    log_event(log, LOG_INFO, "queue.opened", log_int("messages", (int64_t)queue->messages.count),
              log_int("recipients", (int64_t)queue->recipient_count));
    *out = queue;
    return ERR_OK;
}

void queue_close(struct queue *queue)
{
    if (queue == NULL)
        return;
    timer_stop(&queue->timer);
    LIST_EACH_SAFE(struct queue_message, link, message, next, &queue->messages)
    free_message(queue, message);
    heap_fini(&queue->due);
    store_close(queue->store);
    free(queue);
}

/* ---- in ---- */

void queue_new_id(struct queue *queue, char out[QUEUE_ID_MAX + 1])
{
    prng_token(&queue->prng, out, QUEUE_ID_MAX);
}

bool queue_has_room(const struct queue *queue, size_t recipients, size_t bytes)
{
    struct statvfs disk;
    if (queue->recipient_count + recipients > (size_t)queue->config->limits.queue_recipients)
        return false;
    if (statvfs(queue->config->spool, &disk) != 0)
        return true; /* the write itself will tell */
    /* A message passes through the write-ahead log, so it needs its size twice. */
    return (uint64_t)disk.f_bavail * disk.f_frsize > DISK_RESERVE + 2 * (uint64_t)bytes;
}

int queue_add(struct queue *queue, const char *id, const char *reverse_path, char *const recipients[], size_t count,
              bool eight_bit, struct slice body, struct err *err)
{
    int64_t now = loop_wall_ns(queue->loop);
    struct store_message row = {id, reverse_path, now, eight_bit, body};
    int rc = store_add_message(queue->store, &row, err);
    struct queue_message *message = add_message(queue, id, reverse_path, now, eight_bit);
    for (size_t i = 0; i < count && rc == ERR_OK; i++) {
        struct store_recipient r = {id, (int64_t)i, recipients[i], now, 0, 0, 0, "", "", ""};
        rc = store_add_recipient(queue->store, &r, err);
        (void)add_recipient(queue, message, &r);
    }
    if (rc != ERR_OK) {
        give_up(queue, err);
        return rc;
    }
    log_event(queue->log, LOG_INFO, "message.queued", log_str("id", id), log_str("from", reverse_path),
              log_int("recipients", (int64_t)count), log_int("size", (int64_t)body.len));
    arm(queue);
    return ERR_OK;
}

int queue_read_body(struct queue *queue, const struct queue_message *message, char **out, size_t *len, struct err *err)
{
    return store_read_body(queue->store, message->id, out, len, err);
}

/* ---- out ---- */

static void replace(char **to, const char *text)
{
    free(*to);
    *to = text != NULL ? mem_strndup(text, strnlen(text, TEXT_MAX)) : mem_strdup("");
}

static void mark_ended(struct queue *queue, struct queue_message *message)
{
    if (!list_linked(&message->ended_link))
        list_append(&queue->ended, &message->ended_link);
}

static void forget(struct queue *queue, struct queue_recipient *r, bool bounce)
{
    struct queue_message *message = r->message;
    struct err err;
    if (store_delete_recipient(queue->store, message->id, r->number, &err) != ERR_OK)
        give_up(queue, &err);
    list_remove(&message->recipients, &r->link);
    message->recipient_count--;
    queue->recipient_count--;
    mark_ended(queue, message);
    if (bounce)
        list_append(&message->failed, &r->link);
    else
        free_recipient(queue, r);
}

static int64_t next_step(struct queue *queue, struct queue_recipient *r, enum queue_outcome outcome)
{
    const struct config *c = queue->config;
    if (outcome == QUEUE_DEFER_RECIPIENT)
        return schedule_step(c->retry.recipient.first_ns, c->retry.recipient.max_ns, (unsigned)++r->deferrals);
    int64_t first = outcome == QUEUE_DEFER_CLOSED ? c->retry.host.closed_ns : c->retry.host.unreachable_ns;
    return schedule_step(first, c->retry.host.max_ns, (unsigned)++r->host_deferrals);
}

static int64_t lifetime_of(const struct queue *queue, const struct queue_message *message)
{
    const struct config *c = queue->config;
    return message->reverse_path[0] != '\0' ? c->retry.lifetime_ns : c->retry.bounce_lifetime_ns;
}

bool queue_is_last_attempt(const struct queue *queue, const struct queue_recipient *r)
{
    return loop_wall_ns(queue->loop) >= r->message->created_ns + lifetime_of(queue, r->message);
}

/* Puts the recipient's next attempt on the clock; false when its time is over. */
static bool defer(struct queue *queue, struct queue_recipient *r, const struct queue_result *result)
{
    int64_t step = next_step(queue, r, result->outcome);
    if (result->not_before_ns > r->started_ns + step)
        step = result->not_before_ns - r->started_ns;
    return schedule_next(r->message->created_ns, lifetime_of(queue, r->message), r->started_ns, step, &r->next_ns);
}

static void store_state(struct queue *queue, struct queue_recipient *r)
{
    struct err err;
    struct store_recipient row = {r->message->id, r->number,         r->address, r->next_ns,    r->attempts,
                                  r->deferrals,   r->host_deferrals, r->status,  r->diagnostic, r->remote_mta};
    if (store_update_recipient(queue->store, &row, &err) != ERR_OK)
        give_up(queue, &err);
}

static void log_result(struct queue *queue, const struct queue_recipient *r, const char *event)
{
    log_event(queue->log, LOG_INFO, event, log_str("id", r->message->id), log_str("rcpt", r->address),
              log_str("status", r->status), log_str("reply", r->diagnostic), log_str("host", r->remote_mta),
              log_int("attempts", r->attempts));
}

void queue_attempt_started(struct queue *queue, struct queue_recipient *recipient)
{
    recipient->started_ns = loop_wall_ns(queue->loop);
}

void queue_report(struct queue *queue, struct queue_recipient *r, const struct queue_result *result)
{
    rl_assert(r->busy);
    r->busy = r->flushed = false;
    if (result->outcome == QUEUE_WAIT) {
        int64_t now = loop_wall_ns(queue->loop), end = r->message->created_ns + lifetime_of(queue, r->message);
        int64_t next = result->not_before_ns;
        if (end > now && end < next)
            next = end; /* its last attempt is not put off */
        r->next_ns = next > now ? next : now + 1;
    } else {
        r->attempts++;
        replace(&r->status, result->status);
        replace(&r->diagnostic, result->diagnostic);
        replace(&r->remote_mta, result->remote_mta);
        bool gone = result->outcome == QUEUE_DELIVERED || result->outcome == QUEUE_FAILED;
        if (gone || !defer(queue, r, result)) {
            log_result(queue, r, result->outcome == QUEUE_DELIVERED ? "message.delivered" : "message.failed");
            forget(queue, r, result->outcome != QUEUE_DELIVERED);
            return;
        }
        log_result(queue, r, "message.deferred");
        store_state(queue, r);
    }
    heap_add(&queue->due, r);
    arm(queue);
}

/* ---- looking ---- */

struct json *queue_list(const struct queue *queue)
{
    struct json *list = json_new_object(), *messages = json_new_array();
    LIST_EACH(struct queue_message, link, message, &queue->messages)
    {
        if (message->recipient_count == 0)
            continue;
        struct json *m = json_new_object(), *recipients = json_new_array();
        json_set_str(m, "id", message->id);
        json_set_str(m, "from", message->reverse_path);
        json_set_int(m, "created", message->created_ns / 1000000000);
        LIST_EACH(struct queue_recipient, link, r, &message->recipients)
        {
            struct json *one = json_new_object();
            json_set_str(one, "rcpt", r->address);
            json_set_str(one, "state", r->busy ? "active" : r->attempts > 0 ? "deferred" : "waiting");
            json_set_int(one, "attempts", r->attempts);
            json_set_int(one, "next", r->next_ns / 1000000000);
            json_set_str(one, "status", r->status);
            json_set_str(one, "reply", r->diagnostic);
            json_push(recipients, one);
        }
        json_set(m, "recipients", recipients);
        json_push(messages, m);
    }
    json_set(list, "messages", messages);
    return list;
}

bool queue_failed(const struct queue *queue)
{
    return queue->failed;
}

const struct config *queue_config(const struct queue *queue)
{
    return queue->config;
}

int64_t queue_now_ns(const struct queue *queue)
{
    return loop_wall_ns(queue->loop);
}

struct prng *queue_prng(struct queue *queue)
{
    return &queue->prng;
}
