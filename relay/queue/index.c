/* What of the queue is in memory: messages, recipients, domains, and the state of each recipient. */
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/glob.h"
#include "lib/base/mem.h"
#include "relay/log/event.h"
#include "relay/queue/internal.h"

/* ---- domains ---- */

static int compare_domains(const void *a, const void *b)
{
    return strcasecmp(((const struct queue_domain *)a)->name, ((const struct queue_domain *)b)->name);
}

struct queue_domain *queue_find_domain(struct queue *queue, const char *name)
{
    struct queue_domain wanted = {.name = (char *)name};
    struct queue_domain *const *found = tfind(&wanted, &queue->domains, compare_domains);
    return found != NULL ? *found : NULL;
}

static struct queue_domain *need_domain(struct queue *queue, const char *name)
{
    struct queue_domain *domain = queue_find_domain(queue, name);
    if (domain != NULL)
        return domain;
    domain = mem_zalloc(sizeof *domain);
    domain->name = mem_strdup(name);
    list_init(&domain->ready);
    (void)tsearch(domain, &queue->domains, compare_domains);
    return domain;
}

static void leave_domain(struct queue *queue, struct queue_domain *domain)
{
    if (--domain->recipients > 0)
        return;
    (void)tdelete(domain, &queue->domains, compare_domains);
    free(domain->name);
    free(domain);
}

/* ---- the state of a recipient ---- */

void queue_put_on_clock(struct queue *queue, struct queue_recipient *r)
{
    if (!r->held && r->message->damage == NULL)
        heap_add(&queue->due, r);
}

void queue_make_ready(struct queue *queue, struct queue_recipient *r)
{
    list_append(&r->domain->ready, &r->ready_link);
    if (!list_linked(&r->domain->link))
        list_append(&queue->ready_domains, &r->domain->link);
}

void queue_unplace(struct queue *queue, struct queue_recipient *r)
{
    if (r->heap_position != HEAP_NOWHERE)
        heap_remove(&queue->due, r);
    if (!list_linked(&r->ready_link))
        return;
    list_remove(&r->domain->ready, &r->ready_link);
    if (r->domain->ready.count == 0)
        list_remove(&queue->ready_domains, &r->domain->link);
}

/* ---- messages and recipients ---- */

static void count_recipients(struct queue *queue, struct queue_message *message, int by)
{
    message->recipient_count += (size_t)by;
    queue->recipient_count += (size_t)by;
    share_change(message->client, by, queue_share_max(queue));
    share_change(message->account, by, queue_share_max(queue));
}

struct queue_message *queue_index_message(struct queue *queue, const struct store_message *row)
{
    struct queue_message *message = mem_zalloc(sizeof *message);
    memcpy(message->id, row->id, strnlen(row->id, QUEUE_ID_MAX));
    message->sequence = queue->next_sequence++;
    envelope_mail_copy(&message->mail, &row->mail);
    message->created_ns = row->created_ns;
    message->size = row->size;
    message->warned = row->warned;
    message->client = shares_join(&queue->shares, "client", row->client);
    message->account = shares_join(&queue->shares, "account", row->account);
    message->warning_position = HEAP_NOWHERE;
    if (!message->warned)
        warnings_add(&queue->warnings, message);
    list_init(&message->recipients);
    for (size_t i = 0; i < DSN_ACTIONS; i++)
        list_init(&message->reports[i]);
    list_append(&queue->messages, &message->link);
    return message;
}

struct queue_recipient *queue_index_recipient(struct queue *queue, struct queue_message *message,
                                              const struct store_recipient *row)
{
    struct queue_recipient *r = mem_zalloc(sizeof *r);
    const char *at = strrchr(row->to.address, '@');
    *r = (struct queue_recipient){.message = message,
                                  .domain = need_domain(queue, at != NULL ? at + 1 : ""),
                                  .number = row->number,
                                  .next_ns = row->next_ns,
                                  .attempts = row->attempts,
                                  .deferrals = row->deferrals,
                                  .host_deferrals = row->host_deferrals,
                                  .last_ns = row->last_ns,
                                  .held = row->held,
                                  .status = mem_strdup(row->status),
                                  .diagnostic = mem_strdup(row->diagnostic),
                                  .remote_mta = mem_strdup(row->remote_mta),
                                  .heap_position = HEAP_NOWHERE};
    envelope_recipient_copy(&r->to, &row->to);
    r->domain->recipients++;
    list_append(&message->recipients, &r->link);
    count_recipients(queue, message, 1);
    queue_put_on_clock(queue, r);
    return r;
}

