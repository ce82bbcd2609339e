/*
 * The one way into the queue, for every door: what a client sent, and what the relay writes itself. Whether a message
 * is accepted, what is put before it, and how it is stored, depend on its origin:
 *
 *     origin            checks                        trace fields    stored
 *     a client          a mail loop, room, its share  put before it   in pieces, one a turn
 *     the relay itself  none: already accepted        has its own     at once
 *
 * Both are signed, if there is a key for the author. A signature precedes the body that it covers, so the body is read
 * before anything of it is stored: in pieces, too, and in the same turn when one piece is all of it.
 *
 * A big message is stored in pieces, one a turn, so that the other sessions do not wait for it; its place in the queue
 * comes with the last piece. Until then the queue reserves room for it, and the disk is checked before each piece:
 * when something else has filled it meanwhile, this message is refused, and its pieces are deleted. Nothing may be
 * answered before the turn in which intake_go_on has returned true is committed (queue_committed).
 *
 *     intake_accept -> intake_go_on until true -> (commit) -> intake_verdict, intake_log -> intake_end
 */
#ifndef RL_RELAY_INTAKE_H
#define RL_RELAY_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"
#include "lib/text/log.h"
#include "relay/message/prepare.h"
#include "relay/message/sign.h"
#include "relay/queue/queue.h"

/* Where a message comes from. Its texts outlive the intake. */
struct intake_origin {
    struct queue_source source; /* without a client: the relay itself */
    const char *id;             /* that the message names already; NULL = it gets a new one */
    /* of a client, for the trace fields */
    const char *helo;
    bool esmtp, tls, submission;
};

enum intake_verdict {
    INTAKE_STORED,
    INTAKE_FULL,
    INTAKE_SHARE_USED,  /* of the queue, by this client */
    INTAKE_FAILED,      /* the queue could not be written */
    INTAKE_LOOP,        /* too many Received fields (RFC 5321 §6.3) */
    INTAKE_BIG_HEADER,  /* a header section beyond the limits of relay/message/header.h */
    INTAKE_OVER_BUDGET, /* the door could not keep it: intake_refuse */
    INTAKE_VERDICTS
};

struct intake {
    struct queue *queue;
    struct intake_origin origin;
    const struct envelope *envelope;
    size_t received; /* octets of the message, as it came */
    char queue_id[QUEUE_ID_MAX + 1];
    enum intake_verdict verdict;
    struct err problem;     /* of INTAKE_FULL and INTAKE_FAILED: why */
    struct draft draft;     /* until its header section is written into the head */
    struct body_hash *hash; /* of the body, until then; NULL = it is not signed */
    uint64_t hashed;        /* octets of the body */
    char signatures[SIGN_NAMES_MAX];
    struct buf head;   /* what the queue has before the rest */
    struct slice rest; /* of the message */
    unsigned octets;   /* of what is stored: relay/message/octets.h */
    uint64_t stored;
    bool added; /* it is in the queue, and no longer only in pieces */
    struct queue_promise promise;
};

/* Envelope and body stay until the end. A verdict other than INTAKE_STORED is final; so is the one after the last
 * piece. */
void intake_accept(struct intake *intake, struct queue *queue, const struct intake_origin *origin,
                   const struct envelope *envelope, struct slice body);
/* Instead of that, for a message that its door had to give up: with this verdict, and without a body. */
void intake_refuse(struct intake *intake, struct queue *queue, const struct intake_origin *origin,
                   const struct envelope *envelope, enum intake_verdict verdict);

/* Stores the next piece. True when the verdict is there, and intake_end is due after the commit. */
bool intake_go_on(struct intake *intake);

/* In LOOP_ANSWER: the verdict, INTAKE_FAILED when the commit failed. */
enum intake_verdict intake_verdict(struct intake *intake);

/* message.accepted or message.refused, after the commit. tls_version: "" = unencrypted */
void intake_log(const struct intake *intake, struct log *log, const char *tls_version);

void intake_end(struct intake *intake);

#endif
