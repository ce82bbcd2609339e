/*
 * What a kept message is, read from its octets: which submission it comes from (its token), and, when it is a
 * delivery status notification, what it says (RFC 3464, RFC 6522). Lenient: a malformed report gives what can be
 * read. A bounce may also be words alone, followed by what it returns: then the caller asks it for the recipients that
 * it may be about. The sim's own reader, apart from the relay's writer.
 */
#ifndef RL_SIM_REPORT_H
#define RL_SIM_REPORT_H

#include <stdbool.h>

#include "lib/base/slice.h"
#include "lib/text/json.h"

#define REPORT_TOKEN_MAX      128
#define REPORT_RECIPIENTS_MAX 1000
#define REPORT_TEXT_MAX       4096
#define REPORT_PARTS_MAX      10

struct report {
    bool in_own_header;           /* the token: this is a submission itself */
    bool is_report;               /* multipart/report, or a message/delivery-status part */
    char token[REPORT_TOKEN_MAX]; /* "RUN.ID.N" of the message, or of the one it returns; "" = none */
    struct slice subject;
    struct slice text;       /* the part for people: before what a bounce in words returns */
    struct json *recipients; /* [{rcpt, action, status, diagnostic, remote_mta}]; the caller's */
    struct json *form;       /* {type, report_type, parts: [type], mta, groups}; the caller's */
};

void report_read(struct slice message, struct report *out);
void report_fini(struct report *report);
bool report_names(const struct report *report, const char *address); /* in its text, as a whole, in any case */
bool report_tells_of_delay(const struct report *report);             /* by its subject */

/* "RUN.ID.N" of this run: false when it is another's. id has room bytes. */
bool report_split_token(const char *token, const char *run, char *id, size_t room, unsigned *n);

#endif
