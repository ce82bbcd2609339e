/*
 * BDAT (RFC 3030 §2): the message in chunks of known length. The octets of a chunk follow its command without waiting
 * for a reply, so those of one that is refused are discarded before the reply. The lines of the message must end with
 * CR LF, as those of DATA do: BINARYMIME is not offered.
 */
#include <string.h>

#include "relay/smtp/server.h"

/* "SIZE" or "SIZE LAST" */
static bool parse_chunk(struct slice args, struct server_chunk *out)
{
    struct slice rest = slice_trim(args);
    struct slice size = slice_cut(&rest, ' ');
    rest = slice_trim(rest);
    *out = (struct server_chunk){.last = slice_ieq_cstr(rest, "LAST")};
    return slice_to_u64(size, UINT64_MAX, &out->left) && (out->last || rest.len == 0);
}

/* The reply to what was received. What no longer fits ends the message here: the rest would be discarded, too. */
static void end_chunk(struct server *server)
{
    const struct server_chunk *chunk = &server->chunk;
    server->mode = SERVER_COMMANDS;
    if (chunk->refusal != NULL) {
        server_end_transaction(server);
        server_refuse(server, "%s", chunk->refusal);
    } else if (chunk->last || server->data_too_big || server->data_over_budget) {
        server->data_bare = server->data_bare || chunk->after_cr;
        server_end_data(server);
    } else {
        server_reply(server, "250 2.0.0 Ok");
    }
}

/* Nothing can be gained from waiting for more octets than any message may have. */
static void refuse_huge(struct server *server, const char *refusal)
{
    server_end_transaction(server);
    server_reply(server, "%s", refusal);
    server_reply(server, "421 4.7.0 %s Closing the connection", server->settings.hostname);
    server->pending = SERVER_CLOSE;
}

void server_bdat(struct server *server, struct slice args)
{
    struct server_chunk chunk;
    bool after_cr = server->txn.chunked && server->chunk.after_cr;
    if (!parse_chunk(args, &chunk)) {
        server_end_transaction(server);
        server_refuse(server, "501 5.5.4 The size of the chunk must follow, then LAST or nothing");
        return;
    }
    chunk.refusal = server_chunk_obstacle(server);
    chunk.after_cr = after_cr;
    if (chunk.refusal != NULL && chunk.left > server->settings.size_max) {
        refuse_huge(server, chunk.refusal);
        return;
    }
    if (chunk.refusal == NULL && chunk.left == 0 && !chunk.last && !server_take_idle(server))
        return;
    if (!server->txn.chunked)
        server_begin_data(server);
    server->txn.chunked = chunk.refusal == NULL;
    server->chunk = chunk;
    server->mode = SERVER_CHUNK;
    if (chunk.left == 0)
        end_chunk(server);
}

/* Whether the octets, after those before, have a CR or LF that is not part of CR LF. */
static bool has_bare(struct slice octets, bool *after_cr)
{
    bool bare = false;
    for (size_t i = 0; i < octets.len; i++) {
        bare |= (octets.ptr[i] == '\n') != *after_cr;
        *after_cr = octets.ptr[i] == '\r';
    }
    return bare;
}

size_t server_feed_chunk(struct server *server, struct slice in)
{
    struct server_chunk *chunk = &server->chunk;
    struct slice octets = slice_head(in, in.len < chunk->left ? in.len : (size_t)chunk->left);
    chunk->left -= octets.len;
    if (chunk->refusal == NULL) {
        server->data_bare |= has_bare(octets, &chunk->after_cr);
        server_add_data(server, octets, "");
    }
    if (chunk->left == 0)
        end_chunk(server);
    return octets.len;
}
