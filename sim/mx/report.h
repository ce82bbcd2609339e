/*
 * What a kept message is, read from its octets: which submission it comes from (its token), and, when it reports on
 * one, what it says: delivery status notifications (RFC 3464, RFC 6522, RFC 6533) and bounces in words alone are
 * distinguished from read receipts (RFC 8098), complaints (RFC 5965) and automatic replies (RFC 3834). Lenient: a
 * malformed report gives what can be read. This is the sim's own reader, separate from the relay's writer.
 *
 *     report_read(message, &report);
 *     report_words_name, report_add_words   when it is a bounce (the caller knows the envelope) that has no status
 *                                           part: words.h
 *
 * Limits: those below, and those of mime.h.
 */
#ifndef RL_SIM_REPORT_H
#define RL_SIM_REPORT_H

#include <stdbool.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"
#include "lib/text/json.h"

#define REPORT_TOKEN_MAX      128
#define REPORT_RECIPIENTS_MAX 1000
#define REPORT_TEXT_MAX       4096
#define REPORT_PARTS_MAX      10

enum report_kind {
    REPORT_NONE,      /* a message, or a bounce in words */
    REPORT_STATUS,    /* a delivery status notification */
    REPORT_RECEIPT,   /* message/disposition-notification */
    REPORT_COMPLAINT, /* message/feedback-report */
    REPORT_REPLY,     /* by a program in its user's place: out of office */
};

struct report {
    enum report_kind kind;
    bool in_own_header;               /* the token: this is a submission itself */
    char token[REPORT_TOKEN_MAX];     /* "RUN.ID.N" of the message, or of the one it returns; "" = none */
    struct slice subject, to, failed; /* To and X-Failed-Recipients */
    struct buf text;                  /* the part for people: before what a bounce in words returns */
    struct json *recipients;          /* [{rcpt, action, status, diagnostic, remote_mta}]; the caller's */
    struct json *form;                /* {type, report_type, parts: [type], mta, groups}; the caller's */
};

/* The message must outlive the report. */
void report_read(struct slice message, struct report *out);
void report_fini(struct report *report);
bool report_names(const struct report *report, const char *address); /* in its text, as a whole, in any case */
bool report_tells_of_delay(const struct report *report);             /* in its words */

/* A list of the addresses that its words are about; the caller's. */
struct json *report_words_name(const struct report *report);
/* Adds them to its recipients, each with what the words say of it: action, and status when there is one. */
void report_add_words(struct report *report, const struct json *names);

/* "RUN.ID.N" of this run: false when it belongs to another run. id has room bytes. */
bool report_split_token(const char *token, const char *run, char *id, size_t room, unsigned *n);

#endif
