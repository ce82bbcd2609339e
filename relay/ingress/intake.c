#include "relay/ingress/intake.h"

#include "relay/log/event.h"
#include "relay/message/octets.h"
#include "relay/message/prepare.h"

#define PIECE_BYTES ((size_t)256 * 1024)

static enum server_verdict check(struct intake *intake, const struct config *config)
{
    const struct server_transaction *txn = &intake->server->txn;
    if (intake->server->data_over_budget)
        return SERVER_OVER_BUDGET;
    if (prepare_count_received(buf_slice(&txn->body)) >= (unsigned)config->limits.received_fields)
        return SERVER_LOOP;
    enum queue_room room = queue_room_for(intake->queue, &intake->source, txn->envelope.recipient_count, txn->body.len);
    if (room == QUEUE_FULL)
        (void)queue_check_room(intake->queue, txn->envelope.recipient_count, txn->body.len, &intake->full);
    return room == QUEUE_ROOM ? SERVER_STORED : room == QUEUE_FULL ? SERVER_STORE_FULL : SERVER_SHARE_USED;
}

void intake_begin(struct intake *intake, struct queue *queue, const struct config *config, const struct server *server,
                  const char *client_address, int64_t wall_ns)
{
    const struct server_transaction *txn = &server->txn;
    *intake = (struct intake){
        .queue = queue, .source = {client_address, server->user}, .server = server, .rest = buf_slice(&txn->body)};
    buf_init(&intake->head, prepare_header(intake->rest).len + PREPARE_ROOM);
    intake->verdict = check(intake, config);
    if (intake->verdict != SERVER_STORED)
        return;
    queue_new_id(queue, intake->queue_id);
    struct prepare_info info = {.hostname = config->hostname,
                                .queue_id = intake->queue_id,
                                .helo = server->helo,
                                .client_address = client_address,
                                .recipient =
                                    txn->envelope.recipient_count == 1 ? txn->envelope.recipients[0].address : NULL,
                                .esmtp = server->esmtp,
                                .tls = server->tls,
                                .authenticated = server->user != NULL,
                                .submission = server->settings.submission,
                                .wall_ns = wall_ns};
    if (!prepare_message(&info, &intake->rest, &intake->head))
        intake->verdict = SERVER_STORE_FAILED;
    else
        queue_promise(queue, &intake->source, txn->envelope.recipient_count, intake->head.len + intake->rest.len,
                      &intake->promise);
    intake->octets = slice_is_ascii(buf_slice(&intake->head)) ? OCTETS_7BIT : OCTETS_8BIT_HEADER;
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

static bool store_piece(struct intake *intake, struct slice piece, bool last)
{
    struct err err;
    uint64_t start = intake->stored;
    intake->stored += piece.len;
    size_t of_head = start >= intake->head.len ? 0 : intake->head.len - (size_t)start;
    if (of_head < piece.len && !slice_is_ascii(slice_from(piece, of_head)))
        intake->octets |= OCTETS_8BIT_BODY;
    if (!last)
        return queue_store_piece(intake->queue, intake->queue_id, start, piece, &err) == ERR_OK;
    struct envelope envelope = intake->server->txn.envelope;
    envelope.mail.octets = intake->octets; /* what it is, and not what was declared */
    return queue_add(intake->queue, &intake->source, intake->queue_id, &envelope, start, piece, &err) == ERR_OK;
}

/* True when it was the last, or it could not be stored. */
static bool store_next_piece(struct intake *intake)
{
    struct buf piece;
    if (queue_check_disk(intake->queue, intake->promise.octets, &intake->full) != ERR_OK) {
        intake->verdict = SERVER_STORE_FULL;
        return true;
    }
    buf_init(&piece, PIECE_BYTES);
    next_piece(intake, &piece);
    bool last = intake->stored + piece.len == (uint64_t)intake->head.len + intake->rest.len;
    if (!store_piece(intake, buf_slice(&piece), last))
        intake->verdict = SERVER_STORE_FAILED;
    queue_promise_stored(&intake->promise, piece.len);
    intake->added = last && intake->verdict == SERVER_STORED;
    buf_fini(&piece);
    return last || intake->verdict != SERVER_STORED;
}

/* Without a place in the queue, what is stored of it is of no use. */
static void settle(struct intake *intake)
{
    queue_release(&intake->promise);
    if (intake->stored > 0 && !intake->added)
        queue_drop_pieces(intake->queue, intake->queue_id);
    intake->stored = 0;
}

bool intake_go_on(struct intake *intake)
{
    if (intake->verdict == SERVER_STORED && !store_next_piece(intake))
        return false;
    settle(intake);
    return true;
}

void intake_log(const struct intake *intake, struct log *log, const char *client_address, const char *tls_version)
{
    const char *const refusals[] = {[SERVER_STORE_FULL] = intake->full.text,
                                    [SERVER_SHARE_USED] = "the client's share of the queue is used up",
                                    [SERVER_STORE_FAILED] = "the queue could not be written",
                                    [SERVER_LOOP] = "a mail loop: too many Received fields",
                                    [SERVER_OVER_BUDGET] =
                                        "limits.receiving_size, or the client's share of it, is used up"};
    const struct server *server = intake->server;
    const struct server_transaction *txn = &server->txn;
    if (intake->verdict == SERVER_STORED)
        event_log(log, EVENT_MESSAGE_ACCEPTED, log_str("id", intake->queue_id), log_str("client", client_address),
                  log_str("user", server->user), log_str("tls", tls_version),
                  log_str("from", txn->envelope.mail.reverse_path),
                  log_int("recipients", (int64_t)txn->envelope.recipient_count),
                  log_int("size", (int64_t)txn->body.len));
    else
        event_log(log, EVENT_MESSAGE_REFUSED, log_str("client", client_address), log_str("user", server->user),
                  log_str("from", txn->envelope.mail.reverse_path), log_str("why", refusals[intake->verdict]));
}

void intake_end(struct intake *intake)
{
    if (intake->queue != NULL) {
        settle(intake);
        buf_fini(&intake->head);
    }
    *intake = (struct intake){0};
}
