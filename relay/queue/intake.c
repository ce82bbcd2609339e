#include "relay/queue/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "relay/log/event.h"
#include "relay/message/check_header.h"
#include "relay/message/mend.h"
#include "relay/message/octets.h"
#include "relay/message/trace.h"
#include "relay/queue/internal.h"

#define PIECE_BYTES ((size_t)256 * 1024)
#define SIGNED_ROOM ((size_t)8192) /* what signatures usually take */

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

static void mend_and_trace(struct intake *intake)
{
    const struct intake_origin *origin = &intake->origin;
    const struct envelope *envelope = intake->envelope;
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
    mend(&intake->draft, &info);
    trace_add(&intake->draft, &info);
}

/* ---- signing ---- */

static void begin_hash(struct intake *intake)
{
    if (!sign_is_due(&intake->draft, intake->queue->signer))
        return;
    intake->hash = mem_alloc(sizeof *intake->hash);
    body_hash_init(intake->hash);
}

static void end_hash(struct intake *intake)
{
    if (intake->hash != NULL)
        body_hash_fini(intake->hash);
    free(intake->hash);
    intake->hash = NULL;
}

/* Reads the next octets of the body. True when that was all of it. */
static bool hash_some(struct intake *intake, size_t octets)
{
    struct slice rest = slice_from(draft_text(&intake->draft), (size_t)intake->hashed);
    struct slice piece = slice_head(rest, rest.len < octets ? rest.len : octets);
    body_hash_add(intake->hash, piece);
    intake->hashed += piece.len;
    return piece.len == rest.len;
}

static void add_signatures(struct intake *intake)
{
    uint8_t digest[BODY_HASH_LEN];
    struct buf names;
    buf_init(&names, sizeof intake->signatures - 1);
    body_hash_end(intake->hash, digest);
    sign(&intake->draft, intake->queue->signer, digest, loop_wall_ns(intake->queue->loop), &names);
    (void)snprintf(intake->signatures, sizeof intake->signatures, "%s", buf_cstr(&names));
    buf_fini(&names);
    end_hash(intake);
}

/* After this the draft is closed, and the message is the head and the rest. */
static void write_head(struct intake *intake)
{
    struct draft *draft = &intake->draft;
    if (intake->hash != NULL)
        add_signatures(intake);
    buf_init(&intake->head, draft_head_size(draft));
    rl_assert(draft_write(draft, &intake->head));
    intake->rest = draft->body;
    if (!is_own(intake)) /* what it is, and not what was declared; the body adds to it, piece by piece */
        intake->octets = slice_is_ascii(buf_slice(&intake->head)) ? OCTETS_7BIT : OCTETS_8BIT_HEADER;
    draft_close(draft);
}

/* ---- in ---- */

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

/* What cannot be signed is stored as it is: the relay does not refuse its own reports. */
static void accept_own(struct intake *intake)
{
    if (intake->queue->signer != NULL && draft_open(&intake->draft, intake->rest))
        begin_hash(intake);
}

static void accept_message(struct intake *intake)
{
    const struct envelope *envelope = intake->envelope;
    mend_and_trace(intake);
    begin_hash(intake);
    size_t signatures = intake->hash != NULL ? SIGNED_ROOM : 0;
    queue_promise(intake->queue, &intake->origin.source, envelope->recipient_count,
                  draft_head_size(&intake->draft) + signatures + intake->draft.body.len, &intake->promise);
    if (intake->hash == NULL)
        write_head(intake);
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
    is_own(intake) ? accept_own(intake) : accept_message(intake);
}

void intake_refuse(struct intake *intake, struct queue *queue, const struct intake_origin *origin,
                   const struct envelope *envelope, enum intake_verdict verdict)
{
    begin(intake, queue, origin, envelope, slice_make(NULL, 0));
    intake->verdict = verdict;
}

/* ---- storing ---- */

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

/* In the turn that causes it. */
static void store_whole(struct intake *intake)
{
    struct buf whole;
    if (intake->hash == NULL) {
        intake->added = store_piece(intake, intake->rest, true);
    } else {
        (void)hash_some(intake, SIZE_MAX);
        write_head(intake);
        buf_init(&whole, intake->head.len + intake->rest.len);
        next_piece(intake, &whole);
        intake->added = store_piece(intake, buf_slice(&whole), true);
        buf_fini(&whole);
    }
    if (!intake->added)
        intake->verdict = INTAKE_FAILED;
}

/* True when nothing is left to do. */
static bool take_step(struct intake *intake)
{
    if (intake->hash != NULL) {
        if (!hash_some(intake, PIECE_BYTES))
            return false;
        write_head(intake);
    }
    return store_next_piece(intake);
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
    else if (intake->verdict == INTAKE_STORED && !take_step(intake))
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
        event_log(log, EVENT_MESSAGE_ACCEPTED, log_str("id", intake->queue_id), log_str("client", source->client),
                  log_str("user", source->account), log_str("tls", tls_version),
                  log_str("from", envelope->mail.reverse_path),
                  log_int("recipients", (int64_t)envelope->recipient_count), log_int("size", (int64_t)intake->received),
                  log_str("signatures", intake->signatures));
    else
        event_log(log, EVENT_MESSAGE_REFUSED, log_str("client", source->client), log_str("user", source->account),
                  log_str("from", envelope->mail.reverse_path), log_str("why", refusals[intake->verdict]));
}

void intake_end(struct intake *intake)
{
    if (intake->queue != NULL) {
        settle(intake);
        end_hash(intake);
        draft_close(&intake->draft);
        buf_fini(&intake->head);
    }
    *intake = (struct intake){0};
}
