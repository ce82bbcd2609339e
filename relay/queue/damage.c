/* Rows of the database that cannot be what the relay wrote: their message is set aside, and everything else goes on. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "relay/log/event.h"
#include "relay/message/notify.h"
#include "relay/queue/internal.h"

#define ADDRESS_MAX 1024
#define COUNT_MAX   1000000
#define SIZE_MAX_OF ((uint64_t)1 << 40)
#define TIME_MAX    (INT64_C(250) * 365 * 86400 * NS_PER_S) /* later times would overflow with a lifetime added */

static bool is_text(const char *text, size_t max)
{
    size_t len = strnlen(text, max + 1);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == '\x7f')
            return false;
    return len <= max;
}

static bool is_time(int64_t ns)
{
    return ns >= 0 && ns <= TIME_MAX;
}

static bool is_count(int64_t count)
{
    return count >= 0 && count <= COUNT_MAX;
}

bool queue_row_has_id(const char *id)
{
    return id[0] != '\0' && is_text(id, QUEUE_ID_MAX);
}

const char *queue_check_message(struct store_message *row)
{
    const char *damage = NULL;
    if (!is_text(row->mail.reverse_path, ADDRESS_MAX)) {
        damage = "its reverse-path is not an address";
        row->mail.reverse_path = "";
    }
    if (row->mail.ret > NOTIFY_RET_HDRS || !is_text(row->mail.envid, NOTIFY_ENVID_MAX)) {
        damage = "its RET or ENVID is invalid";
        row->mail.ret = 0;
        row->mail.envid = "";
    }
    if (!is_time(row->created_ns)) {
        damage = "its arrival time is invalid";
        row->created_ns = 0;
    }
    if (!is_text(row->client, ADDRESS_MAX) || !is_text(row->account, ADDRESS_MAX)) {
        damage = "its client is invalid";
        row->client = row->account = "";
    }
    if (row->size > SIZE_MAX_OF) {
        damage = "its size is invalid";
        row->size = 0;
    }
    return damage;
}

static bool has_possible_numbers(const struct store_recipient *row)
{
    return is_time(row->next_ns) && is_time(row->last_ns) && is_count(row->attempts) && is_count(row->deferrals) &&
           is_count(row->host_deferrals) && is_count(row->number);
}

const char *queue_check_recipient(struct store_recipient *row)
{
    const char *damage = NULL;
    if (row->to.address[0] == '\0' || !is_text(row->to.address, ADDRESS_MAX)) {
        damage = "a recipient is not an address";
        row->to.address = "";
    }
    if (!notify_is_valid(row->to.notify) || !is_text(row->to.orcpt, NOTIFY_ORCPT_MAX)) {
        damage = "NOTIFY or ORCPT of a recipient is invalid";
        row->to.notify = 0;
        row->to.orcpt = "";
    }
    if (strlen(row->status) > QUEUE_TEXT_MAX || strlen(row->diagnostic) > QUEUE_TEXT_MAX ||
        strlen(row->remote_mta) > QUEUE_TEXT_MAX) {
        damage = "the last reply to a recipient is too long";
        row->status = row->diagnostic = row->remote_mta = "";
    }
    if (!has_possible_numbers(row)) {
        damage = "a number or time of a recipient is invalid";
        row->next_ns = row->last_ns = row->attempts = row->deferrals = row->host_deferrals = 0;
    }
    return damage;
}

/* ---- setting aside ---- */

void queue_set_aside(struct queue *queue, struct queue_message *message, const char *damage, bool in_rows)
{
    if (message->damage != NULL)
        return;
    message->damage = damage;
    message->damage_in_rows = in_rows;
    warnings_remove(&queue->warnings, message);
    event_log(queue->log, EVENT_MESSAGE_DAMAGED, log_str("id", message->id),
              log_str("from", message->mail.reverse_path), log_int("recipients", (int64_t)message->recipient_count),
              log_str("problem", damage));
}

bool queue_is_whole(struct queue *queue, struct queue_message *message)
{
    uint64_t size = 0;
    struct err err;
    if (message->damage != NULL)
        return false;
    if (store_body_size(queue->store, message->id, &size, &err) != ERR_OK)
        queue_set_aside(queue, message, "its body cannot be read", false);
    else if (size != message->size)
        queue_set_aside(queue, message, size == 0 ? "its body is missing" : "its body is incomplete", false);
    return message->damage == NULL;
}

void queue_put_back(struct queue *queue, struct queue_message *message)
{
    if (message->damage == NULL || message->damage_in_rows)
        return;
    message->damage = NULL;
    LIST_EACH (struct queue_recipient, link, r, &message->recipients)
        if (!r->busy)
            queue_put_on_clock(queue, r);
}

/* ---- halves of a message ---- */

/* Its body may be there, and its recipients are what an operator needs to see. */
struct queue_message *queue_index_lost_message(struct queue *queue, const char *id)
{
    struct store_message row = {
        .id = id, .mail.reverse_path = "", .created_ns = loop_wall_ns(queue->loop), .client = "", .account = ""};
    struct queue_message *message = queue_index_message(queue, &row);
    queue_set_aside(queue, message, "its sender and its arrival time are missing", true);
    return message;
}

/* One without an address represents those that are missing, so that an operator can see the message, and drop it. */
void queue_index_lost_recipients(struct queue *queue, struct queue_message *message)
{
    struct store_recipient row = {
        .message_id = message->id, .to.address = "", .status = "", .diagnostic = "", .remote_mta = ""};
    queue_set_aside(queue, message, "its recipients are missing", true);
    (void)queue_index_recipient(queue, message, &row);
}
