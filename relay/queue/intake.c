#include "relay/queue/intake.h"

#include <string.h>

#include "relay/log/event.h"
#include "relay/message/check_header.h"
#include "relay/message/mend.h"
#include "relay/message/octets.h"
#include "relay/message/trace.h"
#include "relay/queue/internal.h"

#define PIECE_BYTES ((size_t)256 * 1024)

static bool is_own(const struct intake *intake)
{
    return intake->origin.source.client == NULL;
}

static enum intake_verdict check(struct intake *intake)
{
    struct queue *queue = intake->queue;
    size_t recipients = intake->envelope->recipient_count;
    if (!draft_open(&intake->draft, intake->rest))
        return INTAKE_BIG_HEADER;
    if (check_header_loops(&intake->draft.header, (size_t)queue->config->limits.received_fields))
        return INTAKE_LOOP;
    enum queue_room room = queue_room_for(queue, &intake->origin.source, recipients, intake->received);
    if (room == QUEUE_FULL)
        (void)queue_check_room(queue, recipients, intake->received, &intake->problem);
    return room == QUEUE_ROOM ? INTAKE_STORED : room == QUEUE_FULL ? INTAKE_FULL : INTAKE_SHARE_USED;
}

/* False when it does not fit in memory. */
static bool write_head(struct intake *intake)
{
    const struct intake_origin *origin = &intake->origin;
    const struct envelope *envelope = intake->envelope;
    struct draft *draft = &intake->draft;
    struct prepare_info info = {.hostname = intake->queue->config->hostname,
                                .queue_id = intake->queue_id,
                                .helo = origin->helo,
                                .client_address = origin->source.client,
                                .recipient = envelope->recipient_count == 1 ? envelope->recipients[0].address : NULL,
                                .esmtp = origin->esmtp,
                                .utf8 = envelope->mail.utf8,
                                .tls = origin->tls,
                                .authenticated = origin->source.account != NULL,
                                .submission = origin->submission,
                                .wall_ns = loop_wall_ns(intake->queue->loop)};
    mend(draft, &info);
    trace_add(draft, &info);
    buf_init(&intake->head, draft_head_size(draft));
    bool written = draft_write(draft, &intake->head);
    intake->rest = draft->body;
    draft_close(draft);
    return written;
}

static void begin(struct intake *intake, struct queue *queue, const struct intake_origin *origin,
                  const struct envelope *envelope, struct slice body)
{
    *intake = (struct intake){.queue = queue,
                              .origin = *origin,
                              .envelope = envelope,
                              .received = body.len,
                              .octets = envelope->mail.octets,
                              .rest = body};
}

static void take_id(struct intake *intake)
{
    if (intake->origin.id == NULL)
        queue_new_id(intake->queue, intake->queue_id);
    else
        memcpy(intake->queue_id, intake->origin.id, strnlen(intake->origin.id, QUEUE_ID_MAX));
}

void intake_accept(struct intake *intake, struct queue *queue, const struct intake_origin *origin,
                   const struct envelope *envelope, struct slice body)
{
    begin(intake, queue, origin, envelope, body);
    if (!is_own(intake))
        intake->verdict = check(intake);
    if (intake->verdict != INTAKE_STORED)
        return;
    take_id(intake);
    if (is_own(intake))
        return;
    if (write_head(intake))
        queue_promise(queue, &origin->source, envelope->recipient_count, intake->head.len + intake->rest.len,
                      &intake->promise);
    else
        intake->verdict = INTAKE_FAILED;
    /* What it is, and not what was declared. The body adds to it, piece by piece. */
    intake->octets = slice_is_ascii(buf_slice(&intake->head)) ? OCTETS_7BIT : OCTETS_8BIT_HEADER;
}

void intake_refuse(struct intake *intake, struct queue *queue, const struct intake_origin *origin,
                   const struct envelope *envelope, enum intake_verdict verdict)
{
    begin(intake, queue, origin, envelope, slice_make(NULL, 0));
    intake->verdict = verdict;
}

/* The next octets of the head and the rest, as one. */
static void next_piece(const struct intake *intake, struct buf *out)
{
    struct slice parts[] = {buf_slice(&intake->head), intake->rest};
    uint64_t skip = intake->stored;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t from = skip < parts[i].len ? (size_t)skip : parts[i].len;
        struct slice part = slice_from(parts[i], from);
        size_t room = out->max - out->len;
        (void)buf_add_slice(out, slice_head(part, part.len < room ? part.len : room));
        skip -= from;
    }
}

