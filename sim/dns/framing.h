/*
 * DNS over TCP (RFC 1035 §4.2.2, RFC 7766): each message has its length in front, in two octets. A core without I/O. A
 * question longer than DNS_QUESTION_MAX, or of no octets, ends the connection: nothing after it can be trusted.
 */
#ifndef RL_SIM_DNS_FRAMING_H
#define RL_SIM_DNS_FRAMING_H

#include "lib/base/buf.h"
#include "sim/dns/book.h"

enum framing { FRAMING_MORE, FRAMING_QUESTION, FRAMING_BROKEN };

/* Moves the next question from *in to out, which has room for DNS_QUESTION_MAX octets. */
enum framing framing_take(struct buf *in, char *out, size_t *len);
/* False when it does not fit. */
bool framing_add(struct buf *out, const uint8_t *answer, size_t len);

#endif
