/*
 * The answer to one request, made piece by piece as its reader takes it: never more than a few lines are in memory,
 * whatever waits in the queue. The lines are those of request.h.
 *
 * Life: answer_new takes ownership of what the request holds, and makes a change at once; answer_free ends it at any
 * time.
 */
#ifndef RL_RELAY_CONTROL_ANSWER_H
#define RL_RELAY_CONTROL_ANSWER_H

#include "lib/base/buf.h"
#include "relay/control/request.h"
#include "relay/queue/queue.h"

#define ANSWER_LINE_MAX ((size_t)64 * 1024)

struct answer;

struct answer *answer_new(struct queue *queue, struct access *access, struct control_request *request);
void answer_free(struct answer *answer);

/* What it reports must be durable before it is sent: nothing is sent before the end of this turn. */
bool answer_is_change(const struct answer *answer);

/* Appends one line, which is at most ANSWER_LINE_MAX octets; false when the last one has been given before. */
bool answer_next(struct answer *answer, struct buf *out);

/* {"error":"…"} */
void answer_error(struct buf *out, const char *words);

#endif
