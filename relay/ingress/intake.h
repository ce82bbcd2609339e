/*
 * From a message that a session has received to the queue: whether it is taken, and what is put before it. A big
 * message is stored in pieces, one a turn, so that the other sessions do not wait for it; its place in the queue comes
 * with the last piece. Until then the queue keeps room for it, and each piece is preceded by a look at the disk: when
 * something else has filled it meanwhile, this message is refused, and its pieces are deleted. Nothing may be answered
 * before the turn in which intake_go_on has returned true is committed.
 */
#ifndef RL_RELAY_INTAKE_H
#define RL_RELAY_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"
#include "lib/text/log.h"
#include "relay/config/config.h"
#include "relay/queue/queue.h"
#include "relay/smtp/server.h"

struct intake {
    struct queue *queue;
    struct queue_source source;
    const struct server *server; /* whose transaction it is, and stays until the end */
    char queue_id[QUEUE_ID_MAX + 1];
    enum server_verdict verdict;
    struct err full;   /* of SERVER_STORE_FULL: why, in words */
    struct buf head;   /* what stands before the rest in the queue */
    struct slice rest; /* of the transaction's body */
    unsigned octets;   /* of what is stored: relay/message/octets.h */
    uint64_t stored;
    bool added; /* it is in the queue, and no longer only in pieces */
    struct queue_promise promise;
};

/* client_address: dotted, outlives the intake. wall_ns: the time of the Received field. */
void intake_begin(struct intake *intake, struct queue *queue, const struct config *config, const struct server *server,
                  const char *client_address, int64_t wall_ns);

/* Stores the next piece. True when the verdict is there, and intake_end is due after the commit. */
bool intake_go_on(struct intake *intake);

/* message.accepted or message.refused, after the commit. tls_version: "" = unencrypted */
void intake_log(const struct intake *intake, struct log *log, const char *client_address, const char *tls_version);

void intake_end(struct intake *intake);

#endif
