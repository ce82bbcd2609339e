/*
 * Whether the queue has room for a message: on the disk, among all recipients, and in its client's share; and how many
 * lookups each owner of messages has under way.
 */
#include <sys/statvfs.h>

#include "relay/log/event.h"
#include "relay/queue/internal.h"

/* A message passes through the write-ahead log, so it needs its size twice. */
int queue_check_disk(const struct queue *queue, uint64_t octets, struct err *err)
{
    struct statvfs disk;
    const char *spool = queue->config->spool;
    if (statvfs(spool, &disk) != 0)
        return ERR_OK; /* the write itself reports the error */
    uint64_t left = (uint64_t)disk.f_bavail * disk.f_frsize;
    if (left > QUEUE_DISK_RESERVE && octets < (left - QUEUE_DISK_RESERVE) / 2)
        return ERR_OK;
    if (left > QUEUE_DISK_RESERVE)
        return err_set(err, ERR_TOO_BIG,
                       "the file system of %s has %llu KiB left, and the messages that are being received need %llu "
                       "KiB; free some space",
                       spool, (unsigned long long)left / 1024,
                       (unsigned long long)(QUEUE_DISK_RESERVE / 1024 + octets / 512));
    return err_set(err, ERR_TOO_BIG,
                   "the file system of %s has %llu KiB left, and mail is accepted only while more than %llu KiB are "
                   "free; free some space",
                   spool, (unsigned long long)left / 1024, (unsigned long long)QUEUE_DISK_RESERVE / 1024);
}

int queue_check_room(const struct queue *queue, size_t recipients, size_t octets, struct err *err)
{
    size_t waiting = queue->recipient_count + queue->promised_recipients;
    if (waiting + recipients > (size_t)queue->config->limits.queue_recipients)
        return err_set(err, ERR_TOO_BIG, "the queue has %zu recipients, and limits.queue_recipients is %lld", waiting,
                       (long long)queue->config->limits.queue_recipients);
    return queue_check_disk(queue, queue->promised_octets + (uint64_t)octets, err);
}

bool queue_has_room(const struct queue *queue, size_t recipients, size_t octets)
{
    return queue_check_room(queue, recipients, octets, NULL) == ERR_OK;
}

size_t queue_share_max(const struct queue *queue)
{
    const struct config *c = queue->config;
    int64_t max = c->limits.queue_recipients_per_client;
    return (size_t)(max != 0 ? max : (c->limits.queue_recipients + 1) / 2);
}

static bool has_share(struct queue *queue, struct share *share, size_t recipients)
{
    if (share_has_room(share, recipients, queue_share_max(queue)))
        return true;
    if (share != NULL && share_tell(share))
        event_log(queue->log, EVENT_QUEUE_SHARE_USED, log_str("share", share->name),
                  log_int("recipients", (int64_t)share->recipients));
    return false;
}

enum queue_room queue_room_for(struct queue *queue, const struct queue_source *source, size_t recipients, size_t octets)
{
    if (!queue_has_room(queue, recipients, octets))
        return QUEUE_FULL;
    return has_share(queue, shares_find(&queue->shares, "client", source->client), recipients) &&
                   has_share(queue, shares_find(&queue->shares, "account", source->account), recipients)
               ? QUEUE_ROOM
               : QUEUE_SHARE_USED;
}

/* ---- promises ---- */

void queue_promise(struct queue *queue, const struct queue_source *source, size_t recipients, size_t octets,
                   struct queue_promise *out)
{
    *out = (struct queue_promise){.queue = queue,
                                  .client = shares_join(&queue->shares, "client", source->client),
                                  .account = shares_join(&queue->shares, "account", source->account),
                                  .recipients = recipients,
                                  .octets = octets};
    queue->promised_recipients += recipients;
    queue->promised_octets += octets;
    share_promise(out->client, (long)recipients);
    share_promise(out->account, (long)recipients);
}

void queue_promise_stored(struct queue_promise *promise, size_t octets)
{
    uint64_t stored = octets < promise->octets ? octets : promise->octets;
    promise->octets -= stored;
    promise->queue->promised_octets -= stored;
}

void queue_release(struct queue_promise *promise)
{
    struct queue *queue = promise->queue;
    if (queue == NULL)
        return;
    queue->promised_recipients -= promise->recipients;
    queue->promised_octets -= promise->octets;
    share_promise(promise->client, -(long)promise->recipients);
    share_promise(promise->account, -(long)promise->recipients);
    shares_leave(&queue->shares, promise->client);
    shares_leave(&queue->shares, promise->account);
    *promise = (struct queue_promise){0};
}

/* ---- lookups ---- */

static struct share *owner_of(const struct queue_message *message)
{
    return message->account != NULL ? message->account : message->client;
}

static size_t *lookups_of(struct queue *queue, const struct queue_message *message)
{
    struct share *owner = owner_of(message);
    return owner != NULL ? &owner->lookups : &queue->own_lookups;
}

void queue_lookup_begins(struct queue *queue, const struct queue_message *message)
{
    ++*lookups_of(queue, message);
}

void queue_lookup_ends(struct queue *queue, const struct queue_message *message)
{
    --*lookups_of(queue, message);
}

size_t queue_lookups_of_owner(const struct queue *queue, const struct queue_message *message)
{
    const struct share *owner = owner_of(message);
    return owner != NULL ? owner->lookups : queue->own_lookups;
}