void queue_count_out(struct queue *queue, struct queue_message *message)
{
    count_recipients(queue, message, -1);
}

void queue_free_recipient(struct queue *queue, struct queue_recipient *r)
{
    queue_unplace(queue, r);
    leave_domain(queue, r->domain);
    envelope_recipient_fini(&r->to);
    free(r->status);
    free(r->diagnostic);
    free(r->remote_mta);
    free(r);
}

void queue_free_reports(struct queue *queue, struct queue_message *message)
{
    for (size_t i = 0; i < DSN_ACTIONS; i++) {
        LIST_EACH_SAFE (struct queue_recipient, link, r, next, &message->reports[i]) {
            list_remove(&message->reports[i], &r->link);
            queue_free_recipient(queue, r);
        }
    }
}

void queue_free_message(struct queue *queue, struct queue_message *message)
{
    LIST_EACH (struct queue_cursor, link, cursor, &queue->cursors)
        if (cursor->at == message)
            queue_cursor_step(cursor, queue);
    LIST_EACH_SAFE (struct queue_recipient, link, r, next, &message->recipients)
        queue_free_recipient(queue, r);
    queue_free_reports(queue, message);
    warnings_remove(&queue->warnings, message);
    list_remove(&queue->messages, &message->link);
    shares_leave(&queue->shares, message->client);
    shares_leave(&queue->shares, message->account);
    envelope_mail_fini(&message->mail);
    free(message);
}

/* ---- loading ---- */

struct loading {
    struct queue *queue;
    struct queue_message **by_id;
    size_t count;
    struct queue_message *lost; /* the last whose row is missing: its recipients come one after the other */
    size_t nameless;            /* rows without a usable id */
    struct store_counts found;
};

static void load_message(void *arg, const struct store_message *stored)
{
    struct loading *loading = arg;
    struct store_message row = *stored;
    loading->found.messages++;
    if (!queue_row_has_id(row.id)) {
        loading->nameless++;
        return;
    }
    const char *damage = queue_check_message(&row);
    struct queue_message *message = queue_index_message(loading->queue, &row);
    if (damage != NULL)
        queue_set_aside(loading->queue, message, damage, true);
}

static int compare_id(const void *id, const void *message)
{
    return strcmp(id, (*(struct queue_message *const *)message)->id);
}

static int compare_messages(const void *a, const void *b)
{
    return strcmp((*(struct queue_message *const *)a)->id, (*(struct queue_message *const *)b)->id);
}

static struct queue_message **sort_by_id(const struct queue *queue)
{
    size_t count = 0;
    struct queue_message **sorted = mem_zalloc((queue->messages.count + 1) * sizeof(struct queue_message *));
    LIST_EACH (struct queue_message, link, message, &queue->messages)
        sorted[count++] = message;
    qsort(sorted, count, sizeof(struct queue_message *), compare_messages);
    return sorted;
}

static struct queue_message *find_or_replace(struct loading *loading, const char *id)
{
    struct queue_message **found =
        bsearch(id, loading->by_id, loading->count, sizeof(struct queue_message *), compare_id);
    if (found != NULL)
        return *found;
    if (loading->lost == NULL || strcmp(loading->lost->id, id) != 0)
        loading->lost = queue_index_lost_message(loading->queue, id);
    return loading->lost;
}