static void note_octets(struct intake *intake, uint64_t start, struct slice piece)
{
    size_t of_head = start >= intake->head.len ? 0 : intake->head.len - (size_t)start;
    if (of_head < piece.len && !slice_is_ascii(slice_from(piece, of_head)))
        intake->octets |= OCTETS_8BIT_BODY;
}

static bool store_piece(struct intake *intake, struct slice piece, bool last)
{
    uint64_t start = intake->stored;
    intake->stored += piece.len;
    if (!is_own(intake))
        note_octets(intake, start, piece);
    if (!last)
        return queue_store_piece(intake->queue, intake->queue_id, start, piece, &intake->problem) == ERR_OK;
    struct envelope envelope = *intake->envelope;
    envelope.mail.octets = intake->octets;
    return queue_add(intake->queue, &intake->origin.source, intake->queue_id, &envelope, start, piece,
                     &intake->problem) == ERR_OK;
}

/* True when it was the last, or it could not be stored. */
static bool store_next_piece(struct intake *intake)
{
    struct buf piece;
    if (queue_check_disk(intake->queue, intake->promise.octets, &intake->problem) != ERR_OK) {
        intake->verdict = INTAKE_FULL;
        return true;
    }
    buf_init(&piece, PIECE_BYTES);
    next_piece(intake, &piece);
    bool last = intake->stored + piece.len == (uint64_t)intake->head.len + intake->rest.len;
    if (!store_piece(intake, buf_slice(&piece), last))
        intake->verdict = INTAKE_FAILED;
    queue_promise_stored(&intake->promise, piece.len);
    intake->added = last && intake->verdict == INTAKE_STORED;
    buf_fini(&piece);
    return last || intake->verdict != INTAKE_STORED;
}

/* The relay does not refuse its own reports, and must store each in the turn that causes it. */
static void store_whole(struct intake *intake)
{
    intake->added = store_piece(intake, intake->rest, true);
    if (!intake->added)
        intake->verdict = INTAKE_FAILED;
}

/* Without a place in the queue, its stored pieces are useless. */
static void settle(struct intake *intake)
{
    queue_release(&intake->promise);
    if (intake->stored > 0 && !intake->added)
        queue_drop_pieces(intake->queue, intake->queue_id);
    intake->stored = 0;
}

bool intake_go_on(struct intake *intake)
{
    if (intake->verdict == INTAKE_STORED && is_own(intake))
        store_whole(intake);
    else if (intake->verdict == INTAKE_STORED && !store_next_piece(intake))
        return false;
    settle(intake);
    return true;
}

enum intake_verdict intake_verdict(struct intake *intake)
{
    if (!queue_committed(intake->queue) && intake->verdict == INTAKE_STORED)
        intake->verdict = INTAKE_FAILED;
    return intake->verdict;
}

void intake_log(const struct intake *intake, struct log *log, const char *tls_version)
{
    const char *const refusals[INTAKE_VERDICTS] = {
        [INTAKE_FULL] = intake->problem.text,
        [INTAKE_SHARE_USED] = "the client's share of the queue is used up",
        [INTAKE_FAILED] = "the queue could not be written",
        [INTAKE_LOOP] = "a mail loop: too many Received fields",
        [INTAKE_BIG_HEADER] = "a header section of more than 1 MiB, or of more than 10000 fields",
        [INTAKE_OVER_BUDGET] = "limits.receiving_size, or the client's share of it, is used up"};
    const struct queue_source *source = &intake->origin.source;
    const struct envelope *envelope = intake->envelope;
    if (intake->verdict == INTAKE_STORED)
        event_log(
            log, EVENT_MESSAGE_ACCEPTED, log_str("id", intake->queue_id), log_str("client", source->client),
            log_str("user", source->account), log_str("tls", tls_version), log_str("from", envelope->mail.reverse_path),
            log_int("recipients", (int64_t)envelope->recipient_count), log_int("size", (int64_t)intake->received));
    else
        event_log(log, EVENT_MESSAGE_REFUSED, log_str("client", source->client), log_str("user", source->account),
                  log_str("from", envelope->mail.reverse_path), log_str("why", refusals[intake->verdict]));
}

void intake_end(struct intake *intake)
{
    if (intake->queue != NULL) {
        settle(intake);
        draft_close(&intake->draft);
        buf_fini(&intake->head);
    }
    *intake = (struct intake){0};
}
