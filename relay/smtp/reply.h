/*
 * SMTP replies as a client reads them (RFC 5321 §4.2, §4.2.1; enhanced status codes: RFC 2034, RFC 3463).
 * Fed bytes, gives one whole reply at a time; a reply of several lines is joined by single spaces for people, and
 * kept line by line for EHLO. Limits: line 2048 octets (the RFC's 512, with room for the verbose), 100 lines.
 */
#ifndef RL_RELAY_REPLY_H
#define RL_RELAY_REPLY_H

#include <stdbool.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"

#define REPLY_LINE_MAX   2048
#define REPLY_LINES_MAX  100
#define REPLY_STATUS_MAX 12

struct reply {
    int code; /* 200..599; 0 before the first line */
    unsigned lines;
    struct buf text; /* all lines' texts, each ended by '\n' */
};

enum reply_state { REPLY_MORE, REPLY_COMPLETE, REPLY_MALFORMED };

void reply_init(struct reply *reply);
void reply_fini(struct reply *reply);
void reply_reset(struct reply *reply);

/* Consumes lines from *in until one reply is complete; reply_reset before the next one. */
enum reply_state reply_feed(struct reply *reply, struct buf *in);

/* "550 5.1.1 No such user": code and texts on one line, cut to fit; control characters become '?'. */
void reply_describe(const struct reply *reply, char *out, size_t size);

/*
 * The enhanced status code whose class matches the reply's: at the start of the first line that has one; else where
 * hosts without ENHANCEDSTATUSCODES put it, as "#5.1.1", "(5.1.1)", "(#5.1.1)" or "[5.1.1]". False when there is none.
 */
bool reply_status(const struct reply *reply, char out[REPLY_STATUS_MAX]);

/* The status code at the start of a text: "5.1.1"; its class must be the given digit. */
bool reply_parse_status(struct slice text, char class_digit, char out[REPLY_STATUS_MAX]);

#endif