static void load_recipient(void *arg, const struct store_recipient *stored)
{
    struct loading *loading = arg;
    struct store_recipient row = *stored;
    loading->found.recipients++;
    if (!queue_row_has_id(row.message_id)) {
        loading->nameless++;
        return;
    }
    const char *damage = queue_check_recipient(&row);
    struct queue_message *message = find_or_replace(loading, row.message_id);
    if (damage != NULL)
        queue_set_aside(loading->queue, message, damage, true);
    (void)queue_index_recipient(loading->queue, message, &row);
}

static void compare_counts(const struct queue *queue, const char *what, int64_t left, int64_t found)
{
    if (left == found)
        return;
    char *problem =
        mem_printf("the database should hold %lld %s, but holds %lld", (long long)left, what, (long long)found);
    event_log(queue->log, EVENT_QUEUE_DAMAGED, log_str("problem", problem), log_int("rows", left - found));
    free(problem);
}

/* Recipients that were read before the damage of their message was are on the clock. */
static void finish_loading(struct loading *loading)
{
    struct queue *queue = loading->queue;
    LIST_EACH (struct queue_message, link, message, &queue->messages) {
        if (message->recipient_count == 0)
            queue_index_lost_recipients(queue, message);
        if (message->damage == NULL)
            continue;
        LIST_EACH (struct queue_recipient, link, r, &message->recipients)
            queue_unplace(queue, r);
    }
    struct store_counts left = store_check_counts(queue->store, &loading->found);
    compare_counts(queue, "messages", left.messages, loading->found.messages);
    compare_counts(queue, "recipients", left.recipients, loading->found.recipients);
    if (loading->nameless > 0)
        event_log(queue->log, EVENT_QUEUE_DAMAGED, log_str("problem", "rows without a usable id were skipped"),
                  log_int("rows", (int64_t)loading->nameless));
}

int queue_load(struct queue *queue, struct err *err)
{
    struct loading loading = {.queue = queue};
    int rc = store_each_message(queue->store, load_message, &loading, err);
    if (rc != ERR_OK)
        return rc;
    loading.by_id = sort_by_id(queue);
    loading.count = queue->messages.count;
    rc = store_each_recipient(queue->store, load_recipient, &loading, err);
    free(loading.by_id);
    if (rc == ERR_OK)
        finish_loading(&loading);
    return rc;
}

/* ---- looking ---- */

const struct queue_message *queue_find(const struct queue *queue, const char *id)
{
    LIST_EACH (struct queue_message, link, message, &queue->messages)
        if (message->recipient_count > 0 && strcmp(message->id, id) == 0)
            return message;
    return NULL;
}

static bool matches_address(const char *glob, const char *address)
{
    const char *at = strrchr(address, '@');
    bool domain_alone = strchr(glob, '@') == NULL && at != NULL;
    return glob_match(slice_cstr(glob), slice_cstr(address)) ||
           (domain_alone && glob_match(slice_cstr(glob), slice_cstr(at + 1)));
}

bool queue_matches(const struct queue_filter *filter, const struct queue_recipient *r)
{
    return (filter->id == NULL || strcmp(filter->id, r->message->id) == 0) &&
           (filter->sender == NULL || matches_address(filter->sender, r->message->mail.reverse_path)) &&
           (filter->recipient == NULL || matches_address(filter->recipient, r->to.address));
}

void queue_cursor_open(struct queue_cursor *cursor, struct queue *queue)
{
    *cursor = (struct queue_cursor){.at = LIST_FIRST(struct queue_message, link, &queue->messages),
                                    .end = queue->next_sequence};
    list_append(&queue->cursors, &cursor->link);
}

const struct queue_message *queue_cursor_at(const struct queue_cursor *cursor)
{
    return cursor->at != NULL && cursor->at->sequence < cursor->end ? cursor->at : NULL;
}

void queue_cursor_step(struct queue_cursor *cursor, struct queue *queue)
{
    const struct list_link *next = cursor->at->link.next;
    cursor->at = next != &queue->messages.head ? LIST_ITEM(const struct queue_message, link, next) : NULL;
}

void queue_cursor_close(struct queue_cursor *cursor, struct queue *queue)
{
    if (list_linked(&cursor->link))
        list_remove(&queue->cursors, &cursor->link);
}
