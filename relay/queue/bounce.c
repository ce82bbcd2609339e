/* From failed or late recipients to a report in the queue (RFC 5321 §6.1, RFC 3464). */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "relay/log/event.h"
#include "relay/message/dsn.h"
#include "relay/message/header.h"
#include "relay/message/notify.h"
#include "relay/message/octets.h"
#include "relay/message/prepare.h"
#include "relay/queue/intake.h"
#include "relay/queue/internal.h"
#include "relay/smtp/address.h"

#define FRAME_MAX     ((size_t)128 * 1024) /* words, and the original's header section */
#define RECIPIENT_MAX ((size_t)8 * 1024)   /* what one recipient adds */

static void describe(struct dsn_recipient *out, const struct queue_recipient *r)
{
    static const char untried[] = "No delivery could be attempted yet";
    bool replied = r->remote_mta[0] != '\0';
    *out = (struct dsn_recipient){.address = r->to.address,
                                  .orcpt = r->to.orcpt,
                                  .status = r->status[0] != '\0' ? r->status : "5.0.0",
                                  .diagnostic = r->diagnostic[0] != '\0' ? r->diagnostic : untried,
                                  .from_host = replied,
                                  .remote_mta = replied ? r->remote_mta : NULL,
                                  .last_attempt_ns = r->last_ns};
}

/*
 * Whether the report returns the whole message: the sender asks for it, it is not too long, and every host can be given
 * the report (8-bit content needs 8BITMIME, RFC 6152 §3).
 */
static bool returns_all(const struct queue_message *message, enum dsn_action action)
{
    return action == DSN_FAILED && message->mail.ret == NOTIFY_RET_FULL && message->mail.octets == OCTETS_7BIT &&
           message->size <= DSN_FULL_MAX;
}

/* What is returned of the original is read, and no more. What cannot be read is left out: its sender gets a report
 * nonetheless. */
static void read_original(struct queue *queue, const struct queue_message *message, struct buf *out)
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

/* The recipients whose report this is: of a delay, those whose sender may be told of it. */
static size_t describe_all(const struct list *about, enum dsn_action action, struct dsn_recipient *out)
{
    size_t count = 0;
    LIST_EACH (struct queue_recipient, link, r, about)
        if (action != DSN_DELAYED || notify_wants(r->to.notify, NOTIFY_DELAY))
            describe(&out[count++], r);
    return count;
}

struct report {
    struct queue_message *message;
    enum dsn_action action;
    struct dsn_recipient *recipients;
    size_t count;
};

/* Whether the report can only be written in UTF-8 (RFC 6533 §4.4): the message was submitted with SMTPUTF8, and used
 * it. */
static bool is_international(const struct report *draft, struct slice original)
{
    const struct envelope_mail *mail = &draft->message->mail;
    bool used = !slice_is_ascii(slice_cstr(mail->reverse_path)) || !slice_is_ascii(header_section(original));
    for (size_t i = 0; i < draft->count && !used; i++)
        used = !slice_is_ascii(slice_cstr(draft->recipients[i].address)) ||
               slice_istarts(slice_cstr(draft->recipients[i].orcpt), "utf-8;");
    return mail->utf8 && used;
}

static bool write_report(struct queue *queue, const struct report *draft, const char *id, struct slice original,
                         struct buf *out)
{
    const struct queue_message *message = draft->message;
    char boundary[33];
    prng_token(&queue->prng, boundary, sizeof boundary - 1);
    struct dsn dsn = {.action = draft->action,
                      .hostname = queue->config->hostname,
                      .queue_id = id,
                      .original_id = message->id,
                      .sender = message->mail.reverse_path,
                      .envid = message->mail.envid,
                      .boundary = boundary,
                      .now_ns = loop_wall_ns(queue->loop),
                      .arrival_ns = message->created_ns,
                      .retry_until_ns = message->created_ns + queue_lifetime_ns(queue, message),
                      .recipients = draft->recipients,
                      .recipient_count = draft->count,
                      .original = original,
                      .utf8 = is_international(draft, original),
                      .eight_bit = !slice_is_ascii(slice_cstr(message->mail.reverse_path)),
                      .full = returns_all(message, draft->action) && original.len == message->size};
    return dsn_write(&dsn, out);
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

static int send_report(struct queue *queue, const struct report *draft, struct err *err)
{
    struct queue_message *message = draft->message;
    char id[QUEUE_ID_MAX + 1];
    struct envelope_recipient to = {.address = message->mail.reverse_path};
    bool utf8 = !slice_is_ascii(slice_cstr(to.address)); /* then it has octets above 127 in both */
    struct envelope envelope = {
        {.reverse_path = "", .octets = utf8 ? OCTETS_8BIT_HEADER | OCTETS_8BIT_BODY : OCTETS_7BIT, .utf8 = utf8},
        &to,
        1};
    struct buf original, body;
    buf_init(&original, returns_all(message, draft->action) ? (size_t)message->size : DSN_RETURNED_MAX + 1);
    read_original(queue, message, &original);
    buf_init(&body, FRAME_MAX + draft->count * RECIPIENT_MAX + original.len * 2);
    int rc = ERR_OK;
    queue_new_id(queue, id);
    bool written = write_report(queue, draft, id, buf_slice(&original), &body);
    if (!written)
        event_log(queue->log, EVENT_QUEUE_UNREADABLE, log_str("id", message->id),
                  log_str("error", "the report about it would be too large and was not sent"));
    if (written)
        rc = take_in(queue, id, &envelope, buf_slice(&body), err);
    if (written && rc == ERR_OK)
        event_log(queue->log, EVENT_MESSAGE_REPORT, log_str("id", id), log_str("about", message->id),
                  log_str("to", message->mail.reverse_path), log_str("kind", dsn_action_name(draft->action)));
    buf_fini(&body);
    buf_fini(&original);
    return rc;
}

static int report(struct queue *queue, struct queue_message *message, enum dsn_action action, const struct list *about,
                  struct err *err)
{
    if (message->mail.reverse_path[0] == '\0' || about->count == 0)
        return ERR_OK; /* a bounce that cannot be delivered ends here */
    struct report draft = {message, action, mem_alloc(about->count * sizeof *draft.recipients), 0};
    draft.count = describe_all(about, action, draft.recipients);
    int rc = draft.count > 0 ? send_report(queue, &draft, err) : ERR_OK;
    free(draft.recipients);
    return rc;
}

int queue_report_ended(struct queue *queue, struct queue_message *message, struct err *err)
{
    int rc = ERR_OK;
    for (enum dsn_action action = 0; action < DSN_ACTIONS && rc == ERR_OK; action++)
        rc = report(queue, message, action, &message->reports[action], err);
    return rc;
}

int queue_warn(struct queue *queue, struct queue_message *message, struct err *err)
{
    return report(queue, message, DSN_DELAYED, &message->recipients, err);
}
