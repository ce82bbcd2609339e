/* From failed or late recipients to a report in the queue (RFC 5321 §6.1, RFC 3464). */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "relay/log/event.h"
#include "relay/message/dsn.h"
#include "relay/message/octets.h"
#include "relay/queue/intake.h"
#include "relay/queue/internal.h"

#define FRAME_MAX     ((size_t)128 * 1024) /* words, and the original's header section */
#define RECIPIENT_MAX ((size_t)8 * 1024)   /* what one recipient adds */

static void describe(struct dsn_recipient *out, const struct queue_recipient *r)
{
    static const char untried[] = "No delivery could be attempted yet";
    bool replied = r->remote_mta[0] != '\0';
    *out = (struct dsn_recipient){.address = r->to.address,
                                  .status = r->status[0] != '\0' ? r->status : "5.0.0",
                                  .diagnostic = r->diagnostic[0] != '\0' ? r->diagnostic : untried,
                                  .from_host = replied,
                                  .remote_mta = replied ? r->remote_mta : NULL,
                                  .last_attempt_ns = r->last_ns};
}

/*
 * The original's header section is returned, and what is longer than that is left out (dsn.h): no more is read. What
 * cannot be read is left out, too: its sender gets a report nonetheless.
 */
static void read_header(struct queue *queue, const struct queue_message *message, struct buf *out)
{
    int rc = ERR_OK;
    struct err err = {0};
    for (size_t before = SIZE_MAX; rc == ERR_OK && out->len != before && out->len < out->max;) {
        before = out->len;
        if (before < message->size)
            rc = queue_read_body(queue, message, before, out->max - before, out, &err);
    }
    if (rc != ERR_OK)
        event_log(queue->log, EVENT_QUEUE_UNREADABLE, log_str("id", message->id), log_str("error", err.text));
}

static bool write_report(struct queue *queue, const struct queue_message *message, enum dsn_action action,
                         const struct list *about, const char *id, struct slice original, struct buf *out)
{
    char boundary[33];
    size_t count = 0;
    struct dsn_recipient *recipients = mem_alloc(about->count * sizeof *recipients);
    LIST_EACH (struct queue_recipient, link, r, about)
        describe(&recipients[count++], r);
    prng_token(&queue->prng, boundary, sizeof boundary - 1);
    struct dsn dsn = {.action = action,
                      .hostname = queue->config->hostname,
                      .queue_id = id,
                      .original_id = message->id,
                      .sender = message->mail.reverse_path,
                      .boundary = boundary,
                      .now_ns = loop_wall_ns(queue->loop),
                      .arrival_ns = message->created_ns,
                      .retry_until_ns = message->created_ns + queue_lifetime_ns(queue, message),
                      .recipients = recipients,
                      .recipient_count = count,
                      .original = original};
    bool written = dsn_write(&dsn, out);
    free(recipients);
    return written;
}

static int take_in(struct queue *queue, const char *id, const struct envelope *envelope, struct slice body,
                   struct err *err)
{
    struct intake intake;
    intake_accept(&intake, queue, &(struct intake_origin){.id = id}, envelope, body);
    (void)intake_go_on(&intake);
    int rc = ERR_OK;
    if (intake.verdict != INTAKE_STORED)
        rc = err_set(err, ERR_STORE, "%s", intake.problem.text);
    intake_end(&intake);
    return rc;
}

static int report(struct queue *queue, struct queue_message *message, enum dsn_action action, const struct list *about,
                  struct err *err)
{
    char id[QUEUE_ID_MAX + 1];
    struct envelope_recipient to = {.address = message->mail.reverse_path};
    struct envelope envelope = {{.reverse_path = "", .octets = OCTETS_7BIT}, &to, 1};
    struct buf original, body;
    buf_init(&original, DSN_RETURNED_MAX + 1);
    buf_init(&body, FRAME_MAX + about->count * RECIPIENT_MAX);
    int rc = ERR_OK;
    read_header(queue, message, &original);
    queue_new_id(queue, id);
    bool written = write_report(queue, message, action, about, id, buf_slice(&original), &body);
    if (!written)
        event_log(queue->log, EVENT_QUEUE_UNREADABLE, log_str("id", message->id),
                  log_str("error", "the report about it would be too large and was not sent"));
    if (written)
        rc = take_in(queue, id, &envelope, buf_slice(&body), err);
    if (written && rc == ERR_OK)
        event_log(queue->log, EVENT_MESSAGE_REPORT, log_str("id", id), log_str("about", message->id),
                  log_str("to", message->mail.reverse_path),
                  log_str("kind", action == DSN_FAILED ? "failed" : "delayed"));
    buf_fini(&body);
    buf_fini(&original);
    return rc;
}

int queue_bounce(struct queue *queue, struct queue_message *message, struct err *err)
{
    if (message->mail.reverse_path[0] == '\0')
        return ERR_OK; /* a bounce that cannot be delivered ends here */
    return report(queue, message, DSN_FAILED, &message->failed, err);
}

int queue_warn(struct queue *queue, struct queue_message *message, struct err *err)
{
    return report(queue, message, DSN_DELAYED, &message->recipients, err);
}
