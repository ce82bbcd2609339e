/*
 * Reports of failures, of delays, and of successes at hosts without DSN: multipart/report with a part for people,
 * message/delivery-status for programs, and the header section of the original, or all of it (RFC 3461 §6, RFC 3464,
 * RFC 6522; in UTF-8, RFC 6533). Pure: the caller gives ids and times. The reply texts and names of other hosts are
 * untrusted: control characters are made visible, lengths are bounded, and no line of a report is longer than RFC 5322
 * §2.1.1 allows.
 */
#ifndef RL_RELAY_DSN_H
#define RL_RELAY_DSN_H

#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"

#define DSN_RETURNED_MAX (64 * 1024)   /* octets of a header section that is returned */
#define DSN_FULL_MAX     (1024 * 1024) /* octets of a message that is returned whole (RFC 3461 §6.2) */

/* RFC 3464 §2.3.3. A relay delivers to no mailbox, and expands no list. */
enum dsn_action { DSN_FAILED, DSN_DELAYED, DSN_RELAYED, DSN_ACTIONS };

struct dsn_recipient {
    const char *address;
    const char *orcpt;       /* as it came (RFC 3461 §4.2); "" = none */
    const char *status;      /* "5.1.1" (RFC 3463); of a delay, its class is 4 in any case */
    const char *diagnostic;  /* "550 5.1.1 No such user", or our own text */
    bool from_host;          /* the diagnostic is an SMTP reply, so `Diagnostic-Code: smtp; …` */
    const char *remote_mta;  /* NULL when no host was reached */
    int64_t last_attempt_ns; /* 0 = it was never tried */
};

struct dsn {
    enum dsn_action action;
    const char *hostname;
    const char *queue_id;    /* of the report itself */
    const char *original_id; /* queue id of the message that failed */
    const char *sender;      /* the recipient of the report */
    const char *envid;       /* as it came (RFC 3461 §4.4); "" = none */
    const char *boundary;
    int64_t now_ns, arrival_ns;
    int64_t retry_until_ns; /* DSN_DELAYED: when it will be given up (RFC 3464 §2.3.9) */
    const struct dsn_recipient *recipients;
    size_t recipient_count;
    struct slice original; /* the message, or more than its first DSN_RETURNED_MAX octets */
    bool full;             /* the original is whole, and is returned; false: its header section is */
    bool utf8;             /* addresses or header fields are in UTF-8: the types of RFC 6533 */
    bool eight_bit;        /* with utf8: it is sent with SMTPUTF8; false: its parts are in base64 */
};

const char *dsn_action_name(enum dsn_action action); /* "failed" */

/* False when out is too small. */
bool dsn_write(const struct dsn *dsn, struct buf *out);

#endif
