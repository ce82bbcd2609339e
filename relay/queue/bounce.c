/* From failed recipients to a bounce in the queue (RFC 5321 §6.1). */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "relay/message/dsn.h"
#include "relay/queue/queue.h"

#define FRAME_MAX     ((size_t)128 * 1024) /* words, and the original's header section */
#define RECIPIENT_MAX ((size_t)4 * 1024)   /* what one recipient adds */

static void describe(struct dsn_recipient *out, const struct queue_recipient *r)
{
    bool replied = r->remote_mta[0] != '\0';
    *out = (struct dsn_recipient){.address = r->address,
                                  .status = r->status[0] != '\0' ? r->status : "5.0.0",
                                  .diagnostic = r->diagnostic,
                                  .from_host = replied,
                                  .remote_mta = replied ? r->remote_mta : NULL,
                                  .last_attempt_ns = r->started_ns};
}

int queue_bounce(struct queue *queue, struct queue_message *message, struct err *err)
{
    char id[QUEUE_ID_MAX + 1], boundary[33];
    char *original;
    size_t original_len, count = 0;
    if (message->reverse_path[0] == '\0')
        return ERR_OK; /* a bounce that cannot be delivered ends here */
    int rc = queue_read_body(queue, message, &original, &original_len, err);
    if (rc != ERR_OK)
        return rc;
    struct dsn_recipient *recipients = mem_alloc(message->failed.count * sizeof *recipients);
    LIST_EACH(struct queue_recipient, link, r, &message->failed)
    describe(&recipients[count++], r);
    queue_new_id(queue, id);
    prng_token(queue_prng(queue), boundary, sizeof boundary - 1);
    struct dsn dsn = {.hostname = queue_config(queue)->hostname,
                      .queue_id = id,
                      .original_id = message->id,
                      .sender = message->reverse_path,
                      .boundary = boundary,
                      .now_ns = queue_now_ns(queue),
                      .arrival_ns = message->created_ns,
                      .recipients = recipients,
                      .recipient_count = count,
                      .original = slice_make(original, original_len)};
    struct buf body;
    buf_init(&body, FRAME_MAX + count * RECIPIENT_MAX);
    if (dsn_write(&dsn, &body))
        rc = queue_add(queue, id, "", (char *const[]){message->reverse_path}, 1, false, buf_slice(&body), err);
    else
        rc = err_set(err, ERR_TOO_BIG, "the bounce for %s would exceed %zu octets", message->id, body.max);
    buf_fini(&body);
    free(recipients);
    free(original);
    return rc;
}
